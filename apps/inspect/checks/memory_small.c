// SPDX-License-Identifier: GPL-2.0-or-later
// Too little memory for the work disk of a repair.
#include <string.h>

#include "base/size.h"
#include "inspect/check.h"

#define ENOUGH (200 * MIB)

static void look(struct check_env *env)
{
	uint64_t memory = env->s->machine.memory;

	if (memory > 0 && memory < ENOUGH)
		finding_add(env->s, FINDING_WARN, "memory-small", "machine", "",
			    "Only %s of memory: keep the work disk's store on a USB disk",
			    size_show(memory).s);
}

const struct check_ops check_memory_small = { "memory-small", look };
