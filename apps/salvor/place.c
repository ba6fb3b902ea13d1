// SPDX-License-Identifier: GPL-2.0-or-later
// "Where to?": the file systems and disks something can be written to, by what stands on their
// labels.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/size.h"
#include "salvor/face.h"

#define MAX_PLACES 64

static const char help[] =
	"Listed are the file systems of all other disks, and for a backup whole disks that are "
	"large enough. The disk that is "
	"being saved, its twin in the mirror and the boot medium are never offered.\n\n"
	"Plug in a USB disk now and choose \"Look again\" when it is missing. A file system on it "
	"is enough: ext4, xfs, btrfs, "
	"exFAT, NTFS or FAT (there what is longer than 4 GiB lies in several files).\n\n"
	"Sizes are those of the file system; whether the file fits is checked before anything is "
	"read.";

struct places {
	struct box_item items[MAX_PLACES + 3];
	char tags[MAX_PLACES][32], texts[MAX_PLACES][240];
	char specs[MAX_PLACES][96]; // "uuid:ID/" or "/dev/sdd"
	bool whole[MAX_PLACES];
	size_t n;
};

static bool writable_fs(const char *type)
{
	static const char *const types[] = { "ext2",  "ext3", "ext4",  "xfs",
					     "btrfs", "vfat", "exfat", "ntfs" };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(type, types[i]))
			return true;
	return false;
}

static void add(struct places *p, const char *tag, const char *spec, bool whole, const char *text)
{
	str_copy(p->tags[p->n], sizeof p->tags[0], tag);
	str_copy(p->texts[p->n], sizeof p->texts[0], text);
	str_copy(p->specs[p->n], sizeof p->specs[0], spec);
	p->whole[p->n] = whole;
	p->items[p->n] = (struct box_item){ p->tags[p->n], p->texts[p->n], NULL, false, false };
	p->n++;
}

static void add_disk(struct places *p, const struct s_disk *d, uint64_t need)
{
	char text[240], spec[96];

	for (unsigned i = 0; i < d->n && p->n < MAX_PLACES; i++) {
		const struct s_part *part = &d->parts[i];

		if (part->is_member || part->is_volume || part->is_subvolume || !part->has_fs ||
		    !writable_fs(part->fs.type) || !part->fs.uuid[0])
			continue;
		snprintf(text, sizeof text, "%s%s%s, %s on %s %s", part->fs.label,
			 part->fs.label[0] ? ", " : "", part->fs.type, size_show(part->fs_len).s,
			 d->disk.transport, d->disk.model);
		snprintf(spec, sizeof spec, "uuid:%s/", part->fs.uuid);
		add(p, strrchr(part->path, '/') ? strrchr(part->path, '/') + 1 : part->path, spec,
		    false, text);
	}
	if (need && d->disk.size >= need && d->role != ROLE_SURVIVOR && p->n < MAX_PLACES) {
		snprintf(text, sizeof text, "WHOLE DISK, replaces all on it: %s, %s %s s/n %s",
			 size_show(d->disk.size).s, d->disk.transport, d->disk.model,
			 d->disk.serial);
		add(p, d->disk.name, d->disk.path, true, text);
	}
}

// source: its index in the survey, -1 when there is none.
static void collect(struct face *f, struct places *p, int source, bool whole)
{
	const struct disk *disk = source >= 0 ? &f->survey.disks[source].disk : NULL;
	uint64_t need = whole && disk ? disk->size : 0;
	char why[120];

	p->n = 0;
	for (unsigned i = 0; i < f->survey.n_disks; i++) {
		const struct s_disk *d = &f->survey.disks[i];

		if (d->disk.work || d->role == ROLE_MEDIUM || (int)i == source)
			continue;
		if (source >= 0 && survey_forbidden(&f->survey, source, (int)i, why, sizeof why))
			continue;
		add_disk(p, d, need);
	}
}

