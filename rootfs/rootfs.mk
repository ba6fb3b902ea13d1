# SPDX-License-Identifier: GPL-2.0-or-later
# What is on the image besides the kernel: foreign packages built static on musl from Debian's
# sources (but smartmontools, which is C++, with the host's libraries), and the files under skel/.
# Also the sysroot our own programs are compiled against.
#
# packages/list names the packages; packages/<name>/package.mk holds the facts of one:
#   <name>_SOURCE    Debian source package; empty: made of files of <name>_HOST (take-package.sh)
#   <name>_NEEDS     packages whose headers and libraries it is built with
#   <name>_HOST      installed host packages that end up in the result (part of the cache key)
#   <name>_SECONDS   about how long it takes on two cores
#   <name>_FILES     the files that go on the image, relative to its stage
# and packages/<name>/build.sh the commands (build-package.sh says what they may rely on).

STAGE     := $(BUILD)/stage
SYSROOT   := $(BUILD)/sysroot
TARGET_CC := $(SYSROOT)/bin/mcc
PACKAGES  := $(shell sed 's/\#.*//; s/[[:space:]].*//' rootfs/packages/list)
include $(PACKAGES:%=rootfs/packages/%/package.mk)

# Whoever runs a host tool depends, order-only, on this.
HOST_READY := $(BUILD)/.host-ready
$(HOST_READY): rootfs/host-packages.sh rootfs/host-packages.list
	@rootfs/host-packages.sh rootfs/host-packages.list
	@mkdir -p $(@D) && touch $@

package_script = rootfs/$(if $($(1)_SOURCE),build,take)-package.sh
define package_rule
$(STAGE)/$(1)/.done: $(call package_script,$(1)) $$(wildcard rootfs/packages/$(1)/*) \
		$(patsubst %,$(STAGE)/%/.done,$($(1)_NEEDS)) | $(HOST_READY)
	@SOURCE='$($(1)_SOURCE)' NEEDS='$($(1)_NEEDS)' HOST='$($(1)_HOST)' SECONDS_USUAL='$($(1)_SECONDS)' \
		JOBS='$(JOBS)' $(call package_script,$(1)) $(1) $(STAGE) $(CACHE)
endef
$(foreach p,$(PACKAGES),$(eval $(call package_rule,$(p))))

# Headers and libraries for our own programs. Objects depend on it order-only.
SYSROOT_PACKAGES := musl e2fsprogs libdeflate zstd ntfs-3g zlib bzip2 xz lz4 lzo2 hivex libmspack
$(SYSROOT)/.ready: rootfs/make-sysroot.sh $(SYSROOT_PACKAGES:%=$(STAGE)/%/.done)
	@rootfs/make-sysroot.sh $(SYSROOT) $(SYSROOT_PACKAGES:%=$(STAGE)/%)
	@touch $@

.PHONY: deps sysroot packages
deps: $(HOST_READY)            #: install the Debian packages the build needs
sysroot: $(SYSROOT)/.ready     #: compiler wrapper, C library and libraries for our programs
packages: $(PACKAGES:%=$(STAGE)/%/.done)   #: the foreign packages of the image
