// SPDX-License-Identifier: GPL-2.0-or-later
// Pieces that lie on logical volumes, said by the partition beneath: the volumes are open only as
// long as the tree is mounted.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "repair/onepart/onepart.h"

struct below {
	const struct lvm *l;
	const struct lvm_volume *v;
	uint64_t off; // of the physical volume in the partition
	unsigned major, minor;
};

// The next part of a piece, with the place that the kernel reads it from: dealt out to the areas of
// its segment in turn. False: the volume has no such place.
static bool next_place(const struct below *b, const struct piece *x, struct piece *out)
{
	const struct lvm_segment *s = &b->l->segments[b->v->first_segment];
	uint64_t at, stripe, turn;
	size_t n = b->v->n_segments;

	while (n && x->from - s->start >= s->len)
		s++, n--;
	if (!n)
		return false;
	at = x->from - s->start;
	stripe = s->n > 1 ? s->stripe : s->len;
	turn = at / stripe;
	*out = *x;
	out->major = b->major;
	out->minor = b->minor;
	out->from =
		b->off + b->l->areas[s->first + turn % s->n] + turn / s->n * stripe + at % stripe;
	if (out->len > stripe - at % stripe)
		out->len = stripe - at % stripe;
	if (out->len > s->len - at)
		out->len = s->len - at;
	return true;
}

static int number_of(const char *name, unsigned *major, unsigned *minor, struct err *e)
{
	return sysfs_device(name, major, minor)
		       ? 0
		       : err_set(e, 0, "%s: it is not there any more", name);
}

int onepart_number(const struct s_part *sp, unsigned *major, unsigned *minor, struct err *e)
{
	return number_of(strrchr(sp->path, '/') + 1, major, minor, e);
}

static int look(const struct patient *p, unsigned part, struct below *b, struct err *e)
{
	const struct s_part *pv = &p->disk->parts[p->disk->parts[part].pv];

	*b = (struct below){ .l = pv->lvm,
			     .v = survey_volume(p->disk, part),
			     .off = pv->fs_off - pv->part.off };
	return onepart_number(pv, &b->major, &b->minor, e);
}

// Those of one volume.
static int settle(struct pieces *pieces, const struct below *b, unsigned dm, unsigned minor,
		  struct err *e)
{
	struct pieces out = { 0 };
	int rc = 0;

	for (size_t i = 0; i < pieces->n && !rc; i++) {
		struct piece x = pieces->v[i], y;

		if (x.major != dm || x.minor != minor) {
			pieces_add(&out, &x);
			continue;
		}
		for (; x.len && !rc; x.at += y.len, x.from += y.len, x.len -= y.len) {
			if (!next_place(b, &x, &y))
				rc = err_set(e, 0, "%s: a file lies beyond its end", b->v->name);
			else
				pieces_add(&out, &y);
		}
	}
	free(pieces->v);
	*pieces = out;
	return rc;
}

int onepart_settle(const struct root *root, const struct patient *p, struct pieces *pieces,
		   struct err *e)
{
	struct below b = { 0 };
	unsigned dm, minor;

	for (unsigned i = 0; i < p->disk->n; i++) {
		char *name STR_AUTO = mem_printf("dm-%d", root->volumes.minor[i]);

		if (root->volumes.minor[i] < 0)
			continue;
		if (number_of(name, &dm, &minor, e) || look(p, i, &b, e) ||
		    settle(pieces, &b, dm, minor, e))
			return -1;
	}
	return 0;
}
