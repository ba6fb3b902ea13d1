// SPDX-License-Identifier: GPL-2.0-or-later
// Files of a FAT file system (Microsoft, FAT32 File System Specification 1.03, sections 6 and 7).
//
// A folder is a row of entries of 32 bytes. A long name stands before its entry, in pieces of 13
// UTF-16 units, the last piece first, each with a checksum of the short name. Names are compared
// without regard to case, of ASCII only. Chains are followed for as many steps as there are
// clusters, folders for FOLDER_MAX bytes.
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/size.h"
#include "base/text.h"
#include "fsmap/fat.h"

#define FOLDER_MAX (2 * MIB)
#define PIECES 20
#define UNITS 13

struct fat_entry {
	uint8_t name[11];  // 00  blanks at the ends; e5 first: deleted, 0 first: no more
	uint8_t attr;	   // 0b
	uint8_t lower;	   // 0c  bit 3: the name, bit 4: the suffix is meant in lower case
	uint8_t times[7];  // 0d
	le16 cluster_high; // 14  of FAT32
	le16 time, date;   // 16
	le16 cluster;	   // 1a
	le32 size;	   // 1c
};
_Static_assert(sizeof(struct fat_entry) == 32, "FAT directory entry");

enum { ATTR_VOLUME = 8, ATTR_FOLDER = 16, ATTR_LONG = 15 };

struct fat_long {
	uint8_t order; // 00  from 1; bit 6: the last piece, which stands first
	uint8_t a[10]; // 01
	uint8_t attr;  // 0b
	uint8_t type;  // 0c
	uint8_t sum;   // 0d
	uint8_t b[12]; // 0e
	le16 cluster;  // 1a
	uint8_t c[4];  // 1c
};
_Static_assert(sizeof(struct fat_long) == 32, "FAT long name");

struct fat_fs {
	struct fs fs;
	struct src *src;
	struct fat_shape g;
};

struct node {
	char name[512]; // UTF-8: each unit of the longest name takes three bytes at most
	char alias[13];
	bool folder;
	uint32_t cluster, size; // cluster 0: nothing in it; of the root of FAT12 and 16
};

struct name_pieces {
	uint8_t units[PIECES * UNITS * 2];
	unsigned next; // order of the piece that must come; 0: the entry itself
	unsigned n;
	uint8_t sum;
	bool valid;
};

static int fail(const struct fat_fs *x, const char *path, int num, struct err *e)
{
	return err_set(e, num, "%s: %s: read", x->src->name, path);
}

// What follows a cluster: 0 at the end of the chain, -1.
static int64_t next_of(const struct fat_fs *x, uint32_t cluster, struct err *e)
{
	unsigned bits = (unsigned)x->g.bits;
	uint8_t raw[4] = { 0 };
	uint32_t to;

	if (src_read(x->src, x->g.fat + (uint64_t)cluster * bits / 8, raw, bits == 32 ? 4 : 2, e))
		return -1;
	to = (uint32_t)raw[0] | (uint32_t)raw[1] << 8;
	if (bits == 32)
		to |= (uint32_t)raw[2] << 16 | (uint32_t)(raw[3] & 0x0f) << 24;
	if (bits == 12)
		to = cluster % 2 ? to >> 4 : to & 0xfff;
	return to < 2 || to > x->g.clusters + 1 ? 0 : to;
}

// The bytes of a chain, at most max. What the chain does not reach is missing.
static int read_chain(const struct fat_fs *x, uint32_t cluster, uint64_t max, struct buf *out,
		      struct err *e)
{
	char *piece STR_AUTO = mem_alloc(x->g.cluster);
	uint64_t steps = 0;
	int64_t to = cluster;

	while (to > 0 && out->len < max && steps++ < x->g.clusters) {
		uint64_t want = max - out->len < x->g.cluster ? max - out->len : x->g.cluster;

		if (to < 2 || (uint64_t)to > x->g.clusters + 1)
			return 0;
		if (src_read(x->src, x->g.data + (uint64_t)(to - 2) * x->g.cluster, piece,
			     (size_t)want, e))
			return -1;
		buf_add(out, piece, (size_t)want);
		to = next_of(x, (uint32_t)to, e);
	}
	return to < 0 ? -1 : 0;
}

