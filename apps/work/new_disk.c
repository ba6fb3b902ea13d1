// SPDX-License-Identifier: GPL-2.0-or-later
#include "work/new_disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "block/disk.h"
#include "work/dm.h"
#include "work/lio.h"
#include "work/loop.h"
#include "work/real.h"
#include "work/store.h"

static int load(struct work_state *s, struct err *e)
{
	int rc = state_load(s, WORK_STATE, e);

	return rc < 0 ? -1 : rc ? 0 : err_set(e, 0, "new disk: no work disk is open");
}

int new_disk_begin(uint64_t size, uint64_t need, char *file, struct err *e)
{
	struct work_state s;

	if (load(&s, e) || new_disk_end(&s, e))
		return -1;
	s.scratch_in_ram = s.w.store_in_ram;
	if (scratch_make(s.w.store_in_ram ? NULL : s.w.store, size, need, s.scratch, e))
		return -1;
	if (state_save(&s, WORK_STATE, e)) {
		scratch_remove(s.scratch, s.scratch_in_ram, NULL);
		return -1;
	}
	str_copy(file, 256, s.scratch);
	return 0;
}

static int add(struct dm_table *t, unsigned major, unsigned minor, uint64_t from, uint64_t len,
	       struct err *e)
{
	char params[64];

	snprintf(params, sizeof params, "%u:%u %llu", major, minor, (unsigned long long)from / 512);
	return dm_add(t, len / 512, "linear", params, e);
}

static int fill(struct dm_table *t, const struct pieces *pieces, unsigned major, unsigned minor,
		uint64_t size, struct err *e)
{
	uint64_t at = 0;

	for (size_t i = 0; i <= pieces->n; i++) {
		const struct piece *p = i < pieces->n ? &pieces->v[i] : NULL;
		uint64_t to = p ? p->at : size;

		if (to < at || to > size || (p && p->len > size - to))
			return err_set(e, 0, "new disk: its pieces overlap");
		if (to > at && add(t, major, minor, at, to - at, e))
			return -1;
		if (p && add(t, p->major, p->minor, p->from, p->len, e))
			return -1;
		at = p ? to + p->len : to;
	}
	return 0;
}

static int compose(struct work_state *s, const struct pieces *pieces, struct err *e)
{
	unsigned major, minor, dm;
	struct dm_table t = { 0 };
	char name[32];
	struct stat st;
	int rc, loop FD_AUTO = loop_attach(s->scratch, &major, &minor, e);

	if (loop < 0)
		return -1;
	if (stat(s->scratch, &st))
		return err_set(e, errno, "%s: look at it", s->scratch);
	rc = fill(&t, pieces, major, minor, (uint64_t)st.st_size, e) ||
	     dm_start(WORK_NEW_DM, "", &t, &dm, e);
	dm_free(&t);
	if (rc)
		return -1;
	char *device STR_AUTO = mem_printf("/dev/dm-%u", dm);

	if (lio_open(LIO_NEW, device, s->new_serial, name, sizeof name, e))
		return -1;
	char *path STR_AUTO = mem_printf("/dev/%s", name);

	return disk_set_read_only(path, false, e) || disk_of_path(&s->new, path, e) ? -1 : 0;
}

int new_disk_open(const struct pieces *pieces, struct disk *disk, struct err *e)
{
	struct work_state s;

	if (load(&s, e) || work_serial(s.new_serial, e) || compose(&s, pieces, e) ||
	    state_save(&s, WORK_STATE, e))
		return -1;
	*disk = s.new;
	return 0;
}

static int find_holes(const char *file, struct map *holes, struct err *e)
{
	int fd FD_AUTO = open(file, O_RDONLY | O_CLOEXEC);
	off_t from = 0, to;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return err_set(e, errno, "%s: open", file);
	map_init(holes, (uint64_t)st.st_size, MAP_TODO);
	while (from < st.st_size && (from = lseek(fd, from, SEEK_HOLE)) >= 0) {
		to = lseek(fd, from, SEEK_DATA);
		if (to < 0 && errno != ENXIO)
			return err_set(e, errno, "%s: look for its holes", file);
		if (to < 0)
			to = st.st_size;
		map_set(holes, (uint64_t)from, (uint64_t)(to - from), MAP_DONE);
		from = to;
	}
	return 0;
}

// All ranges are set from front to back, which takes no longer for many.
int new_disk_data(const struct pieces *pieces, struct map *data, struct err *e)
{
	struct map holes MAP_AUTO = { 0 }, gaps MAP_AUTO = { 0 }, zero MAP_AUTO = { 0 };
	struct work_state s;
	uint64_t at = 0;

	if (load(&s, e) || find_holes(s.scratch, &holes, e))
		return -1;
	map_init(&gaps, holes.size, MAP_TODO);
	for (size_t i = 0; i < pieces->n; at = pieces->v[i].at + pieces->v[i].len, i++)
		map_set(&gaps, at, pieces->v[i].at - at, MAP_DONE);
	map_set(&gaps, at, holes.size - at, MAP_DONE);
	map_init(&zero, holes.size, MAP_TODO);
	map_common_done(&zero, &holes, &gaps);
	map_init(data, holes.size, MAP_DONE);
	for (size_t i = 0; i < zero.n; i++)
		if (zero.r[i].state == MAP_DONE)
			map_set(data, zero.r[i].off, zero.r[i].len, MAP_TODO);
	return 0;
}

int new_disk_end(struct work_state *s, struct err *e)
{
	if (lio_close(LIO_NEW, e) || dm_remove(WORK_NEW_DM, e) ||
	    (s->scratch[0] && scratch_remove(s->scratch, s->scratch_in_ram, e)))
		return -1;
	s->new = (struct disk){ 0 };
	s->scratch[0] = 0;
	return 0;
}
