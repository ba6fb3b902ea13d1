// SPDX-License-Identifier: GPL-2.0-or-later
// One finding per file in checks/. Order of list.h: order of the report.
#ifndef INSPECT_CHECK_H
#define INSPECT_CHECK_H

#include "inspect/survey.h"

// What a check may look at: the survey so far, every disk, and the file system of each system's
// root and /boot.
struct check_env {
	struct survey *s;
	struct src **src;	  // s->n_disks of them; NULL: could not be opened
	struct fs **root, **boot; // s->n_systems of each; NULL when it cannot be read here
	struct fs **esp;	  // the EFI system partition of its disk, where that starts by UEFI
	const char **boot_dir;	  // path of /boot in boot[i]: "/boot", or "" at its top
	uint64_t now;		  // seconds since 1970
};

struct check_ops {
	const char *code;
	void (*look)(struct check_env *env); // adds to s->findings by finding_add
};

void finding_add(struct survey *s, enum finding_level level, const char *code, const char *subject,
		 const char *cure, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

// The one that was added last matters only when the system shall become a virtual machine: not
// shown to people, to whom the table of targets says it.
void finding_for_vm(struct survey *s);

// What a mount or root= may be called: "/dev/md2"; "/dev/sda1".
bool is_md_name(const char *spec);
bool is_disk_name(const char *spec);
// Whether a partition of that kind (part_type_name) is on the disk.
bool disk_has_type(const struct s_disk *d, const char *type);
// Whether there is an EFI system partition, by its type or by what is in it.
bool disk_has_efi(const struct s_disk *d);
// True when no earlier system has its /boot on the same disk: for what is to be said once per disk.
bool first_on_disk(const struct survey *s, unsigned system);

#define X(n) extern const struct check_ops check_##n;
#include "inspect/checks/list.h"
#undef X

#endif
