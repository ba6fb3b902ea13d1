// SPDX-License-Identifier: GPL-2.0-or-later
// The programs that make initrds, each with its own way to be told what goes in. They refuse to
// overwrite, or overwrite in place: the old file goes out of their way first.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/run.h"
#include "base/size.h"
#include "repair/conf.h"
#include "repair/file.h"
#include "repair/fixup/fixup.h"

#define MODULES (DRIVERS + 8)
#define ARGS (MODULES + 12)
#define ENV 8
#define SCRIPT_MAX (512U << 10)

struct making {
	struct repair *r;
	const char *version, *tag;
	bool on_esp;
	const struct s_kernel *k;
	const char *const *modules;
	unsigned n;
	char list[600]; // the modules with blanks between them
	char held[MODULES][80];
	const char *argv[ARGS];
	unsigned n_argv;
	const char *env[ENV]; // ends with NULL
	char opts[280], pass[32];
	char root[NAMES_MAX], kernel[120], file[160];
};

static void arg(struct making *m, const char *text)
{
	if (m->n_argv < ARGS - 1)
		m->argv[m->n_argv++] = text;
	m->argv[m->n_argv] = NULL;
}

// A variable that a script goes by, which it would not find out in a chroot.
static void env(struct making *m, const char *text)
{
	unsigned n = 0;

	while (m->env[n])
		n++;
	if (n < ENV - 1)
		m->env[n] = text;
}

static int tell_dracut(struct making *m, struct err *e)
{
	(void)e;
	arg(m, "--force");
	// what it finds out about this machine does not tell it in a chroot
	if (m->k->lvm) {
		arg(m, "--add");
		arg(m, "lvm");
	}
	arg(m, "--add-drivers");
	arg(m, m->list);
	arg(m, m->k->initrd);
	arg(m, m->version);
	return 0;
}

// An option that only some versions of a script have: the others take it for something else.
static bool knows(struct making *m, const char *word)
{
	struct buf text BUF_AUTO = { 0 };

	return !file_read_max(m->r->root->fd, m->argv[0], SCRIPT_MAX, &text, NULL) &&
	       strstr(buf_str(&text), word);
}

// Old ones look for files by name: "ide-disk".
static void file_name(const char *dep, const char *module, char *out, size_t size)
{
	char path[256];
	const char *base;

	if (!depend_path(dep, module, path, sizeof path)) {
		str_copy(out, size, module);
		return;
	}
	base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	snprintf(out, size, "%.*s", (int)strcspn(base, "."), base);
}

// Drivers of the disk that the script finds in /sys are this machine's, which the system need not
// have: that is no reason to give up.
static int tell_nash(struct making *m, struct err *e)
{
	char *path STR_AUTO = mem_printf("/lib/modules/%s/modules.dep", m->version);
	struct buf dep BUF_AUTO = { 0 };
	char name[64];

	(void)e;
	file_read_max(m->r->root->fd, path, FIXUP_INITRD_MAX, &dep, NULL);
	if (m->k->lvm)
		env(m, "root_lvm=1");
	arg(m, "-f");
	if (knows(m, "--allow-missing"))
		arg(m, "--allow-missing");
	for (unsigned i = 0; i < m->n && i < MODULES; i++) {
		file_name(buf_str(&dep), m->modules[i], name, sizeof name);
		snprintf(m->held[i], sizeof m->held[i], "--with=%s", name);
		arg(m, m->held[i]);
	}
	arg(m, m->k->initrd);
	arg(m, m->version);
	return 0;
}

static int add_to_config(struct making *m, const char *path, const struct buf *text, unsigned added,
			 struct err *e)
{
	if (!added)
		return 0;
	edits_add(m->r->edits, "initrd", path, "names %s for every initrd made from now on",
		  m->list);
	return step_write(m->r, path, text, e);
}

// It reads the modules from a file, now and whenever it runs again. It is told its root, whose name
// in /proc/partitions is another here, and does not look for the rest of fstab's line then: without
// it no fsck ever checks that root. GRUB has been seen to already.
static int tell_suse(struct making *m, struct err *e)
{
	static const char path[] = "/etc/sysconfig/kernel";
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	const struct s_system *sys = m->r->now.sys;
	bool there;

	if (step_read(m->r, path, &old, &there, e) ||
	    add_to_config(m, path, &new,
			  conf_shell_add(buf_str(&old), "INITRD_MODULES", m->modules, m->n, &new),
			  e))
		return -1;
	for (unsigned i = 0; i < sys->n_mounts; i++)
		if (!strcmp(sys->mounts[i].dir, "/")) {
			snprintf(m->opts, sizeof m->opts, "rootfsopts=%s", sys->mounts[i].options);
			snprintf(m->pass, sizeof m->pass, "rootfs_passno=%s", sys->mounts[i].pass);
			env(m, m->opts);
			env(m, m->pass);
			break;
		}
	names_part(&m->r->names, m->r->now.disk, sys->part, m->root, sizeof m->root);
	snprintf(m->kernel, sizeof m->kernel, "vmlinuz-%s", m->tag);
	str_copy(m->file, sizeof m->file, m->k->initrd + strlen("/boot/"));
	if (knows(m, "param_B"))
		arg(m, "-B");
	arg(m, "-k");
	arg(m, m->kernel);
	arg(m, "-i");
	arg(m, m->file);
	arg(m, "-d");
	arg(m, m->root);
	return 0;
}

