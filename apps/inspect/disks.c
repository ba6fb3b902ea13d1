// SPDX-License-Identifier: GPL-2.0-or-later
// One disk: its table, and in every partition the md superblock and the file system behind it.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/size.h"
#include "inspect/look.h"

#define MEDIUM_LABEL "SALVOR"

// "/dev/sdb" 3: "/dev/sdb3"; "/dev/nvme0n1" 3: "/dev/nvme0n1p3"; an image file: "FILE#3".
static void part_path(const struct disk *d, unsigned number, char *path, size_t size)
{
	size_t len = strlen(d->path);

	if (number == 0)
		snprintf(path, size, "%s", d->path);
	else if (strcmp(d->transport, "file") == 0)
		snprintf(path, size, "%s#%u", d->path, number);
	else
		snprintf(path, size, "%s%s%u", d->path,
			 len && isdigit((uint8_t)d->path[len - 1]) ? "p" : "", number);
}

static struct s_part *add_part(struct s_disk *d, const struct part *p)
{
	struct s_part *n;

	d->parts = mem_grow(d->parts, d->n + 1, sizeof(*d->parts));
	n = &d->parts[d->n++];
	memset(n, 0, sizeof(*n));
	n->part = *p;
	n->array = -1;
	n->went_on = -1;
	part_path(&d->disk, p->number, n->path, sizeof(n->path));
	return n;
}

static void look_fs(struct s_part *p, struct src *window)
{
	struct src *data;
	struct err e;
	int r;

	p->fs_off = p->part.off;
	p->fs_len = window->size;
	if (p->is_member) {
		// Of other levels a single member shows pieces of a file system at best.
		if (p->member.level != 1)
			return;
		p->fs_off += p->member.data_off;
		p->fs_len = p->member.data_len;
	}
	data = src_window(window, p->fs_off - p->part.off, p->fs_len, p->path);
	p->fs_len = data->size;
	r = fs_probe(data, &p->fs, &e);
	if (r > 0)
		p->has_fs = true;
	else if (r < 0)
		str_copy(p->trouble, sizeof(p->trouble), e.text);
	src_close(data);
}

static void look_part(struct s_part *p, struct src *disk)
{
	struct src *window;
	struct err e;
	int r;

	if (p->part.container || p->part.off >= disk->size)
		return;
	window = src_window(disk, p->part.off, p->part.len, p->path);
	r = raid_read(window, &p->member, &e);
	p->is_member = r > 0;
	if (r < 0)
		str_copy(p->trouble, sizeof(p->trouble), e.text);
	look_fs(p, window);
	src_close(window);
}

// Whether one of the partitions already has the superblock that the whole disk seems to have: with
// 0.90 both compute the same place when the last partition ends near the end of the disk.
static bool is_of_partition(const struct s_disk *d, const struct raid_member *m)
{
	for (unsigned i = 0; i < d->n; i++) {
		const struct s_part *p = &d->parts[i];

		if (p->is_member && p->part.off + p->member.super_off == m->super_off)
			return true;
	}
	return false;
}

static void look_whole(struct s_disk *d, struct src *s)
{
	struct part whole = { .len = s->size };
	struct raid_member m;
	struct s_part *p, first;
	bool member = raid_read(s, &m, NULL) > 0 && !is_of_partition(d, &m);

	if (!member && d->table.n > 0)
		return;
	p = add_part(d, &whole);
	look_part(p, s);
	if (d->table.n > 0) {
		// what is in it has a table of its own, which is the disk's: the file systems stand
		// there
		p->has_fs = false;
		first = *p;
		memmove(d->parts + 1, d->parts, (d->n - 1) * sizeof(*d->parts));
		d->parts[0] = first;
	} else if (!p->is_member && !p->has_fs) {
		d->n--;
	}
}

static bool is_zero(struct src *s, uint64_t off, size_t len)
{
	uint8_t *p = mem_alloc(len);
	bool zero =
		src_read(s, off, p, len, NULL) == 0 && p[0] == 0 && memcmp(p, p + 1, len - 1) == 0;

	free(p);
	return zero;
}

// Blank where tables, superblocks and the beginnings of file systems would be.
static bool is_blank(struct src *s)
{
	size_t len = s->size < MIB ? (size_t)s->size : MIB;

	return len > 0 && is_zero(s, 0, len) && is_zero(s, s->size - len, len);
}

static bool is_medium(const struct s_disk *d, struct src *s)
{
	struct fs_info i;

	// The stick is an ISO image with an MBR in front of it: no partition need show that.
	if (fs_probe(s, &i, NULL) > 0 &&
	    strncmp(i.label, MEDIUM_LABEL, strlen(MEDIUM_LABEL)) == 0 &&
	    strcmp(i.type, "iso9660") == 0)
		return true;
	for (unsigned k = 0; k < d->n; k++)
		if (d->parts[k].has_fs && strcmp(d->parts[k].fs.label, MEDIUM_LABEL) == 0)
			return true;
	return false;
}

void look_disk(struct s_disk *d, struct src *s)
{
	struct err e;

	str_copy(d->table.kind, sizeof(d->table.kind), "none");
	d->role = ROLE_PLAIN;
	look_boot_code(d, s);
	if (!s)
		return;
	if (part_read(s, &d->table, &e) < 0) {
		memset(&d->table, 0, sizeof(d->table));
		str_copy(d->table.kind, sizeof(d->table.kind), "none");
		str_copy(d->trouble, sizeof(d->trouble), e.text);
	}
	for (unsigned i = 0; i < d->table.n; i++)
		look_part(add_part(d, &d->table.p[i]), s);
	look_whole(d, s);
	look_volumes(d, s);
	if (is_medium(d, s))
		d->role = ROLE_MEDIUM;
	else if (d->n == 0 && d->table.n == 0 && strcmp(d->table.kind, "none") == 0 &&
		 !*d->trouble && is_blank(s))
		d->role = ROLE_EMPTY;
	else if (d->n == 0 && !*d->trouble)
		str_copy(d->trouble, sizeof(d->trouble),
			 "nothing on it is recognised, but it is not blank");
}
