// SPDX-License-Identifier: GPL-2.0-or-later
// An entry of the boot loader specification (type 1): which files a kernel is started with. Pure.
#ifndef INSPECT_ENTRY_H
#define INSPECT_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#define ENTRY_PATH 200

struct loader_entry {
	char version[96]; // "" it says none
	// From the top of the file system that the entry is on, beginning with "/".
	char kernel[ENTRY_PATH];
	char initrd[ENTRY_PATH]; // "" none
	bool program;		 // kernel is any program for UEFI: one only if it says so
};

// False: it starts no kernel, or one whose path cannot be used.
bool entry_read(const char *text, struct loader_entry *out);
// A kernel's version, blanks around it apart. False: it cannot be one.
bool entry_version(const char *text, size_t len, char *out, size_t size);

#endif
