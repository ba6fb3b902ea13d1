// SPDX-License-Identifier: GPL-2.0-or-later
// LVM2: the segments of the volumes, and the extents that each has on this disk.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "fsmap/lvm_build.h"

// LVM2 makes no more.
enum { MAX_STRIPES = 128 };

int lvm_contradiction(const struct lvm_build *b, const struct lvm_node *n)
{
	return err_set(b->e, 0, "metadata contradicts itself: %.40s", n->name);
}

static void *room_for(void *p, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return p;
	*room = *room ? 2 * *room : 64;
	return mem_grow(p, *room, size);
}

// The first reason stays.
__attribute__((format(printf, 2, 3))) static void cannot(struct lvm_volume *v, const char *fmt, ...)
{
	va_list ap;

	if (v->why[0])
		return;
	va_start(ap, fmt);
	vsnprintf(v->why, sizeof(v->why), fmt, ap);
	va_end(ap);
}

// Every volume that a segment names belongs to the segment's volume. -1: it names this disk, too,
// and we do not know what kind of segment it is.
static int take_names(struct lvm_build *b, const struct lvm_node *in, size_t of, bool known)
{
	for (const struct lvm_node *n = in->first; n; n = n->next) {
		size_t part;

		if ((n->kind == LVM_LIST || n->kind == LVM_SECTION) &&
		    take_names(b, n, of, known) < 0)
			return -1;
		if (n->kind != LVM_STRING || strcmp(n->name, "type") == 0)
			continue;
		if (!known && strcmp(n->text, b->own) == 0)
			return err_set(b->e, 0, "segment of type %.40s on this disk",
				       lvm_string(in, "type"));
		part = lvm_volume_of(b, n->text);
		if (part < b->l->n_volumes) {
			b->drafts[part].owner = of;
			b->drafts[part].owners++;
		}
	}
	return 0;
}

// Notes that a volume has count extents from first on here.
static int give(struct lvm_build *b, const struct lvm_node *at, size_t volume, uint64_t first,
		uint64_t count)
{
	struct lvm *l = b->l;
	uint64_t all = l->extents_len / b->extent;

	if (first > all || count > all - first)
		return lvm_contradiction(b, at);
	l->given = room_for(l->given, l->n_given, &b->room_given, sizeof(*l->given));
	l->given[l->n_given++] =
		(struct lvm_given){ l->extents_off + first * b->extent, count * b->extent, volume };
	l->volumes[volume].here += count * b->extent;
	return 0;
}

// One area of count extents: a name, and the number of the first. *place: bytes, or LVM_ELSEWHERE.
static int take_area(struct lvm_build *b, const struct lvm_node **next, size_t volume,
		     uint64_t count, uint64_t *place)
{
	const struct lvm_node *name = *next, *first = name ? name->next : NULL;

	*place = LVM_ELSEWHERE;
	if (!first || name->kind != LVM_STRING || first->kind != LVM_NUMBER || first->number < 0)
		return -1;
	*next = first->next;
	if (strcmp(name->text, b->own) != 0)
		return 0;
	*place = b->l->extents_off + (uint64_t)first->number * b->extent;
	return give(b, name, volume, (uint64_t)first->number, count);
}

static int take_striped(struct lvm_build *b, const struct lvm_node *n, size_t volume,
			uint64_t count)
{
	struct lvm *l = b->l;
	struct lvm_volume *v = &l->volumes[volume];
	const struct lvm_node *list = lvm_find(n, "stripes", LVM_LIST), *next;
	struct lvm_segment s = {
		.start = v->size, .len = count * b->extent, .stripe = b->extent, .first = l->n_areas
	};
	uint64_t areas, stripe, place;

	if (!list || !lvm_number(n, "stripe_count", &areas) || areas == 0 || areas > MAX_STRIPES ||
	    count % areas != 0)
		return lvm_contradiction(b, n);
	if (areas > 1) {
		if (!lvm_number(n, "stripe_size", &stripe) || stripe == 0 ||
		    b->extent / 512 % stripe != 0)
			return lvm_contradiction(b, n);
		s.stripe = stripe * 512;
	}
	for (next = list->first; s.n < areas; s.n++) {
		if (take_area(b, &next, volume, count / areas, &place) < 0)
			return lvm_contradiction(b, n);
		if (place == LVM_ELSEWHERE)
			cannot(v, "not all of it is on this physical volume");
		l->areas = room_for(l->areas, l->n_areas, &b->room_areas, sizeof(*l->areas));
		l->areas[l->n_areas++] = place;
	}
	l->segments = room_for(l->segments, l->n_segments, &b->room_segments, sizeof(*l->segments));
	l->segments[l->n_segments++] = s;
	return next ? lvm_contradiction(b, n) : 0;
}

// What a mirror has on disks without a volume between: extents that are on their way to another.
static int take_moved(struct lvm_build *b, const struct lvm_node *n, size_t volume, uint64_t count)
{
	const struct lvm_node *list = lvm_find(n, "mirrors", LVM_LIST), *next;
	uint64_t place;

	if (!list)
		return lvm_contradiction(b, n);
	for (next = list->first; next;)
		if (take_area(b, &next, volume, count, &place) < 0)
			return lvm_contradiction(b, n);
	return 0;
}

static int take_segment(struct lvm_build *b, const struct lvm_node *n, size_t volume)
{
	struct lvm_volume *v = &b->l->volumes[volume];
	const char *type = lvm_string(n, "type");
	bool striped = strcmp(type, "striped") == 0, mirror = strcmp(type, "mirror") == 0;
	uint64_t start, count;

	if (!lvm_number(n, "start_extent", &start) || !lvm_number(n, "extent_count", &count) ||
	    count == 0 || start != v->size / b->extent ||
	    count > (UINT64_MAX - v->size) / b->extent)
		return lvm_contradiction(b, n);
	if (take_names(b, n, volume, striped || mirror) < 0)
		return -1;
	if (striped && take_striped(b, n, volume, count) < 0)
		return -1;
	if (mirror && take_moved(b, n, volume, count) < 0)
		return -1;
	if (mirror)
		b->drafts[volume].mirror = n;
	if (!striped)
		cannot(v, "volume of type %.40s", type);
	v->size += count * b->extent;
	return 0;
}

int lvm_take_volume(struct lvm_build *b, size_t k)
{
	const struct lvm_node *node = b->drafts[k].node;
	struct lvm_volume *v = &b->l->volumes[k];
	uint64_t stated, found = 0;

	v->first_segment = b->l->n_segments;
	for (const struct lvm_node *n = node->first; n; n = n->next) {
		if (n->kind != LVM_SECTION)
			continue;
		if (take_segment(b, n, k) < 0)
			return -1;
		found++;
	}
	if (!lvm_number(node, "segment_count", &stated) || stated != found || found == 0)
		return lvm_contradiction(b, node);
	v->n_segments = b->l->n_segments - v->first_segment;
	if (found > 1)
		b->drafts[k].mirror = NULL;
	return 0;
}
