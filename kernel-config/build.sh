#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: build.sh PACKAGE OUTPUT WORKDIR CACHE FRAGMENT... : a kernel from Debian's source PACKAGE.
# Kernel and finished configuration are kept in CACHE under a hash of all they depend on. WORKDIR
# keeps source and objects, so that a small change of the fragments builds little.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=$1 out=$2 work=$3 cache=$4
shift 4

version=$(dpkg-query -W -f '${Version}' "$package")
key=$({
	echo "$package $version $(gcc -dumpfullversion)"
	cat "$0"
	grep -h CONFIG_ "$@"
} | sha256sum | cut -c 1-16)
kept=$cache/kernel-$key

if [ ! -e "$kept/vmlinuz" ]; then
	echo "kernel $version: building, 10 to 25 minutes on two cores (log: $work/log)"
	start=$(date +%s)
	mkdir -p "$work" "$cache"
	work=$(cd "$work" && pwd)
	if [ "$(cat "$work/version" 2>/dev/null)" != "$version" ]; then
		rm -rf "$work/source" "$work/objects"
		mkdir "$work/source"
		tarball=$(dpkg -L "$package" | grep '\.tar\.xz$')
		tar -xf "$tarball" -C "$work/source" --strip-components=1
		echo "$version" > "$work/version"
	fi
	mkdir -p "$work/objects"
	cat "$@" > "$work/fragments"
	# no user, host or time of day in the image: the same input gives the same file
	export KBUILD_BUILD_USER=salvor KBUILD_BUILD_HOST=salvor KBUILD_BUILD_VERSION=1
	KBUILD_BUILD_TIMESTAMP=$(date -u -d "@$SOURCE_DATE_EPOCH")
	export KBUILD_BUILD_TIMESTAMP
	kernel_make() {
		# the flags of the calling make are not meant for the kernel's own
		env -u MAKEFLAGS -u MAKELEVEL nice make -C "$work/source" O="$work/objects" ARCH=x86_64 \
			KCONFIG_ALLCONFIG="$work/fragments" -j"$(nproc)" "$@" >> "$work/log" 2>&1 ||
			{ tail -n 20 "$work/log" >&2; exit 1; }
	}
	: > "$work/log"
	kernel_make allnoconfig
	"$here/check" "$work/objects/.config" "$@"
	kernel_make bzImage
	new=$(mktemp -d "$cache/new.XXXXXX")
	chmod 755 "$new"
	cp "$work/objects/arch/x86/boot/bzImage" "$new/vmlinuz"
	cp "$work/objects/.config" "$new/config"
	mv -T "$new" "$kept"
	echo "kernel $version: built in $(($(date +%s) - start)) s, $(stat -c %s "$kept/vmlinuz") bytes"
fi
cp "$kept/config" "$(dirname "$out")/kernel.config"
cp "$kept/vmlinuz" "$out"
