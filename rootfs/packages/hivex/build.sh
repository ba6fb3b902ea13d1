# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's own archive, not a build: mirrors keep the binary package longer than its source. It was
# compiled for glibc and needs of it one name that musl has not; the rest is the same for both.
cat > fprintf.c <<'C'
#include <stdarg.h>
#include <stdio.h>
int __fprintf_chk(FILE *f, int flag, const char *format, ...)
{
	va_list ap;
	(void)flag;
	va_start(ap, format);
	int n = vfprintf(f, format, ap);
	va_end(ap);
	return n;
}
C
"$CC" $CFLAGS -c fprintf.c
mkdir -p "$DESTDIR/devel/lib" "$DESTDIR/devel/include"
cp /usr/lib/x86_64-linux-gnu/libhivex.a "$DESTDIR/devel/lib/"
ar r "$DESTDIR/devel/lib/libhivex.a" fprintf.o
cp /usr/include/hivex.h "$DESTDIR/devel/include/"
