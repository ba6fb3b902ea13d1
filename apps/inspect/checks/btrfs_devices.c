// SPDX-License-Identifier: GPL-2.0-or-later
// A btrfs over several devices: each holds a share of it, and none is a file system of its own.
#include <string.h>

#include "inspect/check.h"

static bool same(const struct s_part *a, const struct s_part *b)
{
	return b->has_fs && !b->stale && !b->is_subvolume && b->fs.devices > 1 &&
	       !strcmp(a->fs.type, b->fs.type) && !strcmp(a->fs.uuid, b->fs.uuid);
}

// How many parts have a share of it; 0 when it has been met before.
static unsigned count(const struct survey *s, unsigned disk, unsigned part)
{
	const struct s_part *p = &s->disks[disk].parts[part];
	unsigned n = 0;

	for (unsigned i = 0; i < s->n_disks; i++) {
		for (unsigned k = 0; k < s->disks[i].n; k++) {
			if (!same(p, &s->disks[i].parts[k]))
				continue;
			if (i < disk || (i == disk && k < part))
				return 0;
			n++;
		}
	}
	return n;
}

static void tell(struct survey *s, const struct s_part *p, unsigned here)
{
	if (here < p->fs.devices)
		finding_add(s, FINDING_STOP, "btrfs-devices", p->path, "",
			    "The btrfs on %s has %u devices, %u of them here: it is not mounted "
			    "like that, nor repaired here. As raid1 it starts with "
			    "rootflags=degraded; balance and remove the missing there",
			    p->path, p->fs.devices, here);
	else
		finding_add(s, FINDING_WARN, "btrfs-devices", p->path, "",
			    "The btrfs on %s has %u devices: one disk alone would not start, and "
			    "is not repaired here. Its own system can move it onto one (btrfs "
			    "device remove)",
			    p->path, p->fs.devices);
}

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		for (unsigned k = 0; k < env->s->disks[i].n; k++) {
			const struct s_part *p = &env->s->disks[i].parts[k];
			unsigned here = same(p, p) ? count(env->s, i, k) : 0;

			if (here)
				tell(env->s, p, here);
		}
	}
}

const struct check_ops check_btrfs_devices = { "btrfs-devices", look };
