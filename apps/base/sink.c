// SPDX-License-Identifier: GPL-2.0-or-later
// What every sink has in common: the position, zeros where holes are not possible.
#include "base/sink.h"

#include "base/zero.h"

#define SPARSE_BLOCK 65536u // bytes

int sink_write(struct sink *s, const void *p, size_t n, struct err *e)
{
	if (s->ops->write(s, p, n, e))
		return -1;
	s->pos += n;
	return 0;
}

int sink_skip(struct sink *s, uint64_t len, struct err *e)
{
	static char zeros[65536]; // not const: takes no room in the program

	if (s->ops->skip) {
		if (s->ops->skip(s, len, e))
			return -1;
		s->pos += len;
		return 0;
	}
	while (len) {
		size_t n = len < sizeof zeros ? (size_t)len : sizeof zeros;

		if (sink_write(s, zeros, n, e))
			return -1;
		len -= n;
	}
	return 0;
}

int sink_patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	if (!s->ops->patch)
		return err_set(e, 0, "destination: cannot change what was written already");
	if (off > s->pos || n > s->pos - off)
		return err_set(e, 0, "destination: change at %llu lies behind the end",
			       (unsigned long long)off);
	return s->ops->patch(s, off, p, n, e);
}

int sink_jump(struct sink *s, uint64_t to, struct err *e)
{
	if (s->ops->jump(s, to, e))
		return -1;
	s->pos = to;
	return 0;
}

int sink_clear(struct sink *s, uint64_t off, uint64_t len, struct err *e)
{
	return s->ops->clear(s, off, len, e);
}

int sink_sparse(struct sink *s, const void *data, size_t n, struct err *e)
{
	const char *p = data;

	if (!s->ops->skip)
		return sink_write(s, p, n, e);
	while (n) {
		size_t len = n < SPARSE_BLOCK ? n : SPARSE_BLOCK;
		bool zero = is_zero(p, len);

		// as far as the blocks are of the same kind
		while (len < n) {
			size_t more = n - len < SPARSE_BLOCK ? n - len : SPARSE_BLOCK;

			if (is_zero(p + len, more) != zero)
				break;
			len += more;
		}
		if (zero ? sink_skip(s, len, e) : sink_write(s, p, len, e))
			return -1;
		p += len;
		n -= len;
	}
	return 0;
}

int sink_align(struct sink *s, uint64_t align, struct err *e)
{
	uint64_t over = s->pos % align;

	return over ? sink_skip(s, align - over, e) : 0;
}
