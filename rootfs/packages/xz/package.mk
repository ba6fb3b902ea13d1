# SPDX-License-Identifier: GPL-2.0-or-later
xz_SOURCE  := xz-utils
xz_NEEDS   := musl
xz_HOST    :=
xz_SECONDS := 40
xz_FILES   :=
