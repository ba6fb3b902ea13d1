// SPDX-License-Identifier: GPL-2.0-or-later
// The table of boxes and what fills them.
#include "dialog/widgets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dialog/file.h"
#include "dialog/gauge.h"
#include "dialog/text.h"
#include "term/utf8.h"

// What the groups of arguments of a form hold.
enum { LABEL, LABEL_ROW, LABEL_COL, VALUE, ROW, COL, FIELD_COLS, MOST_BYTES, FIELD_TYPE };
enum { TYPE_HIDDEN = 1, TYPE_FIXED = 2 };

static int numbers(struct args a, const int *which, int *out, struct err *e)
{
	for (int i = 0; which[i] >= 0; i++)
		if (which[i] < a.n && options_number(a.s[which[i]], &out[i], e) < 0)
			return -1;
	return 0;
}

static int fill_plain(struct request *r, const struct options *o, struct args a, struct err *e)
{
	(void)r, (void)o, (void)a, (void)e;
	return 0;
}

static int fill_input(struct request *r, const struct options *o, struct args a, struct err *e)
{
	(void)e;
	r->box.init = a.n > 3 ? a.s[3] : "";
	r->box.max = o->max_input;
	r->box.stars = o->insecure;
	return 0;
}

static int fill_percent(struct request *r, const struct options *o, struct args a, struct err *e)
{
	(void)o;
	return numbers(a, (const int[]){ 3, -1 }, &r->box.percent, e);
}

static int fill_gauge(struct request *r, const struct options *o, struct args a, struct err *e)
{
	if (fill_percent(r, o, a, e) < 0)
		return -1;
	return gauge_open(r, e);
}

static int fill_pause(struct request *r, const struct options *o, struct args a, struct err *e)
{
	int seconds = 0;

	(void)o;
	if (numbers(a, (const int[]){ 3, -1 }, &seconds, e) < 0)
		return -1;
	r->box.seconds = seconds > 0 ? (unsigned)seconds : 0;
	return 0;
}

static int fill_file(struct request *r, const struct options *o, struct args a, struct err *e)
{
	(void)o;
	free(r->text); // the file's name is no text
	r->text = NULL;
	r->content = file_read(a.s[0], e);
	r->box.content = r->content;
	return r->content ? 0 : -1;
}

static int fill_tail(struct request *r, const struct options *o, struct args a, struct err *e)
{
	if (fill_file(r, o, a, e) < 0)
		return -1;
	r->box.follow = true;
	r->box.arg = a.s[0];
	r->box.update = file_update;
	return 0;
}

// An item of a list: tag, text unless --no-items, status unless it is a menu, help with
// --item-help.
static void fill_item(struct box_item *item, const struct options *o, bool status,
		      char *const *args)
{
	item->tag = *args++;
	if (!o->no_items)
		item->text = *args++;
	if (status)
		item->on = !strcasecmp(*args++, "on");
	if (o->item_help)
		item->help = *args;
}

static int fill_list(struct request *r, const struct options *o, struct args a, struct err *e)
{
	struct box *b = &r->box;
	bool status = b->kind != &box_menu;
	int group = 1 + !o->no_items + status + o->item_help;

	if (numbers(a, (const int[]){ 3, -1 }, &b->list_rows, e) < 0)
		return -1;
	if ((a.n - 4) % group)
		return err_usage(e, "--%s: the last item is not whole: each has %d arguments",
				 r->widget->name, group);
	if (a.n == 4)
		return err_usage(e, "--%s: there is nothing to choose from", r->widget->name);
	b->n_items = (size_t)(a.n - 4) / (size_t)group;
	b->visit = o->visit_items;
	b->from_start = true;
	b->items = mem_zero(b->n_items, sizeof *b->items);
	b->no_tags = o->no_tags && !o->no_items;
	b->no_items = o->no_items;
	for (size_t i = 0; i < b->n_items; i++) {
		fill_item(&b->items[i], o, status, a.s + 4 + i * (size_t)group);
		if (o->default_item && !strcmp(b->items[i].tag, o->default_item))
			b->chosen = i;
	}
	return 0;
}

