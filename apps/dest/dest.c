// SPDX-License-Identifier: GPL-2.0-or-later
// The loop over the table of destinations.
#include "dest/dest.h"

#include <stddef.h>

#include "base/buf.h"

static const struct dest_ops *const kinds[] = {
#define X(n) &dest_##n,
#include "dest/list.h"
#undef X
};

int dest_make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e)
{
	*out = NULL;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		int rc = kinds[i]->make(out, spec, env, e);

		if (rc < 0)
			return -1;
		if (rc) {
			(*out)->ops = kinds[i];
			str_copy((*out)->name, sizeof(*out)->name, spec);
			return 0;
		}
	}
	return err_usage(e,
			 "%s: not a destination: /path/name, /dev/DISK, label:NAME/path, "
			 "uuid:ID/path and - are some",
			 spec);
}

int dest_sync(struct dest *d, struct err *e)
{
	return d->ops->sync ? d->ops->sync(d, e) : 0;
}

void dest_free(struct dest *d)
{
	if (d)
		d->ops->free(d);
}
