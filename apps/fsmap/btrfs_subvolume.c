// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: its subvolumes, by number and by path.
#include <stdlib.h>
#include <string.h>

#include "fsmap/btrfs_file.h"

#define MAX_SUBVOLUMES 4096
#define MAX_DEPTH 64 // folders and subvolumes above one

struct root_ref {
	le64 folder, sequence; // 00
	le16 name_len;	       // 10
};
struct inode_ref {
	le64 index;
	le16 name_len;
};
_Static_assert(sizeof(struct root_ref) == 18 && sizeof(struct inode_ref) == 10, "btrfs references");
enum { ROOT_REFS = 0xd8, ROOT_PARENT_UUID = 0x107 }; // in a root item

static bool take_name(struct view data, size_t head, size_t len, char name[BTRFS_NAME])
{
	const char *p = view_at(data, head, len);

	if (!name)
		return true;
	if (!p || !len || len >= BTRFS_NAME || memchr(p, '/', len) || memchr(p, 0, len))
		return false;
	memcpy(name, p, len);
	name[len] = 0;
	return true;
}

// A subvolume's is in the tree of roots.
int btrfs_up(struct btrfs_fs *x, struct path_at *at, char name[BTRFS_NAME], struct err *e)
{
	bool top = at->inode == BTRFS_ROOT_INODE;
	struct btrfs_root tree = btrfs_roots(&x->b);
	struct btrfs_key key = { .object = top ? at->tree : at->inode,
				 .type = top ? BTRFS_ROOT_BACKREF : BTRFS_INODE_REF },
			 found = key;
	const struct inode_ref *inode;
	const struct root_ref *root;
	struct view data;
	int rc = top ? 1 : btrfs_tree(x, at->tree, &tree, e);

	if (rc > 0)
		rc = btrfs_next(x, &tree, &found, &data, e);
	if (rc <= 0 || found.object != key.object || found.type != key.type)
		return rc < 0 ? -1 : 0;
	root = top ? view_at(data, 0, sizeof *root) : NULL;
	inode = top ? NULL : view_at(data, 0, sizeof *inode);
	if (root) {
		*at = (struct path_at){ found.offset, le64_get(root->folder) };
		return take_name(data, sizeof *root, le16_get(root->name_len), name);
	}
	if (!inode)
		return 0;
	at->inode = found.offset;
	return take_name(data, sizeof *inode, le16_get(inode->name_len), name);
}

static bool put_before(char *path, size_t size, const char *name)
{
	size_t old = strlen(path), len = strlen(name), slash = old > 0;

	if (len + slash + old >= size)
		return false;
	memmove(path + len + slash, path, old + 1);
	memcpy(path, name, len);
	if (slash)
		path[len] = '/';
	return true;
}

static bool find_path(struct btrfs_fs *x, struct fs_subvolume *v)
{
	struct path_at at = { v->id, BTRFS_ROOT_INODE };
	char name[BTRFS_NAME];

	for (unsigned i = 0; at.tree != BTRFS_FS_TREE || at.inode != BTRFS_ROOT_INODE; i++)
		if (i == MAX_DEPTH || btrfs_up(x, &at, name, NULL) <= 0 ||
		    !put_before(v->path, sizeof v->path, name))
			return false;
	return true;
}

static bool is_snapshot(struct view root)
{
	static const uint8_t none[16];
	const uint8_t *uuid = view_at(root, ROOT_PARENT_UUID, sizeof none);

	return uuid && memcmp(uuid, none, sizeof none);
}

// What is being deleted has no references.
static bool is_alive(struct view root)
{
	const le32 *refs = view_at(root, ROOT_REFS, sizeof *refs);

	return refs && le32_get(*refs);
}

static void add(struct fs_subvolumes *out, const struct fs_subvolume *v)
{
	out->v = mem_grow(out->v, out->n + 1, sizeof *out->v);
	out->v[out->n++] = *v;
}

// What a mount without options shows.
static uint64_t find_default(struct btrfs_fs *x)
{
	struct btrfs_root roots = btrfs_roots(&x->b);
	struct btrfs_key location;

	return btrfs_lookup(x, &roots, le64_get(x->b.super.root_dir), "default", 7, &location,
			    NULL) > 0
		       ? location.object
		       : BTRFS_FS_TREE;
}

int btrfs_subvolumes(struct fs *fs, struct fs_subvolumes *out, struct err *e)
{
	struct btrfs_fs *x = (struct btrfs_fs *)fs;
	struct btrfs_root roots = btrfs_roots(&x->b);
	struct btrfs_key key = { .object = BTRFS_ROOT_INODE, .type = BTRFS_ROOT };
	struct view data;
	int rc = 0;

	*out = (struct fs_subvolumes){ 0 };
	btrfs_ask(x);
	out->mounted = find_default(x);
	add(out, &(struct fs_subvolume){ .id = BTRFS_FS_TREE });
	while (out->n < MAX_SUBVOLUMES && (rc = btrfs_next(x, &roots, &key, &data, e)) > 0 &&
	       (int64_t)key.object > 0) {
		struct fs_subvolume v = { .id = key.object };

		if (key.type < BTRFS_ROOT) {
			key = (struct btrfs_key){ key.object, 0, BTRFS_ROOT };
			continue;
		}
		v.snapshot = is_snapshot(data);
		if (key.type == BTRFS_ROOT && is_alive(data) && find_path(x, &v))
			add(out, &v);
		key = (struct btrfs_key){ key.object + 1, 0, BTRFS_ROOT };
	}
	// some are better than none
	if (rc >= 0 || out->n > 1)
		return 0;
	free(out->v);
	*out = (struct fs_subvolumes){ 0 };
	return -1;
}

int btrfs_enter(struct fs *fs, uint64_t id, struct err *e)
{
	struct btrfs_fs *x = (struct btrfs_fs *)fs;
	struct btrfs_root tree;
	int rc;

	btrfs_ask(x);
	rc = btrfs_tree(x, id, &tree, e);
	if (rc <= 0)
		return rc ? -1
			  : err_set(e, ENOENT, "%s: subvolume %llu", x->p.src->name,
				    (unsigned long long)id);
	x->p.root = (struct path_at){ id, BTRFS_ROOT_INODE };
	return 0;
}
