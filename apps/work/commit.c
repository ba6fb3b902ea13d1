// SPDX-License-Identifier: GPL-2.0-or-later
// Carrying the changes over to the real disk, and back.
//
// A commit is: undo file complete and synced -> its name remembered in the state -> sectors
// written -> flushed -> read back -> the changes must now be none -> work disk closed. Cut before
// the second step, the disk is untouched; cut after it, the undo file holds both contents of
// every sector, so writing either side of it again is always right.
#include <fcntl.h>
#include <libgen.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "block/src.h"
#include "work/cow.h"
#include "work/state.h"
#include "work/real.h"
#include "work/undo.h"
#include "work/work.h"

// Everything needed to read both sides of the work disk.
struct sides {
	struct src *source, *store, *changed;
	struct cow cow;
};

static void sides_close(struct sides *s)
{
	src_close(s->changed);
	src_close(s->store);
	src_close(s->source);
	cow_free(&s->cow);
}

// What was written to the work disk is in the store when its cache is flushed.
static int flush_disk(const char *path, struct err *e)
{
	int fd FD_AUTO = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "%s: open", path);
	if (fsync(fd) || ioctl(fd, BLKFLSBUF))
		return err_set(e, errno, "%s: flush", path);
	return 0;
}

static int sides_open(struct sides *s, const struct work *w, struct err *e)
{
	uint64_t used, size;

	*s = (struct sides){ 0 };
	if (flush_disk(w->disk.path, e) || work_usage(w, &used, &size, e))
		return -1;
	if (src_open(&s->source, w->source.path, e) || src_open(&s->store, w->store, e) ||
	    cow_read(&s->cow, s->store, w->source.size, e)) {
		sides_close(s);
		return -1;
	}
	s->changed = cow_src(&s->cow, s->store, s->source);
	return 0;
}

struct step {
	struct ui *ui;
	const struct cow *cow;
};

static int on_step(void *arg, size_t done, struct err *e)
{
	struct step *s = arg;
	struct ui_progress p = { .what = "comparing the work disk",
				 .done = done * s->cow->chunk,
				 .total = s->cow->n * s->cow->chunk };

	ui_progress(s->ui, &p);
	return ui_cancelled(s->ui) ? err_stopped(e) : 0;
}

static int changes(struct sides *s, struct map *m, struct ui *ui, struct err *e)
{
	struct step step = { ui, &s->cow };

	return cow_changes(&s->cow, s->store, s->source, m, on_step, &step, e);
}

int work_changes(const struct work *w, struct map *m, struct ui *ui, struct err *e)
{
	struct sides s;
	int rc;

	*m = (struct map){ 0 };
	if (sides_open(&s, w, e))
		return -1;
	rc = changes(&s, m, ui, e);
	sides_close(&s);
	return rc;
}

int work_undo_place(const struct work *w, const char *undo_path, struct err *e)
{
	char *copy STR_AUTO = mem_dup(undo_path);
	const char *folder = dirname(copy);
	struct statfs fs;
	struct stat st;

	if (stat(folder, &st) || statfs(folder, &fs))
		return err_set(e, errno, "%s: write the undo file: folder %s", undo_path, folder);
	if (!access(undo_path, F_OK) && !w->commit[0])
		return err_usage(e, "%s: write the undo file: it exists already; give another name",
				 undo_path);
	char *node STR_AUTO =
		mem_printf("/sys/dev/block/%u:%u", major(st.st_dev), minor(st.st_dev));
	char *target STR_AUTO = realpath(node, NULL);

	for (int i = 0; target && i < 2; i++) {
		const char *name = i ? w->disk.name : w->source.name;
		char *part STR_AUTO = mem_printf("/block/%s", name);
		char *hit = strstr(target, part);

		if (hit && (hit[strlen(part)] == '/' || !hit[strlen(part)]))
			return err_usage(
				e,
				"%s: write the undo file: it would lie on the disk that is changed",
				undo_path);
	}
	return fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC;
}

// The file given must be the one the commit was begun with; its medium may have come back under
// another name.
static int same_undo(const struct work_state *s, const char *undo_path, struct ui *ui,
		     struct err *e)
{
	struct undo u;
	bool same = !access(undo_path, F_OK);

	if (same) {
		if (undo_open(&u, undo_path, ui, e))
			return -1;
		same = !strcmp(u.id, s->commit_id);
		undo_close(&u);
	}
	return same ? 0
		    : err_usage(e,
				"%s: commit: it was begun with the undo file %s, which alone has "
				"the old contents: give that one",
				s->w.disk.path, s->w.commit);
}

static int remember(struct work_state *s, const char *undo_path, struct ui *ui, struct err *e)
{
	struct undo u;

	if (undo_open(&u, undo_path, ui, e))
		return -1;
	str_copy(s->w.commit, sizeof s->w.commit, undo_path);
	str_copy(s->commit_id, sizeof s->commit_id, u.id);
	undo_close(&u);
	return state_save(s, WORK_STATE, e);
}

