#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: take-package.sh NAME STAGE : one foreign package made of files that Debian's own packages
# have installed on this machine, into STAGE/NAME.
#
# The facts come in the environment (see rootfs.mk). packages/NAME/build.sh runs in an empty folder, with
# set -eu and of what build-package.sh gives: CC, CFLAGS, SYSROOT, DESTDIR.
set -eu
name=$1
stage=$(cd "$2" && pwd)
recipe=$PWD/rootfs/packages/$name
work=$stage/$name.work

rm -rf "$work" "${stage:?}/$name"
mkdir -p "$work/dest" "$work/source"
rootfs/make-sysroot.sh "$work/sysroot" $(for need in $NEEDS; do echo "$stage/$need"; done)
(
	cd "$work/source"
	env CC="$work/sysroot/bin/mcc" CFLAGS="-Os -ffunction-sections -fdata-sections -fno-stack-protector" \
		SYSROOT="$work/sysroot" DESTDIR="$work/dest" sh -eu "$recipe/build.sh"
) > "$stage/$name.log" 2>&1 </dev/null || { tail -n 20 "$stage/$name.log" >&2; exit 1; }
dpkg-query -W $HOST | cat - "$recipe/build.sh" | sha256sum | cut -c 1-16 > "$work/dest/.key"
mv "$work/dest" "$stage/$name"
rm -rf "$work"
touch "$stage/$name/.done"
