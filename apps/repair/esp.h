// SPDX-License-Identifier: GPL-2.0-or-later
// The EFI system partition, and configuration of boot loaders that lies on it: all of GRUB's with
// Red Hat up to 8 ("/EFI/centos/grub.cfg", or grub.conf of GRUB legacy), with Debian three lines;
// systemd-boot's entries.
#ifndef REPAIR_ESP_H
#define REPAIR_ESP_H

#include "inspect/efi.h"
#include "repair/steps/step.h"

#define ESP_LOADER_MAX (16u << 20) // bytes of a boot loader, at most

// What is named there by an array, or / by a disk's letter, is named by label or UUID. esp: where
// it is mounted; -1: only says what would be changed.
int esp_configure(struct repair *r, int esp, struct err *e);

// One file on it: of the mounted one, else (esp -1) of the file system. *text: it is text.
int esp_read(struct fs *fs, int esp, const char *path, struct buf *out, bool *text, struct err *e);

// Has a loader on it inside where its files are: on an array ("mduuid/") or a logical volume
// ("lvmid/")? GRUB's, made by grub-install; those that are signed find that out by a file.
bool esp_loader_names(struct patient *p, const char *kind);

// With the root mounted: mounts it beside, works on it, flushes and unmounts it.
int esp_with(struct repair *r,
	     int (*work)(struct repair *r, int esp, const void *arg, struct err *e),
	     const void *arg, struct err *e);

#endif
