# SPDX-License-Identifier: GPL-2.0-or-later
"""A serial line of a guest: a thread takes what arrives, keeps it as text and logs it."""
import codecs
import os
import re
import threading
import time

from .case import Failed

SCALE = float(os.environ.get("TIMEOUT_SCALE", "1"))
ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[()][A-Za-z0-9]|[^\[()])|[\r\0\x07]")


class Line:
    """`wait_for` goes forward only: each call looks behind what the last one matched."""

    def __init__(self, name, sock, log):
        self.name = name
        self.sock = sock
        self.log = open(log, "wb", buffering=0)
        self.changed = threading.Condition()
        self.text = ""        # all that arrived, without escape sequences and carriage returns
        self.mark = 0         # where the next wait_for begins to look
        self.ended = False
        self.watchers = []    # called with the raw bytes, `changed` held
        self.last_byte = time.monotonic()
        self._raw = ""        # tail that may be the beginning of an escape sequence
        self._history = bytearray()
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        while True:
            try:
                data = self.sock.recv(65536)
            except OSError:
                data = b""
            with self.changed:
                if not data:
                    self.ended = True
                    self.changed.notify_all()
                    return
                self.log.write(data)
                self._history += data
                self._raw = ESCAPE.sub("", self._raw + decode(data))
                cut = self._raw.rfind("\x1b")
                if cut < 0 or len(self._raw) - cut > 32:
                    cut = len(self._raw)
                self.text += self._raw[:cut]
                self._raw = self._raw[cut:]
                self.last_byte = time.monotonic()
                for watcher in self.watchers:
                    watcher(data)
                self.changed.notify_all()

    def watch(self, watcher):
        """Call `watcher` with every byte, those that are past included."""
        with self.changed:
            watcher(bytes(self._history))
            self.watchers.append(watcher)

    def send(self, data):
        self.sock.sendall(data.encode() if isinstance(data, str) else data)

    def until(self, found, seconds, what):
        """Wait until found() is true (called with `changed` held); its value is returned."""
        end = time.monotonic() + seconds * SCALE
        with self.changed:
            while True:
                value = found()
                if value:
                    return value
                if self.ended:
                    raise Failed("%s ended before %s\n%s" % (self.name, what, self.tail()))
                left = end - time.monotonic()
                if left <= 0:
                    raise Failed("%s: no %s within %d s\n%s" %
                                 (self.name, what, seconds * SCALE, self.tail()))
                self.changed.wait(min(left, 0.2))

    def wait_for(self, regex, seconds=60):
        pattern = re.compile(regex, re.M)
        match = self.until(lambda: pattern.search(self.text, self.mark), seconds, repr(regex))
        self.mark = match.end()
        return match

    def wait_quiet(self, quiet=0.3, seconds=30):
        """Wait until nothing has arrived for `quiet` seconds from now."""
        begin = time.monotonic()
        self.until(lambda: time.monotonic() - max(self.last_byte, begin) > quiet, seconds,
                   "silence")

    def tail(self, lines=15):
        return "\n".join(self.text.splitlines()[-lines:])

    def close(self):
        self.sock.close()
        self.log.close()
