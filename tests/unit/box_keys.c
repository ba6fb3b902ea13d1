// SPDX-License-Identifier: GPL-2.0-or-later
// Boxes without a screen: keys in, answers and results out.
#include <stdlib.h>

#include "box/state.h"
#include "test.h"

#define MORE 12

// Presses keys until the box ends. The list window is as large as the list.
static int press(struct box *b, const int *keys)
{
	int answer = BOX_STAY;

	box_begin(b);
	for (int i = 0; i < MORE && keys[i] && answer == BOX_STAY; i++)
		answer = box_press(b, keys[i]);
	return answer;
}

static const struct {
	const char *name;
	int keys[MORE], answer;
	size_t chosen;
} menus[] = {
	{ "menu: enter", { KEY_ENTER }, BOX_OK, 0 },
	{ "menu: down", { KEY_DOWN, KEY_ENTER }, BOX_OK, 1 },
	{ "menu: over what cannot be had", { KEY_DOWN, KEY_DOWN, KEY_ENTER }, BOX_OK, 3 },
	{ "menu: and back", { KEY_DOWN, KEY_DOWN, KEY_UP, KEY_ENTER }, BOX_OK, 1 },
	{ "menu: up at the top", { KEY_UP, KEY_ENTER }, BOX_OK, 0 },
	{ "menu: the last cannot be had", { KEY_END, KEY_ENTER }, BOX_OK, 3 },
	{ "menu: home", { KEY_END, KEY_HOME, KEY_ENTER }, BOX_OK, 0 },
	{ "menu: letter", { 'b', KEY_ENTER }, BOX_OK, 1 },
	{ "menu: letter goes round", { 'b', 'b', 'b', KEY_ENTER }, BOX_OK, 1 },
	{ "menu: capital letter", { 'D', KEY_ENTER }, BOX_OK, 3 },
	{ "menu: letter of what cannot be had", { 'z', KEY_ENTER }, BOX_OK, 0 },
	{ "menu: escape", { KEY_DOWN, KEY_ESC }, BOX_ESC, 1 },
	{ "menu: ^C", { KEY_CTRL('c') }, BOX_ESC, 0 },
	{ "menu: tab does nothing without buttons", { KEY_TAB, KEY_ENTER }, BOX_OK, 0 },
	{ "menu: unknown key", { KEY_F5, KEY_INSERT }, BOX_STAY, 0 },
};

static void check_menus(void)
{
	for (size_t i = 0; i < sizeof menus / sizeof *menus; i++) {
		struct box_item items[] = {
			{ .tag = "alpha" },
			{ .tag = "beta" },
			{ .tag = "zeta", .off = true },
			{ .tag = "delta" },
			{ .tag = "zulu", .off = true },
		};
		struct box b = { .kind = &box_menu, .items = items, .n_items = 5 };

		CHECK_INT(menus[i].name, press(&b, menus[i].keys), menus[i].answer);
		CHECK_INT(menus[i].name, b.chosen, menus[i].chosen);
		box_free(&b);
	}
}

static void check_odd_menus(void)
{
	struct box_item none[] = { { .tag = "a", .off = true }, { .tag = "b", .off = true } };
	struct box empty = { .kind = &box_menu };
	struct box off = { .kind = &box_menu, .items = none, .n_items = 2 };

	CHECK_INT("menu: empty", press(&empty, (int[MORE]){ KEY_DOWN, 'a', KEY_END, KEY_ESC }),
		  BOX_ESC);
	CHECK_INT("menu: nothing to be had", press(&off, (int[MORE]){ KEY_DOWN, 'a', KEY_ESC }),
		  BOX_ESC);
	box_free(&empty);
	box_free(&off);
}

static const struct box_button three[] = {
	{ "Back", BOX_ESC },
	{ "Show", BOX_USER },
	{ "Burn", BOX_USER + 1 },
	{ NULL, 0 },
};

static const struct {
	const char *name;
	int keys[MORE], answer;
} buttons[] = {
	{ "buttons: first is lit", { KEY_ENTER }, BOX_ESC },
	{ "buttons: tab", { KEY_TAB, KEY_ENTER }, BOX_USER },
	{ "buttons: tab goes round", { KEY_TAB, KEY_TAB, KEY_TAB, KEY_ENTER }, BOX_ESC },
	{ "buttons: right, left", { KEY_RIGHT, KEY_RIGHT, KEY_LEFT, KEY_ENTER }, BOX_USER },
	{ "buttons: back tab goes round", { KEY_BACKTAB, KEY_ENTER }, BOX_USER + 1 },
	{ "buttons: letter", { 's' }, BOX_USER },
	{ "buttons: first letter taken, next one", { 'u' }, BOX_USER + 1 },
	{ "buttons: space", { KEY_TAB, ' ' }, BOX_USER },
	{ "buttons: up and down do nothing", { KEY_DOWN, KEY_UP, KEY_DOWN, KEY_ENTER }, BOX_ESC },
};

