# SPDX-License-Identifier: GPL-2.0-or-later
# tests/fuzz/<name>.c is one libFuzzer target over all of apps/, run for SECONDS= each. Its first inputs come from
# tests/fuzz/make_corpus; what was found interesting is kept in the cache, fuzz/<name>, and goes on from there.

SECONDS    ?= 10
FUZZ_SRC   := $(sort $(wildcard tests/fuzz/*.c))
FUZZ_BIN   := $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/fuzz/%)
FUZZ_RUN   := $(FUZZ_BIN:=.run)
FUZZ_READY := $(BUILD)/fuzz/.ready
CLANG_CC     := clang-14
CLANG_CFLAGS := $(APPS_CFLAGS) -g -O1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -w

$(eval $(call build,clang,CLANG,$(FUZZ_READY)))

# nothing is to be found in checksums, and watched they would take all the time
$(BUILD)/clang/obj/base/crc.o: CLANG_CFLAGS += -fno-sanitize=all -O2

$(FUZZ_READY): tests/fuzz/packages.list rootfs/host-packages.sh | $(HOST_READY) $(BUILD)/.tests-ready
	@mkdir -p $(@D)
	@rootfs/host-packages.sh tests/fuzz/packages.list
	@touch $@

$(BUILD)/fuzz/%: tests/fuzz/%.c $(wildcard tests/fuzz/*.h) $(BUILD)/clang/apps.a
	$(call say,fuzz,$@)
	$(Q)$(CLANG_CC) $(subst fuzzer-no-link,fuzzer,$(CLANG_CFLAGS)) -Itests/fuzz -o $@ $< $(BUILD)/clang/apps.a $(HOST_LIBS)

.PHONY: fuzz $(FUZZ_RUN)
fuzz: $(FUZZ_RUN)              #: fuzz every parser for SECONDS= each
$(FUZZ_RUN): $(BUILD)/fuzz/%.run: $(BUILD)/fuzz/% $(BUILD)/fuzz/.corpus
	@tests/fuzz/one $< $(SECONDS) $(BUILD)/fuzz $(CACHE)/fuzz

# the first inputs: real tables, superblocks and file systems, small ones
$(BUILD)/fuzz/.corpus: tests/fuzz/make_corpus tests/lib/md.py tests/lib/server.py | $(BUILD)/host/salvor $(BUILD)/.tests-ready
	@tests/fuzz/make_corpus $(BUILD)/fuzz/corpus
	@touch $@
