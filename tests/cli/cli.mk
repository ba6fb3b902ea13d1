# SPDX-License-Identifier: GPL-2.0-or-later
# Every program in tests/cli/ that can be executed is a test of build/host/salvor on plain files. used_map shows
# them what is taken for used, without an image around it.
TESTS     += $(shell find tests/cli -type f -perm -u+x | sort)
CLI_PARTS := $(patsubst %,$(BUILD)/host/%,used_map windows_ide steps newfs initrd_add fs_file)
TEST_DEPS += $(HOST_PROGRAMS) $(CLI_PARTS)

$(CLI_PARTS): $(BUILD)/host/%: tests/cli/%.c $(BUILD)/host/apps.a
	$(call say,link,$@)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)
