# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines a test prints: `ok NAME`, `not ok NAME: reason`, and detail after `# `."""
import contextlib
import sys
import traceback


class Failed(Exception):
    """An expectation that did not hold. The first line of the text is the reason."""


def expect(condition, reason):
    if not condition:
        raise Failed(reason)


def equal(got, wanted, what):
    if got != wanted:
        raise Failed("%s is %r, not %r" % (what, got, wanted))


class Cases:
    def __init__(self, prefix):
        self.prefix = prefix
        self.failed = False

    @contextlib.contextmanager
    def case(self, name, last=False):
        """One case: passes unless the body raises. `last`: nothing makes sense after a failure."""
        try:
            yield
        except Exception as e:  # whatever went wrong is what is to be reported
            self.failed = True
            reason, _, detail = (str(e) or type(e).__name__).partition("\n")
            print("not ok %s.%s: %s" % (self.prefix, name, reason))
            if not isinstance(e, Failed):
                detail += "\n" + traceback.format_exc()
            for line in detail.strip().splitlines():
                print("# " + line)
            sys.stdout.flush()
            if last:
                sys.exit(1)
        else:
            print("ok %s.%s" % (self.prefix, name), flush=True)

    def end(self):
        sys.exit(1 if self.failed else 0)
