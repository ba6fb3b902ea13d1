# SPDX-License-Identifier: GPL-2.0-or-later
# One file for CD and stick, BIOS and UEFI (build.sh tells how), and the bare parts of it.

$(BUILD)/salvor.iso: iso/build.sh iso/help.txt iso/menu.cfg iso/isolinux/local.cfg \
		iso/grub/stage1.cfg iso/grub/grub.cfg \
		$(BUILD)/vmlinuz $(BUILD)/initramfs.img | $(HOST_READY)
	@iso/build.sh $@ $(BUILD)/iso $(BUILD)/vmlinuz $(BUILD)/initramfs.img $(VERSION)
