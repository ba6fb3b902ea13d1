# SPDX-License-Identifier: GPL-2.0-or-later
lz4_SOURCE  := lz4
lz4_NEEDS   := musl
lz4_HOST    :=
lz4_SECONDS := 5
lz4_FILES   :=
