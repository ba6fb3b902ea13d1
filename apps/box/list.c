// SPDX-License-Identifier: GPL-2.0-or-later
// What menu, checklist and radiolist have in common: rows of tag and text, a cursor, first letters.
#include "box/state.h"

#include <string.h>

#include "term/utf8.h"

// A tag gets at most this share of the columns.
#define TAG_SHARE 3

static const char *text_of(const char *s)
{
	return s ? s : "";
}

const char *item_name(const struct box *b, size_t i)
{
	const struct box_item *item = &b->items[i];

	return text_of(b->no_tags || !item->tag ? item->text : item->tag);
}

// The nearest row to `from` in the direction by (then in the other) that can be had; -1: none.
static int row_to_have(const struct box *b, int from, int by)
{
	int n = (int)b->n_items;

	for (int turn = 0; turn < 2; turn++, by = -by)
		for (int i = from; i >= 0 && i < n; i += by)
			if (!b->items[i].off)
				return i;
	return -1;
}

static void settle(struct box *b, int by)
{
	int row = row_to_have(b, b->state->list.cur, by);

	if (row >= 0)
		scroll_to(&b->state->list, row);
	b->chosen = (size_t)b->state->list.cur;
}

void list_setup(struct box *b)
{
	b->state->list.cur = (int)b->chosen;
	scroll_fit(&b->state->list, (int)b->n_items, (int)b->n_items);
	settle(b, 1);
	b->state->has_field = b->state->in_field = b->visit;
}

static int widest(const struct box *b, bool tags)
{
	int cols = 0;

	for (size_t i = 0; i < b->n_items; i++) {
		const char *s = text_of(tags ? b->items[i].tag : b->items[i].text);
		int c = text_columns(s, strlen(s));

		cols = c > cols ? c : cols;
	}
	return cols;
}

static int tag_cols(const struct box *b, int width)
{
	int tags = b->no_tags ? 0 : widest(b, true);

	if (b->no_items || !widest(b, false))
		return tags;
	return tags > width / TAG_SHARE ? width / TAG_SHARE : tags;
}

void list_size(struct box *b, int *rows, int *cols, int mark_cols)
{
	int tags = b->no_tags ? 0 : widest(b, true), texts = b->no_items ? 0 : widest(b, false);

	*rows = (int)b->n_items;
	if (b->list_rows > 0 && b->list_rows < *rows)
		*rows = b->list_rows;
	*cols = 2 + mark_cols + tags + (tags && texts ? 2 : 0) + texts + 2;
}

static void draw_row(struct box *b, struct area a, int row, const char *mark, int tags, size_t i)
{
	const struct box_item *item = &b->items[i];
	bool lit = i == b->chosen;
	enum theme_role plain = lit ? THEME_SELECTED : item->off ? THEME_OFF : THEME_TEXT;
	enum theme_role tag_role = lit || item->off ? plain : THEME_TAG;
	int col = 2;
	size_t used;

	if (lit)
		area_fill(area_part(a, row, 0, 1, a.cols - 1), ' ', THEME_SELECTED);
	area_text(a, row, 0, plain, lit ? "►" : " ");
	if (mark)
		col += area_text(a, row, col, plain, mark) + 1;
	if (!b->no_tags && item->tag && *item->tag) {
		area_text(area_part(a, row, col, 1, tags), 0, 0, tag_role, item->tag);
		utf8_decode(item->tag, strlen(item->tag), &used);
		if (tag_role == THEME_TAG)
			area_textn(a, row, col, THEME_LETTER, item->tag, used);
	}
	col += tags ? tags + 2 : 0;
	if (!b->no_items && item->text)
		area_text(area_part(a, row, col, 1, a.cols - 2 - col), 0, 0, plain, item->text);
}

void list_draw(struct box *b, struct area a, const char *(*mark)(const struct box_item *item))
{
	int tags = tag_cols(b, a.cols);

	scroll_fit(&b->state->list, (int)b->n_items, a.rows);
	for (int row = 0; row < a.rows && (size_t)(b->state->list.top + row) < b->n_items; row++) {
		size_t i = (size_t)(b->state->list.top + row);

		draw_row(b, a, row, mark ? mark(&b->items[i]) : NULL, tags, i);
	}
	box_draw_more(a, &b->state->list);
}

static uint32_t first_letter(const char *s)
{
	size_t used;
	uint32_t c = *s ? utf8_decode(s, strlen(s), &used) : 0;

	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

// To the next row after the cursor whose name begins with the key.
static bool by_letter(struct box *b, int key)
{
	uint32_t want = key >= 'A' && key <= 'Z' ? (uint32_t)key + 32 : (uint32_t)key;

	for (size_t step = 1; step <= b->n_items; step++) {
		size_t i = (b->chosen + step) % b->n_items;

		if (!b->items[i].off && first_letter(item_name(b, i)) == want) {
			scroll_to(&b->state->list, (int)i);
			b->chosen = i;
			return true;
		}
	}
	return false;
}

int list_key(struct box *b, int key)
{
	int before = b->state->list.cur;

	if (!b->n_items)
		return BOX_PASS;
	if (scroll_key(&b->state->list, key)) {
		settle(b, b->state->list.cur < before || key == KEY_END ? -1 : 1);
		return BOX_STAY;
	}
	return key_is_text(key) && key != ' ' && by_letter(b, key) ? BOX_STAY : BOX_PASS;
}
