// SPDX-License-Identifier: GPL-2.0-or-later
#include "term/scroll.h"

#include "term/key.h"

static int within(int x, int low, int high)
{
	x = x < high ? x : high;
	return x > low ? x : low;
}

void scroll_fit(struct scroll *s, int n, int page)
{
	s->n = n;
	s->page = page > 0 ? page : 1;
	scroll_to(s, s->cur);
}

void scroll_to(struct scroll *s, int cur)
{
	s->cur = within(cur, 0, s->n - 1);
	s->top = within(s->top, s->cur - s->page + 1, s->cur);
	s->top = within(s->top, 0, s->n - s->page);
}

// The distance a key moves by; 0 when it is none of these.
static int distance(const struct scroll *s, int key)
{
	switch (key) {
	case KEY_UP:
	case KEY_CTRL('p'): return -1;
	case KEY_DOWN:
	case KEY_CTRL('n'): return 1;
	case KEY_PGUP: return -s->page;
	case KEY_PGDN: return s->page;
	case KEY_HOME: return -s->n;
	case KEY_END: return s->n;
	}
	return 0;
}

bool scroll_key(struct scroll *s, int key)
{
	int by = distance(s, key);

	if (!by)
		return false;
	if (key == KEY_PGUP || key == KEY_PGDN) // the window goes with it
		s->top = within(s->top + by, 0, s->n - s->page);
	scroll_to(s, s->cur + by);
	return true;
}

bool scroll_view_key(struct scroll *s, int key)
{
	int by = distance(s, key);

	if (!by)
		return false;
	s->cur = s->top = within(s->top + by, 0, s->n - s->page);
	return true;
}
