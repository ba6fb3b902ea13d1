# SPDX-License-Identifier: GPL-2.0-or-later
zlib_SOURCE  := zlib
zlib_NEEDS   := musl
zlib_HOST    :=
zlib_SECONDS := 5
zlib_FILES   :=
