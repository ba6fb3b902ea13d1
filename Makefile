# SPDX-License-Identifier: GPL-2.0-or-later
# Salvor: variables, the fragments, the targets a person types. What is made how stands in
# the fragment of each folder.

VERSION := 0.1
BUILD   := build
CACHE   := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/salvor
JOBS    := $(shell nproc)
export SOURCE_DATE_EPOCH ?= 1750000000
export TZ := UTC
export LC_ALL := C

# V=1 shows the commands
Q   := $(if $(V),,@)
say  = @$(if $(V),:,printf '  %-5s %s\n' $(1) '$(2)')

.DELETE_ON_ERROR:
.SUFFIXES:
all: image

include rootfs/rootfs.mk
include kernel-config/kernel.mk
include apps/apps.mk
include initramfs/initramfs.mk
include iso/iso.mk
include iso/pxe/pxe.mk
include tests/tests.mk

.PHONY: all image clean help
image: $(BUILD)/salvor.iso $(PXE)   #: the image (the default): build/salvor.iso, pxe/, vmlinuz, initramfs.img

clean:                         #: remove build/ (the cache of kernel and packages stays)
	rm -rf $(BUILD)

help:                          #: this list
	@sed -n 's/^\([a-z][a-z-]*\):.*#: */  \1\t/p' $(filter %Makefile %.mk,$(MAKEFILE_LIST)) | expand -t 14
