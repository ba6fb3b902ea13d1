// SPDX-License-Identifier: GPL-2.0-or-later
// usage: windows_ide FILE : for tests: does to an NTFS in a file what the fix-up does on a work
// disk.
#include <stdio.h>

#include "inspect/survey.h"
#include "repair/windows_ide.h"

int main(int argc, char **argv)
{
	const char *const paths[] = { argc > 1 ? argv[1] : "" };
	const struct windows *w;
	struct ide_outcome o;
	struct ide_cure c;
	struct survey s;
	const char *why;
	struct err e;
	int rc = 0;

	if (survey_make(&s, paths, 1, NULL, &e) || !s.n_systems || !s.systems[0].windows) {
		fprintf(stderr, "no Windows\n");
		return 2;
	}
	w = s.systems[0].windows;
	why = windows_ide_hands_off(w, s.disks[0].parts[s.systems[0].part].fs.clean);
	ide_curable(&w->ide_state, &c);
	if (why) {
		printf("hands off: %s\n", why);
	} else if (!c.any) {
		printf("nothing to do\n");
	} else if (windows_ide_apply(paths[0], w, &o, NULL, &e)) {
		printf("failed: %s\n", e.text);
		rc = 1;
	} else {
		printf("done%s%s\n", o.why[0] ? ", without " : "", o.why);
	}
	survey_free(&s);
	return rc;
}
