// SPDX-License-Identifier: GPL-2.0-or-later
// Installed systems: file systems that look like the root of one, read without mounting. Of a
// mirror only the member that its array is read from is looked at, so a system on both halves
// counts once, and a stale half never.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/endian.h"
#include "base/text.h"
#include "inspect/look.h"
#include "inspect/nics.h"

struct buf look_file(struct fs *fs, const char *path, size_t max)
{
	struct buf b = { 0 };

	if (fs_read_file(fs, path, max, &b, NULL) < 0)
		buf_clear(&b);
	return b;
}

bool look_exists(struct fs *fs, const char *path)
{
	struct stat st;

	return fs_stat(fs, path, &st, NULL) == 0;
}

bool look_is_dir(struct fs *fs, const char *path)
{
	struct stat st;

	return fs_stat(fs, path, &st, NULL) == 0 && S_ISDIR(st.st_mode);
}

bool look_is_root(struct fs *fs)
{
	return look_is_dir(fs, "/etc") &&
	       (look_exists(fs, "/sbin/init") || look_exists(fs, "/bin/sh") ||
		look_exists(fs, "/usr/lib/systemd/systemd") || look_exists(fs, "/usr/bin"));
}

// The first line of a file, after `before` when that is given.
static bool take_line(struct fs *fs, const char *path, const char *before, char *name, size_t size)
{
	struct buf b BUF_AUTO = look_file(fs, path, 4096);
	size_t len;

	text_clean(name, size, buf_str(&b), strcspn(buf_str(&b), "\n"));
	if (!*name || !before)
		return *name != '\0';
	len = strlen(before);
	if (len + strlen(name) < size) {
		memmove(name + len, name, strlen(name) + 1);
		memcpy(name, before, len);
	}
	return true;
}

// PRETTY_NAME="..." of os-release(5).
static bool take_pretty_name(struct fs *fs, const char *path, char *name, size_t size)
{
	static const char key[] = "PRETTY_NAME=";
	struct buf b BUF_AUTO = look_file(fs, path, 16384);
	const char *p = buf_str(&b);

	while (p && strncmp(p, key, sizeof(key) - 1) != 0) {
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	if (!p)
		return false;
	p += sizeof(key) - 1;
	if (*p == '"' || *p == '\'')
		text_clean(name, size, p + 1, strcspn(p + 1, *p == '"' ? "\"\n" : "'\n"));
	else
		text_clean(name, size, p, strcspn(p, "\n"));
	return *name != '\0';
}

// What the system calls itself; the release file first, as it alone names the minor release.
static void find_name(struct fs *fs, char *name, size_t size)
{
	if (take_line(fs, "/etc/redhat-release", NULL, name, size) ||
	    take_pretty_name(fs, "/etc/os-release", name, size) ||
	    take_pretty_name(fs, "/usr/lib/os-release", name, size) ||
	    take_line(fs, "/etc/SuSE-release", NULL, name, size) ||
	    take_line(fs, "/etc/debian_version", "Debian ", name, size) ||
	    take_line(fs, "/etc/slackware-version", NULL, name, size) ||
	    take_line(fs, "/etc/gentoo-release", NULL, name, size))
		return;
	str_copy(name, size, "Linux");
}

struct elf_head {
	uint8_t magic[4];    // 00  7f "ELF"
	uint8_t class;	     // 04  1: 32 bits, 2: 64
	uint8_t order;	     // 05  1: little-endian
	uint8_t between[12]; // 06
	le16 machine;	     // 12
};
_Static_assert(sizeof(struct elf_head) == 20, "ELF header");

static const char *machine_name(const struct elf_head *h)
{
	switch (h->order == 1 ? le16_get(h->machine) : 0) {
	case 3: return "i386";
	case 62: return h->class == 1 ? "x32" : "x86_64";
	case 40: return "arm";
	case 183: return "aarch64";
	case 243: return "riscv64";
	default: return "other";
	}
}

static void find_arch(struct fs *fs, char *arch, size_t size)
{
	static const char *const programs[] = { "/sbin/init",	"/bin/sh",
						"/bin/bash",	"/usr/lib/systemd/systemd",
						"/bin/busybox", "/usr/bin/bash",
						"/bin/ls" };

	str_copy(arch, size, "unknown");
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		struct buf b BUF_AUTO = look_file(fs, programs[i], sizeof(struct elf_head));
		struct elf_head h;

		if (b.len < sizeof(h) || memcmp(b.s, "\177ELF", 4) != 0)
			continue;
		memcpy(&h, b.s, sizeof(h));
		str_copy(arch, size, machine_name(&h));
		return;
	}
}

