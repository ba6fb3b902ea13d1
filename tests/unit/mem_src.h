// SPDX-License-Identifier: GPL-2.0-or-later
// For tests: a source in memory, whose reads can be counted and made to fail.
#ifndef TESTS_UNIT_MEM_SRC_H
#define TESTS_UNIT_MEM_SRC_H

#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "block/src.h"

struct mem_src {
	struct src src;
	uint8_t *data;
	unsigned reads;	     // so far
	unsigned fail_after; // reads behind this many fail with fail_num; 0: none do
	uint64_t bad;	     // so many bytes at the beginning cannot be read
	int fail_num;
};

static int mem_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct mem_src *m = (struct mem_src *)s;

	if ((m->fail_after && m->reads >= m->fail_after) || off < m->bad)
		return err_set(e, m->fail_num, "%s: read at 0x%llx", s->name,
			       (unsigned long long)off);
	m->reads++;
	memcpy(p, m->data + off, n);
	return 0;
}

static void mem_close(struct src *s)
{
	free(((struct mem_src *)s)->data);
}

// Contents that differ from sector to sector, with every fourth 64 KiB zero.
static inline void mem_src_begin(struct mem_src *m, uint64_t size, uint32_t sector)
{
	static const struct src_ops ops = { mem_read, mem_close };

	*m = (struct mem_src){
		.src = { .ops = &ops, .size = size, .sector = sector, .name = "mem" }
	};
	m->data = calloc(1, size);
	for (uint64_t i = 0; i < size; i++)
		if (i / 65536 % 4 != 3)
			m->data[i] = (uint8_t)(i / 512 * 31 + i * 7 + 1);
}

// A sink in memory that can skip and patch.
struct mem_sink {
	struct sink sink;
	uint8_t *data;
	uint64_t len, room; // bytes that are there, that were allocated
	uint64_t full_at;   // writing beyond fails with ENOSPC; 0: no limit
	uint64_t skipped;   // bytes
	unsigned patched;   // times
};

static int mem_room(struct mem_sink *m, uint64_t end, struct err *e)
{
	if (m->full_at && end > m->full_at)
		return err_set(e, ENOSPC, "mem: write");
	if (end > m->room) {
		m->data = realloc(m->data, end * 2);
		memset(m->data + m->room, 0, end * 2 - m->room);
		m->room = end * 2;
	}
	if (end > m->len)
		m->len = end;
	return 0;
}

static int mem_write(struct sink *s, const void *p, size_t n, struct err *e)
{
	struct mem_sink *m = (struct mem_sink *)s;

	if (mem_room(m, s->pos + n, e))
		return -1;
	memcpy(m->data + s->pos, p, n);
	return 0;
}

static int mem_skip(struct sink *s, uint64_t len, struct err *e)
{
	((struct mem_sink *)s)->skipped += len;
	return mem_room((struct mem_sink *)s, s->pos + len, e);
}

static int mem_patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	(void)e;
	((struct mem_sink *)s)->patched++;
	memcpy(((struct mem_sink *)s)->data + off, p, n);
	return 0;
}

static int mem_jump(struct sink *s, uint64_t to, struct err *e)
{
	return mem_room((struct mem_sink *)s, to, e);
}

static int mem_clear(struct sink *s, uint64_t off, uint64_t len, struct err *e)
{
	(void)e;
	memset(((struct mem_sink *)s)->data + off, 0, len);
	return 0;
}

static inline void mem_sink_begin(struct mem_sink *m)
{
	static const struct sink_ops ops = { mem_write, mem_skip, mem_patch, mem_jump, mem_clear };

	*m = (struct mem_sink){ .sink = { &ops, 0 } };
}

#endif
