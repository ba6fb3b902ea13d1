// SPDX-License-Identifier: GPL-2.0-or-later
// Where bytes go, front to back. A sink that can seek also takes holes and patches.
#ifndef BASE_SINK_H
#define BASE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct sink {
	const struct sink_ops *ops;
	uint64_t pos; // bytes written so far, holes included; kept by the functions below
};

struct sink_ops {
	int (*write)(struct sink *s, const void *p, size_t n, struct err *e);
	// len bytes that read as zeros; NULL: zeros are written.
	int (*skip)(struct sink *s, uint64_t len, struct err *e);
	// Overwrites what was written before; NULL: cannot.
	int (*patch)(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e);
	// Goes on at `to`, behind pos; what lies between is not defined until it is patched or
	// cleared. Then there is clear, too. NULL: cannot.
	int (*jump)(struct sink *s, uint64_t to, struct err *e);
	// [off, off + len), in front of pos, reads as zeros afterwards.
	int (*clear)(struct sink *s, uint64_t off, uint64_t len, struct err *e);
};

int sink_write(struct sink *s, const void *p, size_t n, struct err *e);
int sink_skip(struct sink *s, uint64_t len, struct err *e);
int sink_patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e);
int sink_jump(struct sink *s, uint64_t to, struct err *e);
int sink_clear(struct sink *s, uint64_t off, uint64_t len, struct err *e);
// Writes, but leaves out blocks of zeros where the sink can skip.
int sink_sparse(struct sink *s, const void *p, size_t n, struct err *e);
// Zeros up to the next multiple of align.
int sink_align(struct sink *s, uint64_t align, struct err *e);
static inline bool sink_can_patch(const struct sink *s)
{
	return s->ops->patch != NULL;
}
// Can what is written come in any order?
static inline bool sink_can_jump(const struct sink *s)
{
	return s->ops->patch && s->ops->jump;
}

#endif
