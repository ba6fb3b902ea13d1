# SPDX-License-Identifier: GPL-2.0-or-later
# The network's boot medium: a folder for a TFTP server (build.sh tells what is in it).

PXE := $(BUILD)/pxe.done
$(PXE): iso/pxe/build.sh iso/pxe/local.cfg iso/menu.cfg iso/help.txt \
		$(BUILD)/vmlinuz $(BUILD)/initramfs.img Makefile | $(HOST_READY)
	@iso/pxe/build.sh $(BUILD)/pxe $(BUILD)/vmlinuz $(BUILD)/initramfs.img $(VERSION)
	@touch $@
