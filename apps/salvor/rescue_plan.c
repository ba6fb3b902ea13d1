// SPDX-License-Identifier: GPL-2.0-or-later
// From options to copy_rescue.
#include "salvor/rescue_plan.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"

#define BLOCK (1u << 20)
#define AGAIN_S (30 * 60) // a disk may be away for so long

// Waits until the disk is back and something that could be read can be read again.
static int again(void *arg, struct src **src, struct err *e)
{
	static const struct timespec pause = { 1, 0 };
	struct transfer *t = arg;
	struct ui_progress shown = { .what = "waiting for the disk: look at its cable and power",
				     .done = copy_done(&t->copy),
				     .total = t->outcome.used,
				     .map = &t->copy.map,
				     .wanted = &t->wanted };
	int64_t end = now_ms() + AGAIN_S * 1000;
	struct range known = { 0 };
	struct err why = { 0 };

	ui_say(t->ui, UI_WARN, "%s: %s. Waiting for it to come back", t->source.path, e->text);
	map_next(&t->copy.map, 0, MAP_DONE, &known);
	do {
		ui_progress(t->ui, &shown);
		if (ui_cancelled(t->ui))
			return err_stopped(e);
		nanosleep(&pause, NULL);
		if (source_again(&t->source, known.off, &why))
			continue;
		*src = t->source.src;
		care_again(&t->care, &t->source);
		ui_say(t->ui, UI_INFO, "the disk is back as %s: going on", t->source.path);
		return 0;
	} while (now_ms() < end);
	return err_set(e, ENODEV, "%s. It did not come back within %d minutes (%.200s)",
		       t->source.path, AGAIN_S / 60, why.text);
}

static void health(void *arg, bool moving, char *text, size_t size)
{
	care_health(&((struct transfer *)arg)->care, moving, text, size);
}

static uint32_t sector_of(const struct src *s)
{
	return s->physical > s->sector ? s->physical : s->sector;
}

static void find_order(struct transfer *t, bool plain)
{
	struct worth *w = &t->worth;

	if (plain) { // one level: all that is wanted
		t->whole = &t->wanted;
		t->rescue.levels = &t->whole;
		t->rescue.n_levels = 1;
		return;
	}
	if (!w->used.size)
		worth_look(w, t->source.src, NULL);
	worth_order(w, &t->wanted, sector_of(t->source.src));
	t->rescue.levels = w->by_level;
	t->rescue.n_levels = w->n;
	t->rescue.used = &w->used;
}

// In words, for the plan.
static void tell_order(struct transfer *t, const struct rescue_options *o)
{
	const char *rest =
		map_count(&t->wanted, MAP_DONE) == t->source.src->size ? ", then the rest" : "";
	struct buf *b = &t->order;

	if (!t->target.dest->can_patch)
		buf_puts(b, "Order        front to back, this destination takes no other: what "
			    "cannot be read\n             is not tried again later");
	else if (!strcmp(o->order, "worth"))
		buf_printf(b, "Order        tables first, then what is in use%s", rest);
	else if (!strcmp(o->order, "plain"))
		buf_puts(b, "Order        straight through; what fails is left for later");
	else
		buf_puts(b, "Order        straight through; once a read has failed, what is in "
			    "use first");
	if (t->target.dest->can_patch && o->retries == 1)
		buf_puts(b, ";\n             what cannot be read is tried once more");
	else if (t->target.dest->can_patch && o->retries)
		buf_printf(b, ";\n             what cannot be read is tried %u times more",
			   o->retries);
	buf_puts(b, "\n");
}

int rescue_plan(struct transfer *t, const struct rescue_options *o, struct err *e)
{
	bool plain = !strcmp(o->order, "plain"), worth = !strcmp(o->order, "worth");
	struct copy_rescue *r = &t->rescue;

	if (!plain && !worth && strcmp(o->order, "auto") != 0)
		return err_usage(e, "--order %s: say auto, worth or plain", o->order);
	t->copy.limits = (struct pace_limits){ o->max_rate, o->min_rate, o->pause_s };
	tell_order(t, o);
	if (!t->target.dest->can_patch && (o->reverse || o->min_rate))
		return err_usage(e, "%s: %s: the destination takes data front to back only",
				 t->source.path, o->reverse ? "--reverse" : "--min-rate");
	if (!t->target.dest->can_patch)
		return 0;
	*r = (struct copy_rescue){ .again = again, .health = health, .arg = t };
	r->set = (struct rescue_settings){ .block = BLOCK,
					   .sector = sector_of(t->source.src),
					   .reverse = o->reverse,
					   .straight = !worth,
					   .retries = o->retries };
	find_order(t, plain);
	t->copy.rescue = r;
	return 0;
}

void rescue_know(struct transfer *t)
{
	if (t->copy.rescue && t->worth.failed.size)
		worth_know(&t->worth, &t->copy.map, sector_of(t->source.src));
}
