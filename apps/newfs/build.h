// SPDX-License-Identifier: GPL-2.0-or-later
// Inside newfs/: an ext file system while it is made, by libext2fs. What returns int gives 0, or -1
// with *e filled.
#ifndef NEWFS_BUILD_H
#define NEWFS_BUILD_H

#include <sys/stat.h>
#include <sys/types.h>
#include <ext2fs/ext2fs.h>

#include "newfs/keys.h"
#include "newfs/newfs.h"

// Blocks of a file: logical [at, at + n) lie at [to, to + n).
struct span {
	uint64_t at, to, n;
};
struct spans {
	struct span *v;
	size_t n, cap;
};

struct build;

// An inode while it is made.
struct node {
	ext2_ino_t ino;
	struct ext2_inode_large i;
	struct spans spans;
};

// A folder's blocks, entry by entry.
struct listing {
	struct build *b;
	struct node *x;
	uint8_t *block;
	unsigned at, last; // in the block: free from here on, where the last entry begins
	uint64_t blocks;
};

struct build {
	const struct newfs *n;
	ext2_filsys fs;
	int file;
	// Contents get the next free block from here on. What the file system needs itself comes
	// from windows of its own, so that what lies side by side on the old disk still does on
	// the new.
	blk64_t next, window, window_end;
	ext2_ino_t next_inode;
	struct pieces *pieces;
	struct newfs_count *count;
	struct keys shared;	// attributes -> the block that has them
	bool large_folders;	// one that wants an index
	struct node folder;	// that is being made
	struct listing listing; // of that
	uint64_t links;		// of that: folders in it
	struct ui *ui;
	uint8_t *copy; // COPY_BYTES
};
#define COPY_BYTES (1u << 20)

// A message of libext2fs, and one that there is no room. Both give -1.
int build_fail(struct err *e, errcode_t code, const char *what);
int build_full(const struct build *b, struct err *e);

// The number of the next inode.
int inode_take(struct build *b, ext2_ino_t *ino, struct err *e);
// ino: taken before; 0: the next.
int node_begin(struct build *b, struct node *x, ext2_ino_t ino, const struct stat *st,
	       struct err *e);
// Writes it, and gives it its blocks and the attributes of what stands at path
// ("/proc/self/fd/5/x"; links are not followed). NULL: it has none.
int node_end(struct build *b, struct node *x, const char *path, struct err *e);
void node_free(struct node *x);

// Extended attributes: those of what stands at path; the label of a swap file, where others have
// one.
int attributes_copy(struct build *b, struct node *x, const char *path, struct err *e);
int attributes_of_swap(struct build *b, struct node *x, int root, struct err *e);

// One block for the file system itself.
int block_take(struct build *b, blk64_t *block, struct err *e);
// The same, as libext2fs asks for one.
errcode_t block_for_library(ext2_filsys fs, blk64_t goal, blk64_t *block);
// n blocks for contents from the file's block `at` on, wherever there is room; spans_put notes
// where some lie.
int spans_add(struct build *b, struct spans *r, uint64_t at, uint64_t n, struct err *e);
void spans_put(struct spans *r, uint64_t at, uint64_t to, uint64_t n);
// Writes the runs into the inode, by extents or by lists of blocks, as the file system has it.
int spans_write(struct build *b, struct node *x, struct err *e);

// The contents of an open file.
int data_place(struct build *b, struct node *x, int fd, const struct stat *st, const char *name,
	       struct err *e);
// A swap file; root: the tree's first folder.
int data_swap(struct build *b, int root, ext2_ino_t *ino, struct err *e);

// In this order; what listing_begin was called for is to be freed in any case.
int listing_begin(struct listing *f, struct build *b, struct node *x, ext2_ino_t parent,
		  struct err *e);
int listing_add(struct listing *f, const char *name, ext2_ino_t ino, unsigned mode, struct err *e);
int listing_end(struct listing *f, struct err *e);
void listing_free(struct listing *f);

// All of the tree, once the empty file system is open in b->fs.
int tree_make(struct build *b, const struct newfs_tree *tree, struct err *e);
void tree_free(struct build *b); // what a failure left

#endif
