// SPDX-License-Identifier: GPL-2.0-or-later
// The text files of boot loaders on an EFI system partition.
#ifndef INSPECT_EFI_H
#define INSPECT_EFI_H

#include "fsmap/fsmap.h"

#define EFI_TEXT_MAX (1u << 20)

enum efi_text {
	EFI_GRUB, // "/EFI/debian/grub.cfg", or grub.conf of GRUB legacy: all of it with Red
	// Hat up to 8, with others a few lines that say where the rest is
	EFI_VARIABLES, // "/EFI/redhat/grubenv": kernels' arguments may be among them
	EFI_ENTRY, // "/loader/entries/linux.conf": one kernel's, by the boot loader specification
};

// Calls each for every such file that is there, Microsoft's folder apart; non-zero from it ends
// this, and is given back.
int efi_each_text(struct fs *fs,
		  int (*each)(void *arg, const char *path, enum efi_text kind, struct err *e),
		  void *arg, struct err *e);

// The same for programs in /EFI/Linux, where systemd-boot looks for unified kernels.
int efi_each_unified(struct fs *fs, int (*each)(void *arg, const char *path), void *arg);

// Does this text of GRUB start kernels itself?
bool efi_starts_kernels(const char *text);

#endif
