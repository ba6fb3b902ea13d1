// SPDX-License-Identifier: GPL-2.0-or-later
// A table from keys of 32 bytes to numbers.
#ifndef NEWFS_KEYS_H
#define NEWFS_KEYS_H

#include <stddef.h>
#include <stdint.h>

struct key {
	uint64_t word[4];
};
struct keys {
	struct keys_entry {
		struct key key;
		uint64_t value; // 0: free
	} * v;
	size_t n, room; // a power of two
};

// Where its value stands: 0 when it is new. Good until the next call.
uint64_t *keys_at(struct keys *k, const struct key *key);
void keys_free(struct keys *k);

#endif
