// SPDX-License-Identifier: GPL-2.0-or-later
// How large the disk may be there.
#include "base/size.h"
#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	uint64_t size = a->disk->disk.size, mib = 1ULL << 20;

	if (a->h->largest && size > a->h->largest)
		verdict_say(a, VERDICT_STOP, "",
			    "The disk has %s, %s takes at most %s: --length makes it smaller "
			    "where the end is not in use",
			    size_show(size).s, a->h->largest_where, size_show(a->h->largest).s);
	else if (a->h->cloud && size % mib)
		verdict_say(a, VERDICT_WARN, "",
			    "The disk has %llu bytes, no whole number of MiB, which some clouds "
			    "want: --length %llu",
			    (unsigned long long)size, (unsigned long long)(size - size % mib));
	else
		verdict_say(a, VERDICT_PASS, "", "%s", size_show(size).s);
}

const struct question_ops question_size = { "size", ask };
