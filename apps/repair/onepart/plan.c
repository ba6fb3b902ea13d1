// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/size.h"
#include "repair/onepart/onepart.h"
#include "work/store.h"

#define INODE_RATIO 16384 // bytes to an inode, as mke2fs has it
#define ROOM (512 * MIB)
#define MBR_MAX (2ull << 40)

static bool is_ext(const struct s_part *sp)
{
	return !strncmp(sp->fs.type, "ext", 3);
}

static const char *name_of(const struct s_part *sp)
{
	return sp->path;
}

// The kernel tells where a file of these lies; of others it is copied.
static bool stays(const struct s_part *sp)
{
	return is_ext(sp) || !strcmp(sp->fs.type, "xfs");
}

static int check_system(const struct patient *p, struct err *e)
{
	char why[500];

	if (!p->sys)
		return err_usage(e,
				 "%s: --one-partition: no installed Linux system on ext2, ext3, "
				 "ext4, XFS or btrfs was found on it",
				 p->disk->disk.path);
	if (!survey_can_join(&p->s, p->sys, why, sizeof why))
		return err_usage(e, "%s: --one-partition: %s: make the image without",
				 p->disk->disk.path, why);
	return 0;
}

static int carrier(const struct patient *p, int part)
{
	return (int)survey_carrier(p->disk, (unsigned)part);
}

static bool has(const struct onepart *o, int part)
{
	for (unsigned i = 0; i < o->n; i++)
		if (o->mounts[i].part == part)
			return true;
	return false;
}

static int add_mount(struct onepart *o, const struct patient *p, int part, const char *dir,
		     struct err *e)
{
	const struct s_part *sp = &p->disk->parts[part];
	unsigned i;

	if (has(o, part))
		return err_usage(e,
				 "%s: --one-partition: fstab mounts it more than once, on %s too",
				 name_of(sp), dir);
	if (o->n == ROOT_MOUNTS - 8)
		return err_usage(e, "--one-partition: more than %u file systems", o->n);
	// a folder comes before what is in it
	for (i = o->n++; i > 1 && strcmp(o->mounts[i - 1].dir, dir) > 0; i--)
		o->mounts[i] = o->mounts[i - 1];
	o->mounts[i] = (struct root_mount){ part, dir };
	return 0;
}

static int find_mounts(struct onepart *o, struct patient *p, struct err *e)
{
	const struct s_system *sys = p->sys;
	struct stat st;
	struct err none;

	o->mounts[o->n++] = (struct root_mount){ sys->part, "/" };
	for (unsigned i = 0; i < sys->n_mounts; i++) {
		const struct s_mount *m = &sys->mounts[i];

		if (m->disk == sys->disk && m->part >= 0 && !strcmp(m->type, "swap")) {
			o->swap += p->disk->parts[m->part].fs_len / MIB * MIB;
			o->swaps++;
		}
		if (m->disk == sys->disk && m->part == o->esp && o->esp >= 0)
			str_copy(o->esp_dir, sizeof o->esp_dir, m->dir);
		if (survey_in_tree(p->disk, sys, m) && add_mount(o, p, m->part, m->dir, e))
			return -1;
	}
	if (survey_boot_is_esp(p->disk, sys))
		return 0;
	if (!has(o, sys->boot_part) && add_mount(o, p, sys->boot_part, "/boot", e))
		return -1;
	o->own_boot = carrier(p, sys->boot_part) != carrier(p, sys->part);
	o->bls = !patient_stat(p, "/boot/loader/entries", &st, &none);
	return 0;
}

// "subvol=@,compress=zstd" -> "compress=zstd": the words of a mount's options that begin so.
static void take_options(const char *options, const char *with, char *out, size_t size)
{
	char *words STR_AUTO = mem_dup(options), *rest = words, *word;
	size_t n = 0;

	*out = 0;
	while ((word = strsep(&rest, ",")))
		if (!strncmp(word, with, strlen(with)) && n + strlen(word) + 2 < size)
			n += (size_t)snprintf(out + n, size - n, "%s%s", n ? "," : "", word);
}

