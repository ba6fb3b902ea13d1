# SPDX-License-Identifier: GPL-2.0-or-later
libmspack_SOURCE  := libmspack
libmspack_NEEDS   := musl
libmspack_HOST    :=
libmspack_SECONDS := 3
libmspack_FILES   :=
