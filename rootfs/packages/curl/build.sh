# SPDX-License-Identifier: GPL-2.0-or-later
# HTTP alone, and the certificates of the usual authorities.
[ -x configure ] || autoreconf -fi
./configure --host=x86_64-linux-musl --prefix=/usr --disable-shared --enable-static --with-openssl="$SYSROOT" \
	--with-ca-bundle=/etc/ssl/ca.pem --without-ca-path --enable-ipv6 --disable-threaded-resolver \
	--without-zlib --without-zstd --without-brotli --without-libpsl --without-libidn2 --without-nghttp2 \
	--without-librtmp --without-libssh2 --without-gssapi --disable-ldap --disable-ldaps --disable-rtsp --disable-dict \
	--disable-telnet --disable-pop3 --disable-imap --disable-smtp --disable-gopher --disable-mqtt \
	--disable-smb --disable-ftp --disable-tftp --disable-file --disable-manual --disable-ntlm --disable-ntlm-wb \
	--disable-alt-svc --disable-hsts --disable-unix-sockets --disable-tls-srp --disable-doh \
	--disable-libcurl-option LIBS="-lssl -lcrypto"
make -j"$JOBS"
install -D src/curl "$DESTDIR/bin/curl"
mkdir -p "$DESTDIR/etc/ssl"
cat /usr/share/ca-certificates/mozilla/*.crt > "$DESTDIR/etc/ssl/ca.pem"
