// SPDX-License-Identifier: GPL-2.0-or-later
#include "repair/windows_ide.h"

#include <stdio.h>
#include <string.h>

#include "base/apart.h"
#include "cabinet/cabinet.h"
#include "repair/ntfs.h"

#define SECONDS 120 // of processor time
#define HIVE_MAX ((size_t)96 << 20)

struct applying {
	const char *device;
	const struct windows *w;
};

// Drivers that were found, by their place in ide_files.
struct drivers {
	struct buf file[IDE_N_FILES];
	struct ide_outcome *o;
};

const char *windows_ide_hands_off(const struct windows *w, bool clean)
{
	if (w->hibernated)
		return "it is hibernated";
	if (!clean)
		return "its NTFS was not unmounted: Windows has to check it first";
	if (w->torn)
		return "the last write to its registry was cut: Windows has to mend it first";
	return NULL;
}

// Why the last thing that was tried for a file will not do; overwritten by what is tried next.
static void refuse(char why[IDE_N_FILES][200], unsigned i, const char *text)
{
	snprintf(why[i], sizeof why[i], "%s: %.160s", ide_files[i], text);
}

// True: it is one. Else it is thrown away.
static bool take(struct drivers *d, unsigned i, const struct windows *w, const char *path,
		 char why[IDE_N_FILES][200])
{
	char text[200];

	if (ide_fits(&d->file[i], w->arch))
		return true;
	buf_clear(&d->file[i]);
	snprintf(text, sizeof text, "what %s has is no driver for %s", path, w->arch);
	refuse(why, i, text);
	return false;
}

// From the first folder that has it.
static int find_loose(struct ntfs_files *f, const struct windows *w, struct drivers *d, unsigned i,
		      char why[IDE_N_FILES][200], struct err *e)
{
	char path[96];

	for (const char *const *s = ide_stores; *s; s++) {
		if (!ide_path(path, sizeof path, w->root, *s, w->arch, ide_files[i]))
			continue;
		if (ntfs_files_read(f, path, IDE_DRIVER_MAX, &d->file[i], e)) {
			if (e->num != ENOENT && e->num != EFBIG)
				return -1;
		} else if (take(d, i, w, path, why)) {
			d->o->state.file[i] = IDE_ELSEWHERE;
			return 0;
		}
	}
	return 0;
}

static int read_piece(void *arg, uint64_t off, void *p, size_t n)
{
	return ntfs_file_read(arg, off, p, n);
}

static void unpack(struct cabinet *c, const struct windows *w, struct drivers *d, unsigned number,
		   const char *path, char why[IDE_N_FILES][200])
{
	struct err e;

	for (unsigned i = 0; i < IDE_N_FILES; i++) {
		if (d->o->state.file[i] != IDE_NOWHERE ||
		    !cabinet_has(c, ide_files[i], IDE_DRIVER_MAX))
			continue;
		if (cabinet_unpack(c, ide_files[i], IDE_DRIVER_MAX, &d->file[i], &e)) {
			refuse(why, i, e.text);
		} else if (take(d, i, w, path, why)) {
			d->o->state.file[i] = IDE_IN_CABINET;
			d->o->state.cabinet[i] = (uint8_t)number;
		}
	}
}

static void find_in_cabinets(struct ntfs_files *f, const struct windows *w, struct drivers *d,
			     char why[IDE_N_FILES][200])
{
	char path[96];
	struct err e;

	for (unsigned k = 0; ide_cabinets[k]; k++) {
		struct cabinet_in in = { .read = read_piece };
		struct ntfs_file *x = NULL;
		struct cabinet *c;

		if (!ide_path(path, sizeof path, w->root, ide_cabinets[k], w->arch, NULL) ||
		    ntfs_file_open(&x, f, path, &in.size, &e))
			continue;
		in.arg = x;
		if (!cabinet_open(&c, path, &in, &e)) {
			unpack(c, w, d, k, path, why);
			cabinet_close(c);
		}
		ntfs_file_close(x);
	}
}

// All that is not in its place; what the cure then is.
static int find_drivers(struct ntfs_files *f, const struct windows *w, struct drivers *d,
			struct err *e)
{
	char why[IDE_N_FILES][200] = { 0 };
	struct ide_outcome *o = d->o;
	size_t n = 0;

	for (unsigned i = 0; i < IDE_N_FILES; i++) {
		if (o->state.file[i] == IDE_IN_PLACE)
			continue;
		o->state.file[i] = IDE_NOWHERE;
		if (find_loose(f, w, d, i, why, e))
			return -1;
	}
	find_in_cabinets(f, w, d, why);
	for (unsigned i = 0; i < IDE_N_FILES; i++) {
		if (o->state.file[i] != IDE_NOWHERE || !why[i][0] || n >= sizeof o->why)
			continue;
		n += (size_t)snprintf(o->why + n, sizeof o->why - n, "%s%s", n ? "; " : "", why[i]);
	}
	ide_curable(&o->state, &o->cure);
	return 0;
}

static int merge(struct ntfs_files *f, const struct windows *w, const struct ide_cure *c,
		 struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	char path[64];

	snprintf(path, sizeof path, "%s/System32/config/SYSTEM", w->root);
	return ntfs_files_read(f, path, HIVE_MAX, &old, e) || ide_merge(&old, c, &new, e) ||
			       ntfs_files_write(f, path, &new, e)
		       ? -1
		       : 0;
}

// Files first: a service without its file would be worse than none.
static int change(struct ntfs_files *f, const struct windows *w, struct drivers *d, struct err *e)
{
	const struct ide_cure *c = &d->o->cure;
	char path[96];

	for (unsigned i = 0; i < IDE_N_FILES; i++) {
		snprintf(path, sizeof path, "%s/System32/drivers/%s", w->root, ide_files[i]);
		if (c->copy[i] && ntfs_files_write(f, path, &d->file[i], e))
			return -1;
	}
	return c->registry ? merge(f, w, c, e) : 0;
}

static int apply(void *arg, struct buf *answer, struct err *e)
{
	const struct applying *a = arg;
	struct ide_outcome o = { .state = a->w->ide_state };
	struct drivers d = { .o = &o };
	struct ntfs_files *f;
	struct err other;
	int rc;

	if (ntfs_files_open(&f, a->device, e))
		return -1;
	rc = find_drivers(f, a->w, &d, e) || change(f, a->w, &d, e) ? -1 : 0;
	if (ntfs_files_close(f, rc ? &other : e) || rc)
		return -1;
	buf_add(answer, &o, sizeof o);
	return 0; // the process ends: nothing needs to be freed
}

int windows_ide_apply(const char *device, const struct windows *w, struct ide_outcome *o,
		      struct ui *ui, struct err *e)
{
	struct applying a = { device, w };
	struct buf answer BUF_AUTO = { 0 };

	if (apart_run(apply, &a, SECONDS, &answer, ui, e))
		return -1;
	if (answer.len != sizeof *o)
		return err_set(e, 0, "%s: change Windows: no answer", device);
	memcpy(o, answer.s, sizeof *o);
	o->why[sizeof o->why - 1] = '\0';
	return 0;
}
