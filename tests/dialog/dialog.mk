# SPDX-License-Identifier: GPL-2.0-or-later
# Our dialog beside Debian's, and what the boxes look like.
TESTS     += tests/dialog/compare tests/dialog/screens tests/dialog/terminal tests/dialog/image
TEST_DEPS += $(BUILD)/host/dialog $(BUILD)/host/salvor
