# SPDX-License-Identifier: GPL-2.0-or-later
# Every program in tests/cli/ that can be executed is a test of build/host/salvor on plain files.
TESTS     += $(shell find tests/cli -type f -perm -u+x | sort)
TEST_DEPS += $(HOST_PROGRAMS)
