// SPDX-License-Identifier: GPL-2.0-or-later
// File systems: the loop over the drivers.
#include <stdio.h>
#include <string.h>

#include "fsmap/owner.h"
#include "fsmap/probe.h"

static const struct fs_ops *const drivers[] = {
#define X(n) &fsmap_##n,
#include "fsmap/list.h"
#undef X
};
#define DRIVERS (sizeof(drivers) / sizeof(drivers[0]))

// The driver that knows it. 1, 0, -1: when none does and one could not read what it needed.
static int find(struct src *s, const struct fs_ops **ops, struct fs_info *i, struct err *e)
{
	int worst = 0;

	for (size_t k = 0; k < DRIVERS; k++) {
		struct err one;
		int r = drivers[k]->probe(s, i, &one);

		if (r > 0) {
			*ops = drivers[k];
			return 1;
		}
		if (r < 0 && worst == 0) {
			worst = -1;
			if (e)
				*e = one;
		}
	}
	memset(i, 0, sizeof(*i));
	return worst;
}

int fs_probe(struct src *s, struct fs_info *i, struct err *e)
{
	const struct fs_ops *ops;

	return find(s, &ops, i, e);
}

int fs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e)
{
	const struct fs_ops *ops;
	struct fs_info i;
	struct err one;
	int r = find(s, &ops, &i, &one);

	(void)e;
	map_init(m, s->size, MAP_TODO);
	str_copy(why, why_size, "");
	if (r < 0)
		snprintf(why, why_size, "copied whole: %s", one.text);
	else if (r == 0)
		snprintf(why, why_size, "unknown contents: copied whole");
	else if (!ops->used)
		snprintf(why, why_size,
			 "copied whole: which blocks of %s are in use is not read yet", i.type);
	else if (ops->used(s, m, why, why_size, &one) == 0)
		return 0;
	else
		snprintf(why, why_size, "copied whole: %s", one.text);
	map_set(m, 0, s->size, MAP_DONE);
	return 0;
}

// The same for a file system of which parts are missing: *s may be replaced by a source that has
// copies in their place.
static int find_torn(struct src **s, bool quick, const struct fs_ops **ops, struct fs_info *i,
		     struct err *e)
{
	int r = find(*s, ops, i, e);

	for (size_t k = 0; k < DRIVERS; k++) {
		struct src *with = NULL;

		if (drivers[k]->rescue && (r <= 0 || *ops == drivers[k]))
			with = drivers[k]->rescue(*s, quick);
		if (with && drivers[k]->probe(with, i, e) == 1) {
			*ops = drivers[k];
			*s = with;
			return 1;
		}
		src_close(with);
	}
	return r;
}

// Its size when it knows what it has in use.
static uint64_t draw(const struct fs_ops *ops, const struct fs_info *i, struct src *s,
		     struct map *m)
{
	char why[160];

	if (!ops->used)
		return 0;
	map_init(m, s->size, MAP_TODO);
	if (ops->used(s, m, why, sizeof(why), NULL) == 0)
		return i->size;
	map_free(m);
	return 0;
}

uint64_t fs_likely(struct src *s, struct map *m)
{
	const struct fs_ops *ops;
	struct src *from = s;
	struct fs_info i;
	uint64_t size = 0;

	if (find(s, &ops, &i, NULL) > 0)
		size = draw(ops, &i, s, m);
	if (!size && find_torn(&from, true, &ops, &i, NULL) > 0 && from != s)
		size = draw(ops, &i, from, m);
	if (from != s)
		src_close(from);
	return size;
}

void fs_owners(struct src *s, const struct map *have, struct ui *ui, struct fs_loss *l)
{
	struct src *there = src_fault(s, have), *from = there;
	const struct fs_ops *ops;
	struct fs_info i;
	struct err e;
	int r = find_torn(&from, false, &ops, &i, &e);

	*l = (struct fs_loss){ 0 };
	if (r > 0) {
		owner_run(ops, i.type, from, have, ui, l);
	} else {
		l->unknown = have->size - map_count(have, MAP_DONE);
		snprintf(l->why, sizeof(l->why), "%s",
			 r < 0 ? "what file system it is cannot be read" : "unknown contents");
	}
	if (from != there)
		src_close(from);
	src_close(there);
}

int fs_open(struct src *s, struct fs **out, struct err *e)
{
	const struct fs_ops *ops;
	struct fs_info i;
	int r = find(s, &ops, &i, e);

	*out = NULL;
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(e, ENOTSUP, "%s: open the file system: none that is known", s->name);
	if (!ops->open)
		return err_set(e, ENOTSUP,
			       "%s: open the file system: files of %s cannot be read here", s->name,
			       i.type);
	return ops->open(s, out, e);
}

int fs_stat(struct fs *fs, const char *path, struct stat *st, struct err *e)
{
	return fs->ops->stat(fs, path, st, e);
}

int fs_readlink(struct fs *fs, const char *path, char *text, size_t size, struct err *e)
{
	return fs->ops->readlink(fs, path, text, size, e);
}

int fs_read_file(struct fs *fs, const char *path, size_t max, struct buf *out, struct err *e)
{
	return fs->ops->read_file(fs, path, max, out, e);
}

int fs_list(struct fs *fs, const char *path,
	    int (*each)(void *arg, const char *name, unsigned type), void *arg, struct err *e)
{
	return fs->ops->list(fs, path, each, arg, e);
}

int fs_subvolumes(struct fs *fs, struct fs_subvolumes *out, struct err *e)
{
	*out = (struct fs_subvolumes){ 0 };
	return fs->ops->subvolumes ? fs->ops->subvolumes(fs, out, e) : 0;
}

int fs_enter(struct fs *fs, uint64_t id, struct err *e)
{
	return fs->ops->enter ? fs->ops->enter(fs, id, e)
			      : err_set(e, ENOTSUP, "subvolume %llu", (unsigned long long)id);
}

void fs_close(struct fs *fs)
{
	if (fs)
		fs->ops->close(fs);
}

int probe_read(struct src *s, uint64_t off, void *p, size_t len, struct err *e)
{
	if (off > s->size || len > s->size - off)
		return 0;
	return src_read(s, off, p, len, e) < 0 ? -1 : 1;
}

void probe_begin(struct fs_info *i, const char *type)
{
	memset(i, 0, sizeof(*i));
	str_copy(i->type, sizeof(i->type), type);
	i->used = UINT64_MAX;
	i->clean = true;
}

void probe_uuid(char text[40], const uint8_t b[16])
{
	static const uint8_t none[16];

	text[0] = '\0';
	if (memcmp(b, none, 16) != 0)
		snprintf(text, 40,
			 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
			 b[12], b[13], b[14], b[15]);
}

uint64_t probe_bytes(uint64_t count, uint64_t unit)
{
	return unit && count > UINT64_MAX / unit ? UINT64_MAX : count * unit;
}

void probe_size(struct src *s, struct fs_info *i)
{
	if (i->size <= s->size)
		return;
	i->damaged = true;
	snprintf(i->note, sizeof(i->note), "needs %s, but its place has only %s",
		 size_show(i->size).s, size_show(s->size).s);
}
