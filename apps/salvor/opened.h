// SPDX-License-Identifier: GPL-2.0-or-later
// An image or a backup opened for reading: the file, the disk in it, and what lies beside it.
#ifndef SALVOR_OPENED_H
#define SALVOR_OPENED_H

#include "image/image.h"
#include "salvor/target.h"

struct opened {
	struct image_file file;
	struct src *raw, *guest; // the file's bytes; the disk's
	const struct image_ops *format;
	struct map copied; // of the map beside it: MAP_DONE was copied, MAP_BAD could not be read;
			   // size 0: there is none
	char base[520];	   // the map's path without ".map": checksum and report lie there
	bool own_map;
	char shown[652]; // the same in messages
};

// Finds and opens the file (spec: as image_file_find has it). map: where the map lies, NULL: beside
// it, if there is one.
int opened_begin(struct opened *o, const char *spec, const char *map, const struct login *login,
		 struct ui *ui, struct err *e);
// Finds out the format: guest and format are there then.
int opened_look(struct opened *o, struct err *e);
// What the file stores of the guest: MAP_DONE, all else reads as zeros.
int opened_stored(struct opened *o, struct map *m, struct err *e);
// The digits in NAME.sha256; 0: there is none.
int opened_hash(struct opened *o, char hex[65], struct err *e);
void opened_end(struct opened *o); // also when it was never begun

#endif
