# SPDX-License-Identifier: GPL-2.0-or-later
"""Tokens of a PowerShell script, as strictly as its language specification has them; what is not one of those our
scripts are made of is an error."""
import re

QUOTES = "'\u2018\u2019\u201a\u201b"
DOUBLE = '"\u201c\u201d\u201e'
PLAIN = re.compile(r"""(?x)
      (?P<comment>\#[^\r\n]*)
    | (?P<variable>\$[A-Za-z_]\w*)
    | (?P<type>\[[a-z]+\])
    | (?P<parameter>-[A-Za-z]+\b)
    | (?P<number>\d+\b)
    | (?P<word>[A-Za-z][A-Za-z-]*\b)
    | (?P<mark>[(){},;=|.]|@\()
    | (?P<end>\r\n)
    | (?P<blank>[ ]+)""")


def single(text, at):
    """A string in single quotes: any kind of them ends it, two of them are one."""
    out, at = "", at + 1
    while True:
        c = text[at]
        if c in QUOTES:
            if at + 1 < len(text) and text[at + 1] in QUOTES:
                out, at = out + c, at + 2
                continue
            return out, at + 1
        if c in "\r\n":
            raise ValueError("a string goes over a line's end")
        out, at = out + c, at + 1


def tokens(data):
    """[(kind, text)] without blanks; the value of a string."""
    if not data.startswith(b"\xef\xbb\xbf"):
        raise ValueError("no byte order mark")
    text = data.decode("utf-8-sig")
    out, at, depth = [], 0, []
    while at < len(text):
        if text[at] in QUOTES:
            value, at = single(text, at)
            out.append(("string", value))
            continue
        if text[at] in DOUBLE:
            end = text.index('"', at + 1)
            out.append(("expanded", text[at + 1:end]))
            if text[at] != '"' or re.search("[`\r\n\u201c\u201d\u201e]|\\$[^A-Za-z]", text[at + 1:end]):
                raise ValueError("a string in double quotes that our scripts do not have: %r" % text[at:end])
            at = end + 1
            continue
        m = PLAIN.match(text, at)
        if not m:
            raise ValueError("%r begins no token" % text[at:at + 30])
        kind, word = m.lastgroup, m[0]
        if kind == "mark" and word[-1] in "({":
            depth.append(word[-1])
        if kind == "mark" and word in ")}":
            if not depth or depth.pop() + word not in ("()", "{}"):
                raise ValueError("%r closes nothing" % word)
        if kind != "blank":
            out.append((kind, "" if kind == "comment" else word))
        at = m.end()
    if depth:
        raise ValueError("%r is not closed" % depth)
    return out