// Behind the list. Returns how many there are in all.
static size_t add_ways(struct places *p, unsigned also)
{
	p->items[p->n] = (struct box_item){ "Look", "Look again: a disk has just been plugged in",
					    NULL, false, false };
	p->items[p->n + 1] =
		(struct box_item){ "Path", "Type a path of something that is mounted already", NULL,
				   false, false };
	p->items[p->n + 2] = (struct box_item){ "Server", "Another machine: ssh, NFS, SMB, HTTP",
						NULL, false, false };
	return p->n + (also & PLACE_SERVER ? 3 : 2);
}

static bool ask_name(struct face *f, const char *title, const char *folder, const char *name,
		     char *spec, size_t size)
{
	char *text STR_AUTO = mem_printf("Name of the file%s%s:", *folder ? " on " : "", folder);
	struct box b = {
		.kind = &box_inputbox, .title = title, .text = text, .init = name, .max = 200
	};
	bool ok = face_run(f, &b, help) == BOX_OK && b.value && b.value[0];

	if (ok)
		ok = (size_t)snprintf(spec, size, "%s%s", folder, b.value) < size;
	box_free(&b);
	return ok;
}

// Disks are chosen from the list, where the one that is meant can be told and confirmed.
static bool ask_path(struct face *f, const char *title, char *spec, size_t size)
{
	struct stat st;

	if (!ask_name(f, title, "", "/mnt/", spec, size))
		return false;
	if (stat(spec, &st) || !S_ISBLK(st.st_mode))
		return true;
	box_say(&f->env, title, "%s is a disk, not a file. Choose disks from the list.", spec);
	return false;
}

// Where the source is now: a disk that has dropped out may be back under another name. False: gone.
static bool find_source(struct face *f, const struct disk *source, int *index)
{
	*index = source ? survey_disk(&f->survey, source->path) : -1;
	if (!source || (*index >= 0 && disk_equal(&f->survey.disks[*index].disk, source)))
		return true;
	box_say(&f->env, "Disk gone",
		"%s (s/n %s) is not there any more. Check its cable and power, then begin anew.",
		source->path, source->serial);
	return false;
}

// A disk that is plugged in while the list is shown appears in it.
enum { ANSWER_CHANGED = BOX_USER };

static int watch(struct box *b)
{
	const struct face *f = b->arg;

	return face_outdated(f) ? ANSWER_CHANGED : BOX_STAY;
}

bool face_place(struct face *f, const char *title, const char *why, const struct disk *source,
		unsigned also, const char *name, char *spec, size_t size)
{
	struct places *p = mem_zero(1, sizeof *p);
	bool found = false;

	while (!found && !f->gone) {
		int answer;
		size_t chosen, n;
		int index;

		if (face_survey_fresh(f) || !find_source(f, source, &index))
			break;
		collect(f, p, index, also & PLACE_DISK);
		n = add_ways(p, also);
		struct box b = { .kind = &box_menu,
				 .title = title,
				 .text = why,
				 .items = p->items,
				 .n_items = n,
				 .rows = BOX_MAX,
				 .cols = BOX_MAX,
				 .update = watch,
				 .arg = f,
				 .below = p->n ? NULL
					       : "There is no other disk with a file system. Plug "
						 "one in, then look again." };

		answer = face_run(f, &b, help);
		chosen = b.chosen;
		box_free(&b);
		if (answer == ANSWER_CHANGED)
			continue;
		if (answer != BOX_OK)
			break;
		if (chosen == p->n) {
			if (face_survey(f))
				box_error(&f->env, &f->survey_err);
		} else if (chosen == p->n + 1) {
			found = ask_path(f, title, spec, size);
		} else if (chosen == p->n + 2) {
			found = face_server(f, title, name, spec, size);
		} else if (p->whole[chosen]) {
			found = str_copy(spec, size, p->specs[chosen]);
		} else {
			found = ask_name(f, title, p->specs[chosen], name, spec, size);
		}
	}
	free(p);
	return found;
}
