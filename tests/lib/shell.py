# SPDX-License-Identifier: GPL-2.0-or-later
"""A shell on a serial line, made safe to talk to from a program."""
import collections
import itertools
import json
import time

from .case import Failed, expect
from .line import SCALE

Result = collections.namedtuple("Result", "status out")


class Shell:
    """Every command runs in a subshell without input: `cd` and variables do not last."""

    def __init__(self, line, seconds=60):
        """Take over the shell on `line`, which may still be starting."""
        self.line = line
        self.numbers = itertools.count(1)
        end = time.monotonic() + seconds * SCALE
        while True:
            # without echo, busybox's shell reads plainly: no line editing, no redrawing
            line.send("stty -echo; PS1= PS2=; echo at your ''service\n")
            try:
                line.wait_for("at your service\n", 3)
                return
            except Failed:
                if line.ended or time.monotonic() > end:
                    raise

    def sh(self, command, seconds=60):
        """Run a command (several lines are fine); its exit status and output."""
        mark = "%08d" % next(self.numbers)
        self.line.send("echo '<''%s>'; (\n%s\n) </dev/null 2>&1; printf '\\n<%%d %%s>\\n' $? %s\n" %
                       (mark, command, mark))
        self.line.wait_for("^<%s>\n" % mark, 20)
        start = self.line.mark
        match = self.line.wait_for(r"\n<(\d+) %s>\n" % mark, seconds)
        return Result(int(match[1]), self.line.text[start:match.start()])

    def out(self, command, seconds=60):
        """The output of a command that must succeed."""
        result = self.sh(command, seconds)
        expect(result.status == 0, "%s: exit status %d\n%s" % (command, result.status, result.out))
        return result.out

    def json(self, command, seconds=60, status=0):
        """The JSON object that a command prints; its messages go to the test's log only."""
        result = self.sh("%s 2>/tmp/messages; s=$?; echo; echo '#'; cat /tmp/messages; exit $s" %
                         command, seconds)
        text, _, messages = result.out.rpartition("\n#\n")
        expect(result.status == status, "%s: exit status %d, not %d\n%s\n%s" %
               (command, result.status, status, messages, text))
        try:
            return json.loads(text)
        except ValueError as e:
            raise Failed("%s: %s\n%s" % (command, e, result.out))


def log_in(line, user, password, prompt="login:", seconds=120):
    """Log in at a getty and give the shell. login throws away what is typed before it has switched
    the echo off, and asks again: so does this."""
    line.wait_for(prompt, seconds)
    for _ in range(5):
        line.send(user + "\n")
        line.wait_for("Password:", 60)
        line.wait_quiet()
        line.send(password + "\n")
        answer = line.wait_for(r"[#$] ?\Z|incorrect|timed out", 90)
        if answer[0][0] in "#$":
            shell = Shell(line)
            shell.sh("dmesg -n 1")  # what the kernel says would come in between
            return shell
        line.wait_for("login:", 60)
    raise Failed("%s: no login as %s\n%s" % (line.name, user, line.tail()))
