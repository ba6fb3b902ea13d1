# SPDX-License-Identifier: GPL-2.0-or-later
libdeflate_SOURCE  := libdeflate
libdeflate_NEEDS   := musl
libdeflate_HOST    :=
libdeflate_SECONDS := 10
libdeflate_FILES   :=
