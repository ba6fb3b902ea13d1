// SPDX-License-Identifier: GPL-2.0-or-later
// What every sink has in common: the position, zeros where holes are not possible.
#include "base/sink.h"

int sink_write(struct sink *s, const void *p, size_t n, struct err *e)
{
	if (s->ops->write(s, p, n, e))
		return -1;
	s->pos += n;
	return 0;
}

int sink_skip(struct sink *s, uint64_t len, struct err *e)
{
	static const char zeros[65536];

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
		return err_set(e, 0, "destination: change at %llu lies behind the end", (unsigned long long)off);
	return s->ops->patch(s, off, p, n, e);
}

int sink_align(struct sink *s, uint64_t align, struct err *e)
{
	uint64_t over = s->pos % align;

	return over ? sink_skip(s, align - over, e) : 0;
}
