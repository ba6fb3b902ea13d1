# SPDX-License-Identifier: GPL-2.0-or-later
TESTS     += tests/style/check tests/style/kernel_check
TEST_DEPS += $(HOST_PROGRAMS)

.PHONY: lint
lint: $(HOST_PROGRAMS)         #: the style checks alone: layers, sizes, licence lines, man page
	tests/style/check
