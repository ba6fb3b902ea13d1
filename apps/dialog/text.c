// SPDX-License-Identifier: GPL-2.0-or-later
// The rules, from dialog(1): a text with the two characters \n breaks lines there, keeps its
// blanks, and its real newlines count only with --cr-wrap. A text without keeps its newlines, and
// several blanks become one unless --no-collapse. --trim makes one blank of any of them.
#include "dialog/text.h"

#include <string.h>

#include "base/buf.h"
#include "term/area.h"

static bool is_break(const char *s, const struct options *o)
{
	return !o->no_nl_expand && s[0] == '\\' && s[1] == 'n';
}

static bool is_colour(const char *s, const struct options *o)
{
	return o->colors && s[0] == '\\' && s[1] == 'Z' && s[2] && strchr("01234567bBuUrRn", s[2]);
}

char *text_read(const char *s, const struct options *o)
{
	bool breaks = !o->no_nl_expand && strstr(s, "\\n");
	bool collapse = o->trim || (!breaks && !o->no_collapse), blank_before = o->trim;
	struct buf out = { 0 };

	for (; *s; s++) {
		char c = *s == '\t' ? ' ' : *s == MARK ? '?' : *s;

		if (is_break(s, o)) {
			c = '\n';
			s++;
		} else if (is_colour(s, o)) {
			buf_add(&out, (char[]){ MARK, s[2] }, 2);
			s += 2;
			continue;
		} else if (c == '\n' && (o->trim || (breaks && !o->cr_wrap))) {
			c = ' ';
		}
		if (c == ' ' && collapse && blank_before)
			continue;
		blank_before = c == ' ' || (o->trim && c == '\n');
		buf_add(&out, &c, 1);
	}
	buf_add(&out, "", 0);
	return buf_take(&out);
}