// What was a subvolume of the same file system as / stays one, under its path.
static void keep_subvolumes(struct onepart *o, const struct patient *p)
{
	const struct s_system *sys = p->sys;
	char said[128];

	for (unsigned i = 0; i < o->n; i++)
		if (p->disk->parts[o->mounts[i].part].is_subvolume &&
		    carrier(p, o->mounts[i].part) == carrier(p, sys->part))
			o->subvolume[i] = p->disk->parts[o->mounts[i].part].subvolume.path;
	o->by_default = o->subvolume[0] != NULL;
	for (unsigned i = 0; i < sys->n_mounts; i++) {
		const struct s_mount *m = &sys->mounts[i];

		if (m->disk != sys->disk || m->part < 0 ||
		    carrier(p, m->part) != carrier(p, sys->part))
			continue;
		take_options(m->options, "subvol", said, sizeof said);
		if (!strcmp(m->dir, "/") && *said)
			o->by_default = false;
		// those of the first one are those of the file system
		if (!*o->options)
			take_options(m->options, "compress", o->options, sizeof o->options);
	}
}

// Is a path that of the subvolume, or in it?
static bool within(const char *path, const char *subvolume)
{
	size_t n = strlen(subvolume);

	return !n || (!strncmp(path, subvolume, n) && (!path[n] || path[n] == '/'));
}

static int find_beyond(struct onepart *o, struct patient *p, struct err *e)
{
	struct fs *fs = patient_open_part(p, carrier(p, p->sys->part), e);
	struct fs_subvolumes all;

	if (!fs || fs_subvolumes(fs, &all, e))
		return -1;
	for (unsigned i = 0; i < all.n; i++) {
		bool in = !all.v[i].path[0];

		for (unsigned k = 0; k < o->n && !in; k++)
			in = carrier(p, o->mounts[k].part) == carrier(p, p->sys->part) &&
			     within(all.v[i].path,
				    p->disk->parts[o->mounts[k].part].subvolume.path);
		o->snapshots += in && all.v[i].snapshot;
		if (!in && o->n_beyond++ < ONEPART_BEYOND)
			str_copy(o->beyond[o->n_beyond - 1].path, sizeof o->beyond[0].path,
				 all.v[i].path);
	}
	free(all.v);
	return 0;
}

// "/swapfile", or "/swapfile-2" where there is one already; of "/swap/swapfile" the folder.
static void name_swap(struct onepart *o, struct patient *p, const char *path)
{
	size_t first = 1 + strcspn(path + 1, "/");
	char *top STR_AUTO = mem_printf("%.*s", (int)first, path), *in_use = NULL;
	struct stat st;
	struct err e;

	str_copy(o->swap_file, sizeof o->swap_file, path);
	for (unsigned n = 2; n < 100 && !patient_stat(p, in_use ? in_use : top, &st, &e); n++) {
		free(in_use);
		in_use = mem_printf("%s-%u", top, n);
		snprintf(o->swap_file, sizeof o->swap_file, "%s%s", in_use, path + first);
	}
	free(in_use);
}

static int choose_subvolumes(struct onepart *o, struct patient *p, struct err *e)
{
	const char *newest =
		p->sys->n_kernels ? p->sys->kernels[p->sys->n_kernels - 1].version : "";
	const char *root;

	str_copy(o->options, sizeof o->options, o->maker ? o->maker->mount : "");
	str_copy(o->boot, sizeof o->boot, "/boot");
	name_swap(o, p, o->maker ? o->maker->swap_file : "/" ONEPART_SWAP);
	if (o->maker && (unsigned)atoi(newest) < o->maker->swap_kernel) {
		str_copy(o->no_swap, sizeof o->no_swap, *newest ? newest : "unknown");
		o->swap_lost = o->swap;
		o->swap = 0;
	}
	if (!o->maker || !o->maker->subvolumes)
		return 0;
	keep_subvolumes(o, p);
	root = o->subvolume[0];
	if (root && !o->by_default)
		snprintf(o->boot, sizeof o->boot, "/%s/boot", root);
	return find_beyond(o, p, e);
}

static int kind_of(const struct patient *p, int part, struct newfs_kind *k, struct err *e)
{
	struct src *below, *window = survey_open_part(p->disk, (unsigned)part, p->src, &below);
	int rc = newfs_kind_of(window, k, e);

	src_close(window);
	src_close(below);
	return rc;
}