static void check_buttons(void)
{
	for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++) {
		struct box b = { .kind = &box_yesno, .buttons = three };

		CHECK_INT(buttons[i].name, press(&b, buttons[i].keys), buttons[i].answer);
		box_free(&b);
	}
}

static const struct {
	const char *name;
	const struct box_ops *kind;
	int keys[MORE];
	struct box_format format;
	const char *result;
} lists[] = {
	{ "checklist: as given", &box_checklist, { KEY_ENTER }, { 0 }, "two" },
	{ "checklist: space", &box_checklist, { ' ', KEY_DOWN, ' ' }, { 0 }, "\"o ne\"" },
	{ "checklist: lines", &box_checklist, { ' ' }, { .separate = true }, "o ne\ntwo\n" },
	{ "checklist: separator", &box_checklist, { ' ' }, { .separator = ":" }, ":\"o ne\":two" },
	{ "checklist: both", &box_checklist, { ' ' }, { true, true, ":" }, "\"o ne\":two:" },
	{ "checklist: letter, space", &box_checklist, { '$', ' ' }, { 0 }, "two \"\\$\"" },
	{ "radiolist: as given", &box_radiolist, { KEY_ENTER }, { 0 }, "two" },
	{ "radiolist: cursor on what is on", &box_radiolist, { KEY_DOWN, ' ' }, { 0 }, "$" },
	{ "radiolist: moving alone changes nothing", &box_radiolist, { KEY_UP }, { 0 }, "two" },
	{ "menu: tag", &box_menu, { KEY_DOWN }, { 0 }, "two" },
	{ "menu: quoted", &box_menu, { KEY_END }, { .quoted = true }, "\"\\$\"" },
};

static void check_lists(void)
{
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct box_item items[] = {
			{ .tag = "o ne" },
			{ .tag = "two", .on = true },
			{ .tag = "$" },
		};
		struct box b = { .kind = lists[i].kind, .items = items, .n_items = 3 };
		BUF_AUTO struct buf out = { 0 };

		press(&b, lists[i].keys);
		b.kind->result(&b, &lists[i].format, &out);
		CHECK_STR(lists[i].name, buf_str(&out), lists[i].result);
		box_free(&b);
	}
}

static const struct {
	const char *name;
	int keys[MORE], answer;
	const char *result;
} forms[] = {
	{ "form: type and go", { 'x', KEY_ENTER }, BOX_OK, "abcx\nfixed\n\n" },
	{ "form: down passes what cannot be typed into",
	  { KEY_DOWN, 'y', KEY_ENTER },
	  BOX_OK,
	  "abc\nfixed\ny\n" },
	{ "form: down goes round",
	  { KEY_DOWN, KEY_DOWN, 'z', KEY_ENTER },
	  BOX_OK,
	  "abcz\nfixed\n\n" },
	{ "form: up goes round", { KEY_UP, 'z', KEY_ENTER }, BOX_OK, "abc\nfixed\nz\n" },
	{ "form: tab to the buttons",
	  { KEY_TAB, KEY_TAB, KEY_ENTER },
	  BOX_CANCEL,
	  "abc\nfixed\n\n" },
	{ "form: tab round to the field",
	  { KEY_TAB, KEY_TAB, KEY_TAB, 'q', KEY_ENTER },
	  BOX_OK,
	  "abcq\nfixed\n\n" },
	{ "form: a letter is text in a field", { 'c', KEY_ENTER }, BOX_OK, "abcc\nfixed\n\n" },
	{ "form: a letter is a button outside", { KEY_TAB, 'c' }, BOX_CANCEL, "abc\nfixed\n\n" },
	{ "form: escape", { 'x', KEY_ESC }, BOX_ESC, "abcx\nfixed\n\n" },
	{ "form: limit", { KEY_DOWN, '1', '2', '3', KEY_ENTER }, BOX_OK, "abc\nfixed\n12\n" },
};

static void check_forms(void)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct box_field fields[] = {
			{ .label = "one", .init = "abc" },
			{ .label = "two", .init = "fixed", .kind = BOX_FIELD_FIXED },
			{ .label = "note", .init = "not a value", .kind = BOX_FIELD_SHOWN },
			{ .label = "three", .kind = BOX_FIELD_SECRET, .max = 2 },
		};
		struct box b = { .kind = &box_form, .fields = fields, .n_fields = 4 };
		const struct box_format plain = { 0 };
		BUF_AUTO struct buf out = { 0 };

		CHECK_INT(forms[i].name, press(&b, forms[i].keys), forms[i].answer);
		b.kind->result(&b, &plain, &out);
		CHECK_STR(forms[i].name, buf_str(&out), forms[i].result);
		box_free(&b);
	}
}

