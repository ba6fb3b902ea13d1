// SPDX-License-Identifier: GPL-2.0-or-later
// An installed Windows: an NTFS with a registry. libntfs-3g and hivex, which read them, work in a
// process apart; what they have found out is flat and comes back through a pipe.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

#include "base/apart.h"
#include "base/log.h"
#include "cabinet/cabinet.h"
#include "inspect/look.h"
#include "registry/ide.h"

#define SECONDS 60 // of processor time
#define SYSTEM_MAX ((size_t)96 << 20)
#define SOFTWARE_MAX ((size_t)256 << 20)
#define CABINET_LIST ((size_t)1 << 20) // the largest have some thousand files

struct found {
	struct windows windows;
	char loader[16];
	int boot_part;
};

struct looking {
	struct look *l;
	int disk, part;
};

static bool is_ntfs(const struct s_part *p)
{
	return p->has_fs && strcmp(p->fs.type, "ntfs") == 0;
}

// Memory holds the file twice for a while.
static size_t at_most(size_t wanted)
{
	struct sysinfo s;
	uint64_t spare = sysinfo(&s) == 0 ? (uint64_t)s.totalram * s.mem_unit / 8 : wanted;

	return spare < wanted ? (size_t)spare : wanted;
}

// A file whole, or nothing of it: half a registry is none.
static struct buf whole_file(struct fs *fs, const char *root, const char *path, size_t max)
{
	char full[64];
	struct stat st;

	snprintf(full, sizeof(full), "%s/System32/%s", root, path);
	if (fs_stat(fs, full, &st, NULL) < 0 || st.st_size < 0 ||
	    (uint64_t)st.st_size > at_most(max))
		return (struct buf){ 0 };
	return look_file(fs, full, max);
}

static int read_list(void *arg, uint64_t off, void *p, size_t n)
{
	memcpy(p, ((const struct buf *)arg)->s + off, n);
	return 0;
}

// Which of those that are nowhere else it has. Only its list is read, not what it holds.
static void check_cabinet(struct fs *fs, const char *path, unsigned number, struct ide_state *ide)
{
	struct buf list BUF_AUTO = look_file(fs, path, CABINET_LIST);
	struct cabinet_in in = { list.len, read_list, &list };
	struct cabinet *c;

	if (!list.len || cabinet_open(&c, path, &in, NULL))
		return;
	for (unsigned i = 0; i < IDE_N_FILES; i++) {
		if (ide->file[i] != IDE_NOWHERE || !cabinet_has(c, ide_files[i], IDE_DRIVER_MAX))
			continue;
		ide->file[i] = IDE_IN_CABINET;
		ide->cabinet[i] = (uint8_t)number;
	}
	cabinet_close(c);
}

static void check_files(struct fs *fs, const char *root, struct windows *w)
{
	struct ide_state *ide = &w->ide_state;
	char path[96];

	for (unsigned i = 0; i < IDE_N_FILES; i++) {
		snprintf(path, sizeof(path), "%s/System32/drivers/%s", root, ide_files[i]);
		ide->file[i] = look_exists(fs, path) ? IDE_IN_PLACE : IDE_NOWHERE;
		for (const char *const *s = ide_stores; *s && ide->file[i] == IDE_NOWHERE; s++)
			if (ide_path(path, sizeof(path), root, *s, w->arch, ide_files[i]) &&
			    look_exists(fs, path))
				ide->file[i] = IDE_ELSEWHERE;
	}
	for (unsigned k = 0; ide->known && ide_cabinets[k]; k++)
		if (ide_path(path, sizeof(path), root, ide_cabinets[k], w->arch, NULL))
			check_cabinet(fs, path, k, ide);
}

// The file is there all the time; its first word tells.
static bool is_hibernated(struct fs *fs)
{
	struct buf b BUF_AUTO = look_file(fs, "/hiberfil.sys", 4);

	for (size_t i = 0; i < b.len; i++)
		b.s[i] = (char)tolower((uint8_t)b.s[i]);
	return b.len == 4 && (memcmp(b.s, "hibr", 4) == 0 || memcmp(b.s, "rstr", 4) == 0);
}

static const char *loader_in(struct fs *fs)
{
	return look_exists(fs, "/bootmgr") ? "bootmgr" : look_exists(fs, "/ntldr") ? "ntldr" : NULL;
}

