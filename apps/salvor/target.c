// SPDX-License-Identifier: GPL-2.0-or-later
// Destinations, guarded by the survey.
#include "salvor/target.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/size.h"
#include "block/parts.h"
#include "salvor/outcome.h"
#include "share/share.h"
#include "work/holder.h"
#include "work/real.h"

#define USB_SETTLE_MS 6000
#define SMALL_MAX (64 * MIB) // bytes of what lies beside an image

static int need_survey(struct target *t, struct err *e)
{
	if (t->all)
		return 0;
	if (t->source && !t->source->is_file && t->source->survey.n_disks) {
		t->all = &t->source->survey;
		return 0;
	}
	if (survey_make(&t->own, NULL, 0, t->ui, e))
		return -1;
	t->all = &t->own;
	return 0;
}

static bool is_of_mirror(enum disk_role r)
{
	return r == ROLE_SURVIVOR || r == ROLE_MEMBER || r == ROLE_STALE;
}

// device: a disk or a partition of one.
static int guard_device(struct target *t, const char *device, struct err *e)
{
	int index, from = -1;
	bool same = false;
	char why[160];

	if (t->source && disk_same(t->source->real, device, &same, e))
		return -1;
	if (same)
		return err_usage(e, "%s: is the source itself, or lies on it", device);
	if (need_survey(t, e))
		return -1;
	index = survey_disk(t->all, device);
	if (index < 0)
		return 0;
	if (t->source && !t->source->is_file)
		from = survey_disk(t->all, t->source->real);
	if (from >= 0 && survey_forbidden(t->all, from, index, why, sizeof why))
		return err_usage(e, "%s: must not be written to: %s", device, why);
	if (t->all->disks[index].role == ROLE_MEDIUM)
		return err_usage(e, "%s: is the medium this system was started from", device);
	if (!t->source && is_of_mirror(t->all->disks[index].role))
		return err_usage(e, "%s: lies on a disk of a mirror, which is not written to",
				 device);
	return 0;
}

struct place {
	const struct survey *all;
	const char *key, *value;
	const struct s_part *found;
	unsigned count;
};

static void look_for(struct place *p)
{
	for (unsigned i = 0; i < p->all->n_disks; i++) {
		for (unsigned k = 0; k < p->all->disks[i].n; k++) {
			const struct s_part *part = &p->all->disks[i].parts[k];
			bool is = !strcmp(p->key, "label") ? !strcmp(part->fs.label, p->value)
							   : !strcasecmp(part->fs.uuid, p->value);

			if (part->has_fs && !part->is_member && !part->is_volume &&
			    !part->is_subvolume && is) {
				p->found = part;
				p->count++;
			}
		}
	}
}

static int find_place(const struct survey *all, const char *key, const char *value, char *device,
		      size_t device_size, char *type, size_t type_size, struct err *e)
{
	struct place p = { .all = all, .key = key, .value = value };

	look_for(&p);
	if (!p.count)
		return err_usage(e, "%s:%s: no disk has a file system with this %s", key, value,
				 key);
	if (p.count > 1)
		return err_usage(e, "%s:%s: %u file systems have this %s: pull all but one out",
				 key, value, p.count, key);
	str_copy(device, device_size, p.found->path);
	str_copy(type, type_size, p.found->fs.type);
	return 0;
}

// A stick that has just been plugged in, or a machine that has just started: USB takes its time.
static bool wait_for_disks(const struct survey *s, struct ui *ui)
{
	for (unsigned i = 0; i < USB_SETTLE_MS / 100 && !ui_cancelled(ui); i++) {
		if (survey_outdated(s))
			return true;
		usleep(100 * 1000);
	}
	return false;
}

static int find_fs(void *arg, const char *key, const char *value, char *device, size_t device_size,
		   char *type, size_t type_size, struct err *e)
{
	struct target *t = arg;

	if (need_survey(t, e))
		return -1;
	while (find_place(t->all, key, value, device, device_size, type, type_size, e)) {
		if (!wait_for_disks(t->all, t->ui))
			return -1;
		survey_free(&t->own);
		t->all = NULL;
		if (survey_make(&t->own, NULL, 0, t->ui, e))
			return -1;
		t->all = &t->own;
	}
	return guard_device(t, device, e);
}

