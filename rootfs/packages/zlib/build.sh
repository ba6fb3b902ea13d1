# SPDX-License-Identifier: GPL-2.0-or-later
# The unpacking half alone: libdeflate, which packs, wants all of a file in memory at once.
for file in adler32 crc32 inffast inflate inftrees zutil; do
	$CC $CFLAGS -DHAVE_UNISTD_H -c "$file.c"
done
ar rcs libz.a adler32.o crc32.o inffast.o inflate.o inftrees.o zutil.o
install -D -m 644 libz.a "$DESTDIR/devel/lib/libz.a"
install -D -m 644 -t "$DESTDIR/devel/include" zlib.h zconf.h
