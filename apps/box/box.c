// SPDX-License-Identifier: GPL-2.0-or-later
// The table of boxes and the only loop: a key changes state, draw fills a grid, the difference of
// two grids is one write.
#include "box/box.h"

#include <string.h>

#include "base/clock.h"
#include "box/state.h"

static const struct box_ops *const boxes[] = {
#define X(name) &box_##name,
#include "box/list.h"
#undef X
};

const struct box_ops *box_find(const char *name)
{
	for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
		if (!strcmp(boxes[i]->name, name))
			return boxes[i];
	return NULL;
}

static void resize(struct box_env *env)
{
	struct term_caps caps = env->tty.caps;

	caps.utf8 &= !env->ascii;
	screen_resize(&env->screen, caps, env->tty.rows, env->tty.cols);
	if (!env->under.cells) {
		env->under.caps = caps;
		grid_resize(&env->under, env->tty.rows, env->tty.cols);
	}
}

int box_open(struct box_env *env, struct err *e)
{
	keys_init(&env->keys_in);
	if (tty_open(&env->tty, env->signals, e) < 0)
		return -1;
	resize(env);
	return 0;
}

void box_close(struct box_env *env)
{
	tty_close(&env->tty);
	screen_free(&env->screen);
	grid_free(&env->under);
}

void box_leave(struct box_env *env)
{
	tty_leave(&env->tty, true);
}

int box_enter(struct box_env *env, struct err *e)
{
	if (tty_enter(&env->tty, e) < 0)
		return -1;
	resize(env);
	return 0;
}

// The help of the item or field with the cursor, NULL when it has none.
static const char *help_here(const struct box *b)
{
	if (b->items && b->chosen < b->n_items)
		return b->items[b->chosen].help;
	if (b->fields && b->field < b->n_fields && b->state->in_field)
		return b->fields[b->field].help;
	return NULL;
}

// In the frame's lower edge, where it takes no line from anything.
static void draw_help(struct area frame, const char *help)
{
	struct area edge = area_part(frame, frame.rows - 1, 2, 1, frame.cols - 4);

	int used = area_text(edge, 0, 1, THEME_DIM, help);

	area_put(edge, 0, 0, ' ', area_style(edge, THEME_DIM));
	area_put(edge, 0, 1 + used, ' ', area_style(edge, THEME_DIM));
}

static void draw_bars(struct box_env *env, struct box *b, struct area screen)
{
	const char *hint = b->hint ? b->hint : b->kind->hint, *help = help_here(b);
	struct area last = area_part(screen, screen.rows - 1, 0, 1, screen.cols);
	int col = 2;

	if (env->left || env->right) {
		struct area bar = area_part(screen, 0, 0, 1, screen.cols);
		int right = env->right ? text_columns(env->right, strlen(env->right)) : 0;

		area_fill(bar, ' ', THEME_BAR);
		if (env->left)
			area_text(area_part(bar, 0, 0, 1, bar.cols - right - 3), 0, 1, THEME_BAR,
				  env->left);
		if (env->right)
			area_text(bar, 0, bar.cols - right - 1, THEME_BAR, env->right);
	}
	if (env->bare && !help)
		return;
	area_fill(last, ' ', THEME_HINT);
	if (env->bare) {
		area_text(last, 0, col, THEME_HINT, help);
		return;
	}
	if (hint)
		col += area_text(last, 0, col, THEME_HINT, hint) + 3;
	if (env->keys_hint)
		area_text(last, 0, col, THEME_HINT, env->keys_hint);
}

// The backdrop: empty, or what the last box left there, cut to the size of today.
static void draw_backdrop(struct box_env *env, struct box *b, struct area screen)
{
	const struct grid *under = &env->under;
	int cols = under->cols < screen.cols ? under->cols : screen.cols;

	area_fill(screen, ' ', THEME_BACKDROP);
	for (int r = 0; b->over && r < under->rows && r < screen.rows; r++)
		memcpy(&screen.grid->cells[r * screen.cols], &under->cells[r * under->cols],
		       sizeof(struct cell) * (size_t)cols);
}

static void draw(struct box_env *env, struct box *b)
{
	BUF_AUTO struct buf out = { 0 };
	struct area screen = grid_area(&env->screen.next);
	struct box_parts parts;

	if (env->refresh)
		env->refresh(env);
	screen.grid->cursor_row = -1;
	draw_backdrop(env, b, screen);
	draw_bars(env, b, screen);
	parts = box_lay(env, b, screen);
	box_draw_parts(b, &parts);
	if (!env->bare && help_here(b))
		draw_help(parts.frame, help_here(b));
	screen_update(&env->screen, &out);
	tty_write(&env->tty, buf_str(&out), out.len);
}

