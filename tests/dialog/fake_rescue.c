// SPDX-License-Identifier: GPL-2.0-or-later
// The screen of a rescue with an engine that only pretends: a disk of 250 GiB with a bad place,
// which obeys orders and says so. Exit status: 0 ended well, 4 stopped.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/size.h"
#include "salvor/face.h"

#define DISK (250 * GIB)
#define USED (100 * GIB)
#define STEP (GIB / 2)

static void read_on(struct map *m, uint64_t *at)
{
	map_set(m, *at, STEP, *at / STEP == 20 ? MAP_BAD : *at / STEP == 30 ? MAP_TRIM : MAP_DONE);
	*at = (*at + STEP) % DISK;
}

static int pretend(void *arg, struct ui *ui, struct err *e)
{
	struct map m MAP_AUTO = { 0 };
	uint64_t at = 0;
	bool paused = false;

	(void)arg;
	map_init(&m, DISK, MAP_TODO);
	for (int tick = 0;; tick++) {
		uint64_t done = map_count(&m, MAP_DONE);
		struct ui_rescue r = { .phase = "first pass",
				       .used_done = done < USED ? done : USED,
				       .used_total = USED,
				       .again = map_count(&m, MAP_TRIM),
				       .places = map_count(&m, MAP_BAD) != 0,
				       .health = tick < 5 ? NULL
							  : "41 °C, reallocated 12 (+1 since the "
							    "start)" };
		struct ui_progress p = { .what = "reading /dev/sdx",
					 .done = done,
					 .total = DISK,
					 .bad = map_count(&m, MAP_BAD),
					 .map = &m,
					 .rescue = &r };
		unsigned orders = ui_orders(ui);

		ui_progress(ui, &p);
		if (ui_cancelled(ui))
			return err_stopped(e);
		if (orders & UI_ENOUGH)
			return 0;
		if (orders & UI_SKIP) {
			at = (at + 20 * GIB) % DISK;
			ui_say(ui, UI_INFO, "skipped to %s", size_show(at).s);
		}
		if (paused != (orders & UI_PAUSE))
			ui_say(ui, UI_INFO, paused ? "reading again" : "reading no more");
		paused = orders & UI_PAUSE;
		if (!paused)
			read_on(&m, &at);
		usleep(50000);
	}
}

int main(void)
{
	static const int keys[] = { KEY_F1, 0 };
	struct face f = { .env = { .keys = keys, .keys_hint = "F1 help", .left = "Salvor" } };
	struct err e = { 0 };
	int rc;

	if (box_open(&f.env, &e))
		return ERR_USAGE;
	rc = face_engine(&f, "Backing up sdx", pretend, NULL, &e);
	box_close(&f.env);
	return rc ? (int)e.kind : 0;
}
