# SPDX-License-Identifier: GPL-2.0-or-later
lzo2_SOURCE  := lzo2
lzo2_NEEDS   := musl
lzo2_HOST    :=
lzo2_SECONDS := 5
lzo2_FILES   :=