// That of /; with GRUB legacy that of /boot, which it is known to read.
static int choose_kind(struct onepart *o, const struct patient *p, struct err *e)
{
	const struct s_part *boot = &p->disk->parts[p->sys->boot_part];
	struct newfs_kind root;
	size_t n;

	o->maker = onepart_maker(p->disk->parts[p->sys->part].fs.type);
	if (o->maker) {
		str_copy(o->kind.type, sizeof o->kind.type, o->maker->type);
		return 0;
	}
	if (kind_of(p, p->sys->part, &root, e))
		return -1;
	o->kind = root;
	if (strcmp(p->sys->boot_loader, "grub-legacy") || !is_ext(boot))
		return 0;
	if (kind_of(p, p->sys->boot_part, &o->kind, e))
		return -1;
	o->kind.mount_options = root.mount_options;
	o->kind.errors = root.errors;
	if (!root.journal || o->kind.journal)
		return 0;
	o->kind.journal = true;
	if (!strcmp(o->kind.type, "ext2"))
		str_copy(o->kind.type, sizeof o->kind.type, "ext3");
	n = strlen(o->kind.features);
	snprintf(o->kind.features + n, sizeof o->kind.features - n, ",has_journal");
	return 0;
}

// Has another mount shown the same file system?
static bool counted(const struct onepart *o, const struct patient *p, unsigned i)
{
	for (unsigned k = 0; k < i; k++)
		if (carrier(p, o->mounts[k].part) == carrier(p, o->mounts[i].part))
			return true;
	return false;
}

// Blocks of 4 KiB may be larger than the old ones: half a block more for each file.
static int count(struct onepart *o, const struct patient *p, struct err *e)
{
	for (unsigned i = 0; i < o->n; i++) {
		const struct s_part *sp = &p->disk->parts[carrier(p, o->mounts[i].part)];
		uint64_t used = sp->fs.used == UINT64_MAX ? sp->fs_len : sp->fs.used;
		uint64_t inodes = used / 8192;
		struct newfs_kind k;

		if (counted(o, p, i))
			continue;

		if (is_ext(sp)) {
			if (kind_of(p, o->mounts[i].part, &k, e))
				return -1;
			inodes = k.inodes;
		}
		o->used += used;
		if (sp->fs.block < 4096)
			o->used += inodes * 2048;
		o->inodes += inodes;
		if (o->maker || !stays(sp))
			o->scratch += used;
	}
	return 0;
}

static uint64_t inodes_for(const struct onepart *o, uint64_t size)
{
	uint64_t few = o->inodes + o->inodes / 4 + 4096, many = size / INODE_RATIO;

	return few > many ? few : many;
}

// The least size of a file system for the contents, the tables of which grow with it.
static uint64_t least(const struct onepart *o)
{
	uint64_t need = o->used + o->used / 64 + o->swap, size = need;

	if (o->maker)
		return (o->maker->least(need + o->inodes * 512) + MIB - 1) / MIB * MIB;
	for (int i = 0; i < 8; i++)
		size = need + newfs_overhead(&o->kind, size, o->inodes + o->inodes / 4 + 4096);
	return (size + MIB - 1) / MIB * MIB;
}

// Where the one partition begins, and what the disk has besides it.
static void place(struct onepart *o, uint64_t size)
{
	uint64_t before = o->esp >= 0 ? (o->esp_len + MIB - 1) / MIB * MIB : o->gpt ? MIB : 0;

	o->start = ONEPART_START + before;
	o->least = least(o) + o->start + (o->gpt ? ONEPART_START : 0);
	o->size = size ? size / MIB * MIB : (o->least + o->least / 4 + ROOM) / MIB * MIB;
}

static int choose_size(struct onepart *o, const struct patient *p, uint64_t size, struct err *e)
{
	o->gpt = o->esp >= 0;
	place(o, size);
	// a GPT, and for GRUB a partition in front
	if (!o->gpt && o->size > MBR_MAX && !strcmp(p->sys->boot_loader, "grub2")) {
		o->gpt = true;
		place(o, size);
	}
	if (o->size < o->least)
		return err_usage(
			e,
			"--size: %s are too small: what goes into the partition needs %llu "
			"MiB",
			size_show(size).s, (unsigned long long)(o->least / MIB));
	if (!o->gpt && o->size > MBR_MAX)
		return err_usage(
			e,
			"%s: --one-partition: the new disk would have %s, and GRUB legacy can only "
			"start from one with an MBR, which ends at 2 TiB",
			p->disk->disk.path, size_show(o->size).s);
	o->inodes = inodes_for(o, o->size);
	// many small files take few of them
	if (o->size == o->least)
		o->inodes = inodes_for(o, 0);
	return 0;
}

