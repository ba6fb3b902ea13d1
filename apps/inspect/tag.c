// SPDX-License-Identifier: GPL-2.0-or-later
// What fstab and crypttab call a file system or a partition by, wherever its disk may be.
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "inspect/survey.h"

bool survey_tag(const char *spec, struct survey_tag *t)
{
	static const struct {
		const char *begin;
		enum survey_tag_kind kind;
	} forms[] = {
		{ "LABEL=", TAG_LABEL },
		{ "UUID=", TAG_UUID },
		{ "PARTLABEL=", TAG_PARTLABEL },
		{ "PARTUUID=", TAG_PARTUUID },
		{ "/dev/disk/by-label/", TAG_LABEL },
		{ "/dev/disk/by-uuid/", TAG_UUID },
		{ "/dev/disk/by-partlabel/", TAG_PARTLABEL },
		{ "/dev/disk/by-partuuid/", TAG_PARTUUID },
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		size_t n = strlen(forms[i].begin);

		if (strncasecmp(spec, forms[i].begin, n))
			continue;
		*t = (struct survey_tag){ forms[i].kind, spec + n };
		return spec[n];
	}
	return false;
}

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

// In the names of links udev writes many characters as \x20.
static bool equals(const char *value, const char *own, bool any_case)
{
	for (; *value && *own; own++) {
		char c = *value++;

		if (c == '\\' && *value == 'x' && isxdigit((unsigned char)value[1]) &&
		    isxdigit((unsigned char)value[2])) {
			c = (char)(hex(value[1]) << 4 | hex(value[2]));
			value += 3;
		}
		if (any_case ? tolower((unsigned char)c) != tolower((unsigned char)*own)
			     : c != *own)
			return false;
	}
	return !*value && !*own;
}

bool survey_has_tag(const struct s_part *p, const struct survey_tag *t)
{
	bool in_table = !p->is_volume && !p->is_subvolume;

	switch (t->kind) {
	case TAG_LABEL: return p->has_fs && equals(t->value, p->fs.label, false);
	case TAG_UUID: return p->has_fs && equals(t->value, p->fs.uuid, true);
	case TAG_PARTLABEL: return in_table && equals(t->value, p->part.name, false);
	default: return in_table && equals(t->value, p->part.id, true);
	}
}
