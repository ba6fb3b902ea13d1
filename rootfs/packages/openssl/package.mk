# SPDX-License-Identifier: GPL-2.0-or-later
openssl_SOURCE  := openssl
openssl_NEEDS   := musl
openssl_HOST    :=
openssl_SECONDS := 150
openssl_FILES   :=
