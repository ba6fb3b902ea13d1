// SPDX-License-Identifier: GPL-2.0-or-later
// Distances change from zone to zone of a disk: now and then an expected stretch is read, which
// either corrects where the next ones are expected or ends the guessing.
#include "copy/comb.h"

#include "copy/rescue.h"

#define MIN_PERIOD (32u * RESCUE_CLUSTER)
enum { TEST_EVERY = 8, MAX_MISSED = 2 };

// How far a stretch may be from where it is expected: what failed were blocks, not sectors.
static uint64_t slack(uint64_t period)
{
	uint64_t s = period / 256;

	return s > 2 * RESCUE_CLUSTER ? s : 2 * RESCUE_CLUSTER;
}

static bool is_multiple(uint64_t distance, uint64_t period)
{
	uint64_t over = distance % period;

	return over <= slack(period) || period - over <= slack(period);
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

// Nobody need have read every stretch: the shortest distance is the period if all are multiples.
static uint64_t learn(const struct comb *c)
{
	uint64_t period = UINT64_MAX;

	if (c->n < COMB_LEARN)
		return 0;
	for (unsigned i = 1; i < COMB_LEARN; i++) {
		uint64_t d = distance(c->at[i - 1], c->at[i]);

		period = d < period ? d : period;
	}
	if (period < MIN_PERIOD)
		return 0;
	for (unsigned i = 1; i < COMB_LEARN; i++)
		if (!is_multiple(distance(c->at[i - 1], c->at[i]), period))
			return 0;
	return period;
}

static void forget(struct comb *c)
{
	*c = (struct comb){ 0 };
}

void comb_failed(struct comb *c, uint64_t off, uint64_t end, bool joined)
{
	if (joined && c->n) {
		if (end > c->at[0] && end - c->at[0] > c->width)
			c->width = end - c->at[0];
		return;
	}
	if (c->period && !is_multiple(distance(off, c->at[0]), c->period)) {
		if (++c->missed <= MAX_MISSED)
			return;
		forget(c);
	}
	c->missed = 0;
	c->tested = 0;
	for (unsigned i = COMB_LEARN - 1; i; i--)
		c->at[i] = c->at[i - 1];
	c->at[0] = off;
	c->n += c->n < COMB_LEARN;
	if (end - off > c->width)
		c->width = end - off;
	if (!c->period)
		c->period = learn(c);
}

// The first window that ends behind off.
static uint64_t window(const struct comb *c, uint64_t off, uint64_t *end)
{
	uint64_t s = slack(c->period), long_ = c->width + 2 * s, from;
	uint64_t anchor = (c->at[0] + c->period - s % c->period) % c->period;

	from = off >= anchor ? (off - anchor) / c->period * c->period + anchor : anchor;
	if (from + long_ <= off)
		from += c->period;
	*end = (from + long_ + RESCUE_CLUSTER - 1) / RESCUE_CLUSTER * RESCUE_CLUSTER;
	return from / RESCUE_CLUSTER * RESCUE_CLUSTER;
}

bool comb_may_read(struct comb *c, uint64_t off, uint64_t *end)
{
	uint64_t from, to;

	if (!c->period || c->width + 2 * slack(c->period) >= c->period / 2)
		return true;
	if (c->tested && off >= c->tested) { // it went well
		forget(c);
		return true;
	}
	from = window(c, off, &to);
	if (to == c->tested)
		return true;
	if (from > off) {
		if (from < *end)
			*end = from;
		return true;
	}
	if (to != c->seen && ++c->left % TEST_EVERY == 0) {
		c->tested = to;
		return true;
	}
	c->seen = to;
	*end = to;
	return false;
}
