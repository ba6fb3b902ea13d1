# SPDX-License-Identifier: GPL-2.0-or-later
# Programs, and libext2fs with its helpers for ours. libuuid and libblkid are the bundled ones:
# util-linux builds its own for its own programs.
./configure --host=x86_64-linux-musl --prefix=/usr --sbindir=/sbin --sysconfdir=/etc --disable-nls \
	--disable-uuidd --disable-fuse2fs --disable-tdb --disable-rpath --enable-libuuid \
	--enable-libblkid BUILD_CC="$HOSTCC"
make -j"$JOBS" V=1
mkdir -p "$DESTDIR/sbin" "$DESTDIR/etc" "$DESTDIR/devel"
install e2fsck/e2fsck misc/mke2fs misc/tune2fs misc/dumpe2fs misc/badblocks resize/resize2fs \
	debugfs/debugfs "$DESTDIR/sbin"
install -m 644 misc/mke2fs.conf "$DESTDIR/etc"
for version in 2 3 4; do
	ln -s e2fsck "$DESTDIR/sbin/fsck.ext$version"
	ln -s mke2fs "$DESTDIR/sbin/mkfs.ext$version"
done
ln -s tune2fs "$DESTDIR/sbin/e2label"

make install-libs DESTDIR="$PWD/libs"
cp -a libs/usr/lib libs/usr/include "$DESTDIR/devel/"
# pkg-config files name the prefix /usr, which is not where the sysroot lies; nobody asks them
rm -rf "$DESTDIR/devel/lib/pkgconfig"
