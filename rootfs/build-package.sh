#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: build-package.sh NAME STAGE CACHE : one foreign package, from Debian's source to STAGE/NAME.
#
# The facts come in the environment (see rootfs.mk). packages/NAME/build.sh runs in the unpacked and
# patched source, with set -eu and: CC (static, musl) and HOSTCC, CFLAGS, LDFLAGS, SYSROOT (of NEEDS),
# JOBS, RECIPE (its own folder), CHECK (see kernel-config/check), and DESTDIR, where it installs.
# Results are kept in CACHE under a hash of everything they depend on.
set -eu
name=$1
top=$PWD
recipe=$top/rootfs/packages/$name
mkdir -p "$2" "$3/src/$SOURCE"
stage=$(cd "$2" && pwd)
cache=$(cd "$3" && pwd)
work=$stage/$name.work

# The versions apt knows, the newest first.
versions=$(apt-cache showsrc --only-source "$SOURCE" 2>/dev/null | sed -n 's/^Version: //p' | sort -uVr)
[ -n "$versions" ] || { echo "$name: apt knows no source package $SOURCE (deb-src line missing?)" >&2; exit 1; }

# Sets version, key and kept. The key begins with names and hashes of the source's files as apt's
# signed index has them, without where they lie.
look_at() {
	index=$(apt-get source --print-uris "$SOURCE=$1" 2>/dev/null | sed -n "s/^'[^']*' //p")
	version=$(echo "$index" | sed -n 's/^[^_]*_\(.*\)\.dsc .*/\1/p')
	key=$({
		echo "$name $index $(gcc -dumpfullversion)"
		[ -z "$HOST" ] || dpkg-query -W $HOST
		find "$recipe" -type f | sort | xargs cat "$0"
		for need in $NEEDS; do cat "$stage/$need/.key"; done
	} | sha256sum | cut -c 1-16)
	kept=$cache/$name-$key.tar.zst
}

download() {
	(cd "$cache/src/$SOURCE" && apt-get -q -o APT::Sandbox::User=root source --download-only "$SOURCE=$1")
}

# A mirror can lack files of an update that its index names: then the version before will do.
for candidate in $versions; do
	look_at "$candidate"
	[ ! -e "$kept" ] || break
	! download "$candidate" > "$stage/$name.log" 2>&1 </dev/null || break
	echo "$name $version: the mirror does not have all of its source"
	tail -n 2 "$stage/$name.log" >&2
	version=
done
[ -n "$version" ] || exit 1

build() {
	rm -rf "$work"
	mkdir -p "$work/dest"
	"$top/rootfs/make-sysroot.sh" "$work/sysroot" $(for need in $NEEDS; do echo "$stage/$need"; done)
	dpkg-source --no-check -x "$cache/src/$SOURCE/${SOURCE}_$version.dsc" "$work/source"
	cd "$work/source"
	for patch in "$recipe"/patches/*.patch; do
		[ ! -e "$patch" ] || patch -p1 < "$patch"
	done
	# -static must sit inside the compiler, where libtool cannot drop it: see packages/musl/mcc
	env -u MAKEFLAGS -u MAKELEVEL -u PKG_CONFIG_PATH \
		CC="$work/sysroot/bin/mcc" HOSTCC=gcc SYSROOT="$work/sysroot" \
		CFLAGS="-Os -ffunction-sections -fdata-sections -fno-stack-protector -D_FILE_OFFSET_BITS=64" \
		LDFLAGS="-Wl,--gc-sections" PKG_CONFIG_LIBDIR="$work/sysroot/lib/pkgconfig" \
		DESTDIR="$work/dest" RECIPE="$recipe" CHECK="$top/kernel-config/check" \
		JOBS="$JOBS" sh -eu "$recipe/build.sh"
}

# Programs must not need a loader that the image does not have, nor carry symbols to it.
check_programs() {
	find "$work/dest" -type f -perm -100 | while read -r file; do
		readelf -h "$file" > /dev/null 2>&1 || continue
		strip "$file"
		! readelf -l "$file" | grep -q INTERP || { echo "$name: $file is not static" >&2; exit 1; }
	done
}

if [ ! -e "$kept" ]; then
	echo "$name $version: building, usually about $SECONDS_USUAL s (log: $stage/$name.log)"
	start=$(date +%s)
	(build) >> "$stage/$name.log" 2>&1 </dev/null || { tail -n 20 "$stage/$name.log" >&2; exit 1; }
	check_programs
	echo "$key" > "$work/dest/.key"
	tar -C "$work/dest" --sort=name --owner=0 --group=0 -cf - . | zstd -q -3 -f -o "$kept.$$"
	mv "$kept.$$" "$kept"
	rm -rf "$work"
	echo "$name $version: built in $(($(date +%s) - start)) s"
fi
rm -rf "${stage:?}/$name"
mkdir "$stage/$name"
tar -C "$stage/$name" -xf "$kept"
touch "$stage/$name/.done"
