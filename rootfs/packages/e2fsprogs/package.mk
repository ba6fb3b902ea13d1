# SPDX-License-Identifier: GPL-2.0-or-later
e2fsprogs_SOURCE  := e2fsprogs
e2fsprogs_NEEDS   := musl
e2fsprogs_HOST    :=
e2fsprogs_SECONDS := 40
e2fsprogs_FILES   := $(addprefix sbin/,e2fsck fsck.ext2 fsck.ext3 fsck.ext4 mke2fs mkfs.ext2 mkfs.ext3 \
	mkfs.ext4 tune2fs e2label resize2fs dumpe2fs debugfs badblocks) etc/mke2fs.conf
