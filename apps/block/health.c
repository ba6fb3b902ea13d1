// SPDX-License-Identifier: GPL-2.0-or-later
// One question at a time, a minute apart. A question waits for the reads that are under way, and
// the reads behind it wait for the answer: a disk that takes long is asked the more rarely.
#include "block/health.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"

#define PAUSE_MS (60 * 1000)
#define PAUSE_FACTOR 100

struct health {
	struct disk disk;
	struct smartctl *asked; // NULL: nothing is
	int64_t next_ms;	// not before
	bool no_more;
	struct smart first, last;
	char text[160];
};

static void ask(struct health *h)
{
	h->asked = smart_ask(&h->disk);
	h->no_more = !h->asked;
}

struct health *health_begin(const struct disk *d)
{
	struct health *h = mem_zero(1, sizeof *h);

	h->disk = *d;
	ask(h);
	return h;
}

static void take_answer(struct health *h, unsigned took_ms)
{
	struct smart s = smart_answer(h->asked, 0);

	smartctl_forget(h->asked);
	h->asked = NULL;
	h->next_ms = now_ms() + PAUSE_MS + (int64_t)took_ms * PAUSE_FACTOR;
	if (s.known) {
		if (!h->first.known)
			h->first = s;
		h->last = s;
		smart_text(&s, &h->first, h->text, sizeof h->text);
	}
	h->no_more = !h->first.known;
	log_line("%s: health: %s (after %u ms)", h->disk.path,
		 s.known      ? h->text
		 : h->no_more ? "no answer, not asked again"
			      : "no answer",
		 took_ms);
}

const char *health_text(struct health *h, bool moving)
{
	unsigned took_ms;

	if (!h)
		return NULL;
	if (h->asked) {
		if (smartctl_ended(h->asked, &took_ms))
			take_answer(h, took_ms);
	} else if (!h->no_more && moving && now_ms() >= h->next_ms) {
		ask(h);
	}
	return h->text[0] ? h->text : NULL;
}

void health_moved(struct health *h, const struct disk *d)
{
	if (!h)
		return;
	smartctl_forget(h->asked);
	h->asked = NULL;
	h->disk = *d;
	h->next_ms = now_ms() + PAUSE_MS;
}

bool health_both(const struct health *h, struct smart *first, struct smart *last)
{
	if (!h || !h->last.known)
		return false;
	*first = h->first;
	*last = h->last;
	return true;
}

void health_end(struct health *h)
{
	if (h)
		smartctl_forget(h->asked);
	free(h);
}
