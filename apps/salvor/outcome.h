// SPDX-License-Identifier: GPL-2.0-or-later
// What a copying command has to tell: the members of its report, and the files beside the copy.
#ifndef SALVOR_OUTCOME_H
#define SALVOR_OUTCOME_H

#include "inspect/survey.h"
#include "repair/repair.h"
#include "salvor/cmd.h"
#include "verdict/verdict.h"

#define OUTCOME_FILES 16

struct outcome {
	const char *source, *dest;
	uint64_t total, used, copied, unreadable; // bytes
	uint64_t missing; // of used, for whatever reason; with what could not be read
	uint64_t expected,
		expected_s; // of an image before it is made: bytes, seconds; 0: not known
	struct {
		char path[652]; // or its address
		uint64_t size;
		char sha256[65]; // "" not known
	} files[OUTCOME_FILES];
	unsigned n_files;
	const char *contents; // lines: what of each part of the source is in use, and why; NULL
	const char *compared; // of what lies there with what was written; NULL: nothing
	const struct edits *changes;   // in the image, NULL: none
	const struct verdict *verdict; // on it as a virtual machine, NULL: was not asked
};

// sha256 may be NULL.
void outcome_file(struct outcome *o, const char *path, uint64_t size, const char *sha256);
// Of a file of this machine; 0 when there is none.
uint64_t file_size(const char *path);

// Fills job->fields.
void outcome_fields(const struct outcome *o, struct job *j);

// Writes text to a file as a whole: under another name first, synced, renamed.
int save_bytes(const char *path, const void *p, size_t n, struct err *e);
int save_text(const char *path, const char *text, struct err *e);

// BASE.json (the report as it stands, the survey inside) and BASE.log.
int outcome_save(const struct job *j, const char *base, const struct survey *survey, struct err *e);

#endif