// The undo file of this commit: made, or that of the first attempt.
static int have_undo(struct work *w, const char *undo_path, struct ui *ui, struct err *e)
{
	struct map m MAP_AUTO = { 0 };
	struct work_state state;
	struct sides s;
	int rc = state_load(&state, WORK_STATE, e);

	if (rc <= 0)
		return rc < 0 ? -1
			      : err_set(e, 0, "%s: commit: the work disk was closed meanwhile",
					w->disk.path);
	if (w->commit[0])
		return same_undo(&state, undo_path, ui, e);
	if (w->in_repair)
		return err_usage(
			e,
			"%s: commit: the repair on it was cut short; repair again, or discard it",
			w->disk.path);
	if (undo_path[0] != '/' || strlen(undo_path) >= sizeof w->commit)
		return err_usage(e, "%s: undo file: give a whole path shorter than 256 bytes",
				 undo_path);
	if (work_undo_place(w, undo_path, e) < 0 || sides_open(&s, w, e))
		return -1;
	rc = changes(&s, &m, ui, e);
	if (!rc && !map_count(&m, MAP_DONE))
		rc = err_usage(e, "%s: commit: nothing was changed; discard the work disk",
			       w->disk.path);
	if (!rc)
		rc = undo_write(undo_path, &w->source, &m, s.source, s.changed, ui, e);
	sides_close(&s);
	if (rc || remember(&state, undo_path, ui, e))
		return -1;
	str_copy(w->commit, sizeof w->commit, undo_path);
	return 0;
}

// Opens file and disk, sees that they belong together, writes one side. Sectors that are neither
// old nor new are refused unless force.
static int carry(const char *undo_path, const struct disk *d, enum undo_side side, bool force,
		 struct ui *ui, struct err *e)
{
	uint64_t foreign, first;
	struct real *t = NULL;
	struct undo u;
	int rc = -1;

	if (undo_open(&u, undo_path, ui, e))
		return -1;
	if (!undo_check_disk(&u, d, e) && !real_open(&t, d, e) &&
	    !undo_foreign(&u, t, &foreign, &first, ui, e)) {
		if (foreign && !force)
			err_set(e, 0,
				"%s: %llu of its sectors (the first at 0x%llx) are neither as "
				"before nor as after the "
				"commit: the disk was used since, and mixing old and new would "
				"damage it",
				d->path, (unsigned long long)foreign, (unsigned long long)first);
		else
			rc = undo_apply(&u, side, t, ui, e);
	}
	log_line("undo file %s: %zu ranges, %llu bytes: %s", undo_path, u.n,
		 (unsigned long long)u.bytes,
		 rc		    ? "not written"
		 : side == UNDO_OLD ? "old contents on the disk"
				    : "new contents on the disk");
	real_close(t);
	undo_close(&u);
	return rc;
}

static void reread(const char *path)
{
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0 && ioctl(fd, BLKRRPART))
		log_line("%s: read the partition table again: %s", path, strerror(errno));
}

// A commit that has ended is not one that was begun.
static int forget_commit(struct err *e)
{
	struct work_state s;
	int rc = state_load(&s, WORK_STATE, e);

	if (rc <= 0)
		return rc;
	s.w.commit[0] = s.commit_id[0] = 0;
	return state_save(&s, WORK_STATE, e);
}

// Everything but the end of the work disk; under the lock.
static int write_changes(struct work *w, const char *undo_path, struct ui *ui, struct err *e)
{
	struct map left MAP_AUTO = { 0 };
	char what[256];
	int rc = work_get(w, e);

	if (rc <= 0)
		return rc < 0 ? -1 : err_usage(e, "commit: no work disk is open");
	rc = disk_in_use(&w->disk, what, sizeof what, e);
	if (rc)
		return rc < 0 ? -1 : err_set(e, EBUSY, "%s: commit: it is %s", w->disk.path, what);
	if (have_undo(w, undo_path, ui, e) ||
	    carry(undo_path, &w->source, UNDO_NEW, false, ui, e) || work_changes(w, &left, NULL, e))
		return -1;
	if (map_count(&left, MAP_DONE))
		return err_set(e, 0,
			       "%s: commit: the work disk was changed while it was written: %llu "
			       "sectors still differ; "
			       "undo with %s, then commit anew",
			       w->disk.path, (unsigned long long)(map_count(&left, MAP_DONE) / 512),
			       undo_path);
	return forget_commit(e);
}

int work_commit(struct work *w, const char *undo_path, struct ui *ui, struct err *e)
{
	int locked = work_lock(e), rc;

	if (locked < 0)
		return -1;
	rc = write_changes(w, undo_path, ui, e);
	close(locked);
	if (rc || work_discard(NULL, e))
		return -1;
	reread(w->source.path);
	ui_say(ui, UI_INFO, "%s is written", w->source.path);
	return 0;
}

int work_undo(const char *undo_path, const char *disk, bool finish, bool force, struct ui *ui,
	      struct err *e)
{
	struct work w;
	struct disk d;
	int rc;

	if (disk_of_path(&d, disk, e))
		return -1;
	if (d.work)
		return err_usage(e, "%s: undo: it is the work disk", disk);
	int locked FD_AUTO = d.major ? work_lock(e) : -1;

	if (d.major && locked < 0)
		return -1;
	rc = d.major ? work_get(&w, e) : 0;
	if (rc < 0)
		return -1;
	if (rc && w.source.major == d.major && w.source.minor == d.minor && !w.commit[0])
		return err_usage(e, "%s: undo: a work disk is open over it; discard that first",
				 disk);
	if (carry(undo_path, &d, finish ? UNDO_NEW : UNDO_OLD, force, ui, e))
		return -1;
	if (d.major)
		reread(d.path);
	ui_say(ui, UI_INFO, "%s: every sector of %s is %s", d.path, undo_path,
	       finish ? "as after the commit" : "as before the commit");
	return 0;
}