static int fill_steps(struct request *r, const struct options *o, struct args a, struct err *e)
{
	static const char *const words[] = {
		// by the number dialog(1) gives them
		"Succeeded", "Failed",	"Passed",      "Completed", "Checked",
		"Done",	     "Skipped", "In progress", "",	    "N/A",
	};

	enum { ROOM = 16 }; // for "100 %"

	if (fill_percent(r, o, a, e) < 0)
		return -1;
	r->box.n_items = (size_t)(a.n - 4) / 2;
	r->content = mem_zero(r->box.n_items, ROOM);
	r->box.items = mem_zero(r->box.n_items, sizeof *r->box.items);
	for (int i = 0; i < (a.n - 4) / 2; i++) {
		const char *state = a.s[4 + 2 * i + 1];

		r->box.items[i].tag = a.s[4 + 2 * i];
		if (state[0] >= '0' && state[0] <= '9' && !state[1])
			state = words[state[0] - '0'];
		if (state[0] == '-' && state[1]) {
			snprintf(r->content + i * ROOM, ROOM, "%.8s %%", state + 1);
			state = r->content + i * ROOM;
		}
		r->box.items[i].text = state;
	}
	return 0;
}

static int fill_field(struct box_field *f, const struct options *o, const struct widget *w,
		      struct args a, struct err *e)
{
	int at[7] = { 0 };
	static const int which[] = { LABEL_ROW,	 LABEL_COL,  ROW,	 COL,
				     FIELD_COLS, MOST_BYTES, FIELD_TYPE, -1 };

	if (numbers(a, which, at, e) < 0)
		return -1;
	// The last but one, the field's own limit, is read and not used: so does Debian's dialog.
	*f = (struct box_field){
		.label = a.s[LABEL],
		.init = a.s[VALUE],
		.label_row = at[0],
		.label_col = at[1],
		.row = at[2],
		.col = at[3],
		.cols = at[4],
		.max = o->max_input,
	};
	if (at[4] <= 0) {
		f->kind = BOX_FIELD_SHOWN;
		f->cols = at[4] ? -at[4] : utf8_columns(f->init, strlen(f->init));
	} else if (at[6] & TYPE_FIXED) {
		f->kind = BOX_FIELD_FIXED;
	} else if (at[6] & TYPE_HIDDEN || !strcmp(w->name, "passwordform")) {
		f->kind = BOX_FIELD_SECRET;
	}
	return 0;
}

static int fill_form(struct request *r, const struct options *o, struct args a, struct err *e)
{
	struct box *b = &r->box;
	const struct widget *w = r->widget;

	if (numbers(a, (const int[]){ 3, -1 }, &b->list_rows, e) < 0)
		return -1;
	if (a.n == 4)
		return err_usage(e, "--%s: there is nothing to fill in", w->name);
	b->n_fields = (size_t)(a.n - 4) / (size_t)w->group;
	b->fields = mem_zero(b->n_fields, sizeof *b->fields);
	b->stars = o->insecure;
	b->from_start = true;
	for (size_t i = 0; i < b->n_fields; i++) {
		struct args group = { w->group, a.s + 4 + i * (size_t)w->group };

		if (fill_field(&b->fields[i], o, w, group, e) < 0)
			return -1;
		if (o->default_item && !strcmp(b->fields[i].label, o->default_item))
			b->field = i;
	}
	return 0;
}

static int show(struct box_env *env, struct request *r)
{
	box_show(env, &r->box);
	return BOX_OK;
}

#define ITEMS "TEXT HEIGHT WIDTH LIST-HEIGHT [TAG ITEM"
#define FORM "TEXT HEIGHT WIDTH FORM-HEIGHT [LABEL ROW COL VALUE ROW COL LENGTH MAX"

const struct widget widgets_table[] = {
	{ "msgbox", &box_msgbox, "TEXT HEIGHT WIDTH", 3, 3, 0, fill_plain, NULL },
	{ "yesno", &box_yesno, "TEXT HEIGHT WIDTH", 3, 3, 0, fill_plain, NULL },
	{ "infobox", &box_infobox, "TEXT HEIGHT WIDTH", 3, 3, 0, fill_plain, show },
	{ "menu", &box_menu, ITEMS "]...", 4, 4, 1, fill_list, NULL },
	{ "checklist", &box_checklist, ITEMS " on|off]...", 4, 4, 1, fill_list, NULL },
	{ "radiolist", &box_radiolist, ITEMS " on|off]...", 4, 4, 1, fill_list, NULL },
	{ "inputbox", &box_inputbox, "TEXT HEIGHT WIDTH [INIT]", 3, 4, 0, fill_input, NULL },
	{ "passwordbox", &box_passwordbox, "TEXT HEIGHT WIDTH [INIT]", 3, 4, 0, fill_input, NULL },
	{ "form", &box_form, FORM "]...", 4, 4, 8, fill_form, NULL },
	{ "passwordform", &box_form, FORM "]...", 4, 4, 8, fill_form, NULL },
	{ "mixedform", &box_form, FORM " TYPE]...", 4, 4, 9, fill_form, NULL },
	{ "gauge", &box_gauge, "TEXT HEIGHT WIDTH [PERCENT]", 3, 4, 0, fill_gauge, gauge_run },
	{ "mixedgauge", &box_mixedgauge, "TEXT HEIGHT WIDTH PERCENT [TAG STATE]...", 4, 4, 2,
	  fill_steps, show },
	{ "pause", &box_pause, "TEXT HEIGHT WIDTH SECONDS", 4, 4, 0, fill_pause, NULL },
	{ "textbox", &box_textbox, "FILE HEIGHT WIDTH", 3, 3, 0, fill_file, NULL },
	{ "tailbox", &box_textbox, "FILE HEIGHT WIDTH", 3, 3, 0, fill_tail, NULL },
	{ NULL, NULL, NULL, 0, 0, 0, NULL, NULL },
};

