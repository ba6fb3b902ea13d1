# SPDX-License-Identifier: GPL-2.0-or-later
mdadm_SOURCE  := mdadm
mdadm_NEEDS   := musl
mdadm_HOST    :=
mdadm_SECONDS := 15
mdadm_FILES   := sbin/mdadm
