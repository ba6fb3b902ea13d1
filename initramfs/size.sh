#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: size.sh INITRAMFS 'NAME DIR FILE...'... : bytes of each package's files (FILE under DIR),
# raw and compressed alone, largest first; then the whole, which is smaller than the sum because the
# packages have libraries in common.
set -eu
row='%-12s %10s %10s\n'
image=$1
shift
printf "$row" package bytes zstd
for package; do
	set -- $package
	name=$1 dir=$2
	shift 2
	[ $# -gt 0 ] || continue
	raw=$(cd "$dir" && find "$@" -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }')
	packed=$(cd "$dir" && find "$@" -type f | sort | xargs cat | zstd -q -19 | wc -c)
	printf "$row" "$name" "$raw" "$packed"
done | sort -k 2,2nr
printf "$row" together "$(zstd -q -dc "$image" | wc -c)" "$(stat -c %s "$image")"
