# SPDX-License-Identifier: GPL-2.0-or-later
# What libdeflate cannot: pack and unpack a file piece by piece.
for file in adler32 crc32 deflate inffast inflate inftrees trees zutil; do
	$CC $CFLAGS -DHAVE_UNISTD_H -c "$file.c"
done
ar rcs libz.a adler32.o crc32.o deflate.o inffast.o inflate.o inftrees.o trees.o zutil.o
install -D -m 644 libz.a "$DESTDIR/devel/lib/libz.a"
install -D -m 644 -t "$DESTDIR/devel/include" zlib.h zconf.h
