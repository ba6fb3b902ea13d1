# SPDX-License-Identifier: GPL-2.0-or-later
# Salvor on this terminal, with a server to rescue.
#   SERVER=tiny|centos5|debian  MEDIA=cd|usb|pxe  FIRMWARE=bios|uefi

SERVER   ?= tiny
MEDIA    ?= cd
FIRMWARE ?= bios

.PHONY: run run-disk demo-reset
run: image test-deps           #: boot the image with a dead server attached, on this terminal
	@tests/boot/demo start $(SERVER) $(MEDIA) $(FIRMWARE)

run-disk: test-deps            #: boot the demo server's disk alone
	@tests/boot/demo disk $(SERVER)

demo-reset:                    #: forget what was done to the demo servers
	rm -rf $(BUILD)/demo
