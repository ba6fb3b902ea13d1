// SPDX-License-Identifier: GPL-2.0-or-later
// The import kit from hostile names: whatever they are, no text adds a line, a tag, or a quote that
// was not doubled. The input is cut at its zeros into image, system, disk, address and change.
#include <stdint.h>
#include <string.h>

#include "kit/kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const targets[] = { "kvm", "hyperv", "vmware", "cloud" };

// Characters that give a file its shape.
static void count(const struct buf *b, unsigned n[3])
{
	memset(n, 0, 3 * sizeof(*n));
	for (size_t i = 0; i < b->len; i++) {
		n[0] += b->s[i] == '\n';
		n[1] += b->s[i] == '<';
		n[2] += b->s[i] == '>';
		if (b->s[i] == '\0' || ((unsigned char)b->s[i] < 0x20 && !strchr("\r\n", b->s[i])))
			__builtin_trap();
	}
}

static void compare(const struct kit *evil, const struct kit *plain, const struct kit_ops *ops)
{
	struct buf a BUF_AUTO = { 0 }, b BUF_AUTO = { 0 };
	unsigned x[3], y[3];

	ops->make(evil, &a);
	ops->make(plain, &b);
	count(&a, x);
	count(&b, y);
	if (ops != &kit_page && x[0] != y[0])
		__builtin_trap();
	if ((!strcmp(ops->suffix, ".xml") || !strcmp(ops->suffix, ".ovf") ||
	     ops == &kit_physical) &&
	    memcmp(x, y, sizeof(x)))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf text BUF_AUTO = { 0 };
	const char *part[6];
	struct kit_change change[2] = { { "a", "b", "c" } };

	if (len < 1)
		return 0;
	buf_add(&text, data + 1, len - 1);
	buf_add(&text, "\0\0\0\0\0\0", 6);
	part[0] = text.s;
	for (unsigned i = 1; i < 6; i++) {
		part[i] = part[i - 1] + strlen(part[i - 1]);
		part[i] += part[i] < text.s + text.len - 1;
	}
	for (unsigned t = 0; t < sizeof(targets) / sizeof(*targets); t++) {
		struct kit plain = { .target = targets[t],
				     .image = "a",
				     .format = "raw",
				     .system = "b",
				     .disk = "c",
				     .version = "1",
				     .changes = change,
				     .n_changes = 1,
				     .efi = data[0] & 1,
				     .packed = data[0] & 2,
				     .windows = data[0] & 4,
				     .n_cards = data[0] >> 3 & 1,
				     .cards = { { "00:11:22:33:44:55" } } };
		struct kit evil = plain;
		const struct kit_ops *ops;
		unsigned at = 0;

		change[1] = (struct kit_change){ part[3], part[4], part[5] };
		evil.image = part[0];
		evil.system = part[1];
		evil.disk = part[2];
		evil.changes = &change[1];
		while ((ops = kit_next(&plain, &at)))
			compare(&evil, &plain, ops);
	}
	return 0;
}
