// SPDX-License-Identifier: GPL-2.0-or-later
// Reading an initrd: archive by archive, nothing kept but names and two scripts.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cpio.h"
#include "initrd/initrd.h"
#include "initrd/unpack.h"

#define UNPACKED_MAX (1ULL << 30) // no machine that starts by it has the memory for more
#define NAMES_MAX 50000
#define SCRIPT_MAX (256 * 1024)

struct reading {
	struct initrd *i;
	const char *name;
	struct view file;
	size_t pos;

	const struct unpack_ops *way; // of the archive at hand; NULL: plain
	void *state;
	struct pieces p;
	bool ended;
	uint8_t held[4096]; // read while zeros were passed over
	size_t held_at, held_len;
	uint64_t unpacked;
};

void text_list_add(struct text_list *l, const char *text)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 64;
		l->v = mem_grow(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = mem_dup(text);
}

bool text_list_has(const struct text_list *l, const char *text)
{
	for (unsigned i = 0; i < l->n; i++)
		if (!strcmp(l->v[i], text))
			return true;
	return false;
}

void text_list_free(struct text_list *l)
{
	for (unsigned i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct text_list){ 0 };
}

void initrd_free(struct initrd *i)
{
	text_list_free(&i->modules);
	text_list_free(&i->folders);
	text_list_free(&i->links);
	buf_free(&i->init);
	buf_free(&i->conf_modules);
	*i = (struct initrd){ 0 };
}

void module_name(const char *path, char *name, size_t size)
{
	static const char *const ends[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst", ".ko.bz2", ".o" };
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	size_t len = strlen(base);

	*name = 0;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(ends[i]);

		if (len <= n || strcmp(base + len - n, ends[i]) || len - n >= size)
			continue;
		memcpy(name, base, len - n);
		name[len - n] = 0;
		for (char *p = name; *p; p++)
			if (*p == '-')
				*p = '_';
		return;
	}
}

bool initrd_has(const struct initrd *i, const char *module)
{
	char name[128];

	for (unsigned k = 0; k < i->modules.n; k++) {
		module_name(i->modules.v[k], name, sizeof name);
		if (!strcmp(name, module))
			return true;
	}
	return false;
}

// --- bytes

static int read_plain(void *arg, void *p, size_t n, size_t *got, struct err *e)
{
	struct reading *r = arg;
	size_t left = r->file.len - r->pos;

	(void)e;
	*got = n < left ? n : left;
	memcpy(p, r->file.base + r->pos, *got);
	r->pos += *got;
	return 0;
}

static int unpack(struct reading *r, struct err *e)
{
	size_t room = r->p.out_left;
	enum unpack_state s = r->way->run(r->state, &r->p);

	r->unpacked += room - r->p.out_left;
	if (s == UNPACK_BROKEN)
		return err_set(e, 0, "%s: unpack (%s): its data are damaged", r->name,
			       r->way->name);
	if (r->unpacked > UNPACKED_MAX)
		return err_set(e, 0, "%s: unpack (%s): it becomes larger than 1 GiB", r->name,
			       r->way->name);
	r->ended = s == UNPACK_END;
	if (!r->ended && r->p.out_left && !r->p.in_left && room == r->p.out_left)
		return err_set(e, 0, "%s: unpack (%s): it ends in the middle", r->name,
			       r->way->name);
	return 0;
}

static int read_packed(void *arg, void *p, size_t n, size_t *got, struct err *e)
{
	struct reading *r = arg;
	size_t held = r->held_len - r->held_at;

	held = held < n ? held : n;
	memcpy(p, r->held + r->held_at, held);
	r->held_at += held;
	r->p.out = (uint8_t *)p + held;
	r->p.out_left = n - held;
	while (r->p.out_left && !r->ended)
		if (unpack(r, e))
			return -1;
	*got = n - r->p.out_left;
	return 0;
}

// --- entries

static const char *plain_name(const char *name)
{
	if (!strncmp(name, "./", 2))
		name += 2;
	return name + strspn(name, "/");
}

static int take_script(struct cpio *c, const struct cpio_entry *x, struct buf *to, struct err *e)
{
	size_t n = x->size < SCRIPT_MAX ? x->size : 0; // larger: a program
	char *text STR_AUTO = mem_alloc(n + 1);

	if (cpio_take(c, text, n, e))
		return -1;
	buf_clear(to); // a later one replaces it
	if (n && !memchr(text, 0, n))
		buf_add(to, text, n);
	return 0;
}

// What only one maker's initrds have.
static void judge_kind(struct initrd *i, const char *name)
{
	static const struct {
		const char *name;
		enum initrd_kind kind;
	} known[] = {
		{ "conf/initramfs.conf", INITRD_TOOLS },
		{ "scripts/functions", INITRD_TOOLS },
		{ "usr/lib/dracut", INITRD_DRACUT },
		{ "lib/dracut", INITRD_DRACUT },
		{ "dracut-state.sh", INITRD_DRACUT },
		{ "etc/initrd-release", INITRD_DRACUT },
		{ "run_all.sh", INITRD_SUSE },
		{ "boot/00-config.sh", INITRD_SUSE },
		{ "bin/nash", INITRD_NASH },
	};

	for (size_t k = 0; k < sizeof known / sizeof *known; k++)
		if (!strcmp(known[k].name, name))
			i->kind = known[k].kind;
}

