# SPDX-License-Identifier: GPL-2.0-or-later
ntfs-3g_SOURCE  := ntfs-3g
ntfs-3g_NEEDS   := musl
ntfs-3g_HOST    :=
ntfs-3g_SECONDS := 30
ntfs-3g_FILES   :=
