# SPDX-License-Identifier: GPL-2.0-or-later
"""A program on a terminal of its own: keys in, the screen as pyte sees it, output and exit code."""
import fcntl, os, pty, select, signal, struct, subprocess, tempfile, termios, time

import pyte

OURS = os.path.abspath(os.environ.get("DIALOG", "build/host/dialog"))
DEBIAN = "/usr/bin/dialog"

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, PGUP, PGDN, DELETE = "\x1b[1~", "\x1b[4~", "\x1b[5~", "\x1b[6~", "\x1b[3~"
TAB, ENTER, ESC, BACKSPACE = "\t", "\r", "\x1b", "\x7f"


class Program:
    """Started at once. stdin: None is the terminal, a number is a descriptor, else texts for a pipe."""

    def __init__(self, argv, rows=24, cols=80, term="linux", locale="C.UTF-8", stdin=None, env=()):
        self.screen = pyte.Screen(max(cols, 1), max(rows, 1))
        self.stream = pyte.ByteStream(self.screen)
        self.sent = b""     # all the program wrote
        self.master, slave = pty.openpty()
        self.size(rows, cols)
        self.stderr = tempfile.TemporaryFile()
        environment = dict(os.environ, TERM=term, LC_ALL=locale, ESCDELAY="50", DIALOGRC="/dev/null")
        environment.update(env)

        def terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        source = slave if stdin is None else stdin if isinstance(stdin, int) else subprocess.PIPE
        self.process = subprocess.Popen(argv, stdin=source, stdout=slave, stderr=self.stderr, env=environment,
                                        preexec_fn=terminal)
        os.close(slave)
        if source == subprocess.PIPE:
            for text in stdin:
                self.process.stdin.write(text.encode())
                self.process.stdin.flush()
                time.sleep(0.05)
            self.process.stdin.close()

    def size(self, rows, cols):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def resize(self, rows, cols):
        self.size(rows, cols)
        self.screen.resize(rows, cols)

    def read(self, seconds):
        """Takes what comes within the time; False when nothing did."""
        if self.master is None or not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:     # the other side is closed
            return False
        self.sent += data
        self.stream.feed(data)
        return bool(data)

    def settle(self, quiet=0.12, limit=10):
        """Until it says nothing more; at the start until it said something."""
        end = time.monotonic() + limit
        while time.monotonic() < end and self.process.poll() is None:
            if not self.read(quiet) and self.sent:
                return
        while self.read(0.05):      # what it left behind
            pass

    def until(self, test, seconds=10):
        """Until test() is true. False when it never was."""
        end = time.monotonic() + seconds
        while not test():
            if time.monotonic() > end or (not self.read(0.1) and self.process.poll() is not None):
                return bool(test())
        return True

    def shows(self, text, seconds=10):
        return self.until(lambda: text in self.text(), seconds)

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip("\n") + "\n"

    def key(self, key):
        try:
            os.write(self.master, key.encode())
        except OSError:
            return
        self.settle(0.15 if key == ESC else 0.06)

    def hang_up(self):
        os.close(self.master)
        self.master = None

    def end(self, seconds=10):
        """The exit code, or "hangs"; and what it wrote to standard error."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            if not self.read(0.1):
                time.sleep(0.02)
        code = self.process.poll()
        if code is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            code = "hangs"
        while self.master is not None and self.read(0.02):
            pass
        if self.master is not None:
            self.hang_up()
        self.stderr.seek(0)
        text = self.stderr.read().decode(errors="replace")
        self.stderr.close()
        return code, text


def answer(program, args, keys=(), **how):
    """Runs to the end: exit code and standard error."""
    p = Program([program] + args, **how)
    p.settle()
    for key in keys:
        if p.process.poll() is not None:
            break
        p.key(key)
    return p.end()
