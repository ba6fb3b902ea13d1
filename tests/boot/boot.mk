# SPDX-License-Identifier: GPL-2.0-or-later
# Whole machines: the servers to rescue, the boot media, the way from a dead mirror to a server that
# boots.

# LONG=1 adds the ways of the larger servers by commands (their ways by keys are always part), to p2v all other virtual machines, to
# matrix controllers times formats of all servers (LONG="SERVER ..." tests/boot/matrix: of these alone), programs that make initrds
# in the chroot (own_tools), to initrds the start of each, to lvm servers with GRUB 2, and a server that starts by UEFI.
TESTS     += $(addprefix tests/boot/,walk_keys_debian walk_keys_centos5 walk_keys_tiny walk_cli_tiny fixtures media_bios \
             media_uefi bad_sectors rescue_screen dying trouble commit_cut repair_options disks consoles p2v matrix unattended \
             run network pxe windows $(if $(LONG),walk_cli_centos5 walk_cli_debian own_tools efi) shares servers \
             file_systems stick onepart lvm btrfs dracut initrds)
TEST_DEPS += image $(BUILD)/target/test-dm

# makes disks that fail, inside Salvor
$(BUILD)/target/test-dm: tests/boot/dm.c | $(SYSROOT)/.ready
	@mkdir -p $(@D)
	$(call say,cc,$@)
	$(Q)$(TARGET_CC) -Os -static -s -Wall -o $@ $<
