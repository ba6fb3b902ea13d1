// SPDX-License-Identifier: GPL-2.0-or-later
// What the screen of a copy shows for what the engine has told, as a terminal without UTF-8 and
// colours would; and that it never draws outside, whatever it is told.
#include "salvor/progress.h"

#include "base/buf.h"
#include "base/size.h"
#include "term/utf8.h"
#include "test.h"

static struct grid grid;

// A row as text without the blanks at its end.
static const char *row(int n)
{
	static char text[200];
	int len = 0;

	for (int c = 0; c < grid.cols && c < (int)sizeof text - 1; c++) {
		uint32_t ch = grid.cells[n * grid.cols + c].ch;

		text[c] = utf8_ascii(ch ? ch : ' ');
		if (text[c] != ' ')
			len = c + 1;
	}
	text[len] = 0;
	return text;
}

static void draw(const struct progress *p, int64_t now_ms, const char *state)
{
	grid_resize(&grid, PROGRESS_ROWS, PROGRESS_COLS);
	progress_draw(p, grid_area(&grid), now_ms, 0, state);
}

#define DISK (PROGRESS_CELLS * MIB - 1) // a cell is 1 MiB

// A disk of which the first half is used and copied but for two places.
static struct map half_copied(void)
{
	struct map m;

	map_init(&m, DISK, MAP_TODO);
	map_set(&m, 0, 190 * MIB, MAP_DONE);
	map_set(&m, 10 * MIB, 512, MAP_BAD);
	map_set(&m, 20 * MIB, MIB, MAP_TRIM);
	map_set(&m, 21 * MIB, 4096, MAP_SCRAPE);
	return m;
}

// What is not wanted has no sign, whatever its state.
static void only_wanted(struct progress *p, struct ui_progress *told)
{
	struct map wanted;

	map_init(&wanted, DISK, MAP_TODO);
	map_set(&wanted, 5 * MIB, 10 * MIB, MAP_DONE);
	map_set(&wanted, 378 * MIB, MIB, MAP_DONE);
	told->wanted = &wanted;
	progress_take(p, told, 30000);
	draw(p, 30000, NULL);
	CHECK_STR("rescue: what is wanted", row(2), "     #####x####");
	CHECK_STR("rescue: what is wanted, at the end", row(6),
		  "                                                                          .");
	told->wanted = NULL;
	map_free(&wanted);
}

static void rescue(void)
{
	struct map m = half_copied();
	struct ui_rescue r = { .phase = "second pass, backwards",
			       .used_done = 190 * MIB,
			       .used_total = 380 * MIB,
			       .again = MIB + 4096,
			       .places = 1,
			       .silent_s = 3,
			       .health = "41 °C, reallocated 12 (+1 since the start)" };
	struct ui_progress told = { "reading /dev/sdb", 0, DISK, 512, &m, &r, NULL };
	struct progress p;
	char text[200];

	progress_begin(&p, 0);
	progress_take(&p, &told, 0);
	told.done = 190 * MIB;
	progress_take(&p, &told, 19000);
	progress_say(&p, UI_WARN, "the first");
	progress_say(&p, UI_INFO, "the second");
	draw(&p, 19000, "PAUSED");
	CHECK_STR("rescue: head", row(0),
		  "reading /dev/sdb: second pass, backwards            |  running for 19 s");
	CHECK_STR("rescue: what is ordered", row(1), "PAUSED");
	CHECK_STR("rescue: the map", row(2),
		  "##########x#########--######################################################");
	CHECK_STR("rescue: the map, to the middle", row(4),
		  "######################################......................................");
	CHECK_STR("rescue: the map, not tried yet", row(6),
		  "............................................................................");
	CHECK_STR("rescue: legend", row(7),
		  "# copied  x unreadable  - to be tried again  . not yet  one cell: 1.0 MiB");
	CHECK_STR("rescue: used data", row(9),
		  "used data   190.0 MiB of 380.0 MiB    now  10.0 MiB/s   18 s left");
	CHECK_STR("rescue: all", row(10),
		  "all         190.0 MiB of 380.0 MiB    mean 10.0 MiB/s   18 s left");
	CHECK_STR("rescue: unreadable", row(11),
		  "unreadable  512 B in 1 place          last good read 3 s ago");
	CHECK_STR("rescue: failed", row(12),
		  "failed      1.0 MiB, to be tried again in smaller pieces");
	CHECK_STR("rescue: health", row(13),
		  "disk        41 oC, reallocated 12 (+1 since the start)");
	CHECK_STR("rescue: messages", row(15), "warning: the first");
	CHECK_STR("rescue: the newest below", row(16), "the second");
	only_wanted(&p, &told);
	progress_percent(&p, text, sizeof text);
	CHECK_STR("rescue: percent", text, "50 % of the used data");
	progress_missing(&p, text, sizeof text);
	CHECK_STR("rescue: missing", text,
		  "190.0 MiB of the USED data would be missing, and 0 B of what is not in use.");
	p.rescue.used_done = 380 * MIB - 512;
	draw(&p, 19000, NULL);
	CHECK("rescue: the used data but for what cannot be read", strstr(row(9), "all but 512 B"));
	progress_percent(&p, text, sizeof text);
	CHECK_STR("rescue: percent of all", text, "50 %");
	p.rescue.used_done = 380 * MIB;
	progress_missing(&p, text, sizeof text);
	CHECK("rescue: used data all there", strstr(text, "All of the used data are there."));
	p.rescue.used_total = 0;
	progress_missing(&p, text, sizeof text);
	CHECK("rescue: used data not known", strstr(text, "is not known"));
	map_free(&m);
}

