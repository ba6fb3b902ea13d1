# SPDX-License-Identifier: GPL-2.0-or-later
openssh_SOURCE  := openssh
openssh_NEEDS   := musl openssl
openssh_HOST    :=
openssh_SECONDS := 40
openssh_FILES   := bin/ssh
