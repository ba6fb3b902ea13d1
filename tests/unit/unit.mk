# SPDX-License-Identifier: GPL-2.0-or-later
# tests/unit/<name>.c is one program, linked with all of apps/ (sanitized), run by tests/run.

UNIT_SRC  := $(sort $(wildcard tests/unit/*.c))
UNIT_BIN  := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
TESTS     += $(UNIT_BIN)
TEST_DEPS += $(UNIT_BIN)

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/host/apps.a
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -MMD -MP -Itests/unit -o $@ $(filter %.c %.o,$^) $(BUILD)/host/apps.a $(HOST_LIBS)
# of the programs' own folders nothing is in apps.a
$(BUILD)/unit/progress: $(BUILD)/host/obj/salvor/progress.o

-include $(UNIT_BIN:=.d)
