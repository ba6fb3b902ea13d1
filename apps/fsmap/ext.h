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

int ext_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);
int ext_files(struct src *s, struct fs **out, struct err *e);

#endif
