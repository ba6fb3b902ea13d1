// SPDX-License-Identifier: GPL-2.0-or-later
// Subvolumes of btrfs. One that a system lies in, or that its fstab mounts, becomes one more part
// of its disk, behind the partitions and volumes; the partition itself stands for the top.
//
// A snapshot looks like a system, too. But it names the subvolume that it was made of as the one to
// start from, so what counts is what a root says of itself: in the kernels' arguments, else in
// fstab. One that says nothing is a system when it is what a plain mount shows.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "inspect/look.h"

#define MAX_LOOKED_AT 64   // into, of one file system
#define UNKNOWN UINT64_MAX // a subvolume that is not there

unsigned survey_carrier(const struct s_disk *d, unsigned part)
{
	return d->parts[part].is_subvolume ? d->parts[part].on : part;
}

bool survey_in_lvm(const struct s_disk *d, int part)
{
	return d->parts[survey_carrier(d, (unsigned)part)].is_volume;
}

bool survey_has_subvolumes(const struct s_part *p)
{
	return p->has_fs && strcmp(p->fs.type, "btrfs") == 0;
}

// The place of subvolume i in its disk, made when it has none yet.
static int part_of(struct s_disk *d, unsigned on, const struct fs_subvolume *v)
{
	struct s_part *p;

	if (!*v->path)
		return (int)on;
	for (unsigned i = 0; i < d->n; i++)
		if (d->parts[i].is_subvolume && d->parts[i].on == on &&
		    d->parts[i].subvolume.id == v->id)
			return (int)i;
	d->parts = mem_grow(d->parts, d->n + 1, sizeof(*d->parts));
	p = &d->parts[d->n++];
	memset(p, 0, sizeof(*p));
	p->is_subvolume = true;
	p->on = on;
	p->subvolume = *v;
	p->array = p->went_on = -1;
	p->stale = d->parts[on].stale;
	p->has_fs = true;
	str_copy(p->fs.type, sizeof(p->fs.type), d->parts[on].fs.type);
	str_copy(p->fs.label, sizeof(p->fs.label), d->parts[on].fs.label);
	str_copy(p->fs.uuid, sizeof(p->fs.uuid), d->parts[on].fs.uuid);
	p->fs.used = UINT64_MAX;
	p->fs.block = d->parts[on].fs.block;
	p->fs.devices = d->parts[on].fs.devices;
	p->fs.clean = true; // of that the partition tells
	snprintf(p->path, sizeof(p->path), "%.530s:%.255s", d->parts[on].path, v->path);
	return (int)(d->n - 1);
}

static const struct fs_subvolume *by_id(const struct fs_subvolumes *all, uint64_t id)
{
	for (unsigned i = 0; i < all->n; i++)
		if (all->v[i].id == id)
			return &all->v[i];
	return NULL;
}

// Doubled slashes, and those at the ends, mean nothing.
static bool same_path(const char *said, size_t len, const char *path)
{
	const char *end = said + len;

	for (;;) {
		size_t n = strcspn(path, "/"), slashes = 0;

		while (said + slashes < end && said[slashes] == '/')
			slashes++;
		said += slashes;
		if (!*path)
			return said == end;
		if ((size_t)(end - said) < n || memcmp(said, path, n) != 0)
			return false;
		said += n;
		path += n + (path[n] == '/');
		if (*path && (said == end || *said != '/'))
			return false;
	}
}

static uint64_t by_path(const struct fs_subvolumes *all, const char *said, size_t len)
{
	for (unsigned i = 0; i < all->n; i++)
		if (same_path(said, len, all->v[i].path))
			return all->v[i].id;
	return UNKNOWN;
}

// What subvol= and subvolid= among a mount's options mean, up to the first blank; 0: nothing.
static uint64_t chosen(const struct fs_subvolumes *all, const char *options)
{
	static const char path[] = "subvol=", number[] = "subvolid=";
	const char *end = options + strcspn(options, " \t\n\"'");
	uint64_t id = 0;

	for (const char *p = options; p < end; p += strcspn(p, ",") + 1) {
		size_t n = strcspn(p, ", \t\n\"'");

		if (strncmp(p, path, sizeof(path) - 1) == 0)
			id = by_path(all, p + sizeof(path) - 1, n - (sizeof(path) - 1));
		else if (strncmp(p, number, sizeof(number) - 1) == 0)
			id = strtoull(p + sizeof(number) - 1, NULL, 10);
	}
	return id == 0 || by_id(all, id) ? id : UNKNOWN;
}

