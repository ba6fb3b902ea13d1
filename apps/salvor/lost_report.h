// SPDX-License-Identifier: GPL-2.0-or-later
// Telling which files are damaged: in the report, on the screen, and as a list beside the copy.
#ifndef SALVOR_LOST_REPORT_H
#define SALVOR_LOST_REPORT_H

#include "copy/lost.h"
#include "salvor/cmd.h"

// What of what is wanted (not MAP_TODO there) is missing in the copy: have becomes MAP_DONE
// everywhere else. All three have one size.
void lost_have(struct map *have, const struct map *copied, const struct map *wanted);

// Members of the report: "damaged" and "lost".
void lost_fields(const struct lost *l, struct job *j);

// Lines for people: at most LOST_LINES names; list: the file that has all of them, NULL: none.
#define LOST_LINES 20
void lost_tell(const struct lost *l, const char *list, struct buf *out);

// The list: one line for each damaged thing, what else is known as comments.
void lost_list(const struct lost *l, struct buf *out);

#endif
