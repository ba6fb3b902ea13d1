# SPDX-License-Identifier: GPL-2.0-or-later
# Every program in tests/cli/ that can be executed is a test of build/host/salvor on plain files. used_map shows
# them what is taken for used, without an image around it.
TESTS     += $(shell find tests/cli -type f -perm -u+x | sort)
TEST_DEPS += $(HOST_PROGRAMS) $(BUILD)/host/used_map $(BUILD)/host/windows_ide $(BUILD)/host/steps

$(BUILD)/host/used_map: tests/cli/used_map.c $(BUILD)/host/apps.a
	$(call say,link,$@)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

$(BUILD)/host/windows_ide: tests/cli/windows_ide.c $(BUILD)/host/apps.a
	$(call say,link,$@)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

$(BUILD)/host/steps: tests/cli/steps.c $(BUILD)/host/apps.a
	$(call say,link,$@)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)
