// SPDX-License-Identifier: GPL-2.0-or-later
#include "newfs/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static size_t place(const struct keys *k, const struct key *key)
{
	uint64_t h = 0;
	size_t i;

	for (size_t w = 0; w < 4; w++)
		h = (h ^ key->word[w]) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
	for (i = h & (k->room - 1); k->v[i].value; i = (i + 1) & (k->room - 1))
		if (!memcmp(&k->v[i].key, key, sizeof *key))
			break;
	return i;
}

static void grow(struct keys *k)
{
	struct keys old = *k;

	k->room = old.room ? old.room * 2 : 256;
	k->v = mem_zero(k->room, sizeof *k->v);
	for (size_t i = 0; i < old.room; i++)
		if (old.v[i].value)
			k->v[place(k, &old.v[i].key)] = old.v[i];
	free(old.v);
}

uint64_t *keys_at(struct keys *k, const struct key *key)
{
	size_t i;

	if (k->n >= k->room / 2)
		grow(k);
	i = place(k, key);
	if (!k->v[i].value) {
		k->v[i].key = *key;
		k->n++; // at most one too many, where the caller leaves it free
	}
	return &k->v[i].value;
}

void keys_free(struct keys *k)
{
	free(k->v);
	*k = (struct keys){ 0 };
}