void box_show(struct box_env *env, struct box *b)
{
	box_begin(b);
	draw(env, b);
}

static int handle_key(struct box_env *env, struct box *b, int key)
{
	if (key == KEY_REPORT || key == KEY_CTRL('l')) {
		if (key == KEY_REPORT)
			tty_measured(&env->tty, env->keys_in.row, env->keys_in.col);
		else
			tty_measure(&env->tty, true);
		resize(env);
		return BOX_STAY;
	}
	for (const int *k = env->keys; k && *k; k++) {
		if (*k == key) {
			b->key = key;
			return BOX_KEY;
		}
	}
	return box_press(b, key);
}

// Takes the keys that are there until one ends the box.
static int take_keys(struct box_env *env, struct box *b)
{
	int answer = BOX_STAY;

	for (int key; answer == BOX_STAY && (key = keys_next(&env->keys_in));)
		answer = handle_key(env, b, key);
	return answer;
}

static int read_keys(struct box_env *env, struct box *b)
{
	unsigned char byte;
	int answer = take_keys(env, b);

	// byte by byte: what follows the key that ends the box belongs to the next box or program
	while (answer == BOX_STAY && tty_has_keys(&env->tty) &&
	       tty_read(&env->tty, &byte, 1) == 1) {
		keys_feed(&env->keys_in, byte);
		answer = take_keys(env, b);
	}
	return answer;
}

// Things that happen at a time: 0 is never.
struct clocks {
	int64_t update, refresh, timeout, esc;
};

static int ms_to_first(const struct clocks *c)
{
	const int64_t all[] = { c->update, c->refresh, c->timeout, c->esc };
	int64_t now = now_ms(), first = 0;

	for (int i = 0; i < 4; i++)
		if (all[i] && (!first || all[i] < first))
			first = all[i];
	return !first ? -1 : first <= now ? 0 : (int)(first - now);
}

static int update(struct box *b, struct clocks *c, int64_t now)
{
	c->update = now + (b->update_ms ? b->update_ms : 1000);
	return b->update(b);
}

// What time brings. BOX_STAY or the end.
static int look_at_clocks(struct box_env *env, struct box *b, struct clocks *c, int64_t now)
{
	int answer = BOX_STAY;

	if (c->esc && now >= c->esc) {
		c->esc = 0;
		keys_timeout(&env->keys_in);
		answer = take_keys(env, b);
	}
	if (answer == BOX_STAY && c->update && now >= c->update)
		answer = update(b, c, now);
	if (c->refresh && now >= c->refresh)
		c->refresh = now + (env->refresh_ms ? env->refresh_ms : 1000);
	if (answer == BOX_STAY && c->timeout && now >= c->timeout)
		answer = BOX_TIMEOUT;
	return answer;
}

static int turn(struct box_env *env, struct box *b, struct clocks *c)
{
	int events = tty_wait(&env->tty, b->wake_fd, ms_to_first(c)), answer;
	int64_t now = now_ms();

	if (events & TTY_GONE)
		return BOX_GONE;
	if (events & TTY_STOP)
		tty_stop(&env->tty);
	if (events & TTY_RESIZED)
		tty_measure(&env->tty, false);
	if (events & (TTY_STOP | TTY_RESIZED))
		resize(env);
	if (events & TTY_KEYS) {
		answer = read_keys(env, b);
		c->esc = keys_pending(&env->keys_in) ? now + KEY_ESC_MS : 0;
		c->timeout = b->timeout_ms ? now + b->timeout_ms : 0;
		if (answer != BOX_STAY)
			return answer;
	}
	if (events & TTY_WOKEN && b->update && (answer = update(b, c, now)) != BOX_STAY)
		return answer;
	return look_at_clocks(env, b, c, now);
}

int box_run(struct box_env *env, struct box *b)
{
	int64_t now = now_ms();
	struct clocks clocks = { 0 };
	int answer = BOX_STAY;

	box_begin(b);
	if (b->items)
		b->state->list.cur = (int)b->chosen;
	clocks.update = b->update ? now : 0;
	clocks.refresh = env->refresh ? now : 0;
	clocks.timeout = b->timeout_ms ? now + b->timeout_ms : 0;
	while (answer == BOX_STAY) {
		draw(env, b);
		answer = turn(env, b, &clocks);
	}
	grid_copy(&env->under, &env->screen.shown);
	return answer;
}
