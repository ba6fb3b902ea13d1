// SPDX-License-Identifier: GPL-2.0-or-later
// Looking at one disk.
#include "repair/patient.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define FILE_MAX (1024 * 1024)

int patient_open(struct patient *p, const char *path, struct ui *ui, struct err *e)
{
	const char *const paths[] = { path };

	*p = (struct patient){ 0 };
	if (survey_make(&p->s, paths, 1, ui, e))
		return -1;
	if (p->s.n_disks != 1 || src_open(&p->src, path, e)) {
		if (p->s.n_disks != 1)
			err_set(e, 0, "%s: look at it: no disk was found there", path);
		survey_free(&p->s);
		return -1;
	}
	p->disk = &p->s.disks[0];
	p->sys = survey_system(&p->s, 0);
	if (p->sys && p->sys->windows)
		p->sys = NULL;
	return 0;
}

void patient_close(struct patient *p)
{
	for (unsigned i = 0; i < p->n_open; i++) {
		if (p->open[i].fs)
			fs_close(p->open[i].fs);
		src_close(p->open[i].window);
		src_close(p->open[i].below);
	}
	src_close(p->src);
	survey_free(&p->s);
	*p = (struct patient){ 0 };
}

// True when path is dir or below it; *rest is what follows.
static bool below(const char *path, const char *dir, const char **rest)
{
	size_t n = strlen(dir);

	if (!strcmp(dir, "/")) {
		*rest = path;
		return true;
	}
	if (strncmp(path, dir, n) || (path[n] && path[n] != '/'))
		return false;
	*rest = path[n] ? path + n : "/";
	return true;
}

int patient_part(const struct patient *p, const char *path, const char **rest)
{
	const char *tail;
	size_t best = 0;
	int part = p->sys->part;

	*rest = path;
	for (unsigned i = 0; i < p->sys->n_mounts; i++) {
		const struct s_mount *m = &p->sys->mounts[i];

		if (m->disk == p->sys->disk && m->part >= 0 && m->dir[0] == '/' &&
		    strlen(m->dir) > best && below(path, m->dir, &tail) && strcmp(m->dir, "/")) {
			best = strlen(m->dir);
			part = m->part;
			*rest = tail;
		}
	}
	// /boot may be found though fstab does not name it in a way we can resolve
	if (!best && p->sys->boot_part != p->sys->part && below(path, "/boot", &tail)) {
		part = p->sys->boot_part;
		*rest = tail;
	}
	return part;
}

struct fs *patient_open_part(struct patient *p, int part, struct err *e)
{
	const struct s_part *sp = &p->disk->parts[part];
	struct patient_fs *o;

	for (unsigned i = 0; i < p->n_open; i++)
		if (p->open[i].part == part)
			return p->open[i].fs;
	if (p->n_open == PATIENT_FS) {
		err_set(e, 0, "%s: more than %d file systems are needed at once", sp->path,
			PATIENT_FS);
		return NULL;
	}
	o = &p->open[p->n_open];
	*o = (struct patient_fs){ .part = part };
	o->window = survey_open_part(p->disk, (unsigned)part, p->src, &o->below);
	if (fs_open(o->window, &o->fs, e) ||
	    (sp->is_subvolume && fs_enter(o->fs, sp->subvolume.id, e))) {
		fs_close(o->fs);
		src_close(o->window);
		src_close(o->below);
		return NULL;
	}
	p->n_open++;
	return o->fs;
}

struct fs *patient_fs(struct patient *p, const char *path, const char **rest, struct err *e)
{
	if (!p->sys) {
		err_set(e, ENOENT, "%s: no system on this disk", path);
		return NULL;
	}
	return patient_open_part(p, patient_part(p, path, rest), e);
}

int patient_read(struct patient *p, const char *path, struct buf *out, struct err *e)
{
	const char *rest;
	struct fs *fs;

	buf_clear(out);
	fs = patient_fs(p, path, &rest, e);
	return fs ? fs_read_file(fs, rest, FILE_MAX, out, e) : -1;
}

int patient_stat(struct patient *p, const char *path, struct stat *st, struct err *e)
{
	const char *rest;
	struct fs *fs;

	fs = patient_fs(p, path, &rest, e);
	return fs ? fs_stat(fs, rest, st, e) : -1;
}

// "/dev/md2", "/dev/md/2" for the array md2; "/dev/md/root" for root.
static bool array_is(const char *name, const char *device)
{
	if (strncmp(device, "/dev/", 5))
		return false;
	device += 5;
	if (!strcmp(device, name))
		return true;
	if (strncmp(device, "md/", 3))
		return false;
	return !strcmp(device + 3, name) ||
	       (!strncmp(name, "md", 2) && !strcmp(device + 3, name + 2));
}

int patient_array(const struct patient *p, const char *device)
{
	if (strncmp(device, "/dev/md", 7))
		return -1;
	for (unsigned i = 0; p->sys && i < p->sys->n_mounts; i++)
		if (!strcmp(p->sys->mounts[i].spec, device) && p->sys->mounts[i].disk == 0)
			return p->sys->mounts[i].part;
	for (unsigned i = 0; i < p->disk->n; i++) {
		const struct s_part *sp = &p->disk->parts[i];

		if (sp->array >= 0 && array_is(p->s.arrays[sp->array].name, device))
			return (int)i;
	}
	return -1;
}

bool patient_in_mirror(const struct patient *p)
{
	for (unsigned i = 0; i < p->disk->n; i++)
		if (p->disk->parts[i].is_member)
			return true;
	return false;
}

bool patient_has_dracut(struct patient *p)
{
	struct stat st;
	struct err none;

	return !patient_stat(p, "/etc/dracut.conf", &st, &none) ||
	       !patient_stat(p, "/usr/lib/dracut", &st, &none);
}
