// SPDX-License-Identifier: GPL-2.0-or-later
#include "hyper/hyper.h"

#include <stddef.h>
#include <string.h>

const struct driver_facts drivers[DRIVERS] = {
#define X(name, module, config) { module, config },
#include "hyper/drivers.h"
#undef X
};

static const struct hyper *const all[] = {
#define X(n) &hyper_##n,
#include "hyper/list.h"
#undef X
	NULL
};

const struct hyper *const *hyper_all(void)
{
	return all;
}

const struct hyper *hyper_find(const char *name)
{
	for (size_t i = 0; all[i]; i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}
