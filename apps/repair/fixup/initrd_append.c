// SPDX-License-Identifier: GPL-2.0-or-later
// Drivers put behind an initrd that nobody can make anew: the modules, whatever they need, and what
// makes its init load them. A script of insmods gets more of those. Where udev loads drivers, it
// does so by the lists of depmod, which come along whole.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/size.h"
#include "repair/conf.h"
#include "repair/file.h"
#include "repair/fixup/fixup.h"

#define FILES 64
#define MODULE_MAX (16U << 20)

struct adding {
	struct repair *r;
	const char *version;
	struct initrd old;
	char place[200];
	char *paths[FILES];
	struct buf data[FILES];
	unsigned modes[FILES], n;
	struct text_list loaded; // names of the modules' files, in the order of loading
};

// Takes over what is in data.
static int add(struct adding *a, char *path, struct buf *data, unsigned mode, struct err *e)
{
	if (a->n == FILES) {
		free(path);
		return err_set(e, 0, "%s: more than %d files are to be added", a->place, FILES);
	}
	a->paths[a->n] = path;
	a->data[a->n] = *data;
	a->modes[a->n++] = mode;
	*data = (struct buf){ 0 };
	return 0;
}

// path: seen from /lib/modules/VERSION.
static int add_module(struct adding *a, const char *path, struct err *e)
{
	char *full STR_AUTO = mem_printf("/lib/modules/%s/%s", a->version, path);
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	bool flat = a->old.kind == INITRD_NASH;
	struct buf data BUF_AUTO = { 0 };
	char name[128];

	module_name(path, name, sizeof name);
	if (!*name || initrd_has(&a->old, name))
		return 0;
	if (file_read_max(a->r->root->fd, full, MODULE_MAX, &data, e))
		return -1;
	text_list_add(&a->loaded, base);
	return add(a, mem_printf("%s%s", a->place, flat ? base : path), &data, 0644, e);
}

static int add_modules(struct adding *a, const char *const *modules, unsigned n, struct err *e)
{
	char *path STR_AUTO = mem_printf("/lib/modules/%s/modules.dep", a->version);
	struct buf dep BUF_AUTO = { 0 };
	struct text_list order = { 0 };
	int rc = file_read_max(a->r->root->fd, path, MODULE_MAX, &dep, e);

	for (unsigned i = 0; i < n && !rc; i++)
		if (!depend_order(buf_str(&dep), modules[i], &order))
			rc = err_set(e, 0, "%s: it does not have %s", path, modules[i]);
	for (unsigned i = 0; i < order.n && !rc; i++)
		rc = add_module(a, order.v[i], e);
	text_list_free(&order);
	return rc;
}

// depmod's lists as the installed system has them: those of the initrd know its own modules only.
static int add_lists(struct adding *a, struct err *e)
{
	static const char *const lists[] = { "modules.dep",	    "modules.dep.bin",
					     "modules.alias",	    "modules.alias.bin",
					     "modules.softdep",	    "modules.symbols",
					     "modules.symbols.bin", "modules.order" };

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		char *path STR_AUTO = mem_printf("/lib/modules/%s/%s", a->version, lists[i]);
		struct buf data BUF_AUTO = { 0 };

		if (!file_read_max(a->r->root->fd, path, MODULE_MAX, &data, NULL) &&
		    add(a, mem_printf("%s%s", a->place, lists[i]), &data, 0644, e))
			return -1;
	}
	return 0;
}

static int add_loading(struct adding *a, const char *const *modules, unsigned n, const char *initrd,
		       struct err *e)
{
	struct buf text BUF_AUTO = { 0 };

	if (a->old.kind == INITRD_NASH) {
		if (!initrd_nash_load(&a->old, &a->loaded, &text))
			return err_set(e, 0,
				       "%s: add drivers: its script init has no place where it "
				       "loads drivers",
				       initrd);
		return add(a, mem_dup("init"), &text, 0755, e);
	}
	if (add_lists(a, e))
		return -1;
	if (a->old.kind == INITRD_TOOLS) {
		conf_add_modules(buf_str(&a->old.conf_modules), modules, n, &text);
		return add(a, mem_dup("conf/modules"), &text, 0644, e);
	}
	if (a->old.kind == INITRD_OTHER)
		ui_say(a->r->ui, UI_WARN,
		       "%s: made by a program not known here: whether it loads the drivers that "
		       "were added has to be tried",
		       initrd);
	return 0;
}

