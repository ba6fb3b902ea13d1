// SPDX-License-Identifier: GPL-2.0-or-later
// From a word of the operator to bytes that can be read.
#include "salvor/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "part/fit.h"
#include "work/work.h"

static int find_survivor(struct source *s, struct ui *ui, struct err *e)
{
	int i;

	if (survey_make(&s->survey, NULL, 0, ui, e))
		return -1;
	i = survey_survivor(&s->survey, e);
	if (i < 0)
		return -1;
	str_copy(s->path, sizeof s->path, s->survey.disks[i].disk.path);
	return 0;
}

static int find_work(struct source *s, struct err *e)
{
	struct work w;
	int rc = work_get(&w, e);

	if (rc < 0)
		return -1;
	if (!rc)
		return err_usage(e, "work: no work disk is open: salvor work open DISK makes one");
	if (w.in_repair)
		return err_usage(
			e, "work: the repair on it was cut short; repair again, or discard it");
	str_copy(s->path, sizeof s->path, w.disk.path);
	return 0;
}

// The partition's number, 0 for a whole disk or a file.
static unsigned partition_number(const char *path)
{
	char sys[64], text[16];
	unsigned number = 0;
	struct stat st;

	if (stat(path, &st) || !S_ISBLK(st.st_mode))
		return 0;
	snprintf(sys, sizeof sys, "/sys/dev/block/%u:%u/partition", major(st.st_rdev),
		 minor(st.st_rdev));
	sysfs_read("", sys, text, sizeof text);
	return sscanf(text, "%u", &number) == 1 ? number : 0;
}

// Neither sdb nor the path stay the same from one start of the machine to the next.
static void identify(struct source *s)
{
	const struct disk *d = &s->disk;

	if (s->is_file)
		snprintf(s->identity, sizeof s->identity, "file %.150s, %llu bytes",
			 strrchr(s->path, '/') ? strrchr(s->path, '/') + 1 : s->path,
			 (unsigned long long)s->src->size);
	else
		snprintf(s->identity, sizeof s->identity,
			 "disk %s, serial number %s, partition %u, %llu bytes", d->model, d->serial,
			 s->partition, (unsigned long long)s->src->size);
}

static int open_path(struct source *s, struct err *e)
{
	struct stat st;

	if (stat(s->path, &st))
		return err_set(e, errno, "%s: look for the source", s->path);
	s->is_file = S_ISREG(st.st_mode);
	if (disk_of_path(&s->disk, s->path, e))
		return -1;
	if (s->is_file ? src_open(&s->src, s->path, e) : src_open_direct(&s->src, s->path, e))
		return -1;
	if (!s->src->size)
		return err_usage(e, "%s: is empty", s->path);
	s->partition = partition_number(s->path);
	return 0;
}

static int find_real(struct source *s, struct err *e)
{
	struct work w;
	int rc = s->disk.work ? work_get(&w, e) : 0;

	str_copy(s->real, sizeof s->real, rc > 0 ? w.source.path : s->path);
	return rc < 0 ? -1 : 0;
}

int source_open(struct source *s, const char *spec, struct ui *ui, struct err *e)
{
	const char *path = s->path;
	int rc = 0;

	*s = (struct source){ 0 };
	if (!strcmp(spec, "survivor"))
		rc = find_survivor(s, ui, e);
	else if (!strcmp(spec, "work"))
		rc = find_work(s, e);
	else if (!str_copy(s->path, sizeof s->path, spec))
		rc = err_usage(e, "%s: the path is too long", spec);
	if (rc || open_path(s, e) || find_real(s, e))
		return -1;
	if (!s->survey.n_disks && survey_make(&s->survey, &path, s->is_file, ui, e))
		return -1;
	identify(s);
	return 0;
}

int source_cut(struct source *s, uint64_t len, struct map *changed, struct err *e)
{
	struct src *cut;

	if (part_fit(s->src, len, &cut, changed, e))
		return -1;
	s->whole = s->src;
	s->src = cut;
	return 0;
}

// "/dev/sdc3", "/dev/nvme0n1p3"; the disk itself for 0.
static void name_partition(const struct disk *d, unsigned number, char *path, size_t size)
{
	size_t n = strlen(d->path);

	if (number)
		snprintf(path, size, "%s%s%u", d->path,
			 n && d->path[n - 1] >= '0' && d->path[n - 1] <= '9' ? "p" : "", number);
	else
		str_copy(path, size, d->path);
}

static int read_at(struct src *s, uint64_t at, struct err *e)
{
	uint8_t *data = mem_alloc(s->sector);
	int rc = src_read(s, at - at % s->sector, data, s->sector, e);

	free(data);
	return rc;
}

int source_again(struct source *s, uint64_t at, struct err *e)
{
	uint64_t size = s->src->size;
	struct src *src SRC_AUTO = NULL;
	struct disk now;
	char path[280];

	if (!read_at(s->src, at, e)) // it was only silent for a while
		return 0;
	if (s->is_file || s->whole || disk_find_again(&s->disk, &now, e))
		return -1;
	name_partition(&now, s->partition, path, sizeof path);
	if (src_open_direct(&src, path, e))
		return -1;
	if (src->size != size)
		return err_set(e, 0, "%s: has %llu bytes now, it had %llu", path,
			       (unsigned long long)src->size, (unsigned long long)size);
	if (read_at(src, at, e))
		return -1;
	src_close(s->src);
	s->src = src;
	src = NULL;
	s->disk = now;
	str_copy(s->path, sizeof s->path, path);
	return 0;
}

void source_close(struct source *s)
{
	src_close(s->src);
	src_close(s->whole);
	survey_free(&s->survey);
	*s = (struct source){ 0 };
}
