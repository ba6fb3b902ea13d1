// SPDX-License-Identifier: GPL-2.0-or-later
// Boxes: one screen that asks or shows one thing. The contract of the plural folder and the API.
//
// A box is a struct that the caller fills by name and runs:
//
//	struct box_item items[] = {
//		{ "Survey", "What is in this machine", .help = "Changes nothing" },
//		{ "Backup", "Copy the surviving disk", .off = no_survivor },
//	};
//	struct box b = { .kind = &box_menu, .title = "What now?", .items = items, .n_items = 2,
//			 .below = summary, .rows = BOX_MAX, .cols = BOX_MAX };
//	switch (box_run(&env, &b)) {
//	case BOX_OK:   run(b.chosen); break;
//	case BOX_ESC:  return;
//	case BOX_KEY:  if (b.key == KEY_F1) ...
//	case BOX_GONE: end the program
//	}
//	box_free(&b);
//
// Nothing is copied: texts, items, fields and buttons must live until box_free. Texts may hold
// newlines and marks (MARK_WARN "careful" MARK_PLAIN, term/area.h), are wrapped to the box and
// may be of any length and content; control characters are never sent to the terminal. Keep to
// characters of code page 437 (the Linux console's font): ─│┌┐ ►◄▲▼ ↑↓→← • · █ ▒ ░ °. Where there
// is no UTF-8 they become ASCII by themselves.
//
// Keys, everywhere: Enter presses the button that is lit (without buttons: BOX_OK), Esc is back
// (BOX_ESC), Tab and Left/Right walk the buttons, a button's first letter presses it, Ctrl-L
// draws anew (and asks a serial terminal for its size). Lists: arrows, PgUp, PgDn, Home, End; a
// letter goes to the next row beginning with it.
#ifndef BOX_BOX_H
#define BOX_BOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "term/area.h"
#include "term/key.h"
#include "term/screen.h"
#include "term/tty.h"

// How a box ended. The first four are dialog(1)'s exit codes.
enum box_answer {
	BOX_STAY = -1, // for callbacks and methods: go on
	BOX_OK = 0,
	BOX_CANCEL = 1,
	BOX_HELP = 2,
	BOX_EXTRA = 3,
	BOX_ESC = 5,
	BOX_KEY,       // one of env->keys was pressed: box->key
	BOX_TIMEOUT,   // box->timeout_ms went by
	BOX_GONE,      // the terminal hung up or the process is asked to end
	BOX_PASS = 15, // for methods: not my key
	BOX_USER = 16, // the caller's own buttons: BOX_USER, BOX_USER + 1, ...
};

#define BOX_MAX (-1) // as large as the screen allows

struct box_env;
struct box;
struct box_format;

// A button and what it answers. An array of them ends with label NULL. The first letter that no
// button before it has is its hotkey. What cannot be undone is never the preset one: put "Back"
// first, or set box.button.
struct box_button {
	const char *label;
	int answer;
};

struct box_item {
	const char *tag;  // key word, may be NULL
	const char *text; // may be NULL
	const char *help; // shown in the lower edge while the cursor is here, may be NULL
	bool on;	  // checklist, radiolist: in and out
	bool off;	  // shown dim, the cursor passes over it
};

enum box_field_kind {
	BOX_FIELD_TEXT,
	BOX_FIELD_SECRET,
	BOX_FIELD_FIXED, // a value that cannot be changed
	BOX_FIELD_SHOWN, // a text that is no value at all
};

struct box_field {
	const char *label;
	const char *init; // may be NULL
	const char *help; // shown in the lower edge, may be NULL
	enum box_field_kind kind;
	// 0 everywhere: fields below each other, labels on the left, as wide as there is room.
	// Else from 1, inside the form: where label and field stand, columns of the field.
	int label_row, label_col, row, col, cols;
	int max;	   // most bytes, 0: no limit
	const char *value; // out: what stands there now
};

// How results are printed: dialog(1)'s --separate-output, --quoted, --separator.
struct box_format {
	bool separate, quoted;
	const char *separator; // NULL: the box's own
};

struct box_ops {
	const char *name;		  // as dialog(1) calls it
	const struct box_button *buttons; // usual ones, NULL: none
	const char *hint;		  // bottom line
	// Methods; each may be NULL.
	void (*setup)(struct box *b); // fills b->state from what the caller gave
	// Rows and columns the body wants when width columns are there; NULL: no body, the text
	// is all.
	void (*size)(struct box *b, int width, int *rows, int *cols);
	void (*draw)(struct box *b, struct area body);
	// BOX_STAY: taken. BOX_PASS: not mine, the loop tries buttons and Esc. Else the box ends
	// with it.
	int (*key)(struct box *b, int key);
	// What dialog(1) prints for the current state.
	void (*result)(struct box *b, const struct box_format *f, struct buf *out);
};

