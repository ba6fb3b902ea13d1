// SPDX-License-Identifier: GPL-2.0-or-later
// QEMU's image format qcow2, version 3 (and 2 for reading); specification: docs/interop/qcow2.txt
// of QEMU 7.2.
//
// The file is an array of clusters. The guest's disk is found through two levels of tables: an L1
// entry points to an L2 table (one cluster), an L2 entry to a data cluster. A reference count
// stands for every cluster of the file, itself in two levels: table, then blocks (one cluster
// each). All numbers are big-endian.
#ifndef IMAGE_QCOW2_H
#define IMAGE_QCOW2_H

#include "base/endian.h"
#include "image/image.h"

#define QCOW2_MAGIC 0x514649fbu		   // "QFI\xfb"
#define QCOW2_COPIED (1ull << 63)	   // the reference count is exactly one
#define QCOW2_COMPRESSED (1ull << 62)	   // of an L2 entry
#define QCOW2_ZERO 1ull			   // of an L2 entry: reads as zeros
#define QCOW2_OFFSET 0x00fffffffffffe00ull // of an L1 or L2 entry

struct qcow2_header {
	be32 magic;		      // 00
	be32 version;		      // 04  2 or 3
	be64 backing_file_offset;     // 08  0: none
	be32 backing_file_size;	      // 10
	be32 cluster_bits;	      // 14  a cluster is 1 << this
	be64 size;		      // 18  of the guest's disk, bytes
	be32 crypt_method;	      // 20  0: none
	be32 l1_size;		      // 24  entries
	be64 l1_table_offset;	      // 28
	be64 refcount_table_offset;   // 30
	be32 refcount_table_clusters; // 38
	be32 nb_snapshots;	      // 3c
	be64 snapshots_offset;	      // 40
	// from here on version 3
	be64 incompatible_features; // 48
	be64 compatible_features;   // 50
	be64 autoclear_features;    // 58
	be32 refcount_order;	    // 60  a count has 1 << this bits
	be32 header_length;	    // 64
	be64 end_of_extensions;	    // 68  the first header extension: none
};
_Static_assert(sizeof(struct qcow2_header) == 112, "qcow2 header");
_Static_assert(offsetof(struct qcow2_header, incompatible_features) == 72,
	       "qcow2 header, version 3");

#define QCOW2_V2_LENGTH 72
#define QCOW2_V3_LENGTH 104

// An image that is read: the header's numbers, checked against limits and the size of the file.
struct qcow2 {
	struct src *file;
	unsigned cluster_bits;
	uint64_t cluster;	    // bytes
	uint64_t size;		    // of the guest's disk
	uint64_t l1_off, table_off; // of the L1 and of the refcount table
	uint32_t l1_entries, table_clusters, refcount_order, snapshots;
};

// 1: a qcow2 file, *q is filled; 0: none; -1: damaged, or with a feature we do not read.
int qcow2_read_header(struct qcow2 *q, struct src *file, struct err *e);

// Methods of the format that stand in files of their own.
int qcow2_open(struct src *file, struct src **out, struct err *e);
int qcow2_check(struct src *file, struct buf *notes, struct err *e);

#endif