// What its initrd may have been told when it was made.
static void find_waits(struct onepart *o, struct patient *p)
{
	struct stat st;
	struct err none;
	bool dracut = patient_has_dracut(p);

	o->has_resume = (dracut && o->swaps) ||
			!patient_stat(p, "/etc/initramfs-tools/conf.d/resume", &st, &none);
	o->had_lvm = dracut && survey_in_lvm(p->disk, p->sys->part);
}

int onepart_plan(struct onepart *o, struct patient *p, uint64_t size, struct err *e)
{
	const struct s_part *root;
	uint64_t used;

	*o = (struct onepart){ .esp = -1 };
	if (check_system(p, e))
		return -1;
	if (survey_starts_by_efi(p->disk)) {
		o->esp = p->disk->efi.part;
		o->esp_len = p->disk->parts[o->esp].fs_len / 512 * 512;
		str_copy(o->esp_dir, sizeof o->esp_dir, "/boot/efi");
		o->loader_stays = survey_boot_is_esp(p->disk, p->sys) ||
				  !strcmp(p->sys->boot_loader, "systemd-boot");
	}
	if (find_mounts(o, p, e) || choose_kind(o, p, e) || choose_subvolumes(o, p, e) ||
	    count(o, p, e))
		return -1;
	used = o->inodes;
	if (choose_size(o, p, size, e))
		return -1;
	root = &p->disk->parts[p->sys->part];
	str_copy(o->uuid, sizeof o->uuid, root->fs.uuid[0] ? root->fs.uuid : "random");
	str_copy(o->label, sizeof o->label, root->fs.label);
	if (o->maker)
		o->label[o->maker->label_max] = 0;
	str_copy(o->boot_uuid, sizeof o->boot_uuid, p->disk->parts[p->sys->boot_part].fs.uuid);
	// files, swap file, log and tables of a kind that other programs make; of ours the tables
	// one that is set aside is not written
	o->scratch += o->maker ? (o->maker->subvolumes ? 0 : o->swap) + o->used / 16 + 128 * MIB
			       : newfs_scratch(&o->kind, o->used, used) + 64 * MIB;
	find_waits(o, p);
	return o->esp >= 0 ? onepart_esp_plan(o, p, e) : 0;
}

static bool is_swap(const struct patient *p, int part)
{
	for (unsigned i = 0; i < p->sys->n_mounts; i++)
		if (p->sys->mounts[i].disk == p->sys->disk && p->sys->mounts[i].part == part)
			return !strcmp(p->sys->mounts[i].type, "swap");
	return false;
}

static bool goes_in(const struct onepart *o, const struct patient *p, int part)
{
	for (unsigned i = 0; i < o->n; i++)
		if (carrier(p, o->mounts[i].part) == part)
			return true;
	return false;
}

// How much is in use is told once of each file system.
static void tell_mount(const struct onepart *o, const struct patient *p, unsigned i,
		       struct edits *out)
{
	const struct s_part *sp = &p->disk->parts[o->mounts[i].part];
	uint64_t used = p->disk->parts[carrier(p, o->mounts[i].part)].fs.used;
	const char *stays = o->subvolume[i] ? ", stays a subvolume" : "";

	if (counted(o, p, i))
		edits_add(out, ONEPART_STEP, o->mounts[i].dir, "goes in: %s, %s%s",
			  survey_name(p->disk, sp).s, sp->fs.type, stays);
	else
		edits_add(out, ONEPART_STEP, o->mounts[i].dir, "goes in: %s, %s, %s in use%s",
			  survey_name(p->disk, sp).s, sp->fs.type,
			  used == UINT64_MAX ? "?" : size_show(used).s, stays);
}