// The device a mounted file system lies on, by the kernel's list of mounts (a file system like
// btrfs has device numbers of its own). False when it has none: tmpfs, NFS.
static bool device_of(const char *folder, char *device, size_t size)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	unsigned major_, minor_;
	char *line = NULL;
	struct stat st;
	bool found = false;
	size_t cap = 0;

	if (!f)
		return false;
	while (!found && !stat(folder, &st) && getline(&line, &cap, f) > 0) {
		// 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
		char *dash = strstr(line, " - "), path[256];

		if (!dash || sscanf(line, "%*d %*d %u:%u", &major_, &minor_) != 2 ||
		    makedev(major_, minor_) != st.st_dev || sscanf(dash, " - %*s %255s", path) != 1)
			continue;
		found = path[0] == '/' && !access(path, F_OK) && str_copy(device, size, path);
	}
	free(line);
	fclose(f);
	return found;
}

static int guard_file(struct target *t, struct err *e)
{
	char *copy STR_AUTO = mem_dup(t->dest->beside);
	const char *files[] = { t->dest->beside, t->dest->part };
	char device[256];
	bool same = false;

	if (!t->source)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		if (disk_same(t->source->path, files[i], &same, e))
			return -1;
		if (same)
			return err_usage(e, "%s: is the source itself", files[i]);
	}
	if (t->source->is_file || !device_of(dirname(copy), device, sizeof device))
		return 0;
	return guard_device(t, device, e);
}

// Something is built on the disk or mounted from it: whoever that is would write to it, too.
static int guard_use(const struct disk *d, struct err *e)
{
	char what[256];
	int rc = disk_held("", d, NULL, what, sizeof what) ? 1
							   : disk_in_use(d, what, sizeof what, e);

	return rc > 0 ? err_usage(e, "%s: is in use: %s", d->path, what) : rc;
}

int target_make(struct target *t, const char *spec, const char *name, const struct source *source,
		const struct login *login, struct ui *ui, struct err *e)
{
	struct dest_env env = {
		.name = name, .find_fs = find_fs, .arg = t, .login = login, .ui = ui
	};

	*t = (struct target){ .source = source, .ui = ui };
	if (dest_make(&t->dest, spec, &env, e) || dest_look(t->dest, e))
		return -1;
	if (t->dest->beside[0]) {
		snprintf(t->identity, sizeof t->identity, "file %.200s",
			 strrchr(t->dest->beside, '/') + 1);
		return t->dest->far ? 0 : guard_file(t, e);
	}
	if (!t->dest->part[0])
		return 0;
	if (disk_of_path(&t->disk, t->dest->part, e))
		return -1;
	if (t->disk.work)
		return err_usage(e, "%s: is the work disk: only a repair writes to it",
				 t->disk.path);
	snprintf(t->identity, sizeof t->identity, "disk %s, serial number %s, %llu bytes",
		 t->disk.model, t->disk.serial, (unsigned long long)t->disk.size);
	return guard_device(t, t->disk.path, e) || guard_use(&t->disk, e) ? -1 : 0;
}

void target_free(struct target *t)
{
	dest_free(t->dest);
	survey_free(&t->own);
	*t = (struct target){ 0 };
}

int target_confirm(struct target *t, bool yes, struct err *e)
{
	char *question STR_AUTO = NULL;
	struct dest *d = t->dest;
	int answer;

	if (t->disk.path[0]) {
		if (yes)
			return 0;
		question = mem_printf(
			"Everything on %s (%s, serial number %s, %s, %s) will be replaced",
			t->disk.path, *t->disk.model ? t->disk.model : "unknown model",
			*t->disk.serial ? t->disk.serial : "unknown", size_show(t->disk.size).s,
			t->disk.transport);
	} else if (d->beside[0] && d->is_there) {
		question = mem_printf("%s is there already and will be replaced", d->shown);
	} else if (d->beside[0] && !d->resume && d->has_part) {
		question = mem_printf("%s.part is left from an unfinished run and will be replaced",
				      d->shown);
	} else {
		return 0;
	}
	d->overwrite = true;
	answer = ui_ask(t->ui, "%s.", question);
	if (answer < 0)
		return err_usage(e, "%s: confirm it with --yes, or on a terminal", question);
	return answer ? 0 : err_stopped(e);
}

