// SPDX-License-Identifier: GPL-2.0-or-later
// The life of a box without a screen: state made, changed by keys, freed. Pure but for memory.
#include <stdlib.h>

#include "box/state.h"

void box_begin(struct box *b)
{
	if (b->state)
		return;
	b->state = mem_zero(1, sizeof *b->state);
	if (b->kind->setup)
		b->kind->setup(b);
}

void box_free(struct box *b)
{
	if (!b->state)
		return;
	wrap_free(&b->state->text);
	wrap_free(&b->state->below);
	wrap_free(&b->state->lines);
	for (size_t i = 0; i < b->state->n_edits; i++)
		edit_free(&b->state->edits[i]);
	free(b->state->edits);
	free(b->state->content);
	free(b->state);
	b->state = NULL;
}

// Tab and arrows: over the buttons, and over the field in boxes that have one.
static void step_focus(struct box *b, int by)
{
	int n = box_count_buttons(b), next = b->button + by;

	if (b->state->in_field && n) {
		b->state->in_field = false;
		b->button = by > 0 ? 0 : n - 1;
	} else if (b->state->has_field && (next < 0 || next >= n)) {
		b->state->in_field = true;
		b->button = 0;
	} else if (n) {
		b->button = (next + n) % n;
	}
}

// Keys that mean the same in every box.
static int common_key(struct box *b, int key)
{
	struct scroll *text = &b->state->text_view;
	int button;

	if (text->n > text->page && scroll_view_key(text, key))
		return BOX_STAY;
	switch (key) {
	case KEY_ESC:
	case KEY_CTRL('c'): return BOX_ESC;
	case KEY_ENTER:
	case ' ': return box_pressed(b);
	case KEY_TAB:
	case KEY_RIGHT: step_focus(b, 1); return BOX_STAY;
	case KEY_BACKTAB:
	case KEY_LEFT: step_focus(b, -1); return BOX_STAY;
	case KEY_DOWN:
	case KEY_UP:
		if (b->state->has_field)
			step_focus(b, key == KEY_DOWN ? 1 : -1);
		return BOX_STAY;
	}
	button = box_button_by_letter(b, key);
	if (button < 0)
		return BOX_STAY;
	b->button = button;
	return box_pressed(b);
}

int box_press(struct box *b, int key)
{
	int answer = b->kind->key ? b->kind->key(b, key) : BOX_PASS;

	return answer == BOX_PASS ? common_key(b, key) : answer;
}
