// SPDX-License-Identifier: GPL-2.0-or-later
// From the names of damaged files to their paths: folder by folder upwards, each asked for once.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fsmap/owner.h"

enum { MAX_STEPS = 256, MAX_FOLDERS = 1 << 16, MAX_PATH = 2048 };

struct climb {
	struct owner *o;
	uint64_t root;
	bool (*up)(void *arg, uint64_t inode, uint64_t *parent, char name[OWNER_NAME]);
	void *arg;
	char text[MAX_PATH];
	size_t at; // where the path begins, so far
};

static size_t place(const struct owner *o, uint64_t inode)
{
	size_t low = 0, high = o->folders;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->folder[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void keep(struct owner *o, size_t k, uint64_t inode, uint64_t parent, const char *name)
{
	if (o->folders == MAX_FOLDERS)
		return;
	if ((o->folders & (o->folders - 1)) == 0)
		o->folder =
			mem_grow(o->folder, o->folders ? 2 * o->folders : 1, sizeof(*o->folder));
	memmove(o->folder + k + 1, o->folder + k, (o->folders - k) * sizeof(*o->folder));
	o->folders++;
	o->folder[k] = (struct owner_folder){ inode, parent, name ? mem_dup(name) : NULL };
}

// The name of a folder, and which one it is in. False: nobody knows.
static bool look_up(struct climb *c, uint64_t inode, uint64_t *parent, char name[OWNER_NAME])
{
	struct owner *o = c->o;
	const struct owner_hit *h = owner_find(o, inode);
	size_t k = place(o, inode);
	bool known;

	if (h && h->name) {
		*parent = h->parent;
		return str_copy(name, OWNER_NAME, h->name);
	}
	if (k < o->folders && o->folder[k].inode == inode) {
		*parent = o->folder[k].parent;
		return o->folder[k].name && str_copy(name, OWNER_NAME, o->folder[k].name);
	}
	known = c->up(c->arg, inode, parent, name);
	keep(o, k, inode, known ? *parent : 0, known ? name : NULL);
	return known;
}

// Puts text in front of the path; false when there is no room.
static bool prepend(struct climb *c, const char *text)
{
	size_t len = strlen(text);

	if (len > c->at)
		return false;
	c->at -= len;
	memcpy(c->text + c->at, text, len);
	return true;
}

static void prepend_number(struct climb *c, uint64_t inode)
{
	char text[24];

	snprintf(text, sizeof(text), "#%llu", (unsigned long long)inode);
	prepend(c, text);
}

static const char *path(struct climb *c, const struct owner_hit *h)
{
	uint64_t inode = h->inode, parent = h->parent;
	char name[OWNER_NAME];

	c->at = sizeof(c->text) - 1;
	c->text[c->at] = '\0';
	if (inode == c->root)
		return "/";
	if (!h->name) {
		prepend_number(c, inode);
		return c->text + c->at;
	}
	str_copy(name, sizeof(name), h->name);
	for (unsigned step = 0;; step++) {
		// Room is left for what stands in front of a path that is cut.
		if (c->at < sizeof(name) + 32 || step == MAX_STEPS) {
			prepend(c, "...");
			break;
		}
		prepend(c, name);
		prepend(c, "/");
		if (parent == c->root)
			break;
		inode = parent;
		if (!look_up(c, inode, &parent, name)) {
			prepend_number(c, inode);
			break;
		}
	}
	return c->text + c->at;
}

void owner_paths(struct owner *o, uint64_t root,
		 bool (*up)(void *arg, uint64_t inode, uint64_t *parent, char name[OWNER_NAME]),
		 void *arg)
{
	struct climb c = { .o = o, .root = root, .up = up, .arg = arg };
	struct fs_loss *l = o->loss;

	l->v = mem_zero(o->hits ? o->hits : 1, sizeof(*l->v));
	for (size_t k = 0; k < o->hits; k++) {
		const struct owner_hit *h = &o->hit[k];

		if (h->maybe && !h->name)
			continue;
		l->v[l->n++] = (struct fs_lost){ .path = mem_dup(path(&c, h)),
						 .kind = h->inode == root ? "directory" : h->kind,
						 .inode = h->inode,
						 .bytes = h->bytes,
						 .gone = h->gone,
						 .attributes = h->attributes };
	}
}