// May the journal of the file system on the device be replayed? Not where that could change a
// disk that is to be saved.
static bool may_replay(const struct survey *all, const char *device, const char *not_on)
{
	int index = survey_disk(all, device);
	bool same = true;

	return not_on && index >= 0 && all->disks[index].role == ROLE_PLAIN &&
	       !disk_same(device, not_on, &same, NULL) && !same;
}

// A file given as label:NAME/path or uuid:ID/path.
struct spec {
	const char *key; // "label" or "uuid"; NULL: a plain path
	char value[128];
	const char *path;
};

static int split_spec(struct spec *s, const char *spec, struct err *e)
{
	const char *value = strchr(spec, ':') ? strchr(spec, ':') + 1 : spec;
	size_t len = strcspn(value, "/");

	*s = (struct spec){ .key = !strncmp(spec, "label:", 6)	? "label"
				   : !strncmp(spec, "uuid:", 5) ? "uuid"
								: NULL,
			    .path = spec };
	if (!s->key)
		return 0;
	if (!len || len >= sizeof s->value || !value[len])
		return err_usage(e, "%s: write label:NAME/path or uuid:ID/path", spec);
	memcpy(s->value, value, len);
	s->path = value + len;
	return 0;
}

// Finds the spec's file system, waits for it a moment where need be, and has it mounted.
static int mount_spec(const struct spec *s,
		      int (*mount)(void *arg, const struct survey *all, const char *device,
				   const char *type, struct ui *ui, struct err *e),
		      void *arg, struct ui *ui, struct err *e)
{
	char device[80], type[24];
	struct survey all;
	bool again;
	int rc;

	do {
		if (survey_make(&all, NULL, 0, ui, e))
			return -1;
		rc = find_place(&all, s->key, s->value, device, sizeof device, type, sizeof type,
				e);
		again = rc && wait_for_disks(&all, ui);
		rc = rc ? rc : mount(arg, &all, device, type, ui, e);
		survey_free(&all);
	} while (again);
	return rc;
}

struct to_read {
	struct mounted *fs;
	const char *not_on;
};

// After a power cut the file may be found only when the journal has been replayed.
static int mount_image(void *arg, const struct survey *all, const char *device, const char *type,
		       struct ui *ui, struct err *e)
{
	const struct to_read *r = arg;

	if (!mount_to_read(r->fs, device, type, e))
		return 0;
	if (e->num != EROFS || !may_replay(all, device, r->not_on))
		return -1;
	ui_say(ui, UI_WARN, "%s: was not unmounted properly: its journal is replayed", device);
	return mount_begin(r->fs, device, type, e);
}

// On another machine.
static int find_far(struct image_file *f, const char *spec, const struct login *login,
		    struct ui *ui, struct err *e)
{
	if (!login)
		return err_usage(e, "%s: this must be a file of this machine", spec);
	if (far_open(&f->far, spec, login, ui, e) ||
	    far_folder_begin(f->folder, sizeof f->folder, e))
		return -1;
	str_copy(f->path, sizeof f->path, spec);
	snprintf(f->beside, sizeof f->beside, "%s/image", f->folder);
	return 0;
}

static int find_here(struct image_file *f, const char *spec, const char *not_on, struct ui *ui,
		     struct err *e)
{
	struct to_read how = { &f->mounted, not_on };
	struct spec s;

	if (split_spec(&s, spec, e))
		return -1;
	if (!s.key)
		return str_copy(f->path, 512, spec)
			       ? 0
			       : err_usage(e, "%s: the path is too long", spec);
	return mount_spec(&s, mount_image, &how, ui, e) ||
			       mount_path(&f->mounted, s.path, f->path, 512, e)
		       ? -1
		       : 0;
}

