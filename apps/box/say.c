// SPDX-License-Identifier: GPL-2.0-or-later
// The short forms, and how results are written.
#include "box/state.h"

#include <stdarg.h>
#include <string.h>

int box_say(struct box_env *env, const char *title, const char *fmt, ...)
{
	BUF_AUTO struct buf text = { 0 };
	struct box b = { .kind = &box_msgbox, .title = title, .over = true };
	va_list ap;
	int answer;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	b.text = buf_str(&text);
	answer = box_run(env, &b);
	box_free(&b);
	return answer;
}

int box_error(struct box_env *env, const struct err *e)
{
	return box_say(env, "That did not work", "%s", e->text);
}

bool box_ask(struct box_env *env, const char *title, const char *question, const char *yes,
	     const char *no)
{
	const struct box_button buttons[] = {
		{ yes ? yes : "Yes", BOX_OK },
		{ no ? no : "No", BOX_CANCEL },
		{ 0 },
	};
	struct box b = {
		.kind = &box_yesno,
		.title = title,
		.text = question,
		.over = true,
		.buttons = buttons,
		.button = 1,
	};
	int answer = box_run(env, &b);

	box_free(&b);
	return answer == BOX_OK;
}

void box_word(struct buf *out, const char *s, bool quoted)
{
	const char *word = s ? s : "";

	// what a shell would not take as it is
	static const char special[] = "\"#$&()*;<>?[\\]^`{|}~", blank[] = " \t\n";

	if (!quoted || (*word && !strpbrk(word, special) && !strpbrk(word, blank))) {
		buf_puts(out, word);
		return;
	}
	buf_puts(out, "\"");
	for (; *word; word++) {
		if (strchr(special, *word))
			buf_puts(out, "\\");
		buf_add(out, word, 1);
	}
	buf_puts(out, "\"");
}
