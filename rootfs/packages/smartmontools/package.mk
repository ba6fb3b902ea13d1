# SPDX-License-Identifier: GPL-2.0-or-later
smartmontools_SOURCE  := smartmontools
smartmontools_NEEDS   :=
smartmontools_HOST    := libc6-dev g++
smartmontools_SECONDS := 20
smartmontools_FILES   := sbin/smartctl
