#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: pack.sh OUTPUT ROOT VERSION PICKED... -- PROGRAM... : lays the root file system out in ROOT
# and packs it. PICKED are STAGE/./PATH files and folders of the staged packages, PROGRAM our own.
# The same input gives the same file: sorted, owner 0:0, one time stamp, fixed modes.
set -eu
out=$PWD/$1 root=$2 version=$3
shift 3

rm -rf "$root"
mkdir -p "$root"
(cd "$root" && mkdir -p bin dev etc/target mnt proc root run sbin sys tmp \
	usr/bin usr/sbin usr/share var/log)
while [ "$1" != -- ]; do
	(cd "${1%%/./*}" && cp -a --parents "${1##*/./}" "$OLDPWD/$root/")
	shift
done
shift
cp -a rootfs/skel/. "$root/"
[ $# = 0 ] || cp "$@" "$root/usr/bin/"
cp initramfs/init "$root/init"
printf 'NAME=Salvor\nID=salvor\nVERSION_ID=%s\n' "$version" > "$root/etc/os-release"

chmod -R u+rwX,go+rX,go-w "$root"
chmod 1777 "$root/tmp"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
# level 19 with the default window: the kernel needs little memory to unpack it
(cd "$root" && find . -print0 | sort -z | cpio -0 -o -H newc -R 0:0 --reproducible --quiet) |
	zstd -q -19 -T1 > "$out"
# to a multiple of four, so that another archive can be appended
truncate -s %4 "$out"
echo "initramfs: $(stat -c %s "$out") bytes," \
	"$(du -sk --apparent-size "$root" | cut -f1) KiB unpacked"
