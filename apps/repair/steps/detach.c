// SPDX-License-Identifier: GPL-2.0-or-later
// Out of the mirror: partition types, superblocks, and every place that calls a file system by
// the array's name.
//
// With metadata 0.90 and 1.0 the superblock lies behind the data: the partition becomes a plain
// one by changing its type. With 1.1 and 1.2 it lies before them: the partition's start moves to
// where the data begins.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/size.h"
#include "part/edit.h"
#include "repair/args.h"
#include "repair/crypttab.h"
#include "repair/entries.h"
#include "repair/lvm_filter.h"
#include "repair/steps/step.h"
#include "repair/text.h"

#define SUPERS 16
#define MBR_RAID 0xfd

static const struct kind {
	const char *fs; // "EFI": the EFI system partition; NULL: everything else
	uint8_t mbr;
	const char *gpt, *name;
} kinds[] = {
	{ "swap", 0x82, GUID_SWAP, "swap" },
	{ "LVM2_member", 0x8e, GUID_LVM, "LVM" },
	{ "EFI", 0xef, GUID_ESP, "EFI system" },
	{ NULL, 0x83, GUID_LINUX, "Linux" },
};

static const struct kind *kind_of(const struct s_disk *d, const struct s_part *sp)
{
	const char *fs = d->efi.there && sp == &d->parts[d->efi.part] ? "EFI" : sp->fs.type;
	const struct kind *k = kinds;

	while (k->fs && (!sp->has_fs || strcmp(k->fs, fs)))
		k++;
	return k;
}

static bool raid_type(const struct s_disk *d, const struct s_part *sp)
{
	return !strcmp(d->table.kind, "gpt") ? !strcmp(sp->part.guid, GUID_RAID)
					     : sp->part.type == MBR_RAID;
}

static int check_member(const struct s_disk *d, const struct s_part *sp, struct err *e)
{
	struct survey_name what = survey_name(d, sp);

	if (raid_not_alone(&sp->member))
		return err_set(e, 0, "%s: %s: detach: it %s", d->disk.path, what.s,
			       raid_not_alone(&sp->member));
	if (!sp->part.number && sp->member.data_off)
		return err_set(e, 0,
			       "%s: detach: the whole disk is a member with metadata %s, its data "
			       "begins at 0x%llx: it cannot be moved in place",
			       d->disk.path, sp->member.metadata,
			       (unsigned long long)sp->member.data_off);
	return 0;
}

// Did its mirror go on without it, on another disk of this machine? Alone this disk cannot tell.
static bool is_stale(const struct repair *r, const struct s_part *sp)
{
	int d = r->machine ? survey_disk(r->machine, r->real.path) : -1;

	for (unsigned i = 0; d >= 0 && i < r->machine->disks[d].n; i++) {
		const struct s_part *p = &r->machine->disks[d].parts[i];

		if (p->part.number == sp->part.number && p->stale)
			return true;
	}
	return false;
}

static void say_types(struct repair *r, const struct s_disk *d, const struct s_part *sp)
{
	const struct kind *k = kind_of(d, sp);
	struct survey_name what = survey_name(d, sp);

	if (!strcmp(d->table.kind, "gpt"))
		edits_add(r->edits, "detach", what.s, "type Linux RAID -> %s", k->name);
	else
		edits_add(r->edits, "detach", what.s, "type fd -> %02x (%s)", k->mbr, k->name);
}

static int write_edits(struct repair *r, int fd, const struct part_edits *x, struct err *e)
{
	const char *path = r->now.disk->disk.path;

	if (x->note[0])
		ui_say(r->ui, UI_WARN, "%s: %s", path, x->note);
	for (unsigned i = 0; i < x->n; i++)
		if (pwrite(fd, x->v[i].bytes, x->v[i].len, (off_t)x->v[i].off) !=
		    (ssize_t)x->v[i].len)
			return err_set(e, errno, "%s: write the partition table", path);
	return 0;
}

