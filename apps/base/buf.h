// SPDX-License-Identifier: GPL-2.0-or-later
// A text that grows. Always NUL-terminated; when memory ends the program ends (there is no way on).
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *s; // NULL while nothing was added: use buf_str
	size_t len, cap;
};

void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
void buf_clear(struct buf *b); // keeps the memory
void buf_free(struct buf *b);
const char *buf_str(const struct buf *b); // never NULL
char *buf_take(struct buf *b);		  // the text, now the caller's; *b is empty again

#define BUF_AUTO __attribute__((cleanup(buf_free)))

// malloc, calloc, realloc and strdup that end the program with a message instead of returning NULL.
void *mem_alloc(size_t n);
void *mem_zero(size_t n, size_t size);
void *mem_grow(void *p, size_t n, size_t size);
char *mem_dup(const char *s);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

// Copies with cutting; dst is always terminated. False when src did not fit.
bool str_copy(char *dst, size_t size, const char *src);

// Cleanup attribute for a char *, and for a descriptor (-1: none).
void mem_free_ptr(char **p);
void fd_close_ptr(int *fd);
#define STR_AUTO __attribute__((cleanup(mem_free_ptr)))
#define FD_AUTO __attribute__((cleanup(fd_close_ptr)))

#endif
