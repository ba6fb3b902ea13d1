# SPDX-License-Identifier: GPL-2.0-or-later
# The libraries alone, with their assembly: it is what lets ssh and curl keep up with a disk. Left
# out is what neither speaks. -O2: the parts without assembly are in the way of every byte, too.
export CFLAGS="-O2 -ffunction-sections -fdata-sections -fno-stack-protector"
./Configure linux-x86_64 --prefix=/usr --libdir=lib --openssldir=/etc/ssl no-shared no-module no-tests \
	no-dso no-engine no-afalgeng no-async no-comp no-legacy no-autoload-config no-ui-console \
	no-aria no-bf no-blake2 no-camellia no-cast no-cmp no-cms no-ct no-des no-dtls no-ec2m no-gost \
	no-idea no-md4 no-mdc2 no-ocb no-psk no-rc2 no-rc4 no-rc5 no-rfc3779 no-rmd160 no-scrypt no-seed \
	no-siphash no-siv no-sm2 no-sm3 no-sm4 no-srp no-srtp no-ssl3 no-ts no-whirlpool
make -j"$JOBS" build_libs
mkdir -p "$DESTDIR/devel/lib/pkgconfig" "$DESTDIR/devel/include"
cp libcrypto.a libssl.a "$DESTDIR/devel/lib/"
cp -r include/openssl "$DESTDIR/devel/include/"
