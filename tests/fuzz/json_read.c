// SPDX-License-Identifier: GPL-2.0-or-later
// JSON as smartctl writes it: what opens can be walked to its last value, every value opens again
// by itself, and what is made of it keeps to its ranges.
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "block/smart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void walk(struct json_value v)
{
	struct json_value it = { 0 }, again;
	char text[64];
	uint64_t n;
	bool on;

	if (!json_open(&again, v.p, v.n) || again.p != v.p || again.n != v.n)
		abort();
	json_get_number(v, &n);
	json_get_bool(v, &on);
	if (json_get_text(v, text, sizeof text) && strlen(text) >= sizeof text)
		abort();
	while (json_item(v, &it))
		walk(it);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len); // exactly: the sanitizer sees the byte behind it
	struct json_value v;
	struct smart s;
	char line[64];

	memcpy(text, data, len);
	s = smart_parse(text, len);
	if (s.hours < SMART_UNKNOWN || s.pending < SMART_UNKNOWN || s.reallocated < SMART_UNKNOWN)
		abort();
	smart_text(&s, &s, line, sizeof line);
	if (json_open(&v, text, len)) {
		walk(v);
		if (json_find(v, "a").n)
			walk(json_find(v, "a"));
	}
	free(text);
	return 0;
}
