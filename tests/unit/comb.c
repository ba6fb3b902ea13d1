// SPDX-License-Identifier: GPL-2.0-or-later
// What is expected to fail on a disk with a dead head.
#include "copy/comb.h"

#include "base/size.h"
#include "test.h"

#define PERIOD (64 * MIB)
#define BEGIN (5 * MIB)
#define WIDTH (256 * KIB)

// Stretch k, which fails in two reads.
static void stretch(struct comb *c, uint64_t off)
{
	comb_failed(c, off, off + 64 * KIB, false);
	comb_failed(c, off + WIDTH - 64 * KIB, off + WIDTH, true);
}

static uint64_t place(unsigned k)
{
	return BEGIN + k * PERIOD;
}

static bool may_read(struct comb *c, uint64_t off)
{
	uint64_t end = off + 64 * KIB;

	return comb_may_read(c, off, &end);
}

static struct comb learned(void)
{
	struct comb c = { 0 };

	for (unsigned k = 0; k < 4; k++)
		stretch(&c, place(k));
	return c;
}

static void expected(void)
{
	struct comb c = { 0 };
	uint64_t end;

	for (unsigned k = 0; k < 3; k++)
		stretch(&c, place(k));
	CHECK("three are not enough", may_read(&c, place(3)));
	stretch(&c, place(3));
	CHECK("the fifth is expected", !may_read(&c, place(4)));
	end = place(4) + MIB;
	comb_may_read(&c, place(4), &end);
	CHECK("to its end, and not much more",
	      end >= place(4) + WIDTH && end < place(4) + WIDTH + MIB);
	CHECK("behind it all is well", may_read(&c, end));
	end = place(5) + MIB;
	CHECK("and before the next one", comb_may_read(&c, place(5) - 2 * MIB, &end));
	CHECK("where a read ends", end <= place(5) && end > place(5) - MIB);
	CHECK("those before the first, too", !may_read(&c, place(0)));
}

// The used part of a disk has gaps: not every stretch was seen.
static void gaps(void)
{
	static const unsigned seen[] = { 0, 3, 4, 9 };
	struct comb c = { 0 };

	for (unsigned i = 0; i < 4; i++)
		stretch(&c, place(seen[i]));
	CHECK("stretches that nobody read", !may_read(&c, place(10)) && !may_read(&c, place(12)));
}

// How many of 40 are left out when they end after `last`, or drift by so many
// bytes each.
static unsigned left_out(unsigned last, uint64_t drift, bool *all_read)
{
	struct comb c = learned();
	unsigned left = 0;

	for (unsigned k = 4; k < 40; k++) {
		uint64_t off = place(k) + (k - 3) * drift;

		*all_read = may_read(&c, off);
		left += !*all_read;
		if (*all_read && k <= last)
			stretch(&c, off);
		may_read(&c, off + 8 * MIB);
	}
	return left;
}

static void tested(void)
{
	bool read;
	unsigned n = left_out(100, 0, &read);

	CHECK("some are read to see whether it is still so", n >= 28 && n <= 34);
	n = left_out(4, 0, &read);
	CHECK("where all is well again nothing is left out", n <= 8 && read);
	CHECK("a distance that changes is followed", left_out(100, 32 * KIB, &read) >= 24);
}

static void others(void)
{
	struct comb c = { 0 };
	uint64_t at = 0, seed = 1;

	for (unsigned k = 0; k < 200; k++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		at += 3 * MIB + (seed >> 33) % (200 * MIB) / (64 * KIB) * (64 * KIB);
		stretch(&c, at);
	}
	CHECK("failures anywhere teach nothing", !c.period);
	c = learned();
	for (unsigned k = 0; k < 3; k++)
		stretch(&c, place(5 + k) + 20 * MIB + k * 7 * MIB);
	CHECK("failures elsewhere end it", !c.period);
}

int main(void)
{
	expected();
	gaps();
	tested();
	others();
	TEST_END();
}
