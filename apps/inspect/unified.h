// SPDX-License-Identifier: GPL-2.0-or-later
// Unified kernels: one file for UEFI (PE) whose sections are a kernel, its initrd and its
// arguments. Pure.
#ifndef INSPECT_UNIFIED_H
#define INSPECT_UNIFIED_H

#include <stdbool.h>

#include "base/view.h"

enum unified_section {
	UNIFIED_LINUX,
	UNIFIED_INITRD,
	UNIFIED_CMDLINE,
	UNIFIED_UNAME, // the kernel's version
	UNIFIED_OSREL,
	UNIFIED_SECTIONS
};

struct unified {
	uint64_t off[UNIFIED_SECTIONS], len[UNIFIED_SECTIONS]; // in the file; no length: none
};

// file: its beginning is enough. False: it is something else.
bool unified_read(struct view file, struct unified *u);

// What of a section lies in this view of the file.
struct view unified_section(const struct unified *u, struct view file, enum unified_section s);

#endif
