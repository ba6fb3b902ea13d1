# SPDX-License-Identifier: GPL-2.0-or-later
# Whole machines: the servers to rescue, the boot media, the way from a dead mirror to a server that
# boots.

TESTS     += $(addprefix tests/boot/,fixtures)
TEST_DEPS += image
