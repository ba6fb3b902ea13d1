// SPDX-License-Identifier: GPL-2.0-or-later
// How the system shall lie on the disk of the virtual machine: as it does, or all in one partition.
#include "salvor/walk_layout.h"

#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "repair/onepart/onepart.h"
#include "salvor/form.h"

static const char help[] =
	"As it is: the partitions of the disk, each where it lies.\n\n"
	"One partition: / and all that its fstab mounts from this disk (/boot, /home, /var) go "
	"into one partition of a new disk, and a swap file takes the place of swap partitions. It "
	"is "
	"easier to enlarge, and needs no LVM. Owners, times, links, holes, access lists, "
	"capabilities are kept; fstab is rewritten and the system's own GRUB installed.\n\n"
	"For systems on ext2, ext3, ext4, XFS or btrfs. Where UEFI starts one, its EFI system "
	"partition comes along as it is. Nothing is written to the real disk, and nothing is "
	"copied twice. The plan, which comes next, tells what goes in and what would be left "
	"out.\n\n"
	"Size: of the new disk. Free space in it takes no room in the image.";

static const struct s_system *linux_on(const struct survey *s, int disk)
{
	const struct s_system *sys = survey_system(s, disk);

	return sys && !sys->windows ? sys : NULL;
}

static int ask(struct face *f, const char *title)
{
	struct box_item items[] = {
		{ .tag = "As it is", .text = "every partition as it is on the disk" },
		{ .tag = "One partition", .text = "/, /boot, /home ... in one, with a swap file" },
	};
	struct box b = { .kind = &box_menu,
			 .title = title,
			 .text = "How shall the system lie on the disk of the virtual machine?",
			 .items = items,
			 .n_items = 2 };
	int chosen = face_run(f, &b, help) == BOX_OK ? (int)b.chosen : -1;

	box_free(&b);
	return chosen;
}

static int check_size(const char *disk, const char *size, struct err *e)
{
	uint64_t bytes = 0, least, chosen;

	return (*size && size_parse(size, &bytes, e)) ||
			       onepart_size(disk, bytes, &least, &chosen, e)
		       ? -1
		       : 0;
}

static bool ask_size(struct face *f, const char *title, const char *disk, uint64_t least,
		     uint64_t usual, struct layout *l)
{
	char text[240];
	struct form form = {
		.title = title,
		.text = text,
		.help = help,
		.fields = { { "Size", "40G, 8000M; empty: what is in use and some room",
			      "Of the new disk; empty: as large as is needed, and some room",
			      l->size, sizeof l->size } },
		.n = 1
	};
	struct err e = { 0 };

	snprintf(text, sizeof text,
		 "How large shall the disk with the one partition be? It needs %llu MiB at least, "
		 "and gets %llu MiB when nothing is said. Examples stand on the right.",
		 (unsigned long long)(least / MIB), (unsigned long long)(usual / MIB));
	while (face_form(f, &form, &e))
		if (!check_size(disk, l->size, &e))
			return true;
	return false;
}

bool choose_layout(struct face *f, const char *title, int disk, struct layout *l)
{
	const char *path = f->survey.disks[disk].disk.path;
	const struct s_system *sys = linux_on(&f->survey, disk);
	uint64_t least, usual;
	char why[500];
	struct err e;
	int chosen;

	*l = (struct layout){ 0 };
	if (!sys)
		return true;
	while ((chosen = ask(f, title)) == 1) {
		if (!survey_can_join(&f->survey, sys, why, sizeof why))
			err_usage(&e, "One partition is not possible here: %s", why);
		else if (!onepart_size(path, 0, &least, &usual, &e))
			break;
		box_error(&f->env, &e);
	}
	l->one_partition = chosen == 1;
	return chosen == 0 || (chosen == 1 && ask_size(f, title, path, least, usual, l));
}

int layout_set(const struct layout *l, struct job *j, struct err *e)
{
	if (!l->one_partition)
		return 0;
	return job_set(j, "one-partition", "yes", e) ||
			       (l->size[0] && job_set(j, "size", l->size, e))
		       ? -1
		       : 0;
}