static uint8_t checksum(const uint8_t name[11])
{
	uint8_t sum = 0;

	for (int i = 0; i < 11; i++)
		sum = (uint8_t)((sum >> 1 | sum << 7) + name[i]);
	return sum;
}

static void take_piece(struct name_pieces *p, const struct fat_long *l)
{
	unsigned order = l->order & 0x3f;
	uint8_t *at;

	if (l->order & 0x40) {
		*p = (struct name_pieces){ .next = order, .n = order, .sum = l->sum };
		p->valid = order > 0 && order <= PIECES;
	}
	p->valid = p->valid && order == p->next && l->sum == p->sum && order > 0;
	if (!p->valid)
		return;
	at = p->units + (order - 1) * UNITS * 2;
	memcpy(at, l->a, sizeof(l->a));
	memcpy(at + 10, l->b, sizeof(l->b));
	memcpy(at + 22, l->c, sizeof(l->c));
	p->next--;
}

static void short_name(const struct fat_entry *f, char out[13])
{
	size_t n = 0;

	for (int i = 0; i < 11; i++) {
		uint8_t c = f->name[i];
		bool lower = f->lower & (i < 8 ? 8 : 16);

		if (c == ' ')
			continue;
		if (i >= 8 && (n == 0 || !memchr(out, '.', n)))
			out[n++] = '.';
		if (i == 0 && c == 0x05)
			c = 0xe5;
		// what is not ASCII depends on a code page: nobody asks for it
		out[n++] = c < 0x20 || c > 0x7e		   ? '?'
			   : lower && c >= 'A' && c <= 'Z' ? (char)(c + 32)
							   : (char)c;
	}
	out[n] = '\0';
}

// Calls each for every entry; it returns non-zero to end, which is returned.
static int walk(const struct fat_fs *x, const struct node *folder,
		int (*each)(void *arg, const struct node *n), void *arg, struct err *e)
{
	struct buf raw BUF_AUTO = { 0 };
	struct name_pieces pieces = { 0 };
	int rc = 0;

	if (folder->cluster) {
		if (read_chain(x, folder->cluster, FOLDER_MAX, &raw, e))
			return -1;
	} else {
		size_t len = (size_t)(x->g.data - x->g.root);
		char *root STR_AUTO = mem_alloc(len);

		if (src_read(x->src, x->g.root, root, len, e))
			return -1;
		buf_add(&raw, root, len);
	}
	for (size_t at = 0; raw.len - at >= sizeof(struct fat_entry) && !rc;
	     at += sizeof(struct fat_entry)) {
		struct fat_entry f;
		struct fat_long l;
		struct node n;

		memcpy(&f, raw.s + at, sizeof(f));
		memcpy(&l, raw.s + at, sizeof(l));
		if (f.name[0] == 0)
			break;
		if (f.name[0] != 0xe5 && (f.attr & 0x3f) == ATTR_LONG) {
			take_piece(&pieces, &l);
			continue;
		}
		bool named = pieces.valid && !pieces.next && pieces.sum == checksum(f.name);

		pieces.valid = false;
		if (f.name[0] == 0xe5 || f.name[0] == '.' || f.attr & ATTR_VOLUME)
			continue;
		n = (struct node){ .folder = f.attr & ATTR_FOLDER, .size = le32_get(f.size) };
		n.cluster = le16_get(f.cluster);
		if (x->g.bits == 32)
			n.cluster |= (uint32_t)le16_get(f.cluster_high) << 16;
		short_name(&f, n.alias);
		if (named)
			text_clean16(n.name, sizeof(n.name), pieces.units, (size_t)pieces.n * UNITS,
				     0);
		else
			strcpy(n.name, n.alias);
		if (!strchr(n.name, '/') && *n.name)
			rc = each(arg, &n);
	}
	return rc;
}

struct search {
	const char *name;
	struct node found;
};

