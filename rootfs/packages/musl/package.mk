# SPDX-License-Identifier: GPL-2.0-or-later
musl_SOURCE  := musl
musl_NEEDS   :=
musl_HOST    := linux-libc-dev
musl_SECONDS := 25
musl_FILES   :=