static const char *last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static bool is_lvm(const char *name)
{
	return !strcmp(name, "lvm") || !strcmp(name, "lvm.static");
}

static int take_entry(struct reading *r, struct cpio *c, const struct cpio_entry *x, struct err *e)
{
	const char *name = plain_name(x->name);
	struct initrd *i = r->i;
	char module[128];

	if (i->modules.n + i->folders.n + i->links.n > NAMES_MAX)
		return err_set(e, 0, "%s: more than %d folders, links and modules", r->name,
			       NAMES_MAX);
	judge_kind(i, name);
	if (S_ISDIR(x->mode))
		text_list_add(&i->folders, name);
	else if (S_ISLNK(x->mode))
		text_list_add(&i->links, name);
	i->lvm |= !S_ISDIR(x->mode) && is_lvm(last_part(name));
	i->card_rule |= !strcmp(last_part(name), "80-net-setup-link.rules");
	if (!S_ISREG(x->mode))
		return 0;
	if (!strcmp(name, INITRD_MD_WAIT))
		i->waits_md = x->size > 0; // the last one counts
	module_name(name, module, sizeof module);
	if (*module)
		text_list_add(&i->modules, name);
	if (!strcmp(name, "init"))
		return take_script(c, x, &i->init, e);
	return strcmp(name, "conf/modules") ? 0 : take_script(c, x, &i->conf_modules, e);
}

static int read_archive(struct reading *r,
			int (*read)(void *, void *, size_t, size_t *, struct err *), struct err *e)
{
	struct cpio c = { .read = read, .arg = r, .name = r->name };
	struct cpio_entry *x = mem_alloc(sizeof *x);
	int rc;

	while ((rc = cpio_next(&c, x, e)) > 0)
		if (take_entry(r, &c, x, e)) {
			rc = -1;
			break;
		}
	free(x);
	r->i->archives++;
	return rc;
}

static void tell_packing(struct initrd *i, const char *name)
{
	size_t n = strlen(i->packing);

	if (n + strlen(name) + 3 < sizeof i->packing)
		sprintf(i->packing + n, "%s%s", n ? ", " : "", name);
}

// Passes over zeros. 1 something follows, 0 the stream has ended, -1.
static int pass_zeros(struct reading *r, struct err *e)
{
	size_t got;

	for (;;) {
		while (r->held_at < r->held_len && !r->held[r->held_at])
			r->held_at++;
		if (r->held_at < r->held_len)
			return 1;
		r->held_at = r->held_len = 0;
		if (read_packed(r, r->held, sizeof r->held, &got, e))
			return -1;
		if (!got)
			return 0;
		r->held_len = got;
	}
}

// A packed stream may hold several archives, too.
static int read_stream(struct reading *r, struct err *e)
{
	int rc;

	while ((rc = pass_zeros(r, e)) > 0)
		if (read_archive(r, read_packed, e))
			return -1;
	return rc;
}

static int read_next(struct reading *r, struct err *e)
{
	struct view rest = view_sub(r->file, r->pos, r->file.len - r->pos);
	int rc;

	if (rest.len >= 6 && cpio_magic(rest.base) && !(r->pos & 3)) {
		tell_packing(r->i, "none");
		rc = read_archive(r, read_plain, e);
		r->i->unpacked += r->pos - (r->file.len - rest.len);
		return rc;
	}
	r->way = unpack_find(rest);
	if (!r->way && r->i->archives) {
		r->i->junk = true;
		r->pos = r->file.len;
		return 0;
	}
	if (!r->way)
		return err_set(e, 0,
			       "%s: read: neither a cpio archive nor packed in a way known here",
			       r->name);
	r->state = r->way->begin();
	if (!r->state)
		return err_set(e, ENOMEM, "%s: unpack (%s)", r->name, r->way->name);
	r->p = (struct pieces){ .in = rest.base, .in_left = rest.len };
	r->ended = false;
	r->held_at = r->held_len = 0;
	tell_packing(r->i, r->way->name);
	rc = read_stream(r, e);
	r->way->end(r->state);
	if (r->way == &unpack_lz4 && !r->i->lz4_len) {
		r->i->lz4_off = r->pos;
		r->i->lz4_len = rest.len - r->p.in_left;
	}
	r->pos = r->file.len - r->p.in_left;
	return rc;
}

int initrd_read(struct initrd *i, struct view file, const char *name, struct err *e)
{
	struct reading r = { .i = i, .name = name, .file = file };

	*i = (struct initrd){ 0 };
	for (;;) {
		while (r.pos < file.len && !file.base[r.pos])
			r.pos++;
		if (r.pos == file.len)
			break;
		if (read_next(&r, e)) {
			initrd_free(i);
			return -1;
		}
	}
	i->unpacked += r.unpacked;
	if (!i->archives)
		return err_set(e, 0, "%s: read: it is empty", name);
	if (i->kind == INITRD_OTHER && strstr(buf_str(&i->init), "\ninsmod /lib/"))
		i->kind = INITRD_NASH;
	return 0;
}
