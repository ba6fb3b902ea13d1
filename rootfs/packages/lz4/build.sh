# SPDX-License-Identifier: GPL-2.0-or-later
# Blocks alone: the frame of an initrd is the old one, which the library does not read.
$CC $CFLAGS -c lib/lz4.c
ar rcs liblz4.a lz4.o
install -D -m 644 liblz4.a "$DESTDIR/devel/lib/liblz4.a"
install -D -m 644 lib/lz4.h "$DESTDIR/devel/include/lz4.h"
