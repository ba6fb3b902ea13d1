// SPDX-License-Identifier: GPL-2.0-or-later
// For fuzz targets of image files: everything that a reader of images can do with one.
#ifndef TESTS_FUZZ_GUEST_H
#define TESTS_FUZZ_GUEST_H

#include "image/image.h"

#define GUEST_PIECE (1u << 18) // bytes of one read

// The guest's disk is read at both ends and in the middle, across blocks.
static inline void guest_of(struct src *file, const struct image_ops *format)
{
	static uint8_t data[GUEST_PIECE];
	struct buf notes BUF_AUTO = { 0 };
	struct map stored MAP_AUTO = { 0 };
	struct src *guest SRC_AUTO = NULL;

	if (format->open(file, &guest, NULL) == 1) {
		uint64_t last = guest->size > sizeof data ? guest->size - sizeof data : 0;
		uint64_t at[] = { 0, guest->size / 2, last };

		for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
			uint64_t left = guest->size - at[i];

			src_read(guest, at[i], data, left < sizeof data ? left : sizeof data, NULL);
		}
		map_init(&stored, guest->size, MAP_TODO);
		format->stored(guest, &stored, NULL);
	}
	format->check(file, &notes, NULL);
}

#endif
