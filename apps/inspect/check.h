// SPDX-License-Identifier: GPL-2.0-or-later
// One finding per file in checks/. Order of list.h: order of the report.
#ifndef INSPECT_CHECK_H
#define INSPECT_CHECK_H

#include "inspect/survey.h"

// What a check may look at: the survey so far, and the file system of each system's root and /boot, open for
// reading (NULL when it cannot be read here).
struct check_env {
	struct survey *s;
	struct fs **root, **boot;	// s->n_systems of each
};

struct check_ops {
	const char *code;
	void (*look)(struct check_env *env);	// adds to s->findings by finding_add
};

void finding_add(struct survey *s, enum finding_level level, const char *code, const char *subject,
		 const char *cure, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

#define X(n) extern const struct check_ops check_##n;
#include "inspect/checks/list.h"
#undef X

#endif