int look_subvolume(struct look *l, int disk, int part, const char *options)
{
	const struct fs_subvolumes *all = look_all_subvolumes(l, disk, part);
	const struct fs_subvolume *v;
	uint64_t id;

	if (!all || !all->n)
		return part;
	id = chosen(all, options);
	v = by_id(all, id ? id : all->mounted);
	return v ? part_of(&l->s->disks[disk], (unsigned)part, v) : -1;
}

// rootflags= of the kernels' arguments, where they are kept in the root itself.
static uint64_t arguments_say(const struct fs_subvolumes *all, struct fs *fs)
{
	static const char *const files[] = { "/boot/grub/grub.cfg", "/boot/grub2/grub.cfg",
					     "/etc/kernel/cmdline" };
	static const char key[] = "rootflags=";
	uint64_t id = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && id == 0; i++) {
		struct buf b BUF_AUTO = look_file(fs, files[i], 65536);
		const char *p = strstr(buf_str(&b), key);

		id = p ? chosen(all, p + sizeof(key) - 1) : 0;
	}
	return id;
}

static uint64_t fstab_says(const struct fs_subvolumes *all, struct fs *fs)
{
	struct buf b BUF_AUTO = look_file(fs, "/etc/fstab", 65536);
	const char *text = buf_str(&b);
	struct s_mount m;

	while (look_fstab_line(&text, &m))
		if (strcmp(m.dir, "/") == 0)
			return chosen(all, m.options);
	return 0;
}

struct candidate {
	const struct fs_subvolume *v;
	unsigned depth; // 0: what a plain mount shows
};

// Snapshots and containers lie deeper than systems.
static int by_depth(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	return x->v->id < y->v->id ? -1 : x->v->id > y->v->id;
}

static struct candidate *sorted(const struct fs_subvolumes *all)
{
	struct candidate *c = mem_zero(all->n, sizeof(*c));

	for (unsigned i = 0; i < all->n; i++) {
		c[i] = (struct candidate){ &all->v[i], 1 };
		for (const char *p = all->v[i].path; *p; p++)
			c[i].depth += *p == '/';
		if (all->v[i].id == all->mounted)
			c[i].depth = 0;
	}
	qsort(c, all->n, sizeof(*c), by_depth);
	return c;
}

// Of several devices with one file system the first stands for all.
static bool seen_before(const struct survey *s, int disk, int part)
{
	const struct s_part *p = &s->disks[disk].parts[part], *other;

	for (int i = 0; i <= disk && p->fs.devices > 1; i++)
		for (int k = 0; k < (i < disk ? (int)s->disks[i].n : part); k++) {
			other = &s->disks[i].parts[k];
			if (other->has_fs && !other->is_subvolume && !other->stale &&
			    strcmp(other->fs.uuid, p->fs.uuid) == 0)
				return true;
		}
	return false;
}

void look_subvolume_systems(struct look *l, int disk, int part,
			    void (*add)(struct look *l, int disk, int part, struct fs *fs))
{
	const struct fs_subvolumes *all = look_all_subvolumes(l, disk, part);
	const struct fs_subvolume *silent = NULL;
	struct fs *fs = look_open(l, disk, part);
	struct candidate *c;
	unsigned found[MAX_LOOKED_AT], n = 0;

	if (!fs || !all || !all->n || seen_before(l->s, disk, part))
		return;
	c = sorted(all);
	for (unsigned i = 0; i < all->n && i < MAX_LOOKED_AT; i++) {
		uint64_t id = c[i].v->id, said;

		if (fs_enter(fs, id, NULL) < 0 || !look_is_root(fs))
			continue;
		said = arguments_say(all, fs);
		said = said ? said : fstab_says(all, fs);
		if (said == id || (!said && id == all->mounted))
			found[n++] = i;
		else if (!said && !c[i].v->snapshot && !silent)
			silent = c[i].v;
	}
	fs_enter(fs, all->v[0].id, NULL);
	for (unsigned i = 0; i < n || (!n && silent); i++) {
		const struct fs_subvolume *v = n ? c[found[i]].v : silent;
		int at = part_of(&l->s->disks[disk], (unsigned)part, v);

		silent = NULL;
		add(l, disk, at, look_open(l, disk, at));
	}
	free(c);
}
