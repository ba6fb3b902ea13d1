// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a disk will start as a virtual machine of some kind: asked before a byte is copied. One
// question per file; order of list.h: order of the table. Pure: judges a survey made whole.
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "inspect/survey.h"

enum verdict_level { VERDICT_PASS, VERDICT_WARN, VERDICT_STOP };

struct verdict_line {
	const char *question; // "firmware"
	enum verdict_level level;
	char text[240];	  // what is there, and what follows from it
	char action[120]; // what Salvor does about it in the image; "" nothing
};

#define VERDICT_LINES 24

struct verdict {
	const struct hyper *hyper;
	enum verdict_level worst;
	struct verdict_line v[VERDICT_LINES];
	unsigned n;
	const char *bus;  // how the disk is to be attached, and which card: names of hyper's;
	const char *card; // NULL: not known
};

void verdict_make(struct verdict *v, const struct survey *s, int disk, const struct hyper *h);
// The line that decided: the first of the worst. NULL: there is none.
const struct verdict_line *verdict_reason(const struct verdict *v);
// The table, at most `width` columns wide.
void verdict_text(const struct verdict *v, unsigned width, struct buf *out);
// One object.
void verdict_json(const struct verdict *v, struct json *j, const char *key);
// All targets for a disk: a line for each, and a JSON array.
void verdict_all_text(const struct survey *s, int disk, unsigned width, struct buf *out);
void verdict_all_json(const struct survey *s, int disk, struct json *j, const char *key);
// "/, /boot can lie in one partition, without LVM: --one-partition", where that would be simpler
// and is possible. Else false.
bool verdict_one_partition(const struct survey *s, int disk, char *text, size_t size);

// What a question is asked about.
struct asked {
	const struct survey *s;
	const struct s_disk *disk;
	int index;		       // of the disk
	const struct s_system *sys;    // the Linux on it, NULL: none was found
	const struct windows *windows; // or the Windows
	const struct hyper *h;
	bool efi; // starts by UEFI
	struct verdict *v;
	const char *question;
};

struct question_ops {
	const char *name;
	void (*ask)(struct asked *a); // answers by verdict_say, or not at all
};

void verdict_say(struct asked *a, enum verdict_level level, const char *action, const char *fmt,
		 ...) __attribute__((format(printf, 4, 5)));

#define X(n) extern const struct question_ops question_##n;
#include "verdict/list.h"
#undef X

#endif
