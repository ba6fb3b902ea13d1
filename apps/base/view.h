// SPDX-License-Identifier: GPL-2.0-or-later
// A piece of memory with its length: the only way to look into bytes that came from a disk.
#ifndef BASE_VIEW_H
#define BASE_VIEW_H

#include <stddef.h>
#include <stdint.h>

struct view {
	const uint8_t *base;
	size_t len; // bytes
};

static inline struct view view_of(const void *base, size_t len)
{
	return (struct view){ base, len };
}

// The len bytes at off, or NULL when they do not all lie inside.
static inline const void *view_at(struct view v, uint64_t off, size_t len)
{
	if (off > v.len || len > v.len - off)
		return NULL;
	return v.base + off;
}

// The part [off, off + len) as a view of its own, cut to what is there.
static inline struct view view_sub(struct view v, uint64_t off, uint64_t len)
{
	if (off > v.len)
		return (struct view){ v.base, 0 };
	return (struct view){ v.base + off, len < v.len - off ? (size_t)len : v.len - (size_t)off };
}

#endif
