// SPDX-License-Identifier: GPL-2.0-or-later
// LVM2: from the metadata text to volumes, and which of them can be looked into.
//
// That is one all of which is here, in linear or striped segments, and which is no part of another;
// or a mirror of such ones whose log says that they are equal. Snapshots and their origins, pools,
// caches, RAID volumes and what these consist of cannot: all of their extents are used.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fsmap/lvm_build.h"
#include "fsmap/lvm_disk.h"

// As the kernel's dm-log writes it; a bit for each region that all legs have alike follows at 1024.
struct mirror_log {
	uint8_t magic[4]; // "RrIM"
	le32 version;	  // 2
	le64 regions;
};
#define LOG_BITS 1024

static int by_name(const void *a, const void *b)
{
	const struct lvm_draft *x = a, *y = b;

	return strcmp(x->node->name, y->node->name);
}

size_t lvm_volume_of(const struct lvm_build *b, const char *name)
{
	const struct lvm_node node = { .name = name };
	const struct lvm_draft key = { .node = &node }, *found = NULL;

	if (b->l->n_volumes)
		found = bsearch(&key, b->drafts, b->l->n_volumes, sizeof(key), by_name);
	return found ? (size_t)(found - b->drafts) : b->l->n_volumes;
}

// A volume that belongs to another one, and is of a kind whose contents could be read.
static bool is_part(const struct lvm_build *b, size_t k)
{
	return k < b->l->n_volumes && !b->l->volumes[k].why[0] && b->drafts[k].owners == 1;
}

// Does the mirror's log say that all legs have every region alike?
static bool in_step(const struct lvm_build *b, const struct lvm_node *mirror, uint64_t size)
{
	size_t k = lvm_volume_of(b, lvm_string(mirror, "mirror_log"));
	struct src *log SRC_AUTO = NULL;
	struct mirror_log h;
	uint8_t bits[512];
	uint64_t region, regions;

	if (!is_part(b, k) || !lvm_number(mirror, "region_size", &region) || region == 0 ||
	    region > size / 512)
		return false;
	regions = size / 512 / region + (size / 512 % region != 0);
	b->l->volumes[k].legs[0] = k;
	log = lvm_src(b->pv, b->l, &b->l->volumes[k]);
	if (src_read(log, 0, &h, sizeof(h), NULL) < 0 || memcmp(h.magic, "RrIM", 4) != 0 ||
	    le32_get(h.version) != 2 || le64_get(h.regions) != regions)
		return false;
	for (uint64_t n = 0; n < regions; n++) {
		size_t at = n / 8 % sizeof(bits);

		if (at == 0 && n % 8 == 0 &&
		    src_read(log, LOG_BITS + n / 8, bits, sizeof(bits), NULL) < 0)
			return false;
		if (!(bits[at] >> n % 8 & 1))
			return false;
	}
	return true;
}

// A mirror: which of its legs are here.
static void find_legs(struct lvm_build *b, size_t k)
{
	struct lvm_volume *v = &b->l->volumes[k];
	const struct lvm_node *mirror = b->drafts[k].mirror;
	const struct lvm_node *list = lvm_find(mirror, "mirrors", LVM_LIST);

	for (const struct lvm_node *n = list->first; n; n = n->next) {
		size_t leg = n->kind == LVM_STRING ? lvm_volume_of(b, n->text) : b->l->n_volumes;

		if (is_part(b, leg) && b->l->volumes[leg].size == v->size && v->n_legs < 2)
			v->legs[v->n_legs++] = leg;
	}
	if (v->n_legs == 0)
		return;
	if (!in_step(b, mirror, v->size)) {
		v->n_legs = 0;
		str_copy(v->why, sizeof(v->why), "mirror whose legs may differ");
		return;
	}
	v->why[0] = '\0';
	for (unsigned i = 0; i < v->n_legs; i++)
		b->l->volumes[v->legs[i]].leg = true;
}

static void judge(struct lvm_build *b, size_t k)
{
	struct lvm_volume *v = &b->l->volumes[k];
	const struct lvm_draft *d = &b->drafts[k];

	v->visible = lvm_has(d->node, "status", "VISIBLE");
	if (d->owners == 0 && v->visible) {
		if (d->mirror) {
			find_legs(b, k);
		} else if (!v->why[0]) {
			v->legs[0] = k;
			v->n_legs = 1;
		}
	}
}

// What belongs to another or is hidden has a reason, too; after all were judged, for a leg must
// have none of its own.
static void explain(struct lvm_build *b, size_t k)
{
	struct lvm_volume *v = &b->l->volumes[k];
	const struct lvm_draft *d = &b->drafts[k];
	char why[80];

	if (v->n_legs > 0 || v->why[0])
		return;
	str_copy(why, sizeof(why), b->l->volumes[d->owner].why);
	if (d->owners > 0)
		snprintf(v->why, sizeof(v->why), "part of %.60s (%s)",
			 b->drafts[d->owner].node->name, why);
	else
		str_copy(v->why, sizeof(v->why), "hidden volume");
}

