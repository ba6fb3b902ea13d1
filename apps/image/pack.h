// SPDX-License-Identifier: GPL-2.0-or-later
// Making granules small and large again: libdeflate (RFC 1951, RFC 1950) and zstd (RFC 8878). A
// packer belongs to one thread.
#ifndef IMAGE_PACK_H
#define IMAGE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum packing {
	PACK_NONE,
	PACK_DEFLATE,
	PACK_ZLIB, // DEFLATE with the frame of RFC 1950
	PACK_ZSTD,
	PACK_ZSTD_FAST, // the same, not as small
};

const char *packing_name(enum packing p); // "none" "deflate" "zstd", for --compress
// The packing of that name; false: there is none.
bool packing_find(const char *name, enum packing *p);

struct packer;
struct packer *packer_new(enum packing p); // not PACK_NONE
void packer_free(struct packer *k);	   // NULL is fine

// The length of the packed n bytes in out; 0: they do not fit into cap.
size_t packer_pack(struct packer *k, const void *in, size_t n, void *out, size_t cap);

// With this cap n bytes always fit.
size_t packer_bound(enum packing p, size_t n);

// Unpacks into out; *got is how many bytes came (at most cap). *taken (may be NULL): how many of
// the n were used, what follows the end of the stream is ignored. -1: in is damaged, or holds more
// than cap.
int packer_unpack(struct packer *k, const void *in, size_t n, void *out, size_t cap, size_t *got,
		  size_t *taken, struct err *e);

#endif
