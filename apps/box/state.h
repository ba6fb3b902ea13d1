// SPDX-License-Identifier: GPL-2.0-or-later
// What the boxes share behind box.h: the state of a box that runs, and the pieces they are drawn
// with.
#ifndef BOX_STATE_H
#define BOX_STATE_H

#include "box/box.h"
#include "term/edit.h"
#include "term/scroll.h"
#include "term/wrap.h"

struct box_state {
	struct wrap text, below; // wrapped for the current width
	struct scroll text_view; // over the text, when it is longer than its window
	struct scroll list;	 // items, fields, or a viewer's lines
	struct edit *edits;	 // one for each field that is typed into
	size_t n_edits;
	bool has_field;		  // there is something to type into
	bool in_field;		  // keys go there, no button is lit
	int64_t end_ms;		  // pause
	const char *source;	  // textbox: b->content when it was taken
	char *content;		  // textbox: the same with tabs expanded
	bool to_end;		  // textbox: the end is to be shown
	struct wrap lines;	  // textbox: the content, wrapped
	bool searching, backward; // textbox: edits[0] takes what to look for
};

// Makes the state, once.
void box_begin(struct box *b);
// What a key does: BOX_STAY, or the answer that ends the box.
int box_press(struct box *b, int key);

// Where the parts of a box are. An area without rows is not drawn.
struct box_parts {
	struct area frame, text, body, below, buttons;
};

const struct box_button *box_buttons(const struct box *b);
int box_count_buttons(const struct box *b);
// What Enter answers: the button that is lit; BOX_OK when there is none, and in a field.
int box_pressed(const struct box *b);
// The button whose letter this is, -1 when none.
int box_button_by_letter(const struct box *b, int key);

// Wraps the texts, places the parts inside the screen.
struct box_parts box_lay(const struct box_env *env, struct box *b, struct area screen);
void box_draw_parts(struct box *b, const struct box_parts *p);
// Lines of a wrapped text from line top on, as many as fit.
void box_draw_text(struct area a, enum theme_role role, const char *s, const struct wrap *w,
		   int top);
// A mark at the right edge where there is more above or below.
void box_draw_more(struct area a, const struct scroll *s);
// A line that is or could be typed into. hide: what is shown for each character, 0 for the
// character itself, BOX_HIDE_ALL for nothing at all.
#define BOX_HIDE_ALL '\1'
void box_draw_edit(struct area a, struct edit *e, bool active, char hide);

// Lists: menu, checklist, radiolist. mark returns what stands before a row ("[x]"), NULL: nothing.
void list_setup(struct box *b);
void list_size(struct box *b, int *rows, int *cols, int mark_cols);
void list_draw(struct box *b, struct area a, const char *(*mark)(const struct box_item *item));
int list_key(struct box *b, int key);
const char *item_name(const struct box *b, size_t i);

#endif
