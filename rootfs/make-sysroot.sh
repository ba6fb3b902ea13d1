#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: make-sysroot.sh SYSROOT STAGE... : headers, libraries and the compiler wrapper of the
# staged packages in one folder, which may lie anywhere.
set -eu
sysroot=$1
shift
rm -rf "$sysroot"
mkdir -p "$sysroot/bin" "$sysroot/lib" "$sysroot/include"
for stage; do
	for dir in bin lib include; do
		[ ! -d "$stage/devel/$dir" ] || cp -a "$stage/devel/$dir/." "$sysroot/$dir/"
	done
done
