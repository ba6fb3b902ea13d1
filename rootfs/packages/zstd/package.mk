# SPDX-License-Identifier: GPL-2.0-or-later
zstd_SOURCE  := libzstd
zstd_NEEDS   := musl
zstd_HOST    :=
zstd_SECONDS := 30
zstd_FILES   :=
