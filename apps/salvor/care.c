// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/care.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

static bool is_real(const struct source *s)
{
	return !s->is_file && !s->disk.work;
}

void care_begin(struct care *c, const struct source *s)
{
	*c = (struct care){ 0 };
	if (!is_real(s))
		return;
	str_copy(c->path, sizeof c->path, s->disk.path);
	c->health = health_begin(&s->disk);
	c->patience = patience_lower(&s->disk, "");
}

void care_again(struct care *c, const struct source *s)
{
	if (!c->path[0] || !strcmp(c->path, s->disk.path))
		return;
	patience_forget(c->patience);
	str_copy(c->path, sizeof c->path, s->disk.path);
	c->patience = patience_lower(&s->disk, "");
	health_moved(c->health, &s->disk);
}

void care_health(struct care *c, bool moving, char *text, size_t size)
{
	const char *now = health_text(c->health, moving);

	str_copy(text, size, now ? now : "");
}

void care_end(struct care *c, char *change, size_t size)
{
	struct smart first, last;

	str_copy(change, size, "");
	if (health_both(c->health, &first, &last) && smart_is_worse(&last, &first))
		smart_text(&last, &first, change, size);
	health_end(c->health);
	patience_restore(c->patience);
	*c = (struct care){ 0 };
}
