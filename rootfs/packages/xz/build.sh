# SPDX-License-Identifier: GPL-2.0-or-later
# The library alone, and of it what unpacks.
./configure --host=x86_64-linux-musl --prefix=/devel --disable-shared --disable-encoders --disable-threads \
	--disable-xz --disable-xzdec --disable-lzmadec --disable-lzmainfo --disable-scripts --disable-doc \
	--disable-nls --disable-lzip-decoder --disable-microlzma
make -C src/liblzma -j"$JOBS" install DESTDIR="$DESTDIR"
rm -rf "$DESTDIR/devel/lib/pkgconfig" "$DESTDIR/devel/lib/liblzma.la"
