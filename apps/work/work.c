// SPDX-License-Identifier: GPL-2.0-or-later
// Opening, looking at and taking down the work disk. The state file is written before the first
// part is built and after every part, so that whatever a killed process left can be taken down.
#include "work/work.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/size.h"
#include "block/src.h"
#include "work/cow.h"
#include "work/dm.h"
#include "work/lio.h"
#include "work/loop.h"
#include "work/new_disk.h"
#include "work/state.h"
#include "work/store.h"
#include "work/real.h"
#include "work/volumes.h"

#define CHUNK_SECTORS 8 // 4 KiB: a page, and a sector of the largest kind

static int have_folder(struct err *e)
{
	if (mkdir(WORK_FOLDER, 0700) && errno != EEXIST)
		return err_set(e, errno, "%s: make", WORK_FOLDER);
	return 0;
}

// Those of a repair that was killed: nobody else has the lock that it had.
static int drop_volumes(struct err *e)
{
	struct work_state s;
	const char *name;

	if (state_load(&s, WORK_STATE, NULL) <= 0)
		return 0;
	name = strrchr(s.w.disk.path, '/');
	return name ? volumes_close(name + 1, e) : 0;
}

int work_lock(struct err *e)
{
	int fd;

	if (have_folder(e))
		return -1;
	fd = open(WORK_STATE ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(e, errno, "%s.lock: open", WORK_STATE);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return err_set(e, 0,
			       "work disk: another Salvor is at work on it (another console?): "
			       "wait until that is done");
	}
	if (drop_volumes(e)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int check_source(struct disk *d, const char *path, struct err *e)
{
	char what[256];
	int rc;

	if (disk_of_path(d, path, e))
		return -1;
	if (!d->major)
		return err_usage(e, "%s: open a work disk: only over disks, not over image files",
				 path);
	if (d->work)
		return err_usage(e, "%s: open a work disk: it is one itself", path);
	rc = disk_in_use(d, what, sizeof what, e);
	if (rc)
		return rc < 0 ? -1
			      : err_set(e, 0, "%s: open a work disk: the disk is %s", d->path,
					what);
	return disk_set_read_only(d->path, true, e);
}

int work_serial(char serial[40], struct err *e)
{
	uint8_t random[8];

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return err_set(e, errno, "work disk: make a serial number");
	str_copy(serial, 40, "salvor-");
	for (size_t i = 0; i < sizeof random; i++)
		snprintf(serial + 7 + 2 * i, 3, "%02x", random[i]);
	return 0;
}

static int build(struct work_state *s, const char *store, struct err *e)
{
	unsigned major, minor, dm;
	struct work *w = &s->w;
	char name[32];

	if (work_serial(s->serial, e))
		return -1;
	w->store_in_ram = !store;
	w->chunk = CHUNK_SECTORS * 512;
	if (store_make(store, w->source.size, w->store, &w->store_size, e))
		return -1;
	if (state_save(s, WORK_STATE, e)) {
		store_remove(w->store, w->store_in_ram, NULL);
		return -1;
	}
	int loop FD_AUTO = loop_attach(w->store, &major, &minor, e);

	if (loop < 0)
		return -1;
	char *table STR_AUTO = mem_printf("%u:%u %u:%u P %d", w->source.major, w->source.minor,
					  major, minor, CHUNK_SECTORS);

	if (dm_create(WORK_DM, "snapshot", w->source.size / 512, table, &dm, e))
		return -1;
	char *device STR_AUTO = mem_printf("/dev/dm-%u", dm);

	if (lio_open(LIO_WORK, device, s->serial, name, sizeof name, e))
		return -1;
	char *path STR_AUTO = mem_printf("/dev/%s", name);

	if (disk_set_read_only(path, false, e) || disk_of_path(&w->disk, path, e))
		return -1;
	s->open = true;
	return state_save(s, WORK_STATE, e);
}

// In reverse. What is not there is fine.
static int take_down(struct work_state *s, struct err *e)
{
	if (new_disk_end(s, e) || lio_close(LIO_WORK, e) || dm_remove(WORK_DM, e) ||
	    (s->w.store[0] && store_remove(s->w.store, s->w.store_in_ram, e)))
		return -1;
	mount_end(&s->store_fs);
	if (unlink(WORK_STATE) && errno != ENOENT)
		return err_set(e, errno, "%s: remove", WORK_STATE);
	return 0;
}

int work_open(struct work *w, const char *source, struct work_store *store, struct ui *ui,
	      struct err *e)
{
	int locked FD_AUTO = work_lock(e);
	struct work_state s = { 0 };
	int rc;

	if (locked < 0)
		return -1;
	rc = work_get(w, e);
	if (rc)
		return rc < 0 ? -1
			      : err_usage(e,
					  "%s: open a work disk: one is open over %s; commit or "
					  "discard it first",
					  source, w->source.path);
	if (check_source(&s.w.source, source, e))
		return -1;
	s.store_fs = store->fs;
	if (build(&s, store->path, e)) {
		s.store_fs.dir[0] = 0; // the caller's still
		take_down(&s, NULL);
		return -1;
	}
	store->fs.dir[0] = 0;
	*w = s.w;
	ui_say(ui, UI_INFO, "%s is the work disk over %s (%s); changes go to %s, at most %s",
	       w->disk.path, w->source.path, w->source.model, w->store_in_ram ? "memory" : w->store,
	       size_show(w->store_size).s);
	return 0;
}

// The names in the state file must still mean the same disks.
static int check_same(struct work_state *s, struct err *e)
{
	struct disk source, disk;

	if (disk_of_path(&source, s->w.source.path, e))
		return err_prefix(e, "work disk: its source is gone");
	if (source.size != s->w.source.size || strcmp(source.serial, s->w.source.serial))
		return err_set(e, 0,
			       "work disk: %s is another disk now (serial number %s, it was %s): "
			       "discard the work disk",
			       source.path, source.serial, s->w.source.serial);
	if (disk_of_path(&disk, s->w.disk.path, e))
		return err_prefix(e, "work disk: it is gone, discard it");
	if (!disk.work || strcmp(disk.serial, s->serial))
		return err_set(e, 0, "work disk: %s is another disk now: discard the work disk",
			       disk.path);
	s->w.source = source;
	s->w.disk = disk;
	return 0;
}

int work_get(struct work *w, struct err *e)
{
	struct work_state s;
	int rc = state_load(&s, WORK_STATE, e);

	if (rc < 0)
		return err_prefix(e, "discard the work disk");
	if (!rc)
		return 0;
	if (!s.open)
		return err_set(e, 0, "work disk: opening it over %s did not end: discard it",
			       s.w.source.path);
	if (check_same(&s, e))
		return -1;
	*w = s.w;
	return 1;
}

int work_in_repair(struct work *w, bool on, struct err *e)
{
	struct work_state s;
	int rc = state_load(&s, WORK_STATE, e);

	if (rc <= 0)
		return rc < 0 ? -1
			      : err_set(e, 0, "%s: the work disk was closed meanwhile",
					w->disk.path);
	w->in_repair = s.w.in_repair = on;
	return state_save(&s, WORK_STATE, e);
}

int work_usage(const struct work *w, uint64_t *used, uint64_t *size, struct err *e)
{
	unsigned long long used_sectors, size_sectors;
	char text[256];
	int rc = dm_status(WORK_DM, text, sizeof text, e);

	if (rc <= 0)
		return rc < 0 ? -1
			      : err_set(e, 0, "%s: the overlay is gone: discard the work disk",
					w->disk.path);
	if (sscanf(text, "%llu/%llu", &used_sectors, &size_sectors) != 2)
		return err_set(
			e, 0,
			"%s: the store of %s is full, the overlay counts no longer (\"%s\"): "
			"discard the work "
			"disk and begin again with a larger store (--store FILE on a USB disk)",
			w->disk.path, size_show(w->store_size).s, text);
	*used = used_sectors * 512;
	*size = size_sectors * 512;
	return 0;
}

// What is mounted from one of ours is in the way.
static int check_idle(const struct disk *ours, const char *serial, struct err *e)
{
	struct disk d;
	char what[256];
	int rc;

	if (!ours->path[0] || disk_of_path(&d, ours->path, NULL) || strcmp(d.serial, serial))
		return 0;
	rc = disk_in_use(&d, what, sizeof what, e);
	return rc > 0 ? err_set(e, EBUSY, "%s: discard: it is %s", d.path, what) : rc;
}

int work_discard(struct ui *ui, struct err *e)
{
	int locked FD_AUTO = work_lock(e);
	struct work_state s;
	int rc;

	if (locked < 0)
		return -1;
	rc = state_load(&s, WORK_STATE, NULL);
	if (!rc) // killed before the first word of it: at most the memory for the store is there
		return store_remove(WORK_RAM "/store", true, e);
	if (rc > 0 && (check_idle(&s.new, s.new_serial, e) || new_disk_end(&s, e) ||
		       check_idle(&s.w.disk, s.serial, e)))
		return -1;
	if (take_down(&s, e))
		return -1;
	ui_say(ui, UI_INFO, "the work disk is closed");
	if (rc > 0 && s.w.commit[0])
		ui_say(ui, UI_WARN,
		       "%s: its commit was begun and not ended: it holds old sectors and new ones. "
		       "salvor undo takes it back, or ends it with --finish; undo file: %s",
		       s.w.source.path, s.w.commit);
	return 0;
}