static void check_inputs(void)
{
	struct box b = { .kind = &box_inputbox, .init = "ab", .max = 3 };
	struct box stays = { .kind = &box_passwordbox };
	struct box_field shown[] = { { .label = "a", .init = "b", .kind = BOX_FIELD_SHOWN } };
	struct box nothing = { .kind = &box_form, .fields = shown, .n_fields = 1 };

	CHECK_INT("input: ok", press(&b, (int[MORE]){ 'c', 'd', KEY_ENTER }), BOX_OK);
	CHECK_STR("input: value", b.value, "abc");
	CHECK_INT("input: tabs", press(&b, (int[MORE]){ KEY_TAB, KEY_TAB, KEY_ENTER }), BOX_CANCEL);
	CHECK_STR("input: run again, the text stays", b.value, "abc");
	CHECK_INT("password: down to OK", press(&stays, (int[MORE]){ 's', KEY_DOWN, ' ' }), BOX_OK);
	CHECK_STR("password: space pressed the button", stays.value, "s");
	CHECK_INT("form: nothing to type into", press(&nothing, (int[MORE]){ 'x', KEY_ENTER }),
		  BOX_OK);
	box_free(&b);
	box_free(&stays);
	box_free(&nothing);
}

static void check_words(void)
{
	static const struct {
		const char *word;
		bool quoted;
		const char *want;
	} table[] = {
		{ "plain", true, "plain" },
		{ "two words", false, "two words" },
		{ "two words", true, "\"two words\"" },
		{ "", true, "\"\"" },
		{ "", false, "" },
		{ "it's", true, "it's" },
		{ "a\"b", true, "\"a\\\"b\"" },
		{ "$HOME", true, "\"\\$HOME\"" },
		{ "a\\b", true, "\"a\\\\b\"" },
		{ "x;y", true, "\"x\\;y\"" },
		{ "50%", true, "50%" },
		{ NULL, false, "" },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		BUF_AUTO struct buf out = { 0 };

		box_word(&out, table[i].word, table[i].quoted);
		CHECK_STR("word", buf_str(&out), table[i].want);
	}
}

// One box on a screen of this size, with texts from nowhere: nothing may fail or draw outside.
static bool draws(const struct box_ops *kind, int rows, int cols)
{
	struct box_item items[] = {
		{ .tag = "tag", .text = "text \033[31m 日本語 \377", .help = "help" },
		{ .off = true },
		{ 0 },
	};
	struct box_field fields[] = {
		{ .label = "label", .init = "value" },
		{ .row = 99, .cols = 999 },
	};
	struct box b = {
		.kind = kind,
		.title = "a title that is quite long indeed",
		.title_right = "38 %",
		.text = "some text\nwith lines " MARK_WARN "and marks",
		.below = "below",
		.items = items,
		.n_items = 3,
		.fields = fields,
		.n_fields = 2,
		.content = "a\tb\n\nlong long long long line",
		.rows = rows % 2 ? 0 : BOX_MAX,
		.cols = cols % 3 ? 0 : 200,
	};
	const struct box_env env = { .left = "left", .right = "right" };
	struct grid g = { .caps = { .utf8 = true, .colour = true, .attrs = true } };
	struct box_parts p;

	grid_resize(&g, rows, cols);
	box_begin(&b);
	p = box_lay(&env, &b, grid_area(&g));
	box_draw_parts(&b, &p);
	box_free(&b);
	grid_free(&g);
	return p.frame.rows <= rows && p.frame.cols <= cols;
}

static void check_sizes(void)
{
	static const char *const names[] = {
		"msgbox",     "yesno",	  "infobox",	 "menu", "checklist",
		"radiolist",  "inputbox", "passwordbox", "form", "gauge",
		"mixedgauge", "pause",	  "textbox",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		bool all = true;

		for (int rows = 1; rows < 30; rows += 3)
			for (int cols = 1; cols < 90; cols += 4)
				all &= draws(box_find(names[i]), rows, cols);
		CHECK(names[i], all);
	}
	CHECK("no box of that name", !box_find("calendar"));
}

int main(void)
{
	check_menus();
	check_odd_menus();
	check_buttons();
	check_lists();
	check_forms();
	check_inputs();
	check_words();
	check_sizes();
	TEST_END();
}