static void tell_beyond(const struct onepart *o, const struct patient *p, struct edits *out)
{
	struct survey_name name = survey_name(p->disk, &p->disk->parts[carrier(p, p->sys->part)]);

	for (unsigned i = 0; i < o->n_beyond && i < ONEPART_BEYOND; i++)
		edits_add(out, ONEPART_STEP, name.s,
			  "LEFT OUT: subvolume %s: no line of /etc/fstab mounts it",
			  o->beyond[i].path);
	if (o->n_beyond > ONEPART_BEYOND)
		edits_add(out, ONEPART_STEP, name.s, "LEFT OUT: %u more subvolumes",
			  o->n_beyond - ONEPART_BEYOND);
	if (o->snapshots)
		edits_add(out, ONEPART_STEP, name.s,
			  "LEFT OUT: of %u snapshot%s what is read-only: copies would take many "
			  "times the room",
			  o->snapshots, o->snapshots == 1 ? "" : "s");
}

static void tell_swap(const struct onepart *o, struct edits *out)
{
	if (o->swap)
		edits_add(out, ONEPART_STEP, "swap", "a file of %s in place of %u partition%s: %s",
			  size_show(o->swap).s, o->swaps, o->swaps == 1 ? "" : "s", o->swap_file);
	else if (o->swaps && *o->no_swap)
		edits_add(out, ONEPART_STEP, "swap",
			  "LEFT OUT: %s: its kernel %s cannot swap to a file on %s (since %u.0 "
			  "they can): give the virtual machine a second disk for it",
			  size_show(o->swap_lost).s, o->no_swap, o->kind.type,
			  o->maker->swap_kernel);
}

void onepart_tell_scratch(const struct onepart *o, struct edits *out)
{
	const char *why = o->maker ? "all files are copied into its new file system"
				   : "the contents stay where they are until they are copied";

	if (scratch_ram() < o->scratch)
		edits_add(
			out, ONEPART_STEP, "scratch",
			"about %s: memory has %s for it, so --store on another disk is needed: %s",
			size_show(o->scratch).s, size_show(scratch_ram()).s, why);
	else
		edits_add(out, ONEPART_STEP, "scratch",
			  "about %s, in memory or beside what --store names: %s",
			  size_show(o->scratch).s, why);
}

void onepart_tell(const struct onepart *o, const struct patient *p, struct edits *out)
{
	char what[96];

	for (unsigned i = 0; i < o->n; i++)
		tell_mount(o, p, i, out);
	if (o->maker && o->maker->subvolumes)
		tell_beyond(o, p, out);
	for (unsigned i = 0; i < p->disk->n; i++) {
		const struct s_part *sp = &p->disk->parts[i];

		if (goes_in(o, p, (int)i) || sp->is_subvolume || (int)i == o->esp || !sp->has_fs ||
		    sp->part.container || is_swap(p, (int)i) || !strcmp(sp->fs.type, "LVM2_member"))
			continue;
		edits_add(out, ONEPART_STEP, survey_name(p->disk, sp).s,
			  "LEFT OUT: %s%s%s: no line of /etc/fstab mounts it", sp->fs.type,
			  sp->fs.label[0] ? " " : "", sp->fs.label);
	}
	snprintf(what, sizeof what, "disk of %s", size_show(o->size).s);
	if (o->esp >= 0)
		edits_add(out, ONEPART_STEP, survey_name(p->disk, &p->disk->parts[o->esp]).s,
			  "the EFI system partition comes along as it is, %s%s",
			  size_show(o->esp_len).s,
			  survey_boot_is_esp(p->disk, p->sys) ? ": it is /boot" : "");
	else if (o->gpt)
		edits_add(out, ONEPART_STEP, what, "a GPT, with a BIOS boot partition for GRUB 2");
	edits_add(out, ONEPART_STEP, what, "%sone partition, %s; at least %llu MiB are needed",
		  o->gpt ? "and " : "", o->kind.type, (unsigned long long)(o->least / MIB));
	tell_swap(o, out);
	if (!strcmp(p->sys->boot_loader, "grub2-esp") ||
	    !strcmp(p->sys->boot_loader, "systemd-boot"))
		edits_add(
			out, ONEPART_STEP, "boot loader",
			"the configuration of %s on the EFI system partition is changed, fstab is "
			"rewritten",
			p->sys->boot_loader[0] == 'g' ? "GRUB 2" : "systemd-boot");
	else
		edits_add(out, ONEPART_STEP, "boot loader",
			  "%s is installed for it, fstab is rewritten", p->sys->boot_loader);
}
