// SPDX-License-Identifier: GPL-2.0-or-later
// usage: used_map DISK : the mapfile of what is in use (+) and free (?) on it, and as its comment
// how much memory that took; what is told to the operator goes to standard error.
#include "copy/wanted.h"

// The most that was resident so far; getrusage would count what it was forked from.
static unsigned long peak_kib(void)
{
	unsigned long kib = 0;
	char line[128];
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "VmHWM: %lu", &kib);
	if (f)
		fclose(f);
	return kib;
}

int main(int argc, char **argv)
{
	struct map used MAP_AUTO = { 0 };
	struct buf notes BUF_AUTO = { 0 };
	struct src *s SRC_AUTO = NULL;
	char comment[64] = "";
	struct err e;
	int rc = argc != 2 || src_open(&s, argv[1], &e) || wanted_used(s, &used, &notes, &e);

	snprintf(comment, sizeof(comment), "KiB: %lu", peak_kib());
	if (rc || map_write(&used, stdout, comment, &e)) {
		fprintf(stderr, "used_map: %s\n", argc == 2 ? e.text : "one disk, please");
		return 1;
	}
	fputs(buf_str(&notes), stderr);
	return 0;
}
