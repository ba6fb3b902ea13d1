# SPDX-License-Identifier: GPL-2.0-or-later
hivex_SOURCE  :=
hivex_NEEDS   := musl
hivex_HOST    := libhivex-dev
hivex_SECONDS := 1
hivex_FILES   :=