// An engine that knows no map and no rescue, over two phases.
static void plain(void)
{
	struct ui_progress told = { .what = "comparing", .total = 100 * MIB };
	struct progress p;
	char text[32];

	progress_begin(&p, 0);
	progress_take(&p, &told, 0);
	told.done = 50 * MIB;
	progress_take(&p, &told, 5000);
	draw(&p, 10000, NULL);
	CHECK("plain: bar", strstr(row(2), "######") && strstr(row(2), "......"));
	CHECK_STR("plain: amount", row(4),
		  "done        50.0 MiB of 100.0 MiB     now 10.0 MiB/s    mean 5.0 MiB/s");
	CHECK_STR("plain: time", row(5),
		  "time left   about 10 s                waiting for the disk for 5 s");
	progress_percent(&p, text, sizeof text);
	CHECK_STR("plain: percent", text, "50 %");
	told = (struct ui_progress){ .what = "writing", .done = 20 * MIB, .total = 100 * MIB };
	progress_take(&p, &told, 10000);
	draw(&p, 10000, NULL);
	CHECK("plain: another phase has a rate of its own", strstr(row(5), "not known yet"));
}

// Nothing may overflow or divide by zero; what is drawn does not matter.
static void extremes(void)
{
	struct map m;
	struct ui_rescue r = { .phase = "",
			       .used_done = UINT64_MAX,
			       .used_total = 1,
			       .again = UINT64_MAX,
			       .places = UINT32_MAX,
			       .silent_s = UINT32_MAX };
	struct ui_progress told = { "", UINT64_MAX, 1, UINT64_MAX, &m, &r, NULL };
	struct progress p;
	char text[16];

	map_init(&m, 1, MAP_BAD);
	progress_begin(&p, 0);
	progress_take(&p, &told, 0);
	draw(&p, 0, "");
	CHECK_STR("extremes: a disk of one byte", row(2), "x");
	told.total = 0;
	progress_take(&p, &told, 5);
	progress_percent(&p, text, sizeof text);
	CHECK_STR("extremes: no percent", text, "");
	progress_missing(&p, text, sizeof text);
	for (int i = 0; i < 2 * PROGRESS_MESSAGES; i++)
		progress_say(&p, UI_ERROR,
			     "a message that is longer than a row is, and then some, "
			     "as those of engines that name two files are");
	grid_resize(&grid, 3, 20);
	progress_draw(&p, grid_area(&grid), 5, 1, "state");
	CHECK_STR("extremes: a small screen", row(1), "state");
	map_free(&m);
}

int main(void)
{
	rescue();
	plain();
	extremes();
	grid_free(&grid);
	TEST_END();
}
