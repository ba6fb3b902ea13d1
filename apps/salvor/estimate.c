// SPDX-License-Identifier: GPL-2.0-or-later
// Stretches of used granules, evenly spread, are read and packed as the copy will do it, but by one
// thread.
#include "salvor/estimate.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/size.h"

#define SAMPLES 8
#define SAMPLE (4 * MIB) // long enough that a disk's seek does not count for much
#define LIMIT_NS 3000000000ull

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

struct sampling {
	const struct image_plan *plan;
	struct packer *packer;
	uint8_t *data, *out;
	uint64_t read_ns, pack_ns;
};

// The used range that holds the byte with `rank` used ones in front of it.
static struct range find(const struct map *used, uint64_t rank)
{
	struct range r = { 0 };

	while (map_next(used, r.off + r.len, MAP_DONE, &r) && r.len <= rank)
		rank -= r.len;
	r.off += rank;
	r.len -= rank;
	return r;
}

static void pack(struct sampling *g, uint64_t off, size_t len, struct estimate *x)
{
	const struct image_plan *p = g->plan;
	uint64_t begin = now_ns();

	for (size_t at = 0; at < len; at += p->granule)
		x->packed += p->ops->pack(p, g->packer, off + at, g->data + at, g->out);
	g->pack_ns += now_ns() - begin;
}

// One stretch from the start of r on. -1: it cannot be read.
static int sample(struct sampling *g, struct src *s, struct range r, struct estimate *x)
{
	size_t len = r.len < SAMPLE ? (size_t)r.len : SAMPLE, granule = g->plan->granule;
	uint64_t begin = now_ns();

	if (src_read(s, r.off, g->data, len, NULL))
		return -1;
	g->read_ns += now_ns() - begin;
	if (g->packer) {
		size_t over = len % granule;

		// whole granules; what is missing of the last one are zeros, as at the disk's end
		if (over)
			memset(g->data + len, 0, granule - over);
		pack(g, r.off, over ? len + granule - over : len, x);
	}
	x->sampled += len;
	return 0;
}

static uint64_t rate(uint64_t bytes, uint64_t ns)
{
	return (uint64_t)((double)bytes * 1e9 / (double)(ns ? ns : 1));
}

void estimate_make(struct estimate *x, const struct image_plan *plan, struct src *s, struct ui *ui)
{
	struct sampling g = { .plan = plan };
	uint64_t begin = now_ns(), step;
	uint32_t granule = plan->granule;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	*x = (struct estimate){ .used = map_count(&plan->used, MAP_DONE),
				.file = plan->file_size,
				.cores = cores > 0 ? (unsigned)cores : 1 };
	step = x->used / SAMPLES;
	g.data = mem_alloc(SAMPLE + granule);
	if (plan->pack_max) {
		g.packer = packer_new(plan->set.packing);
		g.out = mem_alloc(plan->pack_max);
	}
	for (uint64_t i = 0; i < SAMPLES && x->used && now_ns() - begin < LIMIT_NS; i++) {
		uint64_t rank = (i * step + step / 2) / granule * granule;

		if (ui_cancelled(ui) || sample(&g, s, find(&plan->used, rank), x))
			break;
	}
	if (x->sampled)
		x->read_rate = rate(x->sampled, g.read_ns);
	if (x->sampled && g.packer) {
		x->pack_rate = rate(x->sampled, g.pack_ns) * x->cores;
		x->file -= x->used -
			   (uint64_t)((double)x->used * (double)x->packed / (double)x->sampled);
	}
	packer_free(g.packer);
	free(g.data);
	free(g.out);
}

uint64_t estimate_seconds(const struct estimate *x)
{
	uint64_t slowest =
		x->pack_rate && x->pack_rate < x->read_rate ? x->pack_rate : x->read_rate;

	return slowest ? x->used / slowest + 1 : 0;
}

void estimate_tell(const struct estimate *x, const struct image_plan *plan, struct buf *out)
{
	buf_printf(out, "Image        %s", plan->ops->name);
	if (plan->pack_max)
		buf_printf(out, ", packed with %s", packing_name(plan->set.packing));
	buf_puts(out, plan->set.fixed ? ", fixed\n" : "\n");
	if (!x->sampled) {
		buf_puts(out, "Expected     not known: the source could not be measured\n");
		return;
	}
	buf_printf(out, "Expected     about %s", size_show(x->file).s);
	if (x->pack_rate)
		buf_printf(out, " (%s of samples became %s; %s if nothing can be packed)",
			   size_show(x->sampled).s, size_show(x->packed).s,
			   size_show(plan->file_size).s);
	buf_printf(out, "\nTime         about %s: reading was just measured at %s/s",
		   time_show(estimate_seconds(x)).s, size_show(x->read_rate).s);
	if (x->pack_rate)
		buf_printf(out, ", packing at %s/s", size_show(x->pack_rate).s);
	buf_puts(out, ".\n             Writing was not: a slow destination takes longer\n");
}