// On a server that the kernel mounts.
static int find_share(struct image_file *f, const char *spec, const struct login *login,
		      struct ui *ui, struct err *e)
{
	char inside[512];

	if (!login)
		return err_usage(e, "%s: this must be a file of this machine", spec);
	if (mount_share(&f->mounted, spec, login, false, ui, inside, sizeof inside, e))
		return -1;
	str_copy(f->path, sizeof f->path, spec);
	return mount_path(&f->mounted, inside, f->beside, sizeof f->beside, e);
}

// A file of this machine now, or its first part.
static void find_real(struct image_file *f)
{
	if (!f->beside[0])
		str_copy(f->beside, sizeof f->beside, f->path);
	parts_strip(f->beside);
	parts_name(f->real, sizeof f->real, f->beside, access(f->beside, F_OK) ? 1 : 0, "");
}

int image_file_find(struct image_file *f, const char *spec, const char *not_on,
		    const struct login *login, struct ui *ui, struct err *e)
{
	struct url u;
	int is_far = far_is(spec, &u, e), is_share = is_far ? 0 : share_is(spec, &u, e);
	int rc;

	*f = (struct image_file){ 0 };
	if (is_far < 0 || is_share < 0)
		return -1;
	if (is_far)
		rc = find_far(f, spec, login, ui, e);
	else if (is_share)
		rc = find_share(f, spec, login, ui, e);
	else
		rc = find_here(f, spec, not_on, ui, e);
	if (rc) {
		image_file_release(f);
		return -1;
	}
	if (!is_far)
		find_real(f);
	return 0;
}

int image_file_open(struct image_file *f, struct src **out, struct err *e)
{
	return f->far ? far_src(f->far, f->far->url.path, out, e)
		      : parts_open(out, f->beside, "", e);
}

int image_file_fetch(struct image_file *f, const char *suffix, struct err *e)
{
	char *here STR_AUTO = mem_printf("%s%s", f->beside, suffix), *there STR_AUTO = NULL;
	struct buf text BUF_AUTO = { 0 };
	int rc;

	if (!f->far)
		return !access(here, F_OK);
	there = mem_printf("%s%s", f->far->url.path, suffix);
	rc = far_get(f->far, there, &text, SMALL_MAX, e);
	return rc <= 0 ? rc : save_bytes(here, text.s, text.len, e) ? -1 : 1;
}

void image_file_release(struct image_file *f)
{
	mount_end(&f->mounted);
	far_close(f->far);
	far_folder_end(f->folder);
	*f = (struct image_file){ 0 };
}

struct to_store {
	struct mounted *fs;
	const char *disk;
};

static int mount_store(void *arg, const struct survey *all, const char *device, const char *type,
		       struct ui *ui, struct err *e)
{
	const struct to_store *s = arg;
	int index = survey_disk(all, device), from = survey_disk(all, s->disk);
	char why[160];

	(void)ui;
	if (index < 0 || from < 0)
		return err_set(e, 0, "%s: is gone", index < 0 ? device : s->disk);
	if (index == from)
		return err_usage(e, "%s: lies on the disk that is to be repaired", device);
	if (survey_forbidden(all, from, index, why, sizeof why))
		return err_usage(e, "%s: must not be written to: %s", device, why);
	if (all->disks[index].role == ROLE_MEDIUM)
		return err_usage(e, "%s: is the medium this system was started from", device);
	return mount_begin(s->fs, device, type, e);
}

int store_place_begin(struct store_place *p, const char *spec, const char *disk, struct ui *ui,
		      struct err *e)
{
	struct to_store how = { &p->store.fs, disk };
	struct spec s;

	*p = (struct store_place){ 0 };
	if (!spec)
		return 0;
	if (split_spec(&s, spec, e))
		return -1;
	p->store.path = s.key ? p->path : spec;
	if (!s.key)
		return 0;
	if (mount_spec(&s, mount_store, &how, ui, e))
		return -1;
	if (mount_path(&p->store.fs, s.path, p->path, sizeof p->path, e)) {
		mount_end(&p->store.fs);
		return -1;
	}
	return 0;
}

void store_place_end(struct store_place *p)
{
	mount_end(&p->store.fs);
}
