// SPDX-License-Identifier: GPL-2.0-or-later
// LVM: metadata, and of each volume what is used in it. Extents that no volume has are free.
#include "copy/wanted_look.h"

// The volumes that cannot be looked into, whole. A range may be given twice when the metadata is
// wrong; then it is used because of either.
static void take_whole(const struct lvm *l, struct map *m)
{
	for (size_t k = 0; k < l->n_given; k++) {
		const struct lvm_volume *v = &l->volumes[l->given[k].volume];

		if (v->n_legs == 0 && !v->leg)
			map_set(m, l->given[k].off, l->given[k].len, MAP_DONE);
	}
}

void wanted_lvm(struct src *pv, const struct lvm *l, struct map *m, const struct look *how,
		unsigned depth)
{
	map_init(m, pv->size, MAP_DONE);
	map_set(m, l->extents_off, l->extents_len, MAP_TODO);
	take_whole(l, m);
	for (size_t k = 0; k < l->n_volumes; k++) {
		const struct lvm_volume *v = &l->volumes[k];
		struct map used MAP_AUTO = { 0 };
		struct src *s SRC_AUTO = NULL;

		if (v->n_legs > 0) {
			s = lvm_src(pv, l, v);
			wanted_look(s, &used, how, depth + 1);
			lvm_place(l, v, &used, m);
		} else if (v->here > 0 && !v->leg) {
			wanted_note(how, v->name, v->here, v->here, v->why);
		}
	}
	wanted_note(how, pv->name, map_count(m, MAP_DONE), pv->size, "");
}
