# SPDX-License-Identifier: GPL-2.0-or-later
util-linux_SOURCE  := util-linux
util-linux_NEEDS   := musl
util-linux_HOST    :=
util-linux_SECONDS := 75
util-linux_FILES   := sbin/blkid sbin/sfdisk bin/lsblk
