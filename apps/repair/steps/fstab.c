// SPDX-License-Identifier: GPL-2.0-or-later
// fstab entries that name a disk by a letter that will change, or file systems of the disk that
// is gone.
//
// /dev/sda3 with sda being this disk's name (survey_names_own): gets the label or UUID of partition
// 3. Another letter is the lost twin (or this disk, counted second): when partition of that
// number is of the right kind and no other entry means it, it is this disk's; else the entry
// becomes a comment, as it would stop the boot. Entries for other disks that are still in the
// machine stay.
//
// crypttab in the same way, and with an entry that goes those of fstab go that mount what it
// opened. What gets a new key each time is only ever a partition with this disk's own name: what
// lies on another would be lost.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "initrd/initrd.h"
#include "repair/crypttab.h"
#include "repair/steps/step.h"
#include "repair/text.h"

struct fstab {
	struct repair *r;
	const char *path, *text;    // all of it
	struct text_list *unopened; // names of crypttab's entries that go
};

static bool same_kind(const struct s_part *sp, const char *type)
{
	bool swap = !strcmp(type, "swap");

	if (!strcmp(type, CRYPT_KEY))
		return !sp->has_fs || !strcmp(sp->fs.type, "crypto_LUKS");
	if (!strcmp(type, CRYPT_RANDOM))
		return !sp->has_fs || !strcmp(sp->fs.type, "swap");

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

// The part of this disk that an entry means for certain: by label, UUID, array, logical volume, or
// its name when it is alone.
static int certain(const struct repair *r, const char *spec)
{
	const struct s_disk *d = r->first.disk;
	struct survey_tag tag;
	bool tagged = survey_tag(spec, &tag);
	size_t n;

	for (unsigned i = 0; tagged && i < d->n; i++)
		if (survey_has_tag(&d->parts[i], &tag))
			return (int)i;
	if (!strncmp(spec, "/dev/md", 7))
		return patient_array(&r->first, spec);
	if (survey_names_own(r->first.sys, r->real.serial, spec))
		return part_of_number(d, survey_part_number(spec, &n));
	for (unsigned i = 0; i < d->n; i++)
		if (d->parts[i].is_volume && lvm_called(survey_volume(d, i)->name, spec))
			return (int)i;
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
	struct survey_tag tag;
	bool tagged = survey_tag(l->spec, &tag);

	for (unsigned i = 0; r->machine && !r->o->hyper && i < r->machine->n_disks; i++) {
		const struct s_disk *d = &r->machine->disks[i];

		if (d->disk.major == r->real.major && d->disk.minor == r->real.minor)
			continue;
		if (d->role == ROLE_MEDIUM || d->role == ROLE_STALE ||
		    !strcmp(d->disk.transport, "usb"))
			continue;
		for (unsigned k = 0; k < d->n; k++)
			if (tagged ? survey_has_tag(&d->parts[k], &tag)
				   : d->parts[k].part.number == number &&
					     same_kind(&d->parts[k], l->type))
				return true;
	}
	return false;
}

static bool crypted(const struct fstab_line *l)
{
	return !strcmp(l->type, CRYPT_KEY) || !strcmp(l->type, CRYPT_RANDOM);
}

// A logical volume of another disk, when that does not come along.
static bool volume_left_behind(const struct repair *r, const char *spec)
{
	for (unsigned i = 0; r->machine && r->o->hyper && i < r->machine->n_disks; i++) {
		const struct s_disk *d = &r->machine->disks[i];

		for (unsigned k = 0; k < d->n; k++)
			if (d->parts[k].is_volume && lvm_called(survey_volume(d, k)->name, spec))
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

// Without the line of / a system stays read-only, or does not start at all.
static enum fstab_verdict drop(struct fstab *f, const struct fstab_line *l, char *to, size_t size)
{
	if (!crypted(l) && !strcmp(l->dir, "/")) {
		names_best(&f->r->names, f->r->first.sys->part, to, size);
		edits_add(f->r->edits, "fstab", f->path, "%s -> %s: / is here", l->spec, to);
		return FSTAB_RENAME;
	}
	snprintf(to, size, "%s is not on this disk, and the disk it was on %s", l->spec,
		 f->r->o->hyper ? "did not come along" : "is gone");
	edits_add(f->r->edits, "fstab", f->path, "%s %s: not here any more: commented out", l->spec,
		  l->dir);
	if (crypted(l))
		text_list_add(f->unopened, l->dir);
	return FSTAB_DROP;
}

// Of one btrfs an fstab mounts several subvolumes, each by a line of its own.
static bool is_subvolume(const struct repair *r, const struct fstab_line *l, int part)
{
	const struct s_disk *d = r->first.disk;

	for (unsigned i = 0; i < r->first.sys->n_mounts; i++) {
		const struct s_mount *m = &r->first.sys->mounts[i];

		if (m->part >= 0 && survey_has_subvolumes(&d->parts[part]) &&
		    (int)survey_carrier(d, (unsigned)m->part) == part && !strcmp(m->dir, l->dir) &&
		    !strcmp(m->spec, l->spec))
			return !strcmp(l->dir, "/") || strstr(l->options, "subvol");
	}
	return false;
}

static enum fstab_verdict judge_device(struct fstab *f, const struct fstab_line *l, unsigned number,
				       char *to, size_t size)
{
	const struct repair *r = f->r;
	int part = part_of_number(r->first.disk, number);
	bool ours = survey_names_own(r->first.sys, r->real.serial, l->spec);
	int (*others)(const char *, int (*)(void *, const struct fstab_line *), void *) =
		crypted(l) ? text_crypttab_each : text_fstab_each;
	struct search s = { r, part };

	if (part >= 0 && !same_kind(&r->first.disk->parts[part], l->type))
		part = -1;
	if (part >= 0 && !ours && !is_subvolume(r, l, part) &&
	    (!strcmp(l->type, CRYPT_RANDOM) || others(f->text, means, &s)))
		part = -1;
	if (part < 0)
		return elsewhere(r, l, number) || may_be_absent(l) ? FSTAB_KEEP
								   : drop(f, l, to, size);
	if (crypted(l))
		crypttab_name(f->r, part, to, size);
	else
		names_best(&r->names, part, to, size);
	if (!strcmp(to, l->spec))
		return FSTAB_KEEP;
	edits_add(r->edits, "fstab", f->path, "%s -> %s", l->spec, to);
	return FSTAB_RENAME;
}

static enum fstab_verdict judge(void *arg, const struct fstab_line *l, char *to, size_t size)
{
	static const char mapper[] = "/dev/mapper/";
	struct fstab *f = arg;
	size_t n;
	unsigned number = survey_part_number(l->spec, &n);
	struct survey_tag tag;

	if (!strncmp(l->spec, mapper, strlen(mapper)) &&
	    text_list_has(f->unopened, l->spec + strlen(mapper)))
		return drop(f, l, to, size);
	if (certain(f->r, l->spec) >= 0 && strncmp(l->spec, "/dev/", 5))
		return FSTAB_KEEP;
	// links by a disk's serial number or its place stay what they are in this machine
	if (number && (f->r->o->hyper || strncmp(l->spec, "/dev/disk/", 10)))
		return judge_device(f, l, number, to, size);
	if (certain(f->r, l->spec) < 0 && volume_left_behind(f->r, l->spec))
		return may_be_absent(l) ? FSTAB_KEEP : drop(f, l, to, size);
	if (!survey_tag(l->spec, &tag) && strncmp(l->spec, "/dev/md", 7))
		return FSTAB_KEEP;
	if (certain(f->r, l->spec) >= 0 || elsewhere(f->r, l, 0) || may_be_absent(l))
		return FSTAB_KEEP;
	return drop(f, l, to, size);
}

static int edit_file(struct fstab *f,
		     bool (*edit)(const char *, fstab_judge *, void *, struct buf *), struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	bool there;

	if (step_read(f->r, f->path, &old, &there, e))
		return -1;
	f->text = buf_str(&old);
	return edit(f->text, judge, f, &new) ? step_write(f->r, f->path, &new, e) : 0;
}

static int edit(struct repair *r, struct err *e)
{
	struct text_list unopened = { 0 };
	struct fstab crypttab = { .r = r, .path = "/etc/crypttab", .unopened = &unopened };
	struct fstab fstab = { .r = r, .path = "/etc/fstab", .unopened = &unopened };
	int rc =
		edit_file(&crypttab, text_crypttab, e) || edit_file(&fstab, text_fstab, e) ? -1 : 0;

	text_list_free(&unopened);
	return rc;
}

const struct step_ops step_fstab = {
	.name = "fstab",
	.help = "names file systems by label or UUID, comments out what was on the lost disk; in "
		"crypttab, too",
	.why = "disks have other names there, and other disks do not come along",
	.system = true,
	.needed = edit,
	.in_root = edit,
};
