// SPDX-License-Identifier: GPL-2.0-or-later
// Whose the clusters of an NTFS are that could not be read: its master file table names the runs of
// every file, the system's own among them. A record that is missing takes its file with it; what
// the table's bitmap calls in use there is a hit, too.
//
// A journal that waits to be replayed is not looked into.
#include "fsmap/ntfs_owner.h"

#include <stdlib.h>
#include <string.h>

#include "fsmap/probe.h"
#include "fsmap/used.h"

enum { BAD_CLUSTERS = 8, EXTEND = 11, MAX_BITMAP = 64 << 20 /* bytes: 512 million records */ };

struct seen {
	struct ntfs_asked *a;
	enum owner_what what;
	uint64_t missing;
};

static bool inside(const struct ntfs_asked *a, const struct ntfs_run *run)
{
	return run->cluster <= a->clusters && run->n <= a->clusters - run->cluster &&
	       run->at <= UINT64_MAX / a->g.cluster / 2;
}

static void see_run(void *arg, const struct ntfs_run *run)
{
	struct seen *s = arg;
	uint32_t cluster = s->a->g.cluster;
	struct owner_file f = { .o = s->a->o, .what = s->what, .size = UINT64_MAX };

	if (!inside(s->a, run)) {
		owner_doubt(s->a->o, "a file leads out of the file system");
		return;
	}
	// Compressed data lies closer together than its place in the file says.
	if (run->type == NTFS_DATA && !run->packed)
		f.size = run->size;
	owner_piece(&f, OWNER_DATA, run->at * cluster, run->cluster * cluster, run->n * cluster);
	s->missing += f.missing;
}

// The file system's own: the first records, and what lies in the directory $Extend.
static bool is_system(const struct ntfs_asked *a, uint64_t n, const uint8_t *rec)
{
	char name[OWNER_NAME];
	uint64_t off = 0, parent;
	struct view value;

	if (n < NTFS_FILES)
		return n != NTFS_ROOT;
	return ntfs_value(rec, a->g.record, NTFS_NAME, &off, &value) &&
	       ntfs_name(value, &parent, name) && parent == EXTEND;
}

static void see(struct ntfs_asked *a, uint64_t n, const uint8_t *rec)
{
	struct seen s = { .a = a, .what = OWNER_CONTENTS };
	struct ntfs_record h;
	struct owner_hit *hit;

	memcpy(&h, rec, sizeof(h));
	uint64_t base = le64_get(h.base) ? ntfs_number(h.base) : n;
	const char *kind = le16_get(h.flags) & 2 ? "directory" : "file";

	if (base == BAD_CLUSTERS)
		s.what = OWNER_FREE;
	else if (is_system(a, base, rec))
		s.what = OWNER_METADATA;
	ntfs_record_runs(rec, a->g.record, see_run, &s);
	hit = s.missing && s.what == OWNER_CONTENTS ? owner_hit(a->o, base, kind)
						    : owner_find(a->o, base);
	if (!hit)
		return;
	if (base == n)
		hit->kind = kind;
	if (s.what == OWNER_CONTENTS)
		hit->bytes += s.missing;
}

static void gone(struct ntfs_asked *a, uint64_t n)
{
	bool known = n / 8 < a->bitmap_len;
	struct owner_hit *hit;

	if (known && !used_bit(a->bitmap, n))
		return;
	owner_doubt(a->o, "records of files are missing, and with them what they have");
	hit = n < NTFS_FILES ? NULL : owner_hit(a->o, n, "file");
	if (!hit)
		return;
	hit->gone = true;
	hit->maybe = !known;
}

// The bitmap of records, an attribute of record 0.
static void take_bitmap_run(void *arg, const struct ntfs_run *run)
{
	struct ntfs_asked *a = arg;
	uint64_t at = run->at * a->g.cluster, len = run->n * a->g.cluster;

	if (run->type != NTFS_BITMAP || !inside(a, run) || at >= a->bitmap_len)
		return;
	if (len > a->bitmap_len - at)
		len = a->bitmap_len - at;
	// What is missing of it is used, as far as we know.
	for (uint64_t k = 0; k < len; k += a->g.sector) {
		size_t n = len - k < a->g.sector ? (size_t)(len - k) : a->g.sector;

		if (owner_read(a->o, run->cluster * a->g.cluster + k, a->bitmap + at + k, n) > 0)
			memset(a->bitmap + at + k, 0xff, n);
	}
}

static void read_bitmap(struct ntfs_asked *a, const uint8_t *rec)
{
	uint64_t off = 0, len = a->records / 8 + 1;
	struct view value;

	if (len > MAX_BITMAP)
		return;
	a->bitmap = mem_alloc(len);
	memset(a->bitmap, 0xff, len);
	a->bitmap_len = len;
	if (ntfs_value(rec, a->g.record, NTFS_BITMAP, &off, &value))
		memcpy(a->bitmap, value.base, value.len < len ? value.len : len);
	else
		ntfs_record_runs(rec, a->g.record, take_bitmap_run, a);
}

// Record 0, or its copy.
static bool read_first(struct ntfs_asked *a, uint8_t *rec)
{
	uint32_t size = a->g.record;

	if (owner_read(a->o, a->g.mft, rec, size) > 0 || !ntfs_unfix(rec, size, "FILE")) {
		owner_doubt(a->o, "the first record of its file table is missing");
		if (owner_read(a->o, a->g.mirror, rec, size) > 0 || !ntfs_unfix(rec, size, "FILE"))
			return false;
	}
	ntfs_record_runs(rec, size, ntfs_table_run, a);
	if (a->records > a->clusters * a->g.cluster / size)
		a->records = 0;
	return a->records > 0;
}

static int ask(struct ntfs_asked *a, struct err *e)
{
	struct owner *o = a->o;
	uint8_t rec[4096];
	struct fs_info i;

	if (!read_first(a, rec))
		return err_set(e, 0, "the file table of NTFS cannot be found");
	if (fsmap_ntfs.probe(o->src, &i, NULL) == 1 && !i.clean)
		owner_doubt(o, "it was not unmounted: what its journal changes is not seen");
	read_bitmap(a, rec);
	// The copy of the boot sector lies behind the last cluster.
	owner_take(o, a->clusters * a->g.cluster, o->have->size, OWNER_METADATA);
	ntfs_records(a, see, gone);
	ntfs_names(a);
	return 0;
}

int ntfs_owners(struct owner *o, struct err *e)
{
	struct ntfs_asked a = { .o = o };
	uint64_t serial;
	int rc;

	if (ntfs_measure(o->src, &a.g, &serial, e) != 1 || !ntfs_has_records(&a.g) ||
	    a.g.size > o->have->size || !probe_power_of_2(a.g.index, 512, 65536))
		return err_set(e, 0, "boot sector of NTFS contradicts itself");
	a.clusters = a.g.size / a.g.cluster;
	a.piece = mem_alloc(NTFS_PIECE);
	a.index = mem_alloc(a.g.index);
	rc = ask(&a, e);
	free(a.piece);
	free(a.index);
	free(a.bitmap);
	free(a.run);
	return rc;
}
