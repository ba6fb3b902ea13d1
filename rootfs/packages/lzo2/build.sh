# SPDX-License-Identifier: GPL-2.0-or-later
# Unpacking alone, by the function that checks its bounds.
$CC $CFLAGS -Iinclude -Isrc -c src/lzo1x_d2.c
ar rcs liblzo2.a lzo1x_d2.o
install -D -m 644 liblzo2.a "$DESTDIR/devel/lib/liblzo2.a"
install -D -m 644 -t "$DESTDIR/devel/include/lzo" include/lzo/lzoconf.h include/lzo/lzodefs.h include/lzo/lzo1x.h