// Since Windows 7 it has a partition of its own.
static void find_loader(const struct looking *k, struct fs *own, struct found *f)
{
	const struct s_disk *d = &k->l->s->disks[k->disk];
	const char *name = loader_in(own);

	f->boot_part = k->part;
	for (unsigned i = 0; i < d->n && !name; i++) {
		struct fs *fs = is_ntfs(&d->parts[i]) ? look_open(k->l, k->disk, (int)i) : NULL;

		name = fs ? loader_in(fs) : NULL;
		if (name)
			f->boot_part = (int)i;
	}
	for (unsigned i = 0; i < d->n && !name; i++) {
		if (strcmp(part_type_name(&d->parts[i].part), "EFI system") == 0 &&
		    look_exists(own, "/Windows/System32/winload.efi")) {
			name = "efi";
			f->boot_part = (int)i;
		}
	}
	str_copy(f->loader, sizeof(f->loader), name ? name : "none");
}

// In a process of its own. No answer: no Windows there.
static int look_apart(void *arg, struct buf *answer, struct err *e)
{
	static const char *const roots[] = { "/Windows", "/WINNT" };
	struct looking *k = arg;
	struct fs *fs = look_open(k->l, k->disk, k->part);
	struct buf system = { 0 };
	struct found *f = mem_zero(1, sizeof(*f));
	const char *root = NULL;

	for (size_t i = 0; fs && i < sizeof(roots) / sizeof(*roots) && !root; i++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/System32/config/SYSTEM", roots[i]);
		if (look_exists(fs, path))
			root = roots[i];
	}
	if (!root)
		return 0;
	struct buf software = whole_file(fs, root, "config/SOFTWARE", SOFTWARE_MAX);
	struct buf hal = whole_file(fs, root, "hal.dll", 4u << 20);

	system = whole_file(fs, root, "config/SYSTEM", SYSTEM_MAX);
	if (system.len == 0)
		return err_set(e, 0, "SYSTEM: read the registry: unreadable, or too large");
	if (windows_read(&f->windows, &system, &software, &hal, e))
		return -1;
	str_copy(f->windows.root, sizeof(f->windows.root), root);
	check_files(fs, root, &f->windows);
	windows_ide_tell(&f->windows);
	f->windows.hibernated = is_hibernated(fs);
	find_loader(k, fs, f);
	buf_add(answer, f, sizeof(*f));
	return 0; // the process ends: nothing needs to be freed
}

static void add_system(struct survey *s, int disk, int part, const struct found *f)
{
	const struct windows *w = &f->windows;
	struct s_system *sys;

	s->systems = mem_grow(s->systems, s->n_systems + 1, sizeof(*s->systems));
	sys = &s->systems[s->n_systems++];
	*sys = (struct s_system){
		.disk = disk, .part = part, .boot_disk = disk, .family = "windows"
	};
	sys->boot_part = f->boot_part;
	snprintf(sys->name, sizeof(sys->name), "%.60s%s%.30s", w->product,
		 *w->service_pack ? " " : "", w->service_pack);
	str_copy(sys->arch, sizeof(sys->arch), w->arch);
	str_copy(sys->boot_loader, sizeof(sys->boot_loader), f->loader);
	sys->windows = mem_alloc(sizeof(*w));
	*sys->windows = *w;
}

// It is there, but cannot be looked into.
static void add_unread(struct survey *s, int disk, int part, const struct err *why)
{
	struct found f = { .boot_part = part, .loader = "unknown" };

	str_copy(f.windows.product, sizeof(f.windows.product), "Windows");
	str_copy(f.windows.arch, sizeof(f.windows.arch), "unknown");
	str_copy(f.windows.trouble, sizeof(f.windows.trouble), why->text);
	add_system(s, disk, part, &f);
}

void look_windows(struct look *l, int disk, int part)
{
	struct looking k = { l, disk, part };
	struct buf answer BUF_AUTO = { 0 };
	struct found f;
	struct err e;

	if (!is_ntfs(&l->s->disks[disk].parts[part]))
		return;
	if (apart_run(look_apart, &k, SECONDS, &answer, l->ui, &e)) {
		log_line("windows: %s: %s", l->s->disks[disk].parts[part].path, e.text);
		add_unread(l->s, disk, part, &e);
	} else if (answer.len == sizeof(f)) {
		memcpy(&f, answer.s, sizeof(f));
		add_system(l->s, disk, part, &f);
	}
}
