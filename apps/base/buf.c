// SPDX-License-Identifier: GPL-2.0-or-later
// Growing texts and memory that is there or ends the program.
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *have(void *p)
{
	static const char msg[] = "salvor: out of memory\n";

	if (p)
		return p;
	if (write(2, msg, sizeof msg - 1) < 0)
		_exit(1);
	_exit(1);
}

void *mem_alloc(size_t n)
{
	return have(malloc(n ? n : 1));
}

void *mem_zero(size_t n, size_t size)
{
	return have(calloc(n ? n : 1, size ? size : 1));
}

void *mem_grow(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		have(NULL);
	n *= size;
	return have(realloc(p, n ? n : 1));
}

char *mem_dup(const char *s)
{
	return have(strdup(s));
}

char *mem_printf(const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return buf_take(&b);
}

static void room(struct buf *b, size_t n)
{
	if (n >= SIZE_MAX / 2 - b->len)
		have(NULL);
	if (b->len + n + 1 > b->cap) {
		b->cap = (b->len + n + 1) * 2;
		b->s = mem_grow(b->s, b->cap, 1);
	}
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	room(b, n);
	if (n)
		memcpy(b->s + b->len, p, n);
	b->len += n;
	b->s[b->len] = 0;
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return;
	room(b, (size_t)n);
	vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->s)
		b->s[0] = 0;
}

void buf_free(struct buf *b)
{
	free(b->s);
	*b = (struct buf){ 0 };
}

const char *buf_str(const struct buf *b)
{
	return b->s ? b->s : "";
}

char *buf_take(struct buf *b)
{
	char *s = b->s ? b->s : mem_dup("");

	*b = (struct buf){ 0 };
	return s;
}

bool str_copy(char *dst, size_t size, const char *src)
{
	size_t n = strnlen(src, size);

	if (n == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = 0;
		return false;
	}
	memcpy(dst, src, n + 1);
	return true;
}

void mem_free_ptr(char **p)
{
	free(*p);
}

void fd_close_ptr(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
