// SPDX-License-Identifier: GPL-2.0-or-later
// The master file table of an NTFS, read past what is missing. It is a file like any other, whose
// own record says where it lies; more of its runs may stand in records that it holds itself.
#include "fsmap/ntfs_owner.h"

#include <stdlib.h>
#include <string.h>

#include "fsmap/used.h"

enum { MAX_RUNS = 1 << 13 };

struct attribute {
	le32 type;	    // 00  ffffffff ends the list
	le32 len;	    // 04
	uint8_t far;	    // 08  1: its contents lie elsewhere
	uint8_t between[7]; // 09
	le32 value_len;	    // 10
	le16 value;	    // 14  offset
};

bool ntfs_value(const uint8_t *rec, size_t size, uint32_t type, uint64_t *off, struct view *value)
{
	struct view v = view_of(rec, size);
	struct ntfs_record h;
	struct attribute a;
	const void *p;

	memcpy(&h, rec, sizeof(h));
	if (*off == 0)
		*off = le16_get(h.attributes);
	while ((p = view_at(v, *off, sizeof(a)))) {
		memcpy(&a, p, sizeof(a));
		if (le32_get(a.type) == 0xffffffff || le32_get(a.len) < 24)
			return false;
		const void *at = view_at(v, *off + le16_get(a.value), le32_get(a.value_len));

		*off += le32_get(a.len);
		if (le32_get(a.type) != type || a.far || !at)
			continue;
		*value = view_of(at, le32_get(a.value_len));
		return true;
	}
	return false;
}

// Where byte `at` of the table lies, and how many follow it there. UINT64_MAX: nowhere.
static uint64_t place(const struct ntfs_asked *a, uint64_t at, uint64_t *len)
{
	for (size_t k = 0; k < a->runs; k++) {
		uint64_t start = a->run[k].at * a->g.cluster;

		if (at < start || at - start >= a->run[k].n * a->g.cluster)
			continue;
		*len = a->run[k].n * a->g.cluster - (at - start);
		return a->run[k].cluster * a->g.cluster + (at - start);
	}
	return UINT64_MAX;
}

// Reads [at, at + len) of the table; what is missing becomes zeros. Bytes that are missing.
static uint64_t read_table(struct ntfs_asked *a, uint64_t at, uint8_t *p, size_t len, bool take)
{
	uint64_t missing = 0;

	while (len > 0 && !a->o->stopped) {
		uint64_t there, off = place(a, at, &there);
		size_t n = off != UINT64_MAX && there < len ? (size_t)there : len;

		if (off == UINT64_MAX)
			return missing + len;
		missing += owner_read(a->o, off, p, n);
		if (take)
			owner_take(a->o, off, n, OWNER_METADATA);
		at += n;
		p += n;
		len -= n;
	}
	return missing;
}

bool ntfs_read_record(struct ntfs_asked *a, uint64_t n, uint8_t *p)
{
	struct ntfs_record h;

	if (n >= a->records || read_table(a, n * a->g.record, p, a->g.record, false) > 0 ||
	    !ntfs_unfix(p, a->g.record, "FILE"))
		return false;
	memcpy(&h, p, sizeof(h));
	return le16_get(h.flags) & 1;
}

void ntfs_table_run(void *arg, const struct ntfs_run *run)
{
	struct ntfs_asked *a = arg;

	if (run->type != NTFS_DATA || run->cluster > a->clusters || run->n == 0 ||
	    run->n > a->clusters - run->cluster || run->at > a->clusters)
		return;
	for (size_t k = 0; k < a->runs; k++)
		if (a->run[k].at == run->at)
			return;
	if (a->runs == MAX_RUNS) {
		owner_doubt(a->o, "its file table lies in too many pieces");
		return;
	}
	if ((a->runs & (a->runs - 1)) == 0)
		a->run = mem_grow(a->run, a->runs ? 2 * a->runs : 1, sizeof(*a->run));
	a->run[a->runs++] = *run;
	if (run->size != UINT64_MAX)
		a->records = run->size / a->g.record;
}

static void take_record(struct ntfs_asked *a, uint64_t n, uint8_t *rec, bool missing,
			void (*each)(struct ntfs_asked *a, uint64_t n, const uint8_t *rec),
			void (*gone)(struct ntfs_asked *a, uint64_t n))
{
	struct ntfs_record h;

	if (missing) {
		gone(a, n);
		return;
	}
	if (!ntfs_unfix(rec, a->g.record, "FILE"))
		return;
	memcpy(&h, rec, sizeof(h));
	if (!(le16_get(h.flags) & 1))
		return;
	if (n > 0 && ntfs_number(h.base) == 0 && le64_get(h.base) != 0)
		ntfs_record_runs(rec, a->g.record, ntfs_table_run, a);
	each(a, n, rec);
}

void ntfs_records(struct ntfs_asked *a,
		  void (*each)(struct ntfs_asked *a, uint64_t n, const uint8_t *rec),
		  void (*gone)(struct ntfs_asked *a, uint64_t n))
{
	uint32_t size = a->g.record, most = NTFS_PIECE / size;

	for (uint64_t n = 0; n < a->records && !a->o->stopped; n += most) {
		size_t count = a->records - n < most ? (size_t)(a->records - n) : most;
		owner_at(a->o, n, a->records);
		bool torn = read_table(a, n * size, a->piece, count * size, true) > 0;

		for (size_t k = 0; k < count && !a->o->stopped; k++) {
			uint8_t *rec = a->piece + k * size;
			// Read again only to learn which of them it is.
			bool missing = torn && read_table(a, (n + k) * size, rec, size, false) > 0;

			take_record(a, n + k, rec, missing, each, gone);
		}
	}
}
