# SPDX-License-Identifier: GPL-2.0-or-later
# The library alone, for speed: -O2, and it asks the processor at run time what it can do.
CFLAGS="-ffunction-sections -fdata-sections"
make -j"$JOBS" libdeflate.a
install -D -m 644 libdeflate.a "$DESTDIR/devel/lib/libdeflate.a"
install -D -m 644 libdeflate.h "$DESTDIR/devel/include/libdeflate.h"
