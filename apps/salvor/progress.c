// SPDX-License-Identifier: GPL-2.0-or-later
// Taking what is told, and drawing it. Characters are of code page 437; without UTF-8 they become
// the letters of the legend by themselves.
#include "salvor/progress.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/size.h"

#define CELL_ROWS (PROGRESS_CELLS / PROGRESS_COLS)
#define RATE_MS 3000 // the rate "now" is over this time
#define MAP_MS 1000  // between two looks at the map
#define RANGES_A_MS 100
#define QUIET_MS 3000 // so long without a byte is worth a word
#define QUIET_S 10    // the same for a disk known to be bad

// Columns where the second and the third figure of a line begin.
enum { SECOND = 38, THIRD = 56 };

static void rate_begin(struct rate *r, int64_t now_ms, uint64_t bytes)
{
	*r = (struct rate){ now_ms, now_ms, bytes, bytes, 0 };
}

static void rate_take(struct rate *r, int64_t now_ms, uint64_t bytes)
{
	if (now_ms - r->mark_ms < RATE_MS)
		return;
	r->now = (double)(bytes - r->mark) * 1000 / (double)(now_ms - r->mark_ms);
	r->mark_ms = now_ms;
	r->mark = bytes;
}

static double rate_mean(const struct rate *r, int64_t now_ms, uint64_t bytes)
{
	return now_ms > r->begin_ms
		       ? (double)(bytes - r->begin) * 1000 / (double)(now_ms - r->begin_ms)
		       : 0;
}

void progress_begin(struct progress *p, int64_t now_ms)
{
	*p = (struct progress){ .what = "Starting", .begin_ms = now_ms, .moved_ms = now_ms };
	rate_begin(&p->rate, now_ms, 0);
}

void progress_say(struct progress *p, enum ui_level level, const char *text)
{
	static const char *const prefix[] = { "", "warning: ", "error: " };

	memmove(p->message[0], p->message[1], sizeof p->message - sizeof p->message[0]);
	snprintf(p->message[PROGRESS_MESSAGES - 1], sizeof p->message[0], "%s%s", prefix[level],
		 text);
}

// The letter that matters most in a part of the disk: what is lost, then what is to be tried again,
// then what is left.
static int weight(char letter)
{
	static const char order[] = "+?/*-";
	const char *p = strchr(order, letter);

	return p ? (int)(p - order) : 0;
}

static void fill(struct progress *p, const struct range *r)
{
	uint64_t last = (r->off + r->len - 1) / p->cell;

	for (uint64_t k = r->off / p->cell; k <= last && k < PROGRESS_CELLS; k++)
		if (!p->cells[k] || weight((char)r->state) > weight(p->cells[k]))
			p->cells[k] = (char)r->state;
}

static void fill_cells(struct progress *p, const struct map *m, const struct map *wanted)
{
	static const enum map_state states[] = { MAP_DONE, MAP_TODO, MAP_SCRAPE, MAP_TRIM,
						 MAP_BAD };

	p->cell = m->size / PROGRESS_CELLS + 1;
	memset(p->cells, 0, sizeof p->cells);
	for (size_t i = 0; !wanted && i < m->n; i++)
		fill(p, &m->r[i]);
	for (size_t i = 0; wanted && i < sizeof states / sizeof *states; i++) {
		struct range g = { 0 };

		while (map_next_common(wanted, m, states[i], g.off + g.len, &g)) {
			g.state = states[i];
			fill(p, &g);
		}
	}
}

// A map may be long: not for every buffer, and the more rarely the longer.
static bool map_is_due(const struct progress *p, const struct ui_progress *told, int64_t now_ms)
{
	size_t ranges = told->map->n + (told->wanted ? told->wanted->n : 0);

	return !p->mapped || now_ms - p->mapped_ms >= MAP_MS + (int64_t)(ranges / RANGES_A_MS);
}

static void take_rescue(struct progress *p, const struct ui_rescue *r)
{
	p->is_rescue = r != NULL;
	if (!r)
		return;
	p->rescue = *r;
	str_copy(p->phase, sizeof p->phase, r->phase ? r->phase : "");
	str_copy(p->health, sizeof p->health, r->health ? r->health : "");
	p->rescue.phase = p->phase;
	p->rescue.health = p->health;
}