#define X(name) extern const struct box_ops box_##name;
#include "box/list.h"
#undef X

struct box {
	const struct box_ops *kind;	  // &box_menu, ...
	const char *title;		  // in the frame, may be NULL
	const char *title_right;	  // at the frame's right end ("38 %"), may be NULL
	const char *text;		  // above the body, may be NULL
	const char *below;		  // under the body, may be NULL
	const char *hint;		  // bottom line, NULL: the kind's own
	const struct box_button *buttons; // NULL: the kind's own (menu: none)
	int button;			  // the one that is lit, from 0; in and out
	int rows, cols;			  // of the frame; 0: what is needed, BOX_MAX
	int row, col;			  // of its upper left corner, from 1; 0: centred
	int list_rows;			  // of the list, 0: what fits
	bool over;			  // drawn over what is on the screen
	unsigned timeout_ms;		  // without a key: BOX_TIMEOUT; 0: never

	struct box_item *items; // menu, checklist, radiolist, mixedgauge
	size_t n_items;
	size_t chosen; // menu, radiolist: the cursor; in and out
	bool visit;    // lists: Tab walks the list too, not only the buttons
	// as dialog(1) begins: a radiolist's cursor on the first row, not on the one that is on;
	// a form's at the start of a field's text, not at its end
	bool from_start;
	bool no_tags;  // tags are not shown
	bool no_items; // only tags are shown

	struct box_field *fields; // form
	size_t n_fields, field;	  // field: where the cursor is; in and out

	// textbox: what is viewed. update may put another pointer here (a log that grows).
	const char *content;
	bool follow; // textbox: begins at the end and stays there when it grows

	const char *init; // input, password: text at the start
	int max;	  // most bytes, 0: no limit
	bool stars;	  // password: a * for each character, else nothing

	int percent;	  // gauge, mixedgauge: in and out
	unsigned seconds; // pause

	// canvas: draws the body; wants is its smallest size. key may be NULL; answers as
	// box_ops.key.
	void (*canvas)(struct box *b, struct area body);
	int canvas_rows, canvas_cols;
	int (*canvas_key)(struct box *b, int key);

	// Called every update_ms (0: once a second) and when wake_fd (0: none) becomes readable;
	// it must read that empty itself. May change texts, items, percent. BOX_STAY, or the
	// answer that ends the box.
	int (*update)(struct box *b);
	unsigned update_ms;
	int wake_fd;
	void *arg; // the caller's, for the callbacks

	int key;		    // out: with BOX_KEY
	int frame_rows, frame_cols; // out: its size on the screen
	const char *value;	    // out: input, password; yours until box_free
	struct box_state *state;    // the loop's own
};

struct box_env {
	// Filled by the caller before box_open, all optional; may be changed at any time.
	const char *left, *right; // top line (both NULL: there is none)
	const int *keys;	  // keys that end any box with BOX_KEY, ends with 0
	const char *keys_hint;	  // what they do, put behind each box's hint: "F1 help"
	bool bare;		  // no bottom line except items' help (dialog(1))
	bool signals;		  // Ctrl-C ends, Ctrl-Z stops; else they are keys
	bool ascii;		  // never draw beyond ASCII
	// Called before each drawing and once a second; may change left and right (a clock).
	void (*refresh)(struct box_env *env);
	unsigned refresh_ms; // instead of once a second
	void *arg;

	struct tty tty;
	struct screen screen;
	struct keys keys_in;
	struct grid under; // what stood there when the last box ended
};

// Takes over the terminal. The rest of *env must be zeroed or as described above.
int box_open(struct box_env *env, struct err *e);
// Gives it back. Safe after a failed box_open, and twice.
void box_close(struct box_env *env);
// Around a program that uses the terminal itself (a shell): the screen is cleared and given back,
// and taken again.
void box_leave(struct box_env *env);
int box_enter(struct box_env *env, struct err *e);

// Runs the box to its end. May be run again with the same struct (it keeps cursor and texts)
// until box_free.
int box_run(struct box_env *env, struct box *b);
// Draws once and returns: infobox, or a gauge that the caller moves (call again with a new
// percent).
void box_show(struct box_env *env, struct box *b);
void box_free(struct box *b);

// Short forms. Each draws over what is there. Answers as box_run.
int box_say(struct box_env *env, const char *title, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int box_error(struct box_env *env, const struct err *e);
// True for yes. yes and no are labels (NULL: Yes, No); No is lit first.
bool box_ask(struct box_env *env, const char *title, const char *question, const char *yes,
	     const char *no);

// One word of a result. quoted: put into quotes for a shell when it needs them.
void box_word(struct buf *out, const char *s, bool quoted);

// The table: dialog(1)'s name to the box, NULL when there is none.
const struct box_ops *box_find(const char *name);

#endif
