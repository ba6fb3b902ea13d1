// SPDX-License-Identifier: GPL-2.0-or-later
// The map: an ordered list of half-open byte ranges [off, off + len) that covers [0, size) without
// a gap, each with one letter of state. Neighbours with the same state are always one range.
//
// Its text form is GNU ddrescue's mapfile (info "GNU ddrescue", section "Mapfile structure"):
// comments, a status line, then `pos size state` lines in hexadecimal; the readers accept any C
// number.
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

// States; the mapfile's own letters. Maps that say "used or not" use DONE for used and TODO for
// free.
enum map_state {
	MAP_TODO = '?',	  // not tried yet; free
	MAP_TRIM = '*',	  // failed, edges not trimmed
	MAP_SCRAPE = '/', // failed, not scraped
	MAP_BAD = '-',	  // unreadable sectors
	MAP_DONE = '+',	  // read; used
};

struct range {
	uint64_t off, len;
	enum map_state state;
};

struct map {
	uint64_t size;
	struct range *r;
	size_t n, cap;
	// The mapfile's status line; kept as read. Fresh maps: 0, '?', 1.
	uint64_t pos;
	char status;
	unsigned pass;
};

void map_init(struct map *m, uint64_t size, enum map_state state);
void map_free(struct map *m);
void map_copy(struct map *dst, const struct map *src); // dst is overwritten, not freed first
#define MAP_AUTO __attribute__((cleanup(map_free)))

// Gives [off, off + len) a state; what lies beyond the end is ignored.
void map_set(struct map *m, uint64_t off, uint64_t len, enum map_state state);

// Index of the range that holds off; m->n when off is beyond the end.
size_t map_find(const struct map *m, uint64_t off);
enum map_state map_at(const struct map *m, uint64_t off);

// The first range of this state at or after off, cut to start at off. False when there is none.
bool map_next(const struct map *m, uint64_t off, enum map_state state, struct range *out);

// Bytes in this state.
uint64_t map_count(const struct map *m, enum map_state state);

// part becomes a map of its own of [off, off + len) of m, cut to what there is of it.
void map_cut(struct map *part, const struct map *m, uint64_t off, uint64_t len);

// Overlays the DONE ranges of part, shifted by at, onto m as DONE (for "used" maps of partitions).
void map_merge_done(struct map *m, const struct map *part, uint64_t at);

// m becomes DONE where both a and b are; all three have one size.
void map_common_done(struct map *m, const struct map *a, const struct map *b);

// The first stretch at or after pos (the last one that ends at or before pos) which is DONE in d
// and in this state in m; both have one size. False when there is none.
bool map_next_common(const struct map *d, const struct map *m, enum map_state state, uint64_t pos,
		     struct range *out);
bool map_last_common(const struct map *d, const struct map *m, enum map_state state, uint64_t pos,
		     struct range *out);
// Bytes that are DONE in d and in this state in m.
uint64_t map_count_common(const struct map *d, const struct map *m, enum map_state state);

// Makes DONE what is shorter than gap (bytes) between two DONE ranges.
void map_close_gaps(struct map *m, uint64_t gap);

// Grows every DONE range to multiples of align (bytes), never beyond the end of the map.
void map_align_done(struct map *m, uint64_t align);

// Writes the mapfile text. comment: lines put behind "# ", may be NULL.
int map_write(const struct map *m, FILE *f, const char *comment, struct err *e);

// Reads a mapfile. name is for messages. Refuses gaps, overlaps, wrong order, over a million
// ranges.
int map_read(struct map *m, FILE *f, const char *name, struct err *e);

// As a file: written beside under a temporary name, synced, renamed; the old one is kept as
// NAME.bak.
int map_save(const struct map *m, const char *path, const char *comment, struct err *e);
int map_load(struct map *m, const char *path, struct err *e);

#endif
