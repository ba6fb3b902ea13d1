// SPDX-License-Identifier: GPL-2.0-or-later
// Names of an NTFS: each file's record has them, with the directory they stand in. Of files whose
// record is missing only the directories tell: these are b-trees of entries, the first of which
// stand in the directory's own record. They are gone through block by block, in no order.
#include "fsmap/ntfs_owner.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct file_name {
	le64 parent;	     // 00
	uint8_t between[48]; // 08
	le32 flags;	     // 38
	uint8_t between2[4]; // 3c
	uint8_t len;	     // 40  UTF-16 units
	uint8_t space;	     // 41  2: short name of what has a long one, too
};
_Static_assert(sizeof(struct file_name) == 0x42, "NTFS file name");
enum { SHORT_NAME = 2, IS_DIRECTORY = 0x10000000 };

struct list_entry { // of attributes that stand in other records
	le32 type;  // 00
	le16 len;   // 04
	uint8_t between[10];
	le64 record; // 10
};
_Static_assert(sizeof(struct list_entry) == 0x18, "NTFS attribute list");

struct index_entry {
	le64 record;   // 00
	le16 len, key; // 08
	le32 flags;    // 0c  2: the last, has no key
};
enum { LAST = 2, INDEX_HEAD = 16, BLOCK_HEAD = 24 };

bool ntfs_name(struct view value, uint64_t *parent, char name[OWNER_NAME])
{
	struct file_name f;
	const void *p = view_at(value, 0, sizeof(f));

	if (!p)
		return false;
	memcpy(&f, p, sizeof(f));
	p = view_at(value, sizeof(f), 2 * (size_t)f.len);
	if (!p || f.space == SHORT_NAME)
		return false;
	*parent = ntfs_number(f.parent);
	text_clean16(name, OWNER_NAME, p, f.len, 0);
	return *name;
}

static bool name_in(const struct ntfs_asked *a, const uint8_t *rec, uint64_t *parent,
		    char name[OWNER_NAME])
{
	struct view value;
	uint64_t off = 0;

	while (ntfs_value(rec, a->g.record, NTFS_NAME, &off, &value))
		if (ntfs_name(value, parent, name))
			return true;
	return false;
}

// In one of the other records that a file has.
static bool name_listed(struct ntfs_asked *a, const uint8_t *rec, uint64_t *parent,
			char name[OWNER_NAME])
{
	uint8_t other[4096];
	struct list_entry l;
	struct view value;
	uint64_t off = 0;
	const void *p;

	if (!ntfs_value(rec, a->g.record, NTFS_LIST, &off, &value))
		return false;
	for (uint64_t at = 0; (p = view_at(value, at, sizeof(l))); at += le16_get(l.len)) {
		memcpy(&l, p, sizeof(l));
		if (le16_get(l.len) < sizeof(l))
			return false;
		if (le32_get(l.type) == NTFS_NAME &&
		    ntfs_read_record(a, ntfs_number(l.record), other) &&
		    name_in(a, other, parent, name))
			return true;
	}
	return false;
}

static bool up(void *arg, uint64_t inode, uint64_t *parent, char name[OWNER_NAME])
{
	struct ntfs_asked *a = arg;
	uint8_t rec[4096];

	return ntfs_read_record(a, inode, rec) &&
	       (name_in(a, rec, parent, name) || name_listed(a, rec, parent, name));
}

// A list of entries, whose head says where in it they begin and end.
static void take_entries(struct ntfs_asked *a, struct view v)
{
	const uint8_t *p = view_at(v, 0, INDEX_HEAD);
	char name[OWNER_NAME];
	uint64_t parent;
	le32 start;

	if (!p)
		return;
	memcpy(&start, p, sizeof(start));
	for (uint64_t at = le32_get(start);;) {
		struct index_entry x;
		struct file_name f;

		p = view_at(v, at, sizeof(x));
		if (!p)
			return;
		memcpy(&x, p, sizeof(x));
		if (le16_get(x.len) < sizeof(x) || (le32_get(x.flags) & LAST))
			return;
		struct view key = view_sub(v, at + sizeof(x), le16_get(x.key));

		if (ntfs_name(key, &parent, name)) {
			memcpy(&f, key.base, sizeof(f));
			owner_name(a->o, parent, ntfs_number(x.record), name, strlen(name),
				   le32_get(f.flags) & IS_DIRECTORY ? "directory" : "file");
		}
		at += le16_get(x.len);
	}
}

struct blocks {
	struct ntfs_asked *a;
	uint64_t next; // byte of the index that belongs into the room next
};

// A block of an index may be put together from several clusters.
static void take_run(void *arg, const struct ntfs_run *run)
{
	struct blocks *b = arg;
	struct ntfs_asked *a = b->a;
	uint32_t cluster = a->g.cluster, size = a->g.index;
	uint32_t unit = cluster < size ? cluster : size;

	if (run->type != NTFS_INDEX || run->cluster > a->clusters ||
	    run->n > a->clusters - run->cluster || run->at > a->clusters)
		return;
	for (uint64_t k = 0; k < run->n * cluster && !a->o->stopped; k += unit) {
		uint64_t at = run->at * cluster + k;

		if (at % size != 0 && at != b->next) {
			k += size - at % size - unit;
			continue;
		}
		owner_read(a->o, run->cluster * cluster + k, a->index + at % size, unit);
		b->next = at + unit;
		if (b->next % size == 0 && ntfs_unfix(a->index, size, "INDX"))
			take_entries(a, view_sub(view_of(a->index, size), BLOCK_HEAD, size));
	}
}

static void take_index(struct ntfs_asked *a, uint64_t n, const uint8_t *rec)
{
	struct blocks b = { .a = a };
	struct view value;
	uint64_t off = 0;

	(void)n;
	if (a->o->named == a->o->hits)
		return;
	if (ntfs_value(rec, a->g.record, NTFS_INDEX_ROOT, &off, &value))
		take_entries(a, view_sub(value, INDEX_HEAD, value.len));
	ntfs_record_runs(rec, a->g.record, take_run, &b);
}

static void nothing(struct ntfs_asked *a, uint64_t n)
{
	(void)a;
	(void)n;
}

void ntfs_names(struct ntfs_asked *a)
{
	bool some_gone = false;

	a->o->naming = true;
	for (size_t k = 0; k < a->o->hits && !a->o->stopped; k++) {
		const struct owner_hit *h = &a->o->hit[k];
		char name[OWNER_NAME];
		uint64_t parent;

		some_gone |= h->gone;
		if (!h->gone && up(a, h->inode, &parent, name))
			owner_name(a->o, parent, h->inode, name, strlen(name), NULL);
	}
	if (some_gone)
		ntfs_records(a, take_index, nothing);
	owner_paths(a->o, NTFS_ROOT, up, a);
}
