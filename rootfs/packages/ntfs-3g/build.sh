# SPDX-License-Identifier: GPL-2.0-or-later
# The library and its headers, for our own used-blocks map; no program of it goes on the image. The
# source comes without a configure script, and asks for a macro of a library that is switched off.
echo 'AC_DEFUN([AM_PATH_LIBGCRYPT], [:])' > m4/libgcrypt.m4
autoreconf -fi
./configure --host=x86_64-linux-musl --prefix=/usr --exec-prefix=/usr --disable-shared --enable-static \
	--disable-ldconfig --disable-mount-helper --disable-nfconv --disable-ntfsprogs --disable-ntfs-3g \
	--disable-crypto --without-uuid --without-hd --with-fuse=internal
make -j"$JOBS" -C libntfs-3g
make -C libntfs-3g install DESTDIR="$PWD/libs"
make -C include install DESTDIR="$PWD/libs"
mkdir -p "$DESTDIR/devel/lib"
cp libs/usr/lib/libntfs-3g.a "$DESTDIR/devel/lib/"
cp -a libs/usr/include "$DESTDIR/devel/"
