# SPDX-License-Identifier: GPL-2.0-or-later
bzip2_SOURCE  := bzip2
bzip2_NEEDS   := musl
bzip2_HOST    :=
bzip2_SECONDS := 5
bzip2_FILES   :=
