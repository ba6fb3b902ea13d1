// SPDX-License-Identifier: GPL-2.0-or-later
// Whose the bytes are that could not be read: what is the same for all file systems.
#include "fsmap/owner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/text.h"

enum { RANGE_COST = 64, READ_COST = 512 }; // of the budget, whatever else it costs

void owner_doubt(struct owner *o, const char *fmt, ...)
{
	va_list ap;

	if (o->naming || o->reasons++ > 0)
		return;
	va_start(ap, fmt);
	vsnprintf(o->loss->why, sizeof(o->loss->why), fmt, ap);
	va_end(ap);
}

// No further.
static void stop(struct owner *o, const char *why)
{
	if (!o->stopped && o->reasons++ == 0)
		str_copy(o->loss->why, sizeof(o->loss->why), why);
	o->stopped = true;
}

static bool spend(struct owner *o, uint64_t cost)
{
	if (cost > o->budget)
		stop(o, "its tables contradict each other");
	if (!o->stopped)
		o->budget -= cost;
	return !o->stopped;
}

void owner_at(struct owner *o, uint64_t part, uint64_t whole)
{
	o->at = whole ? o->have->size / whole * part : 0;
}

static void tick(struct owner *o)
{
	struct ui_progress progress = { .what = "looking which files are damaged",
					.done = o->at,
					.total = o->have->size };

	ui_progress(o->ui, &progress);
	if (ui_cancelled(o->ui))
		stop(o, "the search was stopped");
}

// Cuts a range to the file system's place.
static bool inside(const struct owner *o, uint64_t off, uint64_t *len)
{
	if (off >= o->have->size)
		return false;
	if (*len > o->have->size - off)
		*len = o->have->size - off;
	return *len > 0;
}

uint64_t owner_missing(struct owner *o, uint64_t off, uint64_t len)
{
	const struct map *m = o->have;
	uint64_t sum = 0, end;

	if (!inside(o, off, &len))
		return 0;
	end = off + len;
	for (size_t i = map_find(m, off); i < m->n && m->r[i].off < end; i++) {
		uint64_t from = m->r[i].off > off ? m->r[i].off : off;
		uint64_t to = m->r[i].off + m->r[i].len;

		if (m->r[i].state != MAP_DONE)
			sum += (to < end ? to : end) - from;
		if (!spend(o, RANGE_COST))
			break;
	}
	return sum;
}

// What of [off, off + len) had no owner yet; it has one now.
static uint64_t take_part(struct map *left, uint64_t off, uint64_t len)
{
	uint64_t sum = 0, end = off + len;

	for (size_t i = map_find(left, off); i < left->n && left->r[i].off < end; i++) {
		uint64_t from = left->r[i].off > off ? left->r[i].off : off;
		uint64_t to = left->r[i].off + left->r[i].len;

		if (left->r[i].state != MAP_DONE)
			sum += (to < end ? to : end) - from;
	}
	if (sum)
		map_set(left, off, len, MAP_DONE);
	return sum;
}

uint64_t owner_take(struct owner *o, uint64_t off, uint64_t len, enum owner_what what)
{
	uint64_t sum = owner_missing(o, off, len), n;
	uint64_t *to = what == OWNER_CONTENTS ? &o->loss->contents
		       : what == OWNER_FREE   ? &o->loss->free
					      : &o->loss->metadata;

	if (sum == 0 || !inside(o, off, &len))
		return sum;
	for (; len > 0 && spend(o, RANGE_COST); off += n, len -= n) {
		uint64_t in = off % o->part_size;

		n = len < o->part_size - in ? len : o->part_size - in;
		*to += take_part(&o->left[off / o->part_size], in, n);
	}
	return sum;
}

void owner_piece(struct owner_file *f, enum owner_piece kind, uint64_t at, uint64_t off,
		 uint64_t len)
{
	uint64_t inside = at >= f->size ? 0 : len < f->size - at ? len : f->size - at;

	if (kind == OWNER_NOWHERE) {
		f->missing += inside;
	} else if (kind == OWNER_TABLE || f->what == OWNER_METADATA) {
		owner_take(f->o, off, len, OWNER_METADATA);
	} else if (kind == OWNER_UNWRITTEN) {
		owner_take(f->o, off, len, OWNER_FREE);
	} else {
		f->missing += owner_take(f->o, off, inside, f->what);
		owner_take(f->o, off + inside, len - inside, OWNER_FREE);
	}
}

uint64_t owner_read(struct owner *o, uint64_t off, void *p, size_t len)
{
	const struct map *m = o->have;
	uint64_t missing = 0, end = off + len;

	memset(p, 0, len);
	tick(o);
	if (!spend(o, READ_COST + len) || off > m->size || len > m->size - off)
		return len;
	for (size_t i = map_find(m, off); i < m->n && m->r[i].off < end; i++) {
		uint64_t from = m->r[i].off > off ? m->r[i].off : off;
		uint64_t to = m->r[i].off + m->r[i].len;
		size_t n = (size_t)((to < end ? to : end) - from);

		if (m->r[i].state != MAP_DONE) {
			missing += n;
		} else if (src_read(o->src, from, (uint8_t *)p + (from - off), n, NULL) < 0) {
			owner_doubt(o, "the copy itself cannot be read everywhere");
			missing += n;
		}
	}
	return missing;
}