static int put(int root, const char *initrd, const struct buf *file, struct err *e)
{
	struct err why;
	struct statvfs fs;

	if (!file_replace_keep(root, initrd, FIXUP_OLD, buf_str(file), file->len, &why))
		return 0;
	int fd FD_AUTO = file_open(root, initrd, O_RDONLY);

	if (why.num != ENOSPC || fd < 0 || fstatvfs(fd, &fs)) {
		*e = why;
		return -1;
	}
	return err_set(e, 0,
		       "%s: add drivers: it takes %s beside the old one, %s are free on its "
		       "partition: make room there (a kernel not needed any more, with its entry)",
		       initrd, size_show(file->len).s,
		       size_show((uint64_t)fs.f_bavail * fs.f_frsize).s);
}

static int write_it(struct adding *a, struct buf *file, const char *initrd, struct err *e)
{
	struct initrd_file files[FILES];
	struct buf more BUF_AUTO = { 0 };

	for (unsigned i = 0; i < a->n; i++)
		files[i] = (struct initrd_file){ a->paths[i], buf_str(&a->data[i]), a->data[i].len,
						 a->modes[i] };
	if (initrd_append(&a->old, file->len, files, a->n, &more, e))
		return -1;
	buf_add(file, more.s, more.len);
	return put(a->r->root->fd, initrd, file, e);
}

// The file, in a form that can be added to.
static int read_old(struct adding *a, const char *path, struct buf *file, struct err *e)
{
	if (file_read_max(a->r->root->fd, path, FIXUP_INITRD_MAX, file, e) ||
	    initrd_read(&a->old, view_of(file->s, file->len), path, e))
		return -1;
	for (unsigned n = 0; a->old.lz4_len; n++) {
		if (n == 4)
			return err_set(e, 0, "%s: add drivers: it has more than 4 archives by lz4",
				       path);
		if (!n)
			ui_say(a->r->ui, UI_INFO,
			       "%s: packed anew by gzip: behind lz4 not every kernel reads on",
			       path);
		if (initrd_pack_anew(&a->old, file, e))
			return -1;
		initrd_free(&a->old);
		if (initrd_read(&a->old, view_of(file->s, file->len), path, e))
			return -1;
	}
	return 0;
}

static struct adding *begin(struct repair *r, const char *version)
{
	struct adding *a = mem_zero(1, sizeof *a);

	a->r = r;
	a->version = version;
	return a;
}

static void end(struct adding *a)
{
	for (unsigned i = 0; i < a->n; i++) {
		free(a->paths[i]);
		buf_free(&a->data[i]);
	}
	text_list_free(&a->loaded);
	initrd_free(&a->old);
	free(a);
}

int fixup_append_initrd(struct repair *r, const char *version, const struct s_kernel *k,
			const char *const *modules, unsigned n, struct err *e)
{
	struct adding *a = begin(r, version);
	struct buf file BUF_AUTO = { 0 };
	int rc = read_old(a, k->initrd, &file, e);

	if (!rc) {
		initrd_place(&a->old, version, a->place, sizeof a->place);
		rc = add_modules(a, modules, n, e) || add_loading(a, modules, n, k->initrd, e) ||
		     write_it(a, &file, k->initrd, e);
	}
	end(a);
	return rc ? -1 : 0;
}

int fixup_append_file(struct repair *r, const struct s_kernel *k, const char *path,
		      const struct buf *text, struct err *e)
{
	struct buf file BUF_AUTO = { 0 }, data BUF_AUTO = { 0 };
	struct adding *a = begin(r, "");
	int rc = read_old(a, k->initrd, &file, e);

	buf_add(&data, text->s, text->len);
	if (!rc)
		rc = add(a, mem_dup(path), &data, 0644, e) || write_it(a, &file, k->initrd, e);
	end(a);
	return rc ? -1 : 0;
}
