# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel: Debian's source package, "allnoconfig" and the fragments of this folder, one image
# without modules. build.sh fails and names the lines when one of them did not survive.

KERNEL_PACKAGE   := linux-source-6.12
KERNEL_FRAGMENTS := $(sort $(wildcard kernel-config/*.config))
KERNEL_WORK      := $(BUILD)/kernel

$(BUILD)/vmlinuz: kernel-config/build.sh kernel-config/check $(KERNEL_FRAGMENTS) | $(HOST_READY)
	@kernel-config/build.sh $(KERNEL_PACKAGE) $@ $(KERNEL_WORK) $(CACHE) $(KERNEL_FRAGMENTS)

.PHONY: kernel
kernel: $(BUILD)/vmlinuz       #: the kernel alone: build/vmlinuz
