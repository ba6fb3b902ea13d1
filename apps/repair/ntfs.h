// SPDX-License-Identifier: GPL-2.0-or-later
// Files of an NTFS changed by libntfs-3g, on the work disk alone; to be called in a process apart
// (base/apart). Names in any case, as Windows takes them.
#ifndef REPAIR_NTFS_H
#define REPAIR_NTFS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct ntfs_files;

// Refuses one that Windows has not settled: its journal waits, or it is hibernated.
int ntfs_files_open(struct ntfs_files **out, const char *device, struct err *e);
// The file, whole; larger ones than max are an error. e->num is ENOENT when there is none.
int ntfs_files_read(struct ntfs_files *f, const char *path, size_t max, struct buf *out,
		    struct err *e);
// A file read in pieces; e->num as above.
struct ntfs_file;
int ntfs_file_open(struct ntfs_file **out, struct ntfs_files *f, const char *path, uint64_t *size,
		   struct err *e);
int ntfs_file_read(struct ntfs_file *x, uint64_t off, void *p, size_t n); // 0, or an errno
void ntfs_file_close(struct ntfs_file *x);				  // NULL is fine
// Its contents are replaced in place; one that is not there is made in its folder.
int ntfs_files_write(struct ntfs_files *f, const char *path, const struct buf *data, struct err *e);
// Everything is on the disk when it returns 0.
int ntfs_files_close(struct ntfs_files *f, struct err *e);

#endif
