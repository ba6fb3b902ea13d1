// SPDX-License-Identifier: GPL-2.0-or-later
// The plan carried out: the tree of the work disk into a new file system, the new disk, and then
// what a repair does: files in the mounted root, the boot loader, a look at the result.
#include <string.h>

#include "base/buf.h"
#include "base/size.h"
#include "repair/onepart/onepart.h"
#include "repair/steps/step.h"
#include "work/new_disk.h"
#include "work/store.h"

static int build_ext(const struct onepart *o, struct patient *p, const struct names *names,
		     const char *file, struct pieces *pieces, struct ui *ui, struct err *e)
{
	struct newfs n = { .file = file,
			   .off = o->start,
			   .size = o->size - o->start - (o->gpt ? ONEPART_START : 0),
			   .kind = o->kind,
			   .inodes = o->inodes,
			   .swap = o->swap,
			   .name = o->swap_file + 1 };
	dev_t mounted[ROOT_MOUNTS];
	struct newfs_tree tree;
	struct newfs_count count;
	struct root root;
	struct err other;
	int rc;

	str_copy(n.uuid, sizeof n.uuid, o->uuid);
	str_copy(n.label, sizeof n.label, o->label);
	if (root_open_to_read(&root, p, names, o->mounts, o->n, e))
		return -1;
	rc = onepart_tree(o, &root, mounted, &tree, e) ||
			     newfs_make(&n, &tree, pieces, &count, ui, e) ||
			     onepart_settle(&root, p, pieces, e)
		     ? -1
		     : 0;
	if (root_close(&root, rc ? &other : e))
		rc = -1;
	if (!rc)
		ui_say(ui, UI_INFO,
		       "%llu files and %llu folders, %s stay where they are (in %zu pieces), %s "
		       "were copied, %s are free",
		       (unsigned long long)count.files, (unsigned long long)count.folders,
		       size_show(count.placed).s, pieces->n, size_show(count.copied).s,
		       size_show(count.blocks_left).s);
	return rc;
}

// The new disk with its file system. What is made here is made in its file, which the disk is then
// put together with; other programs want to see a disk.
static int build(const struct onepart *o, struct patient *p, const struct names *names,
		 struct pieces *pieces, struct disk *new, struct ui *ui, struct err *e)
{
	char file[256];

	if (new_disk_begin(o->size, o->scratch, file, e) ||
	    onepart_table(o, p, file, pieces, ui, e))
		return -1;
	ui_say(ui, UI_INFO, "%s: its tree is put into one partition of a disk of %s",
	       p->disk->disk.path, size_show(o->size).s);
	if (!o->maker && build_ext(o, p, names, file, pieces, ui, e))
		return -1;
	if (new_disk_open(pieces, new, e))
		return -1;
	return o->maker ? onepart_made(o, p, names, new, ui, e) : 0;
}

// The same that a repair's steps do, with the new disk in place of the work disk.
static int fit(struct repair *r, const struct onepart *o, struct err *e)
{
	struct root root;
	struct err other;
	int rc;

	if (root_open(&root, &r->now, &r->names, e))
		return -1;
	r->root = &root;
	rc = onepart_configure(r, o, e);
	if (!rc && o->esp >= 0)
		rc = onepart_esp_change(r, o, e);
	if (!rc && r->o->hyper)
		rc = step_fstab.in_root(r, e);
	if (!rc)
		rc = step_grub.in_root(r, e);
	if (!rc && o->esp >= 0)
		rc = step_efi.in_root(r, e);
	r->root = NULL;
	return root_close(&root, rc ? &other : e) || rc ? -1 : 0;
}

static int see_result(struct repair *r, const struct onepart *o, struct err *e)
{
	struct edits left = { 0 }, *done = r->edits;
	int rc;

	if (step_look_again(r, e))
		return -1;
	r->edits = &left;
	r->again = true;
	rc = step_grub.needed(r, e);
	if (!rc && o->esp >= 0)
		rc = step_efi.needed(r, e) || onepart_esp_check(r, o, e) ? -1 : 0;
	if (!rc && left.n)
		rc = err_set(e, 0, "new disk: not done: %s: %s", left.v[0].subject, left.v[0].text);
	r->edits = done;
	edits_free(&left);
	return rc;
}

