# SPDX-License-Identifier: GPL-2.0-or-later
# mdadm alone: no monitor daemon for udev, clusters or corosync.
make -j"$JOBS" mdadm CC="$CC" CXFLAGS="-Os -DNO_LIBUDEV -DNO_COROSYNC -DNO_DLM" \
	CWFLAGS="-Wall -Wno-error" LDFLAGS="$LDFLAGS" LDLIBS=-ldl CORO= DLM= \
	UDEVDIR=/lib/udev CHECK_RUN_DIR=0
install -D mdadm "$DESTDIR/sbin/mdadm"
