// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and checking qcow2 files of strangers.
#include "image/image.h"
#include "memory.h"

#define PIECE (1u << 18) // bytes of one read

// Both ends and the middle of the guest's disk, across clusters.
static void read_guest(struct src *guest)
{
	static uint8_t data[PIECE];
	uint64_t at[] = { 0, guest->size / 2, guest->size > PIECE ? guest->size - PIECE : 0 };

	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		uint64_t left = guest->size - at[i];

		src_read(guest, at[i], data, left < PIECE ? left : PIECE, NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory m = memory_disk(data, len, len < 65536 ? 65536 : len);
	struct map stored MAP_AUTO = { 0 };
	struct buf notes BUF_AUTO = { 0 };
	struct src *guest SRC_AUTO = NULL;

	if (image_qcow2.open(&m.src, &guest, NULL) == 1) {
		read_guest(guest);
		map_init(&stored, guest->size, MAP_TODO);
		image_qcow2.stored(guest, &stored, NULL);
	}
	image_qcow2.check(&m.src, &notes, NULL);
	return 0;
}
