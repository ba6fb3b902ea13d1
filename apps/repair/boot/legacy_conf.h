// SPDX-License-Identifier: GPL-2.0-or-later
// What GRUB legacy says and reads: the shell's output, grub.conf. Pure.
#ifndef REPAIR_BOOT_LEGACY_CONF_H
#define REPAIR_BOOT_LEGACY_CONF_H

#include <stdbool.h>
#include <stddef.h>

// The entry that is started when nobody presses a key.
struct legacy_entry {
	char title[128];
	bool has_root; // `root (hdD,P)` was given
	unsigned drive, part;
	char kernel[256], initrd[256]; // paths on that partition; "" none
};

// False when there is no entry at all.
bool legacy_default(const char *conf, struct legacy_entry *e);

// What the shell said to `root` and `setup`: its exit status tells nothing. True when stage 1 was
// installed; else why has the error, translated.
bool legacy_succeeded(const char *output, char *why, size_t size);

#endif
