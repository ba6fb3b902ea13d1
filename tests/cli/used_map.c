// SPDX-License-Identifier: GPL-2.0-or-later
// usage: used_map DISK : the mapfile of what is in use (+) and free (?) on it; what is told to the
// operator goes to standard error.
#include "copy/wanted.h"

int main(int argc, char **argv)
{
	struct map used MAP_AUTO = { 0 };
	struct buf notes BUF_AUTO = { 0 };
	struct src *s SRC_AUTO = NULL;
	struct err e;

	if (argc != 2 || src_open(&s, argv[1], &e) || wanted_used(s, &used, &notes, &e) ||
	    map_write(&used, stdout, NULL, &e)) {
		fprintf(stderr, "used_map: %s\n", argc == 2 ? e.text : "one disk, please");
		return 1;
	}
	fputs(buf_str(&notes), stderr);
	return 0;
}