// Ours among the physical volumes, by its UUID.
static const struct lvm_node *find_disk(const struct lvm_node *disks, const char *pv)
{
	for (const struct lvm_node *n = disks->first; n; n = n->next) {
		const char *id = lvm_string(n, "id"), *p = pv;

		for (; *id; id++)
			if (*id != '-' && *id != *p++)
				break;
		if (!*id && !*p)
			return n;
	}
	return NULL;
}

// As LVM2 allows them; they become names of devices.
static bool good_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				"+_.-");

	return n > 0 && n < 128 && !name[n] && name[0] != '-' && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

static void take_id(const struct lvm_node *n, char id[33])
{
	size_t k = 0;

	for (const char *p = lvm_string(n, "id"); *p && k < 32; p++)
		if (isalnum((uint8_t)*p))
			id[k++] = *p;
	id[k] = '\0';
}

static int read_geometry(struct lvm_build *b, const struct lvm_node *vg, const char *pv)
{
	const struct lvm_node *own;
	uint64_t start, count;

	b->disks = lvm_find(vg, "physical_volumes", LVM_SECTION);
	own = b->disks ? find_disk(b->disks, pv) : NULL;
	if (!own)
		return err_set(b->e, 0, "metadata does not know this physical volume");
	b->own = own->name;
	for (const struct lvm_node *n = b->disks->first; n; n = n->next)
		b->l->disks += n->kind == LVM_SECTION;
	if (!lvm_number(vg, "extent_size", &b->extent) || b->extent == 0 ||
	    b->extent > b->pv->size / 512 || !lvm_number(own, "pe_start", &start) ||
	    !lvm_number(own, "pe_count", &count) || start > b->pv->size / 512)
		return lvm_contradiction(b, own);
	b->extent *= 512;
	b->l->extents_off = start * 512;
	if (count > (b->pv->size - b->l->extents_off) / b->extent)
		return err_set(b->e, 0, "physical volume is larger than its place");
	b->l->extents_len = count * b->extent;
	return 0;
}

static int list_volumes(struct lvm_build *b, const struct lvm_node *vg)
{
	const struct lvm_node *all = lvm_find(vg, "logical_volumes", LVM_SECTION);
	struct lvm *l = b->l;
	size_t n = 0;

	for (const struct lvm_node *k = all ? all->first : NULL; k; k = k->next)
		n += k->kind == LVM_SECTION;
	b->drafts = mem_zero(n + 1, sizeof(*b->drafts));
	l->volumes = mem_zero(n + 1, sizeof(*l->volumes));
	for (const struct lvm_node *k = all ? all->first : NULL; k; k = k->next)
		if (k->kind == LVM_SECTION)
			b->drafts[l->n_volumes++].node = k;
	qsort(b->drafts, n, sizeof(*b->drafts), by_name);
	for (size_t k = 0; k < n; k++) {
		const struct lvm_node *node = b->drafts[k].node;

		snprintf(l->volumes[k].name, sizeof(l->volumes[k].name), "%.127s/%.127s", vg->name,
			 node->name);
		take_id(node, l->volumes[k].id);
		if (!good_name(node->name))
			return lvm_contradiction(b, node);
		if (k > 0 && by_name(&b->drafts[k - 1], &b->drafts[k]) == 0)
			return lvm_contradiction(b, b->drafts[k].node);
	}
	return 0;
}

static int build(struct lvm_build *b, const struct lvm_text *t, const char *pv)
{
	const struct lvm_node *vg = t->nodes->first;

	while (vg && vg->kind != LVM_SECTION)
		vg = vg->next;
	if (!vg)
		return err_set(b->e, 0, "metadata without a volume group");
	if (!good_name(vg->name))
		return lvm_contradiction(b, vg);
	str_copy(b->l->group, sizeof(b->l->group), vg->name);
	take_id(vg, b->l->id);
	if (read_geometry(b, vg, pv) < 0 || list_volumes(b, vg) < 0)
		return -1;
	for (size_t k = 0; k < b->l->n_volumes; k++)
		if (lvm_take_volume(b, k) < 0)
			return -1;
	for (size_t k = 0; k < b->l->n_volumes; k++)
		judge(b, k);
	for (size_t k = 0; k < b->l->n_volumes; k++)
		explain(b, k);
	return 0;
}

int lvm_read(struct src *pv, struct lvm *l, struct err *e)
{
	struct lvm_build b = { .l = l, .pv = pv, .e = e };
	struct lvm_text t;
	char uuid[33];
	int r;

	*l = (struct lvm){ 0 };
	r = lvm_text_of(pv, uuid, &t, e);
	if (r <= 0)
		return r;
	r = build(&b, &t, uuid);
	free(b.drafts);
	lvm_text_free(&t);
	if (r < 0)
		lvm_close(l);
	return r < 0 ? -1 : 1;
}

void lvm_close(struct lvm *l)
{
	free(l->volumes);
	free(l->segments);
	free(l->areas);
	free(l->given);
	*l = (struct lvm){ 0 };
}
