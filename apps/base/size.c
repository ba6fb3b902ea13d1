// SPDX-License-Identifier: GPL-2.0-or-later
// Sizes and times in words.
#include "base/size.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int size_parse(const char *text, uint64_t *bytes, struct err *e)
{
	static const struct {
		char suffix;
		uint64_t unit;
	} units[] = {
		{ 's', 512 }, { 'K', KIB }, { 'M', MIB }, { 'G', GIB }, { 'T', TIB },
	};
	uint64_t unit = 1, n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 0);
	if (end == text || errno || text[0] == '-' || text[0] == '+' || text[0] == ' ')
		return err_usage(
			e, "%s: not a size: a number with K, M, G, T or s behind it is one", text);
	if (*end) {
		unit = 0;
		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (*end == units[i].suffix && !end[1])
				unit = units[i].unit;
		if (!unit)
			return err_usage(e, "%s: not a size: \"%s\" is no unit (K, M, G, T, s)",
					 text, end);
	}
	if (n > UINT64_MAX / unit)
		return err_usage(e, "%s: not a size: too large", text);
	*bytes = n * unit;
	return 0;
}

struct size_text size_show(uint64_t bytes)
{
	static const char *const names[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	struct size_text t;
	double v = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 1024) {
		snprintf(t.s, sizeof t.s, "%u B", (unsigned)bytes);
		return t;
	}
	while (v >= 1023.95 && i + 1 < sizeof names / sizeof *names) {
		v /= 1024;
		i++;
	}
	snprintf(t.s, sizeof t.s, "%.1f %s", v, names[i]);
	return t;
}

struct size_text time_show(uint64_t seconds)
{
	struct size_text t;
	unsigned long long h = seconds / 3600;

	if (h > 99999)
		snprintf(t.s, sizeof t.s, "for ever");
	else if (h)
		snprintf(t.s, sizeof t.s, "%llu h %02u min", h, (unsigned)(seconds / 60 % 60));
	else if (seconds >= 60)
		snprintf(t.s, sizeof t.s, "%u min %02u s", (unsigned)(seconds / 60),
			 (unsigned)(seconds % 60));
	else
		snprintf(t.s, sizeof t.s, "%u s", (unsigned)seconds);
	return t;
}
