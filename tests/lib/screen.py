# SPDX-License-Identifier: GPL-2.0-or-later
"""A serial line seen through a terminal emulator, and keys by name."""
import re

import pyte

from .case import Failed

KEYS = {
    "Up": "\x1b[A", "Down": "\x1b[B", "Right": "\x1b[C", "Left": "\x1b[D",
    "Home": "\x1b[1~", "End": "\x1b[4~", "PageUp": "\x1b[5~", "PageDown": "\x1b[6~",
    "Insert": "\x1b[2~", "Delete": "\x1b[3~", "Enter": "\r", "Tab": "\t", "BackTab": "\x1b[Z",
    "Space": " ", "Backspace": "\x7f", "Esc": "\x1b", "Ctrl-C": "\x03", "Ctrl-L": "\x0c",
    "F1": "\x1bOP", "F2": "\x1bOQ", "F3": "\x1bOR", "F4": "\x1bOS", "F10": "\x1b[21~",
}


class Terminal:
    def __init__(self, line, columns=80, rows=24):
        self.line = line
        self.screen = pyte.Screen(columns, rows)
        self.screen.write_process_input = line.send  # answers to questions about the cursor
        self.stream = pyte.ByteStream(self.screen)
        line.watch(self.stream.feed)

    @property
    def text(self):
        return "\n".join(row.rstrip() for row in self.screen.display)

    def marked(self):
        """Text of the cells that are shown in reverse, row by row."""
        rows = []
        for y in range(self.screen.lines):
            row = self.screen.buffer[y]
            cells = "".join(row[x].data for x in range(self.screen.columns) if row[x].reverse)
            if cells.strip():
                rows.append(cells.strip())
        return rows

    def until(self, found, seconds, what):
        """Wait until found() is true, however often the screen changes."""
        try:
            return self.line.until(found, seconds, what)
        except Failed as e:
            raise Failed("%s\n%s" % (str(e).partition("\n")[0], self.dump()))

    def wait_for(self, regex, seconds=60):
        """Wait until the screen shows it."""
        pattern = re.compile(regex, re.M)
        return self.until(lambda: pattern.search(self.text), seconds, "%r on the screen" % regex)

    def wait_gone(self, regex, seconds=60):
        pattern = re.compile(regex, re.M)
        self.until(lambda: not pattern.search(self.text), seconds, "screen without %r" % regex)

    def keys(self, names):
        """keys("Down Down Enter"): one after the other, each as a person would press it."""
        for name in names.split():
            self.line.send(KEYS[name] if name in KEYS else name)

    def type(self, text):
        self.line.send(text)

    def dump(self):
        border = "+" + "-" * self.screen.columns + "+"
        return "\n".join([border] + ["|%s|" % row for row in self.screen.display] + [border])