struct fs *look_open(struct look *l, int disk, int part)
{
	const struct s_disk *d = &l->s->disks[disk];
	struct look_fs *o;

	for (unsigned i = 0; i < l->n_open; i++)
		if (l->open[i].disk == disk && l->open[i].part == part)
			return l->open[i].fs;
	l->open = mem_grow(l->open, l->n_open + 1, sizeof(*l->open));
	o = &l->open[l->n_open++];
	*o = (struct look_fs){ .disk = disk, .part = part };
	if (d->parts[part].has_fs && l->src[disk]) {
		o->window = survey_open_part(d, (unsigned)part, l->src[disk], &o->below);
		if (fs_open(o->window, &o->fs, NULL) < 0)
			o->fs = NULL;
		if (o->fs && d->parts[part].is_subvolume)
			fs_enter(o->fs, d->parts[part].subvolume.id, NULL);
	}
	return o->fs;
}

const struct fs_subvolumes *look_all_subvolumes(struct look *l, int disk, int part)
{
	struct fs *fs = look_open(l, disk, part);

	for (unsigned i = 0; i < l->n_open; i++) {
		struct look_fs *o = &l->open[i];

		if (!fs || o->fs != fs)
			continue;
		if (!o->subvolumes) {
			o->subvolumes = mem_zero(1, sizeof(*o->subvolumes));
			if (fs_subvolumes(fs, o->subvolumes, NULL) < 0)
				*o->subvolumes = (struct fs_subvolumes){ 0 };
		}
		return o->subvolumes;
	}
	return NULL;
}

static void find_mkfs(struct fs *fs, const char *type, char *out, size_t size)
{
	static const char *const folders[] = { "/usr/sbin", "/sbin" };

	for (size_t i = 0; i < 2; i++) {
		snprintf(out, size, "%s/mkfs.%s", folders[i], type);
		if (look_exists(fs, out))
			return;
	}
	*out = 0;
}

static void add_system(struct look *l, int disk, int part, struct fs *fs)
{
	struct survey *s = l->s;
	struct s_system *sys;

	s->systems = mem_grow(s->systems, s->n_systems + 1, sizeof(*s->systems));
	sys = &s->systems[s->n_systems++];
	memset(sys, 0, sizeof(*sys));
	sys->disk = sys->boot_disk = disk;
	sys->part = sys->boot_part = part;
	str_copy(sys->family, sizeof(sys->family), "linux");
	find_name(fs, sys->name, sizeof(sys->name));
	find_arch(fs, sys->arch, sizeof(sys->arch));
	look_mounts(l, sys, fs);
	look_boot(l, sys, fs);
	look_nics(sys, fs);
	sys->grub_efi = look_is_dir(fs, "/usr/lib/grub/x86_64-efi") ||
			look_is_dir(fs, "/usr/lib/grub/i386-efi");
	sys->systemd_boot = look_exists(fs, SYSTEMD_BOOT);
	find_mkfs(fs, s->disks[disk].parts[part].fs.type, sys->mkfs, sizeof(sys->mkfs));
}

static void look_linux(struct look *l, int disk, int part)
{
	struct fs *fs;

	// A Windows may hold an /etc, too.
	if (strcmp(l->s->disks[disk].parts[part].fs.type, "ntfs") == 0)
		return;
	if (survey_has_subvolumes(&l->s->disks[disk].parts[part])) {
		look_subvolume_systems(l, disk, part, add_system);
		return;
	}
	fs = look_open(l, disk, part);
	if (fs && look_is_root(fs))
		add_system(l, disk, part, fs);
}

static void look_for(struct look *l, void (*look)(struct look *l, int disk, int part))
{
	struct survey *s = l->s;

	for (unsigned d = 0; d < s->n_disks; d++) {
		if (s->disks[d].role == ROLE_MEDIUM)
			continue;
		for (unsigned p = 0; p < s->disks[d].n && !s->disks[d].parts[p].is_subvolume; p++) {
			const struct s_part *part = &s->disks[d].parts[p];
			unsigned place = part->is_volume ? part->pv : p;
			int array = s->disks[d].parts[place].array;

			if (array >= 0 && (s->arrays[array].disk != (int)d ||
					   s->arrays[array].part != (int)place))
				continue;
			look(l, (int)d, (int)p);
		}
	}
}

void look_systems(struct look *l)
{
	look_for(l, look_linux);
	look_for(l, look_windows);
}
