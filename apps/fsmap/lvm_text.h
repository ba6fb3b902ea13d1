// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: LVM2's metadata text. Sections { ... }, and names with a string, a number or a
// list of these.
#ifndef FSMAP_LVM_TEXT_H
#define FSMAP_LVM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum lvm_kind { LVM_SECTION, LVM_LIST, LVM_STRING, LVM_NUMBER };

struct lvm_node {
	enum lvm_kind kind;
	const char *name; // "" in a list
	const char *text; // of a string
	int64_t number;
	const struct lvm_node *first; // of a section or list
	const struct lvm_node *next;  // in the same section or list
};

struct lvm_text {
	char *buf;
	struct lvm_node *nodes; // the first is the section around everything
	size_t n;
};

// Parses n bytes. Ends at a NUL. -1: what is wrong, and where. Limits: a million nodes, sections 16
// deep.
int lvm_text_read(struct lvm_text *t, const char *text, size_t n, struct err *e);
void lvm_text_free(struct lvm_text *t);

// What a section has under a name; NULL when it has none of this kind.
const struct lvm_node *lvm_find(const struct lvm_node *section, const char *name,
				enum lvm_kind kind);
const char *lvm_string(const struct lvm_node *section, const char *name); // "" none
// A number that is not negative; false when there is none.
bool lvm_number(const struct lvm_node *section, const char *name, uint64_t *number);
// Is this string in the list of that name?
bool lvm_has(const struct lvm_node *section, const char *name, const char *word);

#endif
