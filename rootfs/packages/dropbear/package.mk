# SPDX-License-Identifier: GPL-2.0-or-later
dropbear_SOURCE  := dropbear
dropbear_NEEDS   := musl
dropbear_HOST    :=
dropbear_SECONDS := 40
dropbear_FILES   := sbin/dropbear bin/dropbearkey
