# SPDX-License-Identifier: GPL-2.0-or-later
"""A program on a terminal of 80 by 24, for a Line: what a person at this terminal has."""
import fcntl
import os
import signal
import struct
import subprocess
import termios

from .machine import ROOT


class Pty:
    """Speaks like a socket, so that a Line can read and write it."""

    def __init__(self, argv, **environment):
        self.fd, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
        env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        self.process = subprocess.Popen(argv, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
                                        start_new_session=True, env=dict(env, **environment))
        os.close(theirs)

    def recv(self, n):
        return os.read(self.fd, n)

    def sendall(self, data):
        os.write(self.fd, data)

    def close(self):
        """Ends the program and everything it started."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.fd)
