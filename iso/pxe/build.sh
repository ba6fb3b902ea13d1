#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: build.sh OUTPUT KERNEL INITRAMFS VERSION
#
# A folder to be served by TFTP, and by HTTP too where that is wanted:
#   pxelinux.0, lpxelinux.0          for BIOS clients; the second one also speaks HTTP, and then reads the
#                                    rest from where DHCP option 210 points
#   efi64/syslinux.efi               for UEFI clients (x64)
#   pxelinux.cfg/default, boot/      menu, kernel, initramfs; all of it once more in efi64/, as hard links:
#                                    the loaders look for everything beside themselves, and behind a
#                                    proxyDHCP server that is the one place both are sure of
# GRUB would ask the DHCP server instead of the PXE server there; so it is syslinux.efi for UEFI.
set -eu
out=$1 kernel=$2 initramfs=$3 version=$4

# of PACKAGE FILE: where Debian's PACKAGE keeps FILE
of() {
	dpkg -L "$1" | grep -m 1 "/$2\$"
}

# menu FOLDER WIDTH: the modules of this width, the menu and its help
menu() {
	mkdir -p "$1/pxelinux.cfg" "$1/boot"
	for module in libcom32 libutil menu; do
		cp "$(of syslinux-common "$2/$module.c32")" "$1/"
	done
	{
		# which card it came by, for ip= without a card's name
		echo "SYSAPPEND 2"
		sed "s/@VERSION@/$version/; s,@BOOT@,boot/," iso/menu.cfg iso/pxe/local.cfg
	} > "$1/pxelinux.cfg/default"
	# syslinux shows text files as DOS writes them
	sed 's/$/\r/' iso/help.txt > "$1/help.txt"
}

rm -rf "$out"
menu "$out" bios
menu "$out/efi64" efi64
cp "$(of pxelinux pxelinux.0)" "$(of pxelinux lpxelinux.0)" "$(of syslinux-common bios/ldlinux.c32)" "$out/"
cp "$(of syslinux-efi efi64/syslinux.efi)" "$(of syslinux-common efi64/ldlinux.e64)" "$out/efi64/"
cp "$kernel" "$out/boot/vmlinuz"
cp "$initramfs" "$out/boot/initramfs.img"
ln "$out/boot/vmlinuz" "$out/boot/initramfs.img" "$out/efi64/boot/"
chmod -R u+rwX,go+rX,go-w "$out"
find "$out" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
echo "$out: to be served by TFTP"