static int erase(struct repair *r, int fd, const struct s_part *sp, struct err *e)
{
	struct src *window = src_window(r->now.src, sp->part.off, sp->part.len, sp->path);
	struct range ranges[SUPERS];
	unsigned n = raid_super_ranges(window, ranges, SUPERS);
	static const char zeros[4096];

	src_close(window);
	for (unsigned i = 0; i < n; i++)
		for (uint64_t at = 0; at < ranges[i].len;) {
			uint64_t left = ranges[i].len - at;
			size_t k = left < sizeof zeros ? (size_t)left : sizeof zeros;

			if (pwrite(fd, zeros, k, (off_t)(sp->part.off + ranges[i].off + at)) !=
			    (ssize_t)k)
				return err_set(e, errno, "%s: erase the md superblock", sp->path);
			at += k;
		}
	return 0;
}

// No data are moved: the superblock stays behind, outside of any partition.
static int move_start(struct repair *r, int fd, const struct s_part *sp, struct err *e)
{
	uint64_t to = sp->part.off + sp->member.data_off, len = sp->member.data_len;
	uint32_t sector = r->now.disk->table.sector;
	struct survey_name what = survey_name(r->now.disk, sp);
	struct part_edits x;

	if (sp->member.data_off > sp->part.len || len > sp->part.len - sp->member.data_off)
		return err_set(e, 0,
			       "%s: %s: detach: by its superblock %llu bytes of data begin at "
			       "0x%llx, more than the partition has: was it made smaller?",
			       r->now.disk->disk.path, what.s, (unsigned long long)len,
			       (unsigned long long)sp->member.data_off);
	len -= len % sector;
	if (part_edit_place(r->now.src, sp->part.number, to, len, &x, e) ||
	    (fd >= 0 && write_edits(r, fd, &x, e)))
		return -1;
	edits_add(r->edits, "detach", what.s,
		  "start moved from sector %llu to %llu, where the data begin; it ends with them",
		  (unsigned long long)sp->part.off / sector, (unsigned long long)to / sector);
	return 0;
}

// One partition: fd < 0 only says what would be done.
static int detach_part(struct repair *r, int fd, const struct s_part *sp, struct err *e)
{
	const struct s_disk *d = r->now.disk;
	bool gpt = !strcmp(d->table.kind, "gpt");
	struct survey_name what = survey_name(d, sp);
	struct part_edits x;

	if (sp->is_member) {
		if (check_member(d, sp, e) || (fd >= 0 && erase(r, fd, sp, e)))
			return -1;
		edits_add(r->edits, "detach", what.s, "md superblock %s of %s erased%s",
			  sp->member.metadata, r->now.s.arrays[sp->array].name,
			  is_stale(r, sp) ? ": ITS DATA IS OLD, the mirror went on on another disk"
					  : "");
		if (sp->member.bad)
			ui_say(r->ui, UI_WARN,
			       "%s: %s: md's bad-block log names %s that may hold old data: files "
			       "there may be wrong",
			       d->disk.path, what.s, size_show(sp->member.bad).s);
		if (sp->member.data_off && move_start(r, fd, sp, e))
			return -1;
	}
	if (!sp->part.number || !raid_type(d, sp))
		return 0;
	say_types(r, d, sp);
	if (fd < 0)
		return 0;
	if (gpt ? part_edit_guid(r->now.src, sp->part.number, kind_of(d, sp)->gpt, &x, e)
		: part_edit_type(r->now.src, sp->part.number, kind_of(d, sp)->mbr, &x, e))
		return -1;
	return write_edits(r, fd, &x, e);
}

static int detach_parts(struct repair *r, int fd, struct err *e)
{
	for (unsigned i = 0; i < r->now.disk->n; i++)
		if (detach_part(r, fd, &r->now.disk->parts[i], e))
			return -1;
	return 0;
}

