# SPDX-License-Identifier: GPL-2.0-or-later
# The library alone. Its makefile knows no other way to give flags than on the command line.
make -j"$JOBS" libbz2.a CC="$CC" CFLAGS="$CFLAGS"
install -D -m 644 libbz2.a "$DESTDIR/devel/lib/libbz2.a"
install -D -m 644 bzlib.h "$DESTDIR/devel/include/bzlib.h"
