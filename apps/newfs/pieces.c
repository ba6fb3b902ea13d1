// SPDX-License-Identifier: GPL-2.0-or-later
#include "newfs/pieces.h"

#include <stdlib.h>

#include "base/buf.h"

void pieces_add(struct pieces *p, const struct piece *x)
{
	struct piece *last = p->n ? &p->v[p->n - 1] : NULL;

	if (!x->len)
		return;
	if (last && last->at + last->len == x->at && last->from + last->len == x->from &&
	    last->major == x->major && last->minor == x->minor) {
		last->len += x->len;
		return;
	}
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 256;
		p->v = mem_grow(p->v, p->cap, sizeof *p->v);
	}
	p->v[p->n++] = *x;
}

void pieces_free(struct pieces *p)
{
	free(p->v);
	*p = (struct pieces){ 0 };
}
