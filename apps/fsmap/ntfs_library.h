// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: libntfs-3g, for those who read whole files with it. Its headers claim names of
// base/endian.h, which cannot be included beside this one.
#ifndef FSMAP_NTFS_LIBRARY_H
#define FSMAP_NTFS_LIBRARY_H

#include <sys/types.h>
#include <sys/stat.h>

#include <ntfs-3g/attrib.h>
#include <ntfs-3g/device.h>
#include <ntfs-3g/inode.h>
#include <ntfs-3g/volume.h>

#include "fsmap/ntfs.h"

#define NTFS_BUDGET (64u << 20) // bytes that one question may read

struct ntfs_own {
	struct src *src;
	uint64_t pos, budget; // bytes; budget is to be filled up before each question
};

// Opens the volume for reading, after ntfs_sane; d and its source must outlive it. NULL with errno.
ntfs_volume *ntfs_library_open(struct ntfs_own *d);

#endif