void progress_take(struct progress *p, const struct ui_progress *told, int64_t now_ms)
{
	// something new, or another pass over the same disk
	if (strncmp(p->what, told->what, sizeof p->what - 1) || told->done < p->done) {
		str_copy(p->what, sizeof p->what, told->what);
		rate_begin(&p->rate, now_ms, told->done);
	}
	if (told->done != p->done)
		p->moved_ms = now_ms;
	p->done = told->done;
	p->total = told->total;
	p->bad = told->bad;
	rate_take(&p->rate, now_ms, told->done);
	if (told->map && map_is_due(p, told, now_ms)) {
		fill_cells(p, told->map, told->wanted);
		p->mapped_ms = now_ms;
	}
	p->mapped = told->map != NULL;
	take_rescue(p, told->rescue);
}

static int draw_map(const struct progress *p, struct area a, int row)
{
	static const struct {
		char state;
		const char *sign, *meaning;
		enum theme_role role;
	} looks[] = {
		{ '+', "█", "copied", THEME_OK },
		{ '-', "x", "unreadable", THEME_STOP },
		{ '*', "▒", "to be tried again", THEME_WARN },
		{ '/', "▒", NULL, THEME_WARN },
		{ '?', "·", "not yet", THEME_DIM },
	};
	int col = 0;

	for (unsigned k = 0; k < PROGRESS_CELLS; k++)
		for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
			if (p->cells[k] == looks[i].state)
				area_text(a, row + (int)k / PROGRESS_COLS, (int)k % PROGRESS_COLS,
					  looks[i].role, looks[i].sign);
	row += CELL_ROWS;
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
		if (!looks[i].meaning)
			continue;
		col += area_text(a, row, col, looks[i].role, looks[i].sign) + 1;
		col += area_text(a, row, col, THEME_DIM, looks[i].meaning) + 2;
	}
	area_printf(a, row, col, THEME_DIM, "one cell: %s", size_show(p->cell).s);
	return row + 2;
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

// bad: of the bytes that are left so many will not come, or fewer.
static void draw_left(struct area a, int row, uint64_t bytes, uint64_t bad, double rate)
{
	if (!bytes)
		area_text(a, row, THIRD, THEME_OK, "done");
	else if (bytes <= bad)
		area_printf(a, row, THIRD, THEME_WARN, "all but %s", size_show(bytes).s);
	else if (rate >= 1)
		area_printf(a, row, THIRD, THEME_TEXT, "%s left",
			    time_show((uint64_t)((double)(bytes - bad) / rate)).s);
	else
		area_text(a, row, THIRD, THEME_TEXT, "time not known");
}

// A copy that passes over bad places and comes back to them.
static int draw_rescue(const struct progress *p, struct area a, int row, int64_t now_ms)
{
	const struct ui_rescue *r = &p->rescue;
	double mean = rate_mean(&p->rate, now_ms, p->done);

	if (r->used_total) {
		area_printf(a, row, 0, THEME_TEXT, "used data   %s of %s",
			    size_show(r->used_done).s, size_show(r->used_total).s);
		draw_left(a, row, less(r->used_total, r->used_done), p->bad, mean);
	} else {
		area_text(a, row, 0, THEME_TEXT, "used data   not known");
	}
	area_printf(a, row++, SECOND, THEME_TEXT, "now  %s/s", size_show((uint64_t)p->rate.now).s);
	area_printf(a, row, 0, THEME_TEXT, "all         %s of %s", size_show(p->done).s,
		    size_show(p->total).s);
	draw_left(a, row, less(p->total, p->done), p->bad, mean);
	area_printf(a, row++, SECOND, THEME_TEXT, "mean %s/s", size_show((uint64_t)mean).s);
	area_printf(a, row, 0, p->bad ? THEME_STOP : THEME_TEXT, "unreadable  %s in %u place%s",
		    size_show(p->bad).s, r->places, r->places == 1 ? "" : "s");
	if (r->silent_s)
		area_printf(a, row++, SECOND, r->silent_s > QUIET_S ? THEME_WARN : THEME_TEXT,
			    "last good read %s ago", time_show(r->silent_s).s);
	else
		area_text(a, row++, SECOND, THEME_TEXT, "last good read just now");
	area_printf(a, row++, 0, r->again ? THEME_WARN : THEME_TEXT, "failed      %s%s",
		    size_show(r->again).s, r->again ? ", to be tried again in smaller pieces" : "");
	area_printf(a, row++, 0, THEME_TEXT, "disk        %s",
		    *r->health ? r->health : "does not tell how it feels");
	return row + 1;
}