// It reads the modules from a file, now and whenever it runs again.
static int name_for_tools(struct making *m, struct err *e)
{
	static const char path[] = "/etc/initramfs-tools/modules";
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	bool there;

	return step_read(m->r, path, &old, &there, e) ||
			       add_to_config(
				       m, path, &new,
				       conf_add_modules(buf_str(&old), m->modules, m->n, &new), e)
		       ? -1
		       : 0;
}

static int tell_tools(struct making *m, struct err *e)
{
	arg(m, "-c");
	arg(m, "-k");
	arg(m, m->version);
	return name_for_tools(m, e);
}

// What the former calls, for /boot alone.
static int tell_mkinitramfs(struct making *m, struct err *e)
{
	arg(m, "-o");
	arg(m, m->k->initrd);
	arg(m, m->version);
	return name_for_tools(m, e);
}

static const struct maker {
	enum initrd_kind kind;
	bool anywhere; // is told the path, which need not be in /boot
	const char *paths[3];
	int (*tell)(struct making *m, struct err *e);
} makers[] = {
	{ INITRD_DRACUT,
	  true,
	  { "/usr/bin/dracut", "/sbin/dracut", "/usr/sbin/dracut" },
	  tell_dracut },
	{ INITRD_NASH, true, { "/sbin/mkinitrd", NULL, NULL }, tell_nash },
	{ INITRD_SUSE, false, { "/sbin/mkinitrd", NULL, NULL }, tell_suse },
	{ INITRD_TOOLS, false, { "/usr/sbin/update-initramfs", NULL, NULL }, tell_tools },
	{ INITRD_TOOLS, true, { "/usr/sbin/mkinitramfs", NULL, NULL }, tell_mkinitramfs },
};

static bool fits(const struct making *m, const struct maker *x)
{
	return x->kind == m->k->kind && (x->anywhere || !m->on_esp);
}

static const struct maker *find(struct making *m)
{
	for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
		for (size_t k = 0; k < 3 && fits(m, &makers[i]); k++)
			if (makers[i].paths[k] &&
			    root_has_program(m->r->root, makers[i].paths[k])) {
				arg(m, makers[i].paths[k]);
				return &makers[i];
			}
	return NULL;
}

static bool has_room(const struct making *m, uint64_t need, char *why, size_t size)
{
	uint64_t used, all;
	struct err e;

	if (work_usage(m->r->work, &used, &all, &e)) {
		snprintf(why, size, "the work disk's room is not known: %s", e.text);
		return false;
	}
	if (all - used >= need)
		return true;
	snprintf(why, size,
		 "%s takes about %s of room on the work disk, there are %s (--store on USB "
		 "makes more)",
		 m->argv[0], size_show(need).s, size_show(all - used).s);
	return false;
}

static int run(struct making *m, int *status, struct err *e)
{
	struct run run = { .argv = m->argv,
			   .root = m->r->root->path,
			   .env = m->env,
			   .ui = m->r->ui,
			   .timeout_s = 1800 };
	unsigned mounts = m->r->root->n_mounts;
	struct err ignored;
	int rc;

	ui_say(m->r->ui, UI_INFO, "initrd: running %s of the installed system for kernel %s",
	       m->argv[0], m->version);
	rc = root_furnish(m->r->root, e) || run_program(&run, status, e) ? -1 : 0;
	return root_release(m->r->root, mounts, rc ? &ignored : e) || rc ? -1 : 0;
}

int fixup_make_initrd(struct repair *r, const struct s_installed *of, const struct s_kernel *k,
		      const char *const *modules, unsigned n, uint64_t room, char *why, size_t size,
		      struct err *e)
{
	struct making m = {
		.r = r,
		.version = of->version,
		.tag = of->tag,
		.on_esp = of->on_esp,
		.k = k,
		.modules = modules,
		.n = n,
		.env = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=dumb",
			 "LC_ALL=C" },
	};
	const struct maker *maker = find(&m);
	int status = 0, rc;
	size_t at = 0;

	for (unsigned i = 0; i < n && at < sizeof m.list; i++)
		at += (size_t)snprintf(m.list + at, sizeof m.list - at, "%s%s", i ? " " : "",
				       modules[i]);
	if (!maker) {
		snprintf(why, size, "the system has no program of its own to make it");
		return 0;
	}
	if (!has_room(&m, room, why, size))
		return 0;
	if (maker->tell(&m, e) || file_set_aside(r->root->fd, k->initrd, FIXUP_OLD, e))
		return -1;
	rc = run(&m, &status, e);
	int fd FD_AUTO = file_open(r->root->fd, k->initrd, O_PATH);

	if (!rc && !status && fd >= 0)
		return 1;
	snprintf(why, size, "%s did not succeed%s (status %d)", m.argv[0],
		 fd < 0 ? " in making it" : "", status);
	if (file_bring_back(r->root->fd, k->initrd, FIXUP_OLD, rc ? NULL : e))
		return -1;
	return rc;
}
