// SPDX-License-Identifier: GPL-2.0-or-later
// Text found on a disk. Names (labels, release files, fstab) are made fit for a terminal: valid
// UTF-8, one line, no control characters, no blanks at the ends. What cannot be shown becomes '?'.
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

// From n bytes, ended early by a NUL. dst is always terminated and never ends within a character.
void text_clean(char *dst, size_t size, const void *src, size_t n);

// From n little-endian (big == 0) or big-endian UTF-16 units, ended early by a zero.
void text_clean16(char *dst, size_t size, const void *src, size_t n, int big);

// Length in bytes of the UTF-8 sequence at p (n bytes are there), 0 when it is none. *code gets the
// character.
size_t text_utf8(const uint8_t *p, size_t n, uint32_t *code);

// Bytes of the line that begins at s, with its newline where it has one.
size_t text_line(const char *s);

// Columns the text takes: characters; nothing here is wide or combining that we would print.
size_t text_width(const char *s);

// "/boot/" -> "/boot"; "/" stays.
void text_trim_path(char *path);

#endif
