#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: host-packages.sh LIST... : installs what LIST names and this Debian machine lacks, and makes
# apt know source packages. Does nothing, quickly, the second time.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt="apt-get -q -o DPkg::Lock::Timeout=600"
as_root=
if [ "$(id -u)" != 0 ]; then
	as_root=sudo
fi

# Sources come from where the machine's packages come from: its own entries for this release,
# with deb-src in place of deb, in files of our own. Repositories of others stay out of it.
add_sources() {
	. /etc/os-release
	dir=/etc/apt/sources.list.d
	awk -v release="$VERSION_CODENAME" 'BEGIN { RS = ""; ORS = "\n\n" }
		/(^|\n)Types:[^\n]*deb/ && $0 ~ "(^|\n)Suites:([^\n]* )?" release "[- \n]" {
			gsub(/Types:[^\n]*/, "Types: deb-src"); print
		}' $dir/*.sources 2>/dev/null > "$tmp/salvor-src.sources" || :
	sed -n -E "s/^deb (.* $VERSION_CODENAME(-[a-z-]+)? .*)/deb-src \1/p" \
		/etc/apt/sources.list $dir/*.list 2>/dev/null > "$tmp/salvor-src.list" || :
	for f in "$tmp"/salvor-src.*; do
		[ -s "$f" ] && $as_root install -m 644 "$f" $dir/
	done
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
update=
if [ -z "$(apt-get indextargets --format '$(FILENAME)' 'Created-By: Sources')" ]; then
	add_sources || :
	update=yes
fi
missing=
for package in $(sed 's/#.*//' "$@" | awk '{ print $1 }'); do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
if [ -n "$update$missing" ] || [ -z "$(find /var/lib/apt/lists -name '*Sources*')" ]; then
	echo "apt: reading the package lists"
	$as_root $apt update
fi
if [ -n "$missing" ]; then
	echo "apt: installing$missing"
	$as_root $apt install -y --no-install-recommends $missing
fi
