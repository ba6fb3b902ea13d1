# SPDX-License-Identifier: GPL-2.0-or-later
.PHONY: bench bench-image bench-rescue bench-share bench-ssh
bench: test-deps image bench-image bench-rescue bench-ssh bench-share $(BUILD)/bench/empty.img   #: the tables of BENCHMARKS.md, measured now
	tests/bench/boot

bench-image: test-deps $(BUILD)/target/salvor
	tests/bench/image

bench-rescue: test-deps $(BUILD)/target/salvor $(BUILD)/host/used_map
	tests/bench/rescue

bench-ssh: test-deps $(BUILD)/target/salvor
	tests/bench/ssh

bench-share: test-deps image
	tests/bench/share

# the bare peer: an initramfs with one program that says it is there
$(BUILD)/bench/empty.img: tests/bench/empty_init.c | $(SYSROOT)/.ready
	@mkdir -p $(BUILD)/bench/root
	$(TARGET_CC) -Os -s -o $(BUILD)/bench/root/init $<
	cd $(BUILD)/bench/root && echo init | cpio -o -H newc -R 0:0 --quiet | zstd -q -19 -f -o ../empty.img
