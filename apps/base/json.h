// SPDX-License-Identifier: GPL-2.0-or-later
// Writing JSON (RFC 8259) into a buffer: commas and quotes come by themselves. Bytes that are not
// UTF-8 become U+FFFD. The calls must nest rightly; it is the caller's text, nothing is checked.
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json {
	struct buf *out;
	bool comma; // the next value needs one in front
};

void json_begin(struct json *j, struct buf *out);
// key is NULL inside an array and for the outermost value.
void json_object(struct json *j, const char *key);
void json_end_object(struct json *j);
void json_array(struct json *j, const char *key);
void json_end_array(struct json *j);
void json_text(struct json *j, const char *key, const char *value); // NULL: null
void json_number(struct json *j, const char *key, uint64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
// A value that is JSON already.
void json_raw(struct json *j, const char *key, const char *value);

#endif
