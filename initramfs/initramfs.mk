# SPDX-License-Identifier: GPL-2.0-or-later
# The initramfs is the whole system: packages' picked files, skel/, our programs and `init`.

INITRAMFS_ROOT := $(BUILD)/initramfs.root
PICKED         := $(foreach p,$(PACKAGES),$(addprefix $(STAGE)/$(p)/./,$($(p)_FILES)))

$(BUILD)/initramfs.img: initramfs/pack.sh initramfs/init $(shell find rootfs/skel -type f) \
		$(PACKAGES:%=$(STAGE)/%/.done) $(TARGET_PROGRAMS) Makefile
	@initramfs/pack.sh $@ $(INITRAMFS_ROOT) $(VERSION) $(PICKED) -- $(TARGET_PROGRAMS)

.PHONY: initramfs size
initramfs: $(BUILD)/initramfs.img   #: the root file system alone: build/initramfs.img
size: $(BUILD)/initramfs.img   #: bytes of every package in the initramfs
	@initramfs/size.sh $< $(foreach p,$(PACKAGES),'$(p) $(STAGE)/$(p) $($(p)_FILES)') \
		'skel rootfs/skel .' 'init initramfs init' 'ours $(BUILD)/target $(PROGRAMS)'
