# SPDX-License-Identifier: GPL-2.0-or-later
# Each tests/<area>/<area>.mk appends programs or scripts to TESTS; what they need to exist first
# goes to TEST_DEPS. Every one prints `ok NAME` or `not ok NAME: reason` lines.

TESTS     :=
TEST_DEPS :=
include $(sort $(wildcard tests/*/*.mk))
include tests/demo.mk

.PHONY: test
test: test-deps $(TEST_DEPS)   #: install what the tests need, build, run every test
	tests/run $(TESTS)
