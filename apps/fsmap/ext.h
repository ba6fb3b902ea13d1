// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: ext2, ext3, ext4. Superblock and judgement are our own (ext.c), what lies deeper
// is read by libext2fs through ext_io.c.
#ifndef FSMAP_EXT_H
#define FSMAP_EXT_H

#include <sys/types.h>
#include <ext2fs/ext2fs.h>

#include "fsmap/probe.h"

// What libext2fs reads from, and how much it still may: a damaged extent tree or a nest of links
// can send it around for ever.
#define EXT_IO_LEAST 4096u // bytes that any read counts at least
struct ext_io {
	struct src *src;
	uint64_t budget; // bytes
};

// Opens s with libext2fs, after the superblock was found sane. strict: wrong checksums are errors.
// Nothing is written, no journal replayed. *io must outlive *fs.
int ext_open(struct src *s, bool strict, struct ext_io *io, ext2_filsys *fs, struct err *e);

// The message of libext2fs for a code, and the errno that comes nearest.
const char *ext_message(errcode_t code);
int ext_errno(errcode_t code);

// True when the geometry in the superblock at 1024 is one that libext2fs can be let loose on. why:
// one phrase.
bool ext_sane(struct src *s, const char **why, struct err *e);

// Where ext's own tables lie. Calls mark for the blocks that group g has of them: copies of the
// superblock and of descriptors, and then those of the group itself, which the second gives alone:
// bitmaps and inode table. They may lie anywhere.
void ext_group_tables(ext2_filsys fs, dgrp_t g,
		      void (*mark)(void *arg, uint64_t block, uint64_t count), void *arg);
void ext_group_own(ext2_filsys fs, dgrp_t g,
		   void (*mark)(void *arg, uint64_t block, uint64_t count), void *arg);

int ext_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);
int ext_owners(struct owner *o, struct err *e);
int ext_files(struct src *s, struct fs **out, struct err *e);

// s, with the copies that group 1 has of superblock and descriptors where reads of these fail.
// NULL: there are none where they should be. s must outlive it.
struct src *ext_rescue(struct src *s, bool quick);

#endif
