#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: build.sh OUTPUT WORKDIR KERNEL INITRAMFS VERSION
#
# Layout of the image, a valid CD and a valid disk at once:
#   boot record       isolinux's, starts partition 1 when the image lies on a stick
#   partition 1       0x17, active, from sector 64: the ISO 9660 tree with everything in it
#   partition 2       0xEF, 2 MiB FAT: the UEFI loaders, 64 and 32 bit. They read the kernel and the
#                     initramfs from the ISO tree, so those are not stored twice; and El Torito counts this
#                     partition in 16-bit sectors, so it must stay below 32 MiB.
# BIOS: isolinux + menu.c32. UEFI: GRUB, because syslinux.efi dies when started from a CD.
# Reproducible: all times from SOURCE_DATE_EPOCH, fixed FAT id, sorted trees.
set -eu
out=$1 work=$2 kernel=$3 initramfs=$4 version=$5

# of PACKAGE FILE: where Debian's PACKAGE keeps FILE
of() {
	dpkg -L "$1" | grep -m 1 "/$2\$"
}

rm -rf "$work"
tree=$work/tree
mkdir -p "$tree/boot/syslinux" "$tree/boot/grub" "$tree/EFI/BOOT" "$work/stage1/boot/grub"
cp "$kernel" "$tree/boot/vmlinuz"
cp "$initramfs" "$tree/boot/initramfs.img"
echo "salvor $version" > "$tree/boot/salvor.id"
cp iso/help.txt "$tree/boot/help.txt"
sed "s/@VERSION@/$version/" iso/grub/grub.cfg > "$tree/boot/grub/grub.cfg"

cp "$(of isolinux isolinux.bin)" "$tree/boot/syslinux/"
for module in ldlinux libcom32 libutil menu chain; do
	cp "$(of syslinux-common "bios/$module.c32")" "$tree/boot/syslinux/"
done
# ISOLINUX on CD and raw stick and SYSLINUX on a copied FAT stick both find it under this name
sed "s/@VERSION@/$version/; s,@BOOT@,/boot/," iso/menu.cfg iso/isolinux/local.cfg \
	> "$tree/boot/syslinux/syslinux.cfg"
# syslinux shows text files as DOS writes them
sed 's/$/\r/' iso/help.txt > "$tree/boot/syslinux/help.txt"

# A video module belongs in: without one the kernel gets no frame buffer and the screen stays black.
modules="memdisk tar part_gpt part_msdos fat iso9660 normal linux echo efi_gop efi_uga font configfile
	search search_fs_file test true chain halt reboot sleep serial terminal minicmd cat regexp
	boot efifwsetup"
cp iso/grub/stage1.cfg "$work/stage1/boot/grub/grub.cfg"
tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
	--mode=u+rwX,go+rX,go-w --format=ustar -C "$work/stage1" -cf "$work/stage1.tar" boot
for width in x86_64:X64 i386:IA32; do
	grub-mkimage -O "${width%:*}-efi" -p '(memdisk)/boot/grub' -m "$work/stage1.tar" \
		-o "$tree/EFI/BOOT/BOOT${width#*:}.EFI" $modules
done

chmod -R u+rwX,go+rX,go-w "$tree"
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
esp=$work/esp.img
truncate -s 2M "$esp"
mkfs.fat --invariant -i 53414c56 -n SALVOREFI "$esp" > /dev/null
mmd -i "$esp" ::EFI ::EFI/BOOT
mcopy -m -i "$esp" "$tree/EFI/BOOT/BOOTIA32.EFI" "$tree/EFI/BOOT/BOOTX64.EFI" ::EFI/BOOT/

xorriso -as mkisofs -quiet -o "$out" -V SALVOR -iso-level 3 -J -joliet-long -r \
	-b boot/syslinux/isolinux.bin -c boot/syslinux/boot.cat \
	-no-emul-boot -boot-load-size 4 -boot-info-table \
	-isohybrid-mbr "$(of isolinux isohdpfx.bin)" -partition_offset 16 \
	-append_partition 2 0xef "$esp" \
	-eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot "$tree"
echo "$out: $(stat -c %s "$out") bytes"
