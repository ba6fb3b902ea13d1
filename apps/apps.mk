# SPDX-License-Identifier: GPL-2.0-or-later
# Two builds of the same sources: build/target (musl, static, optimised: what goes on the image) and
# build/host (address and undefined-behaviour sanitizers: what the tests run).

# all but the programs' own folders
APPS_SRC  := $(sort $(filter-out apps/salvor/% apps/dialog/%,$(wildcard apps/*/*.c apps/*/*/*.c)))
PROGRAMS  := salvor dialog
TARGET_PROGRAMS := $(PROGRAMS:%=$(BUILD)/target/%)
HOST_PROGRAMS   := $(PROGRAMS:%=$(BUILD)/host/%)

WERROR   := -Werror
WARN     := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
            -Wwrite-strings -Wformat=2 -Wundef $(WERROR)
# the folders that parse what lies on disks
STRICT   := -Wconversion -Wno-sign-conversion
APPS_CFLAGS := -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DSALVOR_VERSION='"$(VERSION)"' -Iapps $(WARN)

HOST_CC     := gcc
HOST_CFLAGS := $(APPS_CFLAGS) -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_LIBS   := -lext2fs -lcom_err -lntfs-3g -lhivex -lmspack -ldeflate -lzstd -lz -lbz2 -llzma -llz4 -llzo2 -lpthread
TARGET_CFLAGS := $(APPS_CFLAGS) -O2 -ffunction-sections -fdata-sections
TARGET_LIBS   := -Wl,--gc-sections -lext2fs -lcom_err -lntfs-3g -lhivex -lmspack -ldeflate -lzstd -lz -lbz2 -llzma -llz4 -llzo2 -lpthread

strict = $(if $(filter apps/net/% apps/part/% apps/raid/% apps/fsmap/% apps/image/% apps/nbd/% apps/initrd/% apps/cabinet/%,$<),$(STRICT))

objects = $(patsubst apps/%.c,$(BUILD)/$(1)/obj/%.o,$(2))

# $(1): host or target, $(2): HOST or TARGET, $(3): what must be there before compiling
define build
$(BUILD)/$(1)/obj/%.o: apps/%.c | $(3)
	@mkdir -p $$(@D)
	$$(call say,cc,$(1) $$<)
	$$(Q)$$($(2)_CC) $$($(2)_CFLAGS) $$(strict) -MMD -MP -c -o $$@ $$<
$(BUILD)/$(1)/apps.a: $(call objects,$(1),$(APPS_SRC))
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
-include $(patsubst %.o,%.d,$(call objects,$(1),$(APPS_SRC)))
endef

# one program: $(1) build, $(2) its variables, $(3) the program's folder
define program
$(BUILD)/$(1)/$(3): $(call objects,$(1),$(sort $(wildcard apps/$(3)/*.c))) $(BUILD)/$(1)/apps.a
	$$(call say,link,$$@)
	$$(Q)$$($(2)_CC) $$($(2)_CFLAGS) -o $$@ $$^ $$($(2)_LIBS) $(if $(filter target,$(1)),-s)
-include $(patsubst %.o,%.d,$(call objects,$(1),$(sort $(wildcard apps/$(3)/*.c))))
endef

$(eval $(call build,host,HOST,$(BUILD)/.tests-ready))
$(eval $(call build,target,TARGET,$(SYSROOT)/.ready))
$(foreach p,$(PROGRAMS),$(eval $(call program,host,HOST,$(p))) $(eval $(call program,target,TARGET,$(p))))

.PHONY: apps host
apps: $(TARGET_PROGRAMS)       #: the programs of the image, static: build/target/salvor, dialog
host: $(HOST_PROGRAMS)         #: the same with sanitizers: build/host/
