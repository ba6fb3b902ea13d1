// SPDX-License-Identifier: GPL-2.0-or-later
// QEMU's image format qcow2, versions 2 and 3; specification: docs/interop/qcow2.txt of QEMU 7.2.
//
// The file is an array of clusters. The guest's disk is found through two levels of tables: an L1
// entry points to an L2 table (one cluster), an L2 entry to a data cluster. A reference count
// stands for every cluster of the file, itself in two levels: table, then blocks (one cluster
// each). All numbers are big-endian.
//
// A compressed cluster lies at any byte; its L2 entry has, from the top, the two flags, how many
// sectors of 512 bytes it goes on into (cluster_bits - 8 bits), and the byte's offset. The count of
// a cluster of the file is then how many of them touch it.
#ifndef IMAGE_QCOW2_H
#define IMAGE_QCOW2_H

#include "base/endian.h"
#include "image/ahead.h"
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
	uint8_t compression_type;   // 68  of compressed clusters: 0 deflate, 1 zstd
	uint8_t padding[7];
};
_Static_assert(sizeof(struct qcow2_header) == 112, "qcow2 header");
_Static_assert(offsetof(struct qcow2_header, incompatible_features) == 72,
	       "qcow2 header, version 3");

#define QCOW2_V2_LENGTH 72
#define QCOW2_V3_LENGTH 104 // at least; where a longer one ends header extensions follow: none

#define QCOW2_DIRTY 1ull // incompatible features. Refcounts may be wrong; the data is right
#define QCOW2_CORRUPT 2ull
#define QCOW2_DATA_FILE 4ull
#define QCOW2_COMPRESSION_TYPE 8ull // it is not 0

// An image that is read: the header's numbers, checked against limits and the size of the file.
struct qcow2 {
	struct src *file;
	unsigned cluster_bits;
	uint64_t cluster;	    // bytes
	uint64_t size;		    // of the guest's disk
	uint64_t l1_off, table_off; // of the L1 and of the refcount table
	uint32_t l1_entries, table_clusters, refcount_order, snapshots;
	enum packing packing; // of compressed clusters
};

// 1: a qcow2 file, *q is filled; 0: none; -1: damaged, or with a feature we do not read.
int qcow2_read_header(struct qcow2 *q, struct src *file, struct err *e);
// Is [off, off + len) a stretch of the file that begins with a cluster?
bool qcow2_inside(const struct qcow2 *q, uint64_t off, uint64_t len);

// Compressed clusters being read: what is needed to make them large again.
struct qcow2_unpack {
	const struct qcow2 *q; // outlives it
	struct packer *k;      // made with the first
	struct ahead file;
};

// Where a compressed cluster lies; the length is up to the end of its last sector or of the file.
// Not inside the file: false.
bool qcow2_packed_at(const struct qcow2 *q, uint64_t entry, uint64_t *off, size_t *len);
// Unpacks the one of this L2 entry into out (a cluster). *used (may be NULL): how many bytes of the
// file that were.
int qcow2_unpack(struct qcow2_unpack *u, uint64_t entry, void *out, size_t *used, struct err *e);
void qcow2_unpack_free(struct qcow2_unpack *u);

// Methods of the format that stand in files of their own.
int qcow2_open(struct src *file, struct src **out, struct err *e);
int qcow2_stored(struct src *guest, struct map *m, struct err *e);
int qcow2_check(struct src *file, struct buf *notes, struct err *e);

#endif