const struct widget *widgets_find(const char *arg)
{
	if (strncmp(arg, "--", 2))
		return NULL;
	for (const struct widget *w = widgets_table; w->name; w++)
		if (!strcmp(w->name, arg + 2))
			return w;
	return NULL;
}

static void add_button(struct request *r, const char *label, int answer)
{
	int n = 0;

	while (r->buttons[n].label)
		n++;
	r->buttons[n] = (struct box_button){ label, answer };
}

static const char *label(const char *given, const char *usual)
{
	return given ? given : usual;
}

static void fill_buttons(struct request *r, const struct options *o)
{
	const struct box_ops *kind = r->widget->kind;
	bool asks = kind == &box_yesno, file = kind == &box_textbox;

	if (kind == &box_gauge || kind == &box_mixedgauge || kind == &box_infobox)
		return;
	if (asks)
		add_button(r, label(o->yes_label, "Yes"), BOX_OK);
	else if (file)
		add_button(r, label(o->exit_label, "Exit"), BOX_OK);
	else if (!o->no_ok)
		add_button(r, label(o->ok_label, "OK"), BOX_OK);
	if (o->extra_button)
		add_button(r, label(o->extra_label, "Extra"), BOX_EXTRA);
	if (asks)
		add_button(r, label(o->no_label, "No"), BOX_CANCEL);
	else if (!file && kind != &box_msgbox && !o->no_cancel)
		add_button(r, label(o->cancel_label, "Cancel"), BOX_CANCEL);
	if (o->help_button)
		add_button(r, label(o->help_label, "Help"), BOX_HELP);
	r->box.buttons = r->buttons;
	r->box.button = o->no_ok && !asks && !file ? -1 : 0; // none lit: Enter is OK
}

// Lights the button that the options name.
static int light_button(struct request *r, const struct options *o, struct err *e)
{
	static const struct {
		const char *name;
		int answer;
	} names[] = {
		{ "ok", BOX_OK },     { "yes", BOX_OK },      { "cancel", BOX_CANCEL },
		{ "no", BOX_CANCEL }, { "extra", BOX_EXTRA }, { "help", BOX_HELP },
	};
	int want = o->default_no ? BOX_CANCEL : -1;

	if (o->default_button) {
		want = -1;
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (!strcasecmp(names[i].name, o->default_button))
				want = names[i].answer;
		if (want < 0)
			return err_usage(e, "--default-button %s: there is no button of that name",
					 o->default_button);
	}
	for (int i = 0; r->buttons[i].label; i++)
		if (r->buttons[i].answer == want)
			r->box.button = i;
	return 0;
}

int request_fill(struct request *r, const struct widget *w, const struct options *o, struct args a,
		 struct err *e)
{
	struct box *b = &r->box;

	*r = (struct request){ .widget = w, .box = { .kind = w->kind, .title = o->title } };
	if (a.n < w->least)
		return err_usage(e, "--%s: %d arguments are too few: %s", w->name, a.n, w->usage);
	if (a.n > w->most && (!w->group || (w->group > 1 && (a.n - w->most) % w->group)))
		return err_usage(e, "--%s: %d arguments do not fit: %s", w->name, a.n, w->usage);
	if (options_number(a.s[1], &b->rows, e) < 0 || options_number(a.s[2], &b->cols, e) < 0)
		return err_prefix(e, "--%s", w->name);
	if (o->with_begin) {
		b->row = o->begin[0] + 1;
		b->col = o->begin[1] + 1;
	}
	b->timeout_ms = o->timeout > 0 ? (unsigned)o->timeout * 1000 : 0;
	r->text = text_read(a.s[0], o);
	if (w->fill(r, o, a, e) < 0)
		return -1;
	b->text = r->text;
	fill_buttons(r, o);
	return light_button(r, o, e);
}

void request_free(struct request *r)
{
	box_free(&r->box);
	gauge_close(r);
	free(r->box.items);
	free(r->box.fields);
	free(r->content);
	free(r->text);
}