static int is_it(void *arg, const struct node *n)
{
	struct search *s = arg;

	if (strcasecmp(n->name, s->name) && strcasecmp(n->alias, s->name))
		return 0;
	s->found = *n;
	return 1;
}

static int find(const struct fat_fs *x, const char *path, struct node *out, struct err *e)
{
	char *copy STR_AUTO = mem_dup(path), *rest = copy, *word;

	*out = (struct node){ .folder = true, .cluster = x->g.bits == 32 ? x->g.root_cluster : 0 };
	while ((word = strsep(&rest, "/"))) {
		struct search s = { .name = word };
		int rc;

		if (!*word || !strcmp(word, "."))
			continue;
		if (!out->folder)
			return fail(x, path, ENOTDIR, e);
		// a folder without a cluster has nothing in it; only the root of FAT12, 16 has none
		rc = walk(x, out, is_it, &s, e);
		if (rc < 0)
			return -1;
		if (!rc)
			return fail(x, path, ENOENT, e);
		*out = s.found;
		if (out->folder && !out->cluster)
			return fail(x, path, EIO, e);
	}
	return 0;
}

static int x_stat(struct fs *fs, const char *path, struct stat *st, struct err *e)
{
	const struct fat_fs *x = (struct fat_fs *)fs;
	struct node n;

	if (find(x, path, &n, e))
		return -1;
	*st = (struct stat){ .st_mode = n.folder ? S_IFDIR | 0755 : S_IFREG | 0755,
			     .st_size = n.size,
			     .st_ino = n.cluster,
			     .st_nlink = 1,
			     .st_blksize = (blksize_t)x->g.cluster };
	return 0;
}

static int x_readlink(struct fs *fs, const char *path, char *text, size_t size, struct err *e)
{
	struct node n;

	(void)text;
	(void)size;
	return find((struct fat_fs *)fs, path, &n, e) ? -1
						      : fail((struct fat_fs *)fs, path, EINVAL, e);
}

static int x_read_file(struct fs *fs, const char *path, size_t max, struct buf *out, struct err *e)
{
	const struct fat_fs *x = (struct fat_fs *)fs;
	struct node n;

	if (find(x, path, &n, e))
		return -1;
	if (n.folder)
		return fail(x, path, EISDIR, e);
	buf_clear(out);
	if (n.size && n.cluster && read_chain(x, n.cluster, n.size < max ? n.size : max, out, e))
		return -1;
	if (out->len < n.size && out->len < max)
		return fail(x, path, EIO, e);
	return 0;
}

struct listing {
	int (*each)(void *arg, const char *name, unsigned type);
	void *arg;
};

static int list_one(void *arg, const struct node *n)
{
	struct listing *l = arg;

	return l->each(l->arg, n->name, n->folder ? DT_DIR : DT_REG) != 0;
}

static int x_list(struct fs *fs, const char *path, int (*each)(void *, const char *, unsigned),
		  void *arg, struct err *e)
{
	const struct fat_fs *x = (struct fat_fs *)fs;
	struct listing l = { each, arg };
	struct node n;

	if (find(x, path, &n, e))
		return -1;
	if (!n.folder)
		return fail(x, path, ENOTDIR, e);
	return walk(x, &n, list_one, &l, e) < 0 ? -1 : 0;
}

static void x_close(struct fs *fs)
{
	free(fs);
}

int fat_files(struct src *s, struct fs **out, struct err *e)
{
	static const struct fs_file_ops ops = { .stat = x_stat,
						.readlink = x_readlink,
						.read_file = x_read_file,
						.list = x_list,
						.close = x_close };
	struct fat_fs *x = mem_zero(1, sizeof(*x));

	x->fs.ops = &ops;
	x->src = s;
	if (fat_measure(s, &x->g, e) != 1 || (x->g.bits == 32 && x->g.root_cluster < 2)) {
		free(x);
		return err_set(e, EIO,
			       "%s: open the file system: its boot sector contradicts itself",
			       s->name);
	}
	*out = &x->fs;
	return 0;
}
