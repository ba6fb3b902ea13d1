# SPDX-License-Identifier: GPL-2.0-or-later
# Our dialog beside Debian's, and what the boxes look like; the screen of a rescue with an engine that pretends.
TESTS     += tests/dialog/compare tests/dialog/screens tests/dialog/terminal tests/dialog/backup tests/dialog/image tests/dialog/rescue tests/dialog/server tests/dialog/serve
TEST_DEPS += $(BUILD)/host/dialog $(BUILD)/host/salvor $(BUILD)/host/fake_rescue

$(BUILD)/host/fake_rescue: tests/dialog/fake_rescue.c $(filter-out %/main.o,$(call objects,host,$(sort $(wildcard apps/salvor/*.c)))) \
		$(BUILD)/host/apps.a
	$(call say,link,$@)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)
