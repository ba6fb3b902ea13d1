# SPDX-License-Identifier: GPL-2.0-or-later
busybox_SOURCE  := busybox
busybox_NEEDS   := musl
busybox_HOST    :=
busybox_SECONDS := 60
busybox_FILES   := bin sbin usr
