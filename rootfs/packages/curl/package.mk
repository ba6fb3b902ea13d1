# SPDX-License-Identifier: GPL-2.0-or-later
curl_SOURCE  := curl
curl_NEEDS   := musl openssl
curl_HOST    := ca-certificates
curl_SECONDS := 40
curl_FILES   := bin/curl etc/ssl/ca.pem
