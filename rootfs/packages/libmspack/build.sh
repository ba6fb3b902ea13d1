# SPDX-License-Identifier: GPL-2.0-or-later
# Of the library what unpacks cabinets, in the three ways they are packed.
echo '#define HAVE_INTTYPES_H 1' > config.h
for part in cabd lzxd mszipd qtmd system; do
	$CC $CFLAGS -DHAVE_CONFIG_H -I. -Imspack -c "mspack/$part.c"
done
ar rcs libmspack.a cabd.o lzxd.o mszipd.o qtmd.o system.o
install -D -m 644 libmspack.a "$DESTDIR/devel/lib/libmspack.a"
install -D -m 644 mspack/mspack.h "$DESTDIR/devel/include/mspack.h"
