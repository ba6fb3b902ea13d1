# SPDX-License-Identifier: GPL-2.0-or-later
keymaps_SOURCE  :=
keymaps_NEEDS   := musl
keymaps_HOST    := console-data kbd
keymaps_SECONDS := 1
keymaps_FILES   := usr/share/keymaps
