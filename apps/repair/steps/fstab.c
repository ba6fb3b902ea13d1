// SPDX-License-Identifier: GPL-2.0-or-later
// fstab entries that name a disk by a letter that will change, or file systems of the disk that
// is gone.
//
// /dev/sda3 with sda being this disk's name when it is alone: gets the label or UUID of partition
// 3. Another letter is the lost twin (or this disk, counted second): when partition of that
// number is of the right kind and no other entry means it, it is this disk's; else the entry
// becomes a comment, as it would stop the boot. Entries for other disks that are still in the
// machine stay.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "repair/steps/step.h"
#include "repair/text.h"

struct fstab {
	struct repair *r;
	const char *text; // all of it
};

static bool same_kind(const struct s_part *sp, const char *type)
{
	bool swap = !strcmp(type, "swap");

	if (!sp->has_fs || swap != !strcmp(sp->fs.type, "swap"))
		return false;
	return swap || !strcmp(type, "auto") || !strcmp(type, sp->fs.type) ||
	       (!strncmp(type, "ext", 3) && !strncmp(sp->fs.type, "ext", 3));
}

static int part_of_number(const struct s_disk *d, unsigned number)
{
	for (unsigned i = 0; i < d->n; i++)
		if (d->parts[i].part.number == number && !d->parts[i].part.container)
			return (int)i;
	return -1;
}

// The value of LABEL=, UUID= and their links in /dev/disk; NULL when spec is none of these.
static const char *by_name(const char *spec, bool *uuid)
{
	static const struct {
		const char *prefix;
		bool uuid;
	} forms[] = {
		{ "LABEL=", false },
		{ "UUID=", true },
		{ "/dev/disk/by-label/", false },
		{ "/dev/disk/by-uuid/", true },
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (!strncasecmp(spec, forms[i].prefix, strlen(forms[i].prefix))) {
			spec += strlen(forms[i].prefix);
			*uuid = forms[i].uuid;
			return spec + (*spec == '"');
		}
	return NULL;
}

static bool called(const struct s_part *sp, const char *value, bool uuid)
{
	const char *own = uuid ? sp->fs.uuid : sp->fs.label;
	size_t n = strlen(own);

	return sp->has_fs && n && !strncasecmp(own, value, n) && (!value[n] || value[n] == '"');
}

// The partition of this disk that an entry means for certain: by label, UUID, array, or its name
// when it is alone.
static int certain(const struct repair *r, const char *spec)
{
	const struct s_disk *d = r->first.disk;
	char disk[32];
	unsigned number;
	const char *value;
	bool uuid;

	value = by_name(spec, &uuid);
	for (unsigned i = 0; value && i < d->n; i++)
		if (called(&d->parts[i], value, uuid))
			return (int)i;
	if (!strncmp(spec, "/dev/md", 7))
		return patient_array(&r->first, spec);
	if (names_split(spec, disk, sizeof disk, &number) && !strcmp(disk, r->names.disk))
		return part_of_number(d, number);
	return -1;
}

struct search {
	const struct repair *r;
	int part;
};

static int means(void *arg, const struct fstab_line *l)
{
	const struct search *s = arg;

	return certain(s->r, l->spec) == s->part;
}

// Is there, on a disk that stays in this machine, what the entry may mean? A virtual machine has
// this disk alone.
static bool elsewhere(const struct repair *r, const struct fstab_line *l, unsigned number)
{
	bool uuid = false;
	const char *value = by_name(l->spec, &uuid);

	for (unsigned i = 0; r->machine && !r->o->hyper && i < r->machine->n_disks; i++) {
		const struct s_disk *d = &r->machine->disks[i];

		if (d->disk.major == r->real.major && d->disk.minor == r->real.minor)
			continue;
		if (d->role == ROLE_MEDIUM || d->role == ROLE_STALE ||
		    !strcmp(d->disk.transport, "usb"))
			continue;
		for (unsigned k = 0; k < d->n; k++)
			if (value ? called(&d->parts[k], value, uuid)
				  : d->parts[k].part.number == number &&
					    same_kind(&d->parts[k], l->type))
				return true;
	}
	return false;
}

static bool may_be_absent(const struct fstab_line *l)
{
	char *options STR_AUTO = mem_dup(l->options), *rest = options, *word;

	while ((word = strsep(&rest, ",")))
		if (!strcmp(word, "noauto") || !strcmp(word, "nofail"))
			return true;
	return false;
}

static enum fstab_verdict drop(struct fstab *f, const struct fstab_line *l, char *to, size_t size)
{
	snprintf(to, size, "%s is not on this disk, and the disk it was on %s", l->spec,
		 f->r->o->hyper ? "did not come along" : "is gone");
	edits_add(f->r->edits, "fstab", "/etc/fstab", "%s %s: not here any more: commented out",
		  l->spec, l->dir);
	return FSTAB_DROP;
}

static enum fstab_verdict judge_device(struct fstab *f, const struct fstab_line *l,
				       const char *disk, unsigned number, char *to, size_t size)
{
	const struct repair *r = f->r;
	int part = part_of_number(r->first.disk, number);
	bool ours = !strcmp(disk, r->names.disk);
	struct search s = { r, part };

	if (part >= 0 && !same_kind(&r->first.disk->parts[part], l->type))
		part = -1;
	if (part >= 0 && !ours && text_fstab_each(f->text, means, &s))
		part = -1;
	if (part < 0)
		return elsewhere(r, l, number) || may_be_absent(l) ? FSTAB_KEEP
								   : drop(f, l, to, size);
	names_best(&r->names, part, to, size);
	if (!strcmp(to, l->spec))
		return FSTAB_KEEP;
	edits_add(r->edits, "fstab", "/etc/fstab", "%s -> %s", l->spec, to);
	return FSTAB_RENAME;
}

static enum fstab_verdict judge(void *arg, const struct fstab_line *l, char *to, size_t size)
{
	struct fstab *f = arg;
	char disk[32];
	unsigned number;
	bool uuid;

	if (certain(f->r, l->spec) >= 0 && strncmp(l->spec, "/dev/", 5))
		return FSTAB_KEEP;
	if (names_split(l->spec, disk, sizeof disk, &number))
		return judge_device(f, l, disk, number, to, size);
	if (!by_name(l->spec, &uuid) && strncmp(l->spec, "/dev/md", 7))
		return FSTAB_KEEP;
	if (certain(f->r, l->spec) >= 0 || elsewhere(f->r, l, 0) || may_be_absent(l))
		return FSTAB_KEEP;
	return drop(f, l, to, size);
}

static int edit(struct repair *r, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	struct fstab f = { r, NULL };
	bool there;

	if (step_read(r, "/etc/fstab", &old, &there, e))
		return -1;
	f.text = buf_str(&old);
	return text_fstab(f.text, judge, &f, &new) ? step_write(r, "/etc/fstab", &new, e) : 0;
}

const struct step_ops step_fstab = {
	.name = "fstab",
	.help = "names file systems by label or UUID, comments out what was on the lost disk",
	.system = true,
	.needed = edit,
	.in_root = edit,
};
