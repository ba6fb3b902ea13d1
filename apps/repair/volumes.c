// SPDX-License-Identifier: GPL-2.0-or-later
#include "repair/volumes.h"

#include <stdlib.h>

#include "base/buf.h"
#include "work/volumes.h"

bool volumes_has(const struct patient *p, unsigned part)
{
	const struct s_part *sp = &p->disk->parts[part];
	const struct lvm_volume *v = survey_volume(p->disk, part);

	return v && sp->is_volume && lvm_plain(p->disk->parts[sp->pv].lvm, v);
}

bool volumes_any(const struct patient *p)
{
	for (unsigned i = 0; i < p->disk->n; i++)
		if (volumes_has(p, i))
			return true;
	return false;
}

static int open_one(const struct patient *p, unsigned part, int *minor, struct err *e)
{
	const struct s_part *pv = &p->disk->parts[p->disk->parts[part].pv];
	unsigned number;

	if (volume_open(pv->lvm, survey_volume(p->disk, part), pv->path, pv->fs_off - pv->part.off,
			&number, e))
		return -1;
	*minor = (int)number;
	return 0;
}

int volumes_begin(struct volumes *v, const struct patient *p, struct err *e)
{
	*v = (struct volumes){ .p = p, .minor = mem_alloc((p->disk->n + 1) * sizeof *v->minor) };
	for (unsigned i = 0; i < p->disk->n; i++)
		v->minor[i] = -1;
	for (unsigned i = 0; i < p->disk->n; i++) {
		if (!volumes_has(p, i) || !open_one(p, i, &v->minor[i], e))
			continue;
		volumes_end(v, NULL);
		return -1;
	}
	return 0;
}

int volumes_end(struct volumes *v, struct err *e)
{
	bool any = false;
	int rc = 0;

	for (unsigned i = 0; v->minor && i < v->p->disk->n; i++)
		any |= v->minor[i] >= 0;
	if (any)
		rc = volumes_close(v->p->disk->disk.name, e);
	free(v->minor);
	*v = (struct volumes){ 0 };
	return rc;
}
