// SPDX-License-Identifier: GPL-2.0-or-later
// What is looked for in directories.
#include <string.h>

#include "fsmap/owner.h"

// No entry can have such a name.
static bool absurd(const char *name, size_t len)
{
	return len == 0 || len >= OWNER_NAME || memchr(name, 0, len) || memchr(name, '/', len) ||
	       (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')));
}

bool owner_name(struct owner *o, uint64_t parent, uint64_t inode, const char *name, size_t len,
		const char *kind)
{
	struct owner_hit *h = owner_find(o, inode);

	if (!h || h->name || absurd(name, len))
		return o->named < o->hits && !o->stopped;
	h->name = mem_alloc(len + 1);
	memcpy(h->name, name, len);
	h->name[len] = '\0';
	h->parent = parent;
	if (h->gone && kind)
		h->kind = kind;
	return ++o->named < o->hits && !o->stopped;
}

bool owner_name_hits(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type)
{
	static const char *const kinds[] = { NULL,    "file",  "directory", "other",
					     "other", "other", "other",	    "link" };
	struct owner_search *s = arg;

	return owner_name(s->o, s->inode, inode, name, len,
			  type < sizeof(kinds) / sizeof(*kinds) ? kinds[type] : NULL);
}

bool owner_find_parent(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type)
{
	struct owner_search *s = arg;

	(void)type;
	s->found = len == 2 && memcmp(name, "..", 2) == 0;
	if (s->found)
		s->inode = inode;
	return !s->found;
}

bool owner_find_name(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type)
{
	struct owner_search *s = arg;

	(void)type;
	if (inode != s->inode || absurd(name, len))
		return true;
	memcpy(s->name, name, len);
	s->name[len] = '\0';
	s->found = true;
	return false;
}