// Where the hit of this inode is, or would be.
static size_t place(const struct owner *o, uint64_t inode)
{
	size_t low = 0, high = o->hits;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->hit[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct owner_hit *owner_find(const struct owner *o, uint64_t inode)
{
	size_t k = place(o, inode);

	return k < o->hits && o->hit[k].inode == inode ? &o->hit[k] : NULL;
}

struct owner_hit *owner_hit(struct owner *o, uint64_t inode, const char *kind)
{
	size_t k = place(o, inode);

	if (k < o->hits && o->hit[k].inode == inode)
		return &o->hit[k];
	if (o->hits == FS_LOST_MAX) {
		o->loss->more++;
		return NULL;
	}
	if ((o->hits & (o->hits - 1)) == 0)
		o->hit = mem_grow(o->hit, o->hits ? 2 * o->hits : 1, sizeof(*o->hit));
	memmove(o->hit + k + 1, o->hit + k, (o->hits - k) * sizeof(*o->hit));
	o->hits++;
	o->hit[k] = (struct owner_hit){ .inode = inode, .kind = kind };
	return &o->hit[k];
}

static void find_all(struct owner *o, const struct fs_ops *ops, const char *type)
{
	struct err e;

	if (!ops->owners)
		owner_doubt(o, "%s cannot be asked whose its blocks are", type);
	else if (ops->owners(o, &e) < 0)
		owner_doubt(o, "%s", e.text);
}

// Bytes without an owner in blocks that are in use; *left: without an owner at all.
static uint64_t unknown_in(const struct map *part, const struct map *used, uint64_t *left)
{
	uint64_t sum = 0, at = 0, end;

	for (size_t i = 0, k = 0; at < part->size; at = end) {
		const struct range *p = &part->r[i], *u = &used->r[k];

		end = p->off + p->len < u->off + u->len ? p->off + p->len : u->off + u->len;
		*left += p->state != MAP_DONE ? end - at : 0;
		sum += p->state != MAP_DONE && u->state == MAP_DONE ? end - at : 0;
		i += end == p->off + p->len;
		k += end == u->off + u->len;
	}
	return sum;
}

// What has no owner lies in free blocks; or, when something is unknown, in those of them that are
// called free.
static void share_rest(struct owner *o, const struct fs_ops *ops)
{
	struct map used MAP_AUTO = { 0 };
	uint64_t left = 0;
	char why[160] = "";

	map_init(&used, o->src->size, MAP_TODO);
	if (o->reasons && (!ops->used || ops->used(o->src, &used, why, sizeof(why), NULL) < 0))
		map_set(&used, 0, used.size, MAP_DONE);
	for (size_t k = 0; k < o->parts; k++) {
		struct map part MAP_AUTO = { 0 };

		map_cut(&part, &used, k * o->part_size, o->part_size);
		o->loss->unknown += unknown_in(&o->left[k], &part, &left);
	}
	o->loss->free += left - o->loss->unknown;
}

// Some hundred ranges in each part.
static void share_map(struct owner *o)
{
	o->parts = o->have->n / 256 + 1;
	o->part_size = (o->have->size / o->parts / 4096 + 1) * 4096;
	o->parts = o->have->size / o->part_size + 1;
	o->left = mem_zero(o->parts, sizeof(*o->left));
	for (size_t k = 0; k < o->parts; k++)
		map_cut(&o->left[k], o->have, k * o->part_size, o->part_size);
}

void fs_loss_free(struct fs_loss *l)
{
	for (size_t k = 0; k < l->n; k++)
		free(l->v[k].path);
	free(l->v);
	*l = (struct fs_loss){ 0 };
}

static void release(struct owner *o)
{
	for (size_t k = 0; k < o->hits; k++)
		free(o->hit[k].name);
	for (size_t k = 0; k < o->folders; k++)
		free(o->folder[k].name);
	free(o->hit);
	free(o->folder);
	for (size_t k = 0; k < o->parts; k++)
		map_free(&o->left[k]);
	free(o->left);
}

void owner_run(const struct fs_ops *ops, const char *type, struct src *s, const struct map *have,
	       struct ui *ui, struct fs_loss *l)
{
	struct owner o = { .src = s,
			   .have = have,
			   .ui = ui,
			   .loss = l,
			   // More than once through the tables of a sound file system of that size.
			   .budget = 4 * s->size + 64 * MIB };

	str_copy(l->type, sizeof(l->type), type);
	share_map(&o);
	find_all(&o, ops, type);
	share_rest(&o, ops);
	if (o.reasons > 1) {
		size_t len = strlen(l->why);

		snprintf(l->why + len, sizeof(l->why) - len, ", and %u more", o.reasons - 1);
	}
	release(&o);
}
