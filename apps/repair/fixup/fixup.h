// SPDX-License-Identifier: GPL-2.0-or-later
// What several fix-ups ask: the kernels of the system and their drivers.
#ifndef REPAIR_FIXUP_FIXUP_H
#define REPAIR_FIXUP_FIXUP_H

#include "initrd/initrd.h"
#include "repair/steps/step.h"

// What the system's kernel number i brings along, looked up once for each state of the disk.
int fixup_kernel(struct repair *r, unsigned i, struct s_kernel *k, struct err *e);

// The drivers it takes for the disks of r->o->hyper that it has and that are not at hand when it
// starts. Returns how many.
unsigned fixup_lacking(const struct hyper *h, const struct s_kernel *k, const char **modules);

// The same with those that are at hand: what an initrd that is made anew has to have.
unsigned fixup_wanted(const struct hyper *h, const struct s_kernel *k, const char **modules);

// initrd_make.c: has the system's own program make the initrd anew, with these modules, when there
// are `room` bytes for it. 1 done, 0 it has no such program or that failed (why says), -1.
int fixup_make_initrd(struct repair *r, const struct s_installed *of, const struct s_kernel *k,
		      const char *const *modules, unsigned n, uint64_t room, char *why, size_t size,
		      struct err *e);

// initrd_append.c: adds the modules and what they need to the end of the initrd.
int fixup_append_initrd(struct repair *r, const char *version, const struct s_kernel *k,
			const char *const *modules, unsigned n, struct err *e);

// The same with one file, in the place of what the initrd has under that name.
int fixup_append_file(struct repair *r, const struct s_kernel *k, const char *path,
		      const struct buf *text, struct err *e);

// network_pin.c: cards that are named by their place keep their names.
#define FIXUP_LINKS "/etc/systemd/network" // where the files lie that say so
#define FIXUP_BY_ADDRESS "/10-salvor-"	   // beginnings of their names
#define FIXUP_ANY "/11-salvor-"
int fixup_pin_cards(struct repair *r, struct err *e);

#define FIXUP_OLD ".salvor-old" // further name of an initrd that was replaced
#define FIXUP_INITRD_MAX (96U << 20)

#endif