static int draw_amount(const struct progress *p, struct area a, int row, int64_t now_ms)
{
	double mean = rate_mean(&p->rate, now_ms, p->done);
	double rate = p->rate.now > 0 ? p->rate.now : mean;

	if (!p->mapped) {
		area_bar(a, row, p->done, p->total);
		row += 2;
	}
	area_printf(a, row, 0, THEME_TEXT, "done        %s of %s", size_show(p->done).s,
		    size_show(p->total).s);
	area_printf(a, row, SECOND, THEME_TEXT, "now %s/s", size_show((uint64_t)rate).s);
	area_printf(a, row++, THIRD, THEME_TEXT, "mean %s/s", size_show((uint64_t)mean).s);
	if (mean > 0 && p->total >= p->done)
		area_printf(a, row, 0, THEME_TEXT, "time left   about %s",
			    time_show((uint64_t)((double)(p->total - p->done) / mean)).s);
	else
		area_text(a, row, 0, THEME_TEXT, "time left   not known yet");
	if (now_ms - p->moved_ms > QUIET_MS)
		area_printf(a, row, SECOND, THEME_WARN, "waiting for the disk for %s",
			    time_show((uint64_t)(now_ms - p->moved_ms) / 1000).s);
	row++;
	if (p->bad)
		area_printf(a, row++, 0, THEME_STOP,
			    "unreadable  %llu bytes (%s): filled with zeros, listed in the map",
			    (unsigned long long)p->bad, size_show(p->bad).s);
	return row + 1;
}

// What has no end of its own: a disk that is served.
static int draw_flow(const struct progress *p, struct area a, int row, int64_t now_ms)
{
	area_printf(a, row, 0, THEME_TEXT, "sent        %s", size_show(p->done).s);
	area_printf(a, row, SECOND, THEME_TEXT, "now %s/s", size_show((uint64_t)p->rate.now).s);
	area_printf(a, row++, THIRD, THEME_TEXT, "mean %s/s",
		    size_show((uint64_t)rate_mean(&p->rate, now_ms, p->done)).s);
	if (p->bad)
		area_printf(a, row++, 0, THEME_STOP,
			    "unreadable  %s were asked for and answered with an error",
			    size_show(p->bad).s);
	return row + 1;
}

// The newest at the bottom, as many as there is room for.
static void draw_messages(const struct progress *p, struct area a, int row)
{
	int first = 0;

	while (first < PROGRESS_MESSAGES && !p->message[first][0])
		first++;
	while (PROGRESS_MESSAGES - first > a.rows - row && first < PROGRESS_MESSAGES)
		first++;
	for (; first < PROGRESS_MESSAGES; first++)
		area_text(a, row++, 0, THEME_DIM, p->message[first]);
}

void progress_draw(const struct progress *p, struct area a, int64_t now_ms, unsigned tick,
		   const char *state)
{
	struct area head = area_part(a, 0, 0, 1, a.cols - 26);
	int row = 2;

	area_printf(head, 0, 0, THEME_STRONG, "%s%s%s", p->what, p->is_rescue ? ": " : "",
		    p->is_rescue ? p->phase : "");
	area_printf(a, 0, a.cols - 24, THEME_TEXT, "%c  running for %s", "|/-\\"[tick % 4],
		    time_show((uint64_t)(now_ms - p->begin_ms) / 1000).s);
	if (state)
		area_text(a, 1, 0, THEME_WARN, state);
	if (p->mapped)
		row = draw_map(p, a, row);
	if (p->total)
		row = p->is_rescue ? draw_rescue(p, a, row, now_ms)
				   : draw_amount(p, a, row, now_ms);
	else if (p->mapped)
		row = draw_flow(p, a, row, now_ms);
	draw_messages(p, a, row);
}

void progress_percent(const struct progress *p, char *text, size_t size)
{
	const struct ui_rescue *r = &p->rescue;
	bool used = p->is_rescue && less(r->used_total, r->used_done) > p->bad;
	uint64_t done = used ? r->used_done : p->done, total = used ? r->used_total : p->total;

	if (total && done <= total)
		snprintf(text, size, "%u %%%s", (unsigned)((double)done * 100 / (double)total),
			 used ? " of the used data" : "");
	else
		str_copy(text, size, "");
}

void progress_missing(const struct progress *p, char *text, size_t size)
{
	const struct ui_rescue *r = &p->rescue;
	uint64_t used = less(r->used_total, r->used_done), all = less(p->total, p->done);

	if (!r->used_total)
		snprintf(text, size, "%s would be missing; which of it is in use is not known.",
			 size_show(all).s);
	else if (used)
		snprintf(text, size,
			 "%s of the USED data would be missing, and %s of what is not in use.",
			 size_show(used).s, size_show(less(all, used)).s);
	else
		snprintf(text, size,
			 "All of the used data are there. %s of what is not in use would be "
			 "missing.",
			 size_show(all).s);
}
