// SPDX-License-Identifier: GPL-2.0-or-later
// What both ways of writing a qcow2 file, plain and compressed, have in common.
#ifndef IMAGE_QCOW2_WRITE_H
#define IMAGE_QCOW2_WRITE_H

#include "image/qcow2.h"

// A cluster has 1 << this many bytes: what every program uses when nothing is said; and with zstd
// more, because four times as much in one piece becomes smaller at half the cost (BENCHMARKS.md).
// DEFLATE looks back no further than 32 KiB.
#define QCOW2_BITS 16
#define QCOW2_ZSTD_BITS 18

// The state of a plan: how many clusters of each there are; with compression at most.
struct qcow2_layout {
	unsigned bits;
	size_t cluster;					  // bytes
	uint64_t span;					  // bytes of the disk under one L2 table
	uint64_t per_block;				  // counts of 16 bits in a refcount block
	uint64_t l1_entries, l1, table, blocks, l2, data; // clusters of each but l1_entries
	uint64_t total;					  // clusters of the file
	struct qcow2_packed *packed;			  // compressed: the file so far
};

static inline uint64_t div_up(uint64_t n, uint64_t d)
{
	return n / d + (n % d != 0);
}

// The header, for tables that begin at these clusters of the file.
struct qcow2_header qcow2_header(const struct image_plan *p, uint64_t l1, uint64_t table,
				 uint64_t table_clusters);

// The methods of a plan with compression.
size_t qcow2_pack(const struct image_plan *p, struct packer *k, uint64_t off, const void *data,
		  void *out);
int qcow2_packed_begin(struct image_plan *p, struct sink *s, struct err *e);
int qcow2_packed_put(struct image_plan *p, struct sink *s, uint64_t off, const void *data,
		     size_t len, struct err *e);
int qcow2_packed_finish(struct image_plan *p, struct sink *s, struct err *e);
void qcow2_packed_free(struct qcow2_packed *w); // NULL is fine

#endif
