# SPDX-License-Identifier: GPL-2.0-or-later
# The library alone, for speed. What it does not need: formats older than the standard, making of
# dictionaries, threads of its own (ours compress granules that know nothing of each other).
CFLAGS="-O2 -ffunction-sections -fdata-sections"
make -C lib -j"$JOBS" libzstd.a ZSTD_LEGACY_SUPPORT=0 ZSTD_LIB_DICTBUILDER=0 ZSTD_LIB_DEPRECATED=0
install -D -m 644 lib/libzstd.a "$DESTDIR/devel/lib/libzstd.a"
install -D -m 644 -t "$DESTDIR/devel/include" lib/zstd.h lib/zstd_errors.h
