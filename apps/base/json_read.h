// SPDX-License-Identifier: GPL-2.0-or-later
// Reading JSON (RFC 8259) that a program wrote: the text is checked once, as a whole, then asked
// for values by name. Nothing is copied: a value is a stretch of the text and lives as long as it.
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_MAX (1024 * 1024) // bytes of a text
#define JSON_DEPTH 32

struct json_value {
	const char *p;
	size_t n; // 0: none
};

// False when the text is not one well-formed value, or beyond the limits.
bool json_open(struct json_value *v, const char *text, size_t n);

// The value behind a path of names with dots between: "temperature.current". Names with escapes
// are not found; of names that come twice the first is taken. None when there is no such value.
struct json_value json_find(struct json_value v, const char *path);

// The items of an array, one after the other: begin with a zeroed *it. False at the end, and for
// what is no array.
bool json_item(struct json_value array, struct json_value *it);

// False, and *out as it was, when the value is none or of another kind. Numbers: whole ones from 0
// to UINT64_MAX.
bool json_get_number(struct json_value v, uint64_t *out);
bool json_get_bool(struct json_value v, bool *out);
// Cut to size. Escapes become '?'.
bool json_get_text(struct json_value v, char *out, size_t size);

#endif
