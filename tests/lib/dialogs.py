# SPDX-License-Identifier: GPL-2.0-or-later
"""A person at the dialogs: looks at the screen, presses a key, looks again."""
import os
import re

from .case import Failed, expect
from .line import Line
from .pty import Pty
from .screen import Terminal

SALVOR = os.path.abspath("build/host/salvor")

# with and without UTF-8
LIT_ROW = re.compile("[│|] [►>] ")
LIT_BUTTON = re.compile(r"\[[►>](.*?)[◄<]\]")
BUTTON = r"\[[ ►>]%s[ ◄<]\]"
FRAME = "[┌+].* %s .*"


class Person:
    def __init__(self, screen):
        self.screen = screen

    def sees(self, text, seconds=60):
        self.screen.wait_for(re.escape(text), seconds)

    def at(self, title, seconds=60):
        """Wait for the box with this title in its frame."""
        self.screen.wait_for(FRAME % re.escape(title), seconds)

    def _lit(self):
        """Index of the list's lit row, -1 when there is none."""
        for i, row in enumerate(self.screen.text.split("\n")):
            if LIT_ROW.search(row):
                return i
        return -1

    def _lit_button(self):
        found = LIT_BUTTON.search(self.screen.text)
        return found and found[1]

    def _row(self, text):
        for i, row in enumerate(self.screen.text.split("\n")):
            if text in row:
                return i
        raise Failed("no row with %r\n%s" % (text, self.screen.dump()))

    def pick(self, text):
        """Walk to the list's row with this text and take it."""
        self.sees(text)
        self.screen.wait_for(LIT_ROW.pattern)
        while self._lit() != self._row(text):
            lit = self._lit()
            self.screen.keys("Down" if lit < self._row(text) else "Up")
            # while the screen is half drawn no row is lit
            self.screen.until(lambda: self._lit() not in (lit, -1), 20, "the cursor to move")
        self.screen.keys("Enter")

    def press(self, label):
        """Walk to a button and press it."""
        self.screen.wait_for(BUTTON % re.escape(label))
        for _ in range(8):
            # while the screen is half drawn no button is lit
            lit = self.screen.until(self._lit_button, 20, "a lit button")
            if lit == label:
                self.screen.keys("Enter")
                return
            self.screen.keys("Tab")
            self.screen.until(lambda: self._lit_button() not in (lit, None), 20, "another button to be lit")
        raise Failed("the button %r cannot be reached\n%s" % (label, self.screen.dump()))

    def result(self, title, seconds):
        """Wait for a result screen, which must tell that all is done; leave it."""
        self.screen.wait_for(FRAME % re.escape(title) +
                             r"(?:\n.*){1,4}(Done\.|Stopped|This did not work)", seconds)
        expect("Done." in self.screen.text, "not done\n" + self.screen.dump())
        self.screen.keys("Esc")


class Dialogs:
    """The dialogs about one disk, with somebody in front of them."""

    def __init__(self, path, folder=None):
        folder = folder or os.path.dirname(path)
        pty = Pty([SALVOR, "menu", os.path.abspath(path)], TERM="linux", LC_ALL="C.UTF-8")
        self.process = pty.process
        self.line = Line("dialogs", pty, os.path.join(folder, "terminal.log"))
        self.screen = Terminal(self.line)
        self.person = Person(self.screen)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait(20)
        self.line.close()