static int finish(const struct onepart *o, const struct work *w, const struct repair_options *ro,
		  const struct disk *new, const char *map, struct edits *done, struct ui *ui,
		  struct err *e)
{
	struct repair r = { .o = ro, .real = w->source, .edits = done, .ui = ui };
	int rc;

	if (patient_open(&r.first, new->path, NULL, e))
		return -1;
	if (patient_open(&r.now, new->path, NULL, e)) {
		patient_close(&r.first);
		return -1;
	}
	names_find(&r.names, &r.first, &r.real, map);
	rc = r.first.sys
		     ? fit(&r, o, e) || see_result(&r, o, e)
		     : err_set(e, 0, "%s: the system is not found in its one partition", new->path);
	patient_close(&r.now);
	patient_close(&r.first);
	return rc ? -1 : 0;
}

static int make(struct patient *p, const struct work *w, const struct repair_options *ro,
		uint64_t size, struct edits *done, struct onepart_disk *disk, struct ui *ui,
		struct err *e)
{
	struct buf map BUF_AUTO = { 0 };
	struct pieces pieces = { 0 };
	struct names names;
	struct onepart o;
	struct err ignored;
	struct disk new;
	int rc;

	if (onepart_plan(&o, p, size, e))
		return -1;
	onepart_tell(&o, p, done);
	if (patient_read(p, "/boot/grub/device.map", &map, &ignored))
		buf_clear(&map);
	names_find(&names, p, &w->source, buf_str(&map));
	rc = build(&o, p, &names, &pieces, &new, ui, e) ||
	     finish(&o, w, ro, &new, buf_str(&map), done, ui, e) ||
	     new_disk_data(&pieces, &disk->data, e);
	pieces_free(&pieces);
	if (!rc)
		str_copy(disk->path, sizeof disk->path, new.path);
	return rc ? -1 : 0;
}

int onepart_run(const struct work *w, const struct repair_options *ro, uint64_t size,
		struct edits *done, struct onepart_disk *disk, struct ui *ui, struct err *e)
{
	int rc, locked FD_AUTO = work_lock(e);
	struct patient p;

	*disk = (struct onepart_disk){ 0 };
	if (locked < 0 || patient_open(&p, w->disk.path, NULL, e))
		return -1;
	rc = make(&p, w, ro, size, done, disk, ui, e);
	patient_close(&p);
	return rc;
}

// The plan for a disk that is only read. 0: *p is to be closed.
static int open_plan(struct patient *p, struct onepart *o, const char *disk, uint64_t size,
		     struct err *e)
{
	if (patient_open(p, disk, NULL, e))
		return -1;
	if (!onepart_plan(o, p, size, e))
		return 0;
	patient_close(p);
	return -1;
}

int onepart_check(const char *disk, uint64_t size, const char *store, struct err *e)
{
	struct patient p;
	struct onepart o;

	if (open_plan(&p, &o, disk, size, e))
		return -1;
	patient_close(&p);
	return scratch_room(store, o.scratch, e);
}

int onepart_size(const char *disk, uint64_t size, uint64_t *least, uint64_t *chosen, struct err *e)
{
	struct patient p;
	struct onepart o;

	if (open_plan(&p, &o, disk, size, e))
		return -1;
	*least = o.least;
	*chosen = o.size;
	patient_close(&p);
	return 0;
}

int onepart_show(const char *disk, uint64_t size, struct edits *plan, struct err *e)
{
	struct patient p;
	struct onepart o;

	if (open_plan(&p, &o, disk, size, e))
		return -1;
	onepart_tell(&o, &p, plan);
	onepart_tell_scratch(&o, plan);
	patient_close(&p);
	return 0;
}