// --- names in files

static enum fstab_verdict judge(void *arg, const struct fstab_line *l, char *to, size_t size)
{
	return args_array(arg, "", l->spec, to, size) ? FSTAB_RENAME : FSTAB_KEEP;
}

static enum fstab_verdict judge_crypt(void *arg, const struct fstab_line *l, char *to, size_t size)
{
	struct args_place *p = arg;
	int part = patient_array(&p->r->first, l->spec);

	if (part < 0)
		return FSTAB_KEEP;
	crypttab_name(p->r, part, to, size);
	edits_add(p->r->edits, "detach", p->path, "%s: %s -> %s", l->dir, l->spec, to);
	return FSTAB_RENAME;
}

static bool edit_crypttab(struct args_place *p, const char *text, struct buf *out)
{
	return text_crypttab(text, judge_crypt, p, out);
}

static bool edit_mdadm_conf(struct args_place *p, const char *text, struct buf *out)
{
	unsigned n = text_mdadm_conf(text, out);

	if (n)
		edits_add(p->r->edits, "detach", p->path, "%u ARRAY line%s commented out", n,
			  n == 1 ? "" : "s");
	return n > 0;
}

static bool edit_fstab(struct args_place *p, const char *text, struct buf *out)
{
	return text_fstab(text, judge, p, out);
}

static int edit_file(struct repair *r, const char *path,
		     bool (*edit)(struct args_place *, const char *, struct buf *), struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	struct args_place p = { r, "detach", path };
	bool there;

	if (step_read(r, path, &old, &there, e))
		return -1;
	return there && edit(&p, buf_str(&old), &new) ? step_write(r, path, &new, e) : 0;
}

static int edit_entry(struct repair *r, const void *arg, const char *path, struct err *e)
{
	(void)arg;
	return edit_file(r, path, args_edit, e);
}

static int detach_files(struct repair *r, struct err *e)
{
	const char *config = r->first.sys->boot_config;

	if (edit_file(r, "/etc/fstab", edit_fstab, e) ||
	    edit_file(r, "/etc/crypttab", edit_crypttab, e) ||
	    edit_file(r, "/etc/mdadm.conf", edit_mdadm_conf, e) ||
	    edit_file(r, "/etc/mdadm/mdadm.conf", edit_mdadm_conf, e) || lvm_filter_edit(r, e) ||
	    edit_file(r, "/etc/default/grub", args_edit, e) ||
	    edit_file(r, "/etc/kernel/cmdline", args_edit, e) ||
	    edit_file(r, "/boot/grub2/grubenv", args_edit, e) ||
	    entries_each(r, edit_entry, NULL, e) ||
	    edit_file(r, "/etc/initramfs-tools/conf.d/resume", args_edit, e))
		return -1;
	// GRUB 2's own configuration is made anew by the system in the step grub
	if (!*config || !strcmp(r->first.sys->boot_loader, "grub2"))
		return 0;
	return edit_file(r, config, args_edit, e);
}

static int needed(struct repair *r, struct err *e)
{
	if (detach_parts(r, -1, e))
		return -1;
	return r->first.sys ? detach_files(r, e) : 0;
}

static int on_disk(struct repair *r, struct err *e)
{
	const char *path = r->now.disk->disk.path;
	int fd FD_AUTO = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "%s: open", path);
	if (detach_parts(r, fd, e))
		return -1;
	if (fsync(fd))
		return err_set(e, errno, "%s: write", path);
	return step_look_again(r, e);
}

static int in_root(struct repair *r, struct err *e)
{
	return detach_files(r, e);
}

const struct step_ops step_detach = {
	.name = "detach",
	.help = "takes the partitions out of the mirror: types, md superblocks, names of arrays in "
		"files",
	.why = "the other half of the mirror is not there",
	.needed = needed,
	.on_disk = on_disk,
	.in_root = in_root,
};
