# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's keymaps as busybox's loadkmap takes them, by the names that keyboard-layouts= has for them
# (those of countries). Where there is a choice, the one without dead keys: ~ and ^ are for the shell.
mkdir -p "$DESTDIR/usr/share/keymaps"
while read -r name map; do
	loadkeys -b -u "$map" > "$DESTDIR/usr/share/keymaps/$name.bmap"
	[ -s "$DESTDIR/usr/share/keymaps/$name.bmap" ]
done <<'END'
be be2-latin1
br br-abnt2
ca cf
ch sg-latin1
cz cz-lat2
de de-latin1-nodeadkeys
dk dk-latin1
es es
fi fi-latin1
fr fr-latin9
gb uk
hr croat
hu hu
it it
jp jp106
latam la-latin1
nl nl
no no-latin1
pl pl
pt pt-latin1
ro ro
ru ru
se se-latin1
si slovene
sk sk-qwertz
tr trq
ua ua-utf
uk uk
us us
END
