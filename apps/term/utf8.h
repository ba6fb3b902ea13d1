// SPDX-License-Identifier: GPL-2.0-or-later
// Characters: bytes to code points and back, how many columns one takes, what to show in plain
// ASCII. Bytes that are not UTF-8 become U+FFFD one by one; nothing here depends on the C
// library's locale.
#ifndef TERM_UTF8_H
#define TERM_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD 0xFFFDu

// The character at s, of which n > 0 bytes are there. *used: how many it took, at least 1.
uint32_t utf8_decode(const char *s, size_t n, size_t *used);

// Writes 1 to 4 bytes, returns how many. What is no character is written as U+FFFD.
size_t utf8_encode(uint32_t c, char out[4]);

// Columns: 0 for combining marks, 2 for wide characters, else 1. Control characters take 1: they
// are shown as U+FFFD, never sent.
int utf8_width(uint32_t c);

// Columns of n bytes.
int utf8_columns(const char *s, size_t n);

// The most similar printable ASCII character, '?' when there is none.
char utf8_ascii(uint32_t c);

#endif
