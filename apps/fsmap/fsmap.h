// SPDX-License-Identifier: GPL-2.0-or-later
// File systems: recognising them, which of their blocks are in use, whose those are that could not
// be read, and reading single files without mounting. All through our own read-only source; nothing
// is replayed, nothing written.
#ifndef FSMAP_FSMAP_H
#define FSMAP_FSMAP_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/ui.h"
#include "block/src.h"

struct fs_info {
	char type[16];	  // as Linux names it: "ext3" "swap" "LVM2_member" "crypto_LUKS" ...
	char label[64];	  // UTF-8, "" none
	char uuid[40];	  // as blkid prints it, "" none
	uint64_t size;	  // bytes the file system believes to have
	uint64_t used;	  // bytes in use; UINT64_MAX unknown
	uint32_t block;	  // bytes
	unsigned devices; // it is spread over, this one among them; 0: one
	bool clean;	  // no journal to replay; true where we cannot tell
	bool damaged;	  // its own error flag, or metadata that contradicts itself
	char note[80];	  // for a human: "journal must be replayed", "hibernation image"; ""
};

// A file or folder of which something is missing.
struct fs_lost {
	// "/etc/passwd"; "#12/passwd" when folder 12 has no name any more, "#13" when it has none
	// itself.
	char *path;
	const char *kind; // "file" "directory" "link" "other"
	uint64_t inode;	  // or the number of its record
	uint64_t bytes;	  // of its contents that cannot be had
	bool gone;	  // all of it: where it lies stood in what is missing
	bool attributes;  // access lists and the like are
};

// Whose the bytes are that are missing in a file system.
struct fs_loss {
	struct fs_lost *v; // in order of their inodes, FS_LOST_MAX at most
	size_t n;
	uint64_t more; // damaged ones that had no place there
	// Bytes missing, each counted once: contents of what is in v; the file system's own tables;
	// where nobody has anything; where somebody may have.
	uint64_t contents, metadata, free, unknown;
	char type[16]; // of the file system; "" unknown
	char why[160]; // why not everything is known, one phrase; "" it is
};
#define FS_LOST_MAX 10000

struct owner;
struct fs; // an open file system, for reading files
struct fs_ops {
	const char *name;
	// 1 mine (*i filled), 0 not mine, -1 unreadable.
	int (*probe)(struct src *s, struct fs_info *i, struct err *e);
	// Which bytes of s are in use: m (size s->size, all MAP_TODO) gets MAP_DONE there; NULL:
	// all are. What is inconsistent counts as used and is told in why (one phrase, ""
	// otherwise). -1: nothing is known.
	int (*used)(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);
	// A source like s, with copies in place of those of its first tables that are missing, so
	// that it can be probed all the same; NULL: it has none. quick: a disk that is dying is
	// asked in a few dozen places at most. s must outlive it. May be NULL.
	struct src *(*rescue)(struct src *s, bool quick);
	// Whose the bytes are that could not be read: see fsmap/owner.h. NULL when this file system
	// cannot be asked.
	int (*owners)(struct owner *o, struct err *e);
	// Reading; NULL when this file system cannot be read here.
	int (*open)(struct src *s, struct fs **out, struct err *e);
};

// The first driver that knows it. 1, 0, -1.
int fs_probe(struct src *s, struct fs_info *i, struct err *e);

// The used map of s (size s->size, initialised here); unknown or unreadable: everything. why as
// above ("unknown contents: copied whole"). Always 0: not knowing means that everything is used.
int fs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);

// The same when parts of its tables cannot be read: what is probably in use, by the copies that the
// file system has of them. Good for an order, not for leaving anything out. Gives what the file
// system believes to be its size; 0: nothing is known, m is not initialised.
uint64_t fs_likely(struct src *s, struct map *m);

// Whose the bytes of s are that are not MAP_DONE in have (of its size). What lies in them is not
// looked at, so s may be the copy that a dying disk left. *l is filled as far as anything is known
// and is to be freed in any case; when nothing is, all is in l->unknown and l->why says so.
void fs_owners(struct src *s, const struct map *have, struct ui *ui, struct fs_loss *l);
void fs_loss_free(struct fs_loss *l);

// Reading files. Paths are absolute; symlinks (with a step limit) are followed inside this file
// system only, absolute ones from its root. e->num is ENOENT, ENOTDIR, ... where that is the
// reason. -1 with e->num == ENOTSUP when no driver can read this one.
int fs_open(struct src *s, struct fs **out, struct err *e);
// Follows the last link, too.
int fs_stat(struct fs *fs, const char *path, struct stat *st, struct err *e);
int fs_readlink(struct fs *fs, const char *path, char *text, size_t size, struct err *e);
// The file's first max bytes.
int fs_read_file(struct fs *fs, const char *path, size_t max, struct buf *out, struct err *e);
// Calls each for every entry but . and ..; type is DT_DIR ... of <dirent.h>, DT_UNKNOWN where the
// folder does not say. A return of non-zero from it ends the listing.
int fs_list(struct fs *fs, const char *path,
	    int (*each)(void *arg, const char *name, unsigned type), void *arg, struct err *e);
void fs_close(struct fs *fs);

// A subvolume: a tree of files that can be mounted by itself (btrfs).
struct fs_subvolume {
	uint64_t id;
	char path[256]; // from the top: "@rootfs", "@/.snapshots/1/snapshot"; "" the top
	bool snapshot;	// made of another one
};
struct fs_subvolumes {
	struct fs_subvolume *v; // the top first, then by their numbers
	unsigned n;
	uint64_t mounted; // which one a mount without options shows
};
// Those of a file system whose files are read; to be freed by free(out->v). None where there is
// no such thing.
int fs_subvolumes(struct fs *fs, struct fs_subvolumes *out, struct err *e);
// From now on all paths begin in this one; before, in the top.
int fs_enter(struct fs *fs, uint64_t id, struct err *e);

// What a driver's open gives.
struct fs_file_ops {
	int (*stat)(struct fs *fs, const char *path, struct stat *st, struct err *e);
	int (*readlink)(struct fs *fs, const char *path, char *text, size_t size, struct err *e);
	int (*read_file)(struct fs *fs, const char *path, size_t max, struct buf *out,
			 struct err *e);
	int (*list)(struct fs *fs, const char *path, int (*each)(void *, const char *, unsigned),
		    void *arg, struct err *e);
	void (*close)(struct fs *fs);
	// Subvolumes; NULL: it has none.
	int (*enter)(struct fs *fs, uint64_t id, struct err *e);
	int (*subvolumes)(struct fs *fs, struct fs_subvolumes *out, struct err *e);
};
struct fs {
	const struct fs_file_ops *ops;
};

#define X(n) extern const struct fs_ops fsmap_##n;
#include "fsmap/list.h"
#undef X

#endif
