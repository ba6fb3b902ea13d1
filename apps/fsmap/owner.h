// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: what the drivers share when they look whose the bytes are that could not be read.
//
// A driver goes through all inodes, takes for each the ranges that it has, and so finds those that
// are damaged (hits): only these are kept, so that memory depends on the damage and not on the file
// system. Then it goes through the directories for the names of the hits, and at last their paths
// are climbed, each directory being asked once.
#ifndef FSMAP_OWNER_H
#define FSMAP_OWNER_H

#include "base/ui.h"
#include "fsmap/fsmap.h"

// Of what could not be read: what it is.
enum owner_what { OWNER_CONTENTS, OWNER_METADATA, OWNER_FREE };

struct owner_hit {
	uint64_t inode, parent; // parent: where name stands
	uint64_t bytes;
	char *name; // NULL: not found yet
	const char *kind;
	bool gone, attributes;
	bool maybe; // it counts only when some directory has it
};

struct owner_folder {
	uint64_t inode, parent;
	char *name; // NULL: it cannot be found out
};

struct owner {
	struct src *src; // reads of what is missing fail
	const struct map *have;
	struct ui *ui;
	struct fs_loss *loss;
	// As have, but MAP_DONE where an owner was found, too: in parts of part_size bytes, because
	// in one large map each change would move a million ranges.
	struct map *left;
	size_t parts;
	uint64_t part_size;
	struct owner_hit *hit; // sorted by inode
	size_t hits, named;
	struct owner_folder *folder; // sorted by inode
	size_t folders;
	uint64_t at;	  // bytes of the file system that were gone through, for the operator
	uint64_t budget;  // bytes that may still be read: damaged tables can be a maze
	unsigned reasons; // why something may be unknown
	bool naming;	  // by now that is known: more reasons would be the same again
	bool stopped;	  // by the operator, or the budget is spent: find an end
};

// A driver has gone through part of whole things, in this pass.
void owner_at(struct owner *o, uint64_t part, uint64_t whole);

// Bytes of [off, off + len) that are missing.
uint64_t owner_missing(struct owner *o, uint64_t off, uint64_t len);

// The same, and what is missing there has an owner from now on.
uint64_t owner_take(struct owner *o, uint64_t off, uint64_t len, enum owner_what what);

// A piece of a file.
enum owner_piece {
	OWNER_DATA,
	OWNER_UNWRITTEN, // reads as zeros
	OWNER_TABLE,	 // says where data lies; has no place in the file
	OWNER_NOWHERE,	 // where it lies stood in what is missing
};
// A file while its pieces are gone through.
struct owner_file {
	struct owner *o;
	enum owner_what what; // of what lies in it
	uint64_t size;	      // bytes; what lies behind is not missed
	uint64_t missing;     // bytes, so far
};
// [off, off + len) is a piece that has its place in the file at `at` (bytes).
void owner_piece(struct owner_file *f, enum owner_piece kind, uint64_t at, uint64_t off,
		 uint64_t len);

// Reads what is there of [off, off + len); the rest of p becomes zeros. Returns how many bytes are
// missing: all of them when the range does not lie inside.
uint64_t owner_read(struct owner *o, uint64_t off, void *p, size_t len);

// One more reason for which something may be unknown: "the inode table of group 3 is unreadable".
void owner_doubt(struct owner *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// The hit of this inode, made when there was none; NULL when there are too many.
struct owner_hit *owner_hit(struct owner *o, uint64_t inode, const char *kind);

// Is there one?
struct owner_hit *owner_find(const struct owner *o, uint64_t inode);

// An entry of a directory. kind replaces that of a hit that is gone, NULL: it is not told. False
// when all hits have their name: there is no need to go on.
bool owner_name(struct owner *o, uint64_t parent, uint64_t inode, const char *name, size_t len,
		const char *kind);

// For going through a directory, entry by entry; false: there is no need to go on. type: as ext and
// XFS have it, 0: not told.
struct owner_search {
	struct owner *o;
	uint64_t inode; // of the directory; for find_name: what is looked for
	char *name;	// OWNER_NAME bytes: where find_name puts it
	bool found;
};
// Names hits.
bool owner_name_hits(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type);
// Puts the inode of ".." into inode.
bool owner_find_parent(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type);
bool owner_find_name(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type);

// Gives all hits their paths, in o->loss. root: its inode. up tells where the directory `inode`
// has its entry, and its name (NUL-terminated); false: nobody knows.
#define OWNER_NAME 768 // bytes: 255 characters of NTFS
void owner_paths(struct owner *o, uint64_t root,
		 bool (*up)(void *arg, uint64_t inode, uint64_t *parent, char name[OWNER_NAME]),
		 void *arg);

// All of it. s: reads of what is missing fail; type: how the file system is called; *l is empty.
void owner_run(const struct fs_ops *ops, const char *type, struct src *s, const struct map *have,
	       struct ui *ui, struct fs_loss *l);

#endif
