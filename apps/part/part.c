// SPDX-License-Identifier: GPL-2.0-or-later
// Partition tables: the loop over the drivers.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "part/table.h"

static const struct part_ops *const tables[] = {
#define X(n) &part_##n,
#include "part/list.h"
#undef X
};

int part_read(struct src *s, struct part_table *t, struct err *e)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		memset(t, 0, sizeof(*t));
		t->sector = s->sector;
		int r = tables[i]->read(s, t, e);

		if (r < 0)
			return -1;
		if (r > 0) {
			snprintf(t->kind, sizeof(t->kind), "%s", tables[i]->name);
			return 0;
		}
	}
	snprintf(t->kind, sizeof(t->kind), "none");
	return 0;
}

void part_trouble(struct part_table *t, const char *fmt, ...)
{
	size_t len = strlen(t->trouble);
	va_list ap;

	if (len > 0 && len + 3 < sizeof(t->trouble)) {
		strcpy(t->trouble + len, "; ");
		len += 2;
	}
	va_start(ap, fmt);
	vsnprintf(t->trouble + len, sizeof(t->trouble) - len, fmt, ap);
	va_end(ap);
}

struct part *part_add(struct part_table *t, unsigned number, uint64_t off, uint64_t len)
{
	struct part *p;

	if (t->n == PART_MAX)
		return NULL;
	p = &t->p[t->n++];
	p->number = number;
	p->off = off;
	p->len = len;
	return p;
}

void part_told_end(struct part_table *t, const struct part *p, uint64_t disk_size)
{
	uint64_t end = p->len > UINT64_MAX - p->off ? UINT64_MAX : p->off + p->len;

	if (end > t->needs)
		t->needs = end;
	if (end > disk_size)
		part_trouble(t, "partition %u ends at %llu, beyond the end of the disk (%llu)",
			     p->number, (unsigned long long)end, (unsigned long long)disk_size);
}
