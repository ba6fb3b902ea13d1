// SPDX-License-Identifier: GPL-2.0-or-later
// An installed Windows made to start from an IDE disk: what is done to the NTFS it lies on.
#ifndef REPAIR_WINDOWS_IDE_H
#define REPAIR_WINDOWS_IDE_H

#include "base/ui.h"
#include "registry/windows.h"

// What was done; less than could be hoped for when a file is not what its name says.
struct ide_outcome {
	struct ide_state state; // before; such files are nowhere
	struct ide_cure cure;
	char why[240]; // the files that could not be had, and why; ""
};

// device: of the file system, on the work disk (tests: an image file). In a process apart.
int windows_ide_apply(const char *device, const struct windows *w, struct ide_outcome *o,
		      struct ui *ui, struct err *e);

// NULL, or why this Windows must be left as it is, one phrase. clean: of its file system.
const char *windows_ide_hands_off(const struct windows *w, bool clean);

#endif
