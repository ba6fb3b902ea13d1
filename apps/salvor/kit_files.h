// SPDX-License-Identifier: GPL-2.0-or-later
// The import kit of an image: which formats a hypervisor takes, and the facts that the files are
// made from.
#ifndef SALVOR_KIT_FILES_H
#define SALVOR_KIT_FILES_H

#include "image/image.h"
#include "salvor/prepare.h"
#include "salvor/transfer.h"

// Whether the target exists and can import the format; *ops NULL: chooses one.
int kit_pick(const char *target, const struct image_ops **ops, struct err *e);

struct kit_job {
	const char *target; // NULL: no kit
	const struct image_plan *plan;
	const struct prepared *prepared;
};

// Writes the files beside a complete image and adds them to the report. arg: a struct kit_job. For
// transfer.beside.
int kit_files(struct transfer *t, void *arg, struct err *e);

#endif
