# SPDX-License-Identifier: GPL-2.0-or-later
# The C library with the host's compiler, kernel headers, and mcc.
devel=$DESTDIR/devel
CC=$HOSTCC CFLAGS="-O2 -pipe" LDFLAGS= ./configure --prefix="/devel" --disable-shared --enable-wrapper=gcc
make -j"$JOBS"
make install DESTDIR="$DESTDIR"

# musl's wrapper has the prefix burnt in; ours asks the environment, see mcc
sed -i 's|/devel/\([[:alnum:]./]*\)|%:getenv(SALVOR_SYSROOT /\1)|g' "$devel/lib/musl-gcc.specs"
rm -f "$devel/bin/musl-gcc"
install -m 755 "$RECIPE/mcc" "$devel/bin/mcc"

# Kernel headers: just the files of linux-libc-dev. It has no scsi/, musl brings its own.
dpkg -L linux-libc-dev | grep '^/usr/include/.*\.h$' | while read -r header; do
	to=${header#/usr/include/}
	install -D -m 644 "$header" "$devel/include/${to#x86_64-linux-gnu/}"
done
