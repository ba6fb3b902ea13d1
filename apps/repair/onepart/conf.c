// SPDX-License-Identifier: GPL-2.0-or-later
// What tells the system of its partitions, in the root of the new disk.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "repair/entries.h"
#include "repair/onepart/onepart.h"
#include "repair/steps/step.h"

#define FSTAB "/etc/fstab"
#define RESUME "/etc/initramfs-tools/conf.d/resume"
#define DEFAULTS "/etc/default/grub"
#define ENTRIES "/boot/loader/entries"
#define PARTUUID "PARTUUID="

struct place {
	struct repair *r;
	const struct onepart *o;
	const char *path;
};

// What the one partition is called by who called / so: its file system's names are the same, those
// of its place are not. One by PARTUUID gets another, as there may be no initrd, which alone knows
// file systems' names. False: it keeps it.
static bool rename_root(const struct place *p, const char *old, char *to, size_t size)
{
	const struct repair *r = p->r;
	const char *id = r->first.disk->parts[r->first.sys->part].part.id;

	if (id[0] &&
	    (!strncasecmp(old, PARTUUID, strlen(PARTUUID)) || !strncasecmp(old, "PARTLABEL=", 10)))
		snprintf(to, size, PARTUUID "%s", id);
	else if (!strncmp(old, "/dev/", 5))
		names_best(&r->names, r->first.sys->part, to, size);
	else
		return false;
	return strcasecmp(old, to) != 0;
}

static bool names_device_of(const char *spec)
{
	return !strncmp(spec, "/dev/", 5) || strchr(spec, '=');
}

// Its UUID and label are the same; its PARTUUID is when it was in a GPT. What else it is called by
// is not.
static enum fstab_verdict keep_esp(const struct place *p, const struct fstab_line *l, char *to,
				   size_t size)
{
	const struct s_disk *d = p->r->first.disk;
	struct survey_tag tag;

	if (survey_tag(l->spec, &tag) && tag.kind != TAG_PARTLABEL &&
	    survey_has_tag(&d->parts[d->efi.part], &tag))
		return FSTAB_KEEP;
	names_best(&p->r->names, d->efi.part, to, size);
	edits_add(p->r->edits, ONEPART_STEP, FSTAB, "%s -> %s", l->spec, to);
	return FSTAB_RENAME;
}

// Which of the mounts lies there; -1: none.
static int mount_at(const struct onepart *o, const char *dir)
{
	for (unsigned i = 0; i < o->n; i++)
		if (!strcmp(o->mounts[i].dir, dir))
			return (int)i;
	return -1;
}

static enum fstab_verdict judge(void *arg, const struct fstab_line *l, char *to, size_t size)
{
	const struct place *p = arg;
	const struct onepart *o = p->o;
	int i = mount_at(o, l->dir);

	if (!names_device_of(l->spec))
		return FSTAB_KEEP;
	if (i == 0 || (i > 0 && o->subvolume[i])) {
		if (!rename_root(p, l->spec, to, size))
			return FSTAB_KEEP;
		edits_add(p->r->edits, ONEPART_STEP, FSTAB, "%s -> %s", l->spec, to);
		return FSTAB_RENAME;
	}
	if (o->esp >= 0 && !strcmp(l->dir, o->esp_dir))
		return keep_esp(p, l, to, size);
	if (o->swaps && !strcmp(l->type, "swap") && strncmp(l->spec, "/dev/zram", 9)) {
		snprintf(to, size,
			 o->swap ? "the swap file is there instead" : "it did not come along");
		edits_add(p->r->edits, ONEPART_STEP, FSTAB, "%s: swap: %s", l->spec, to);
		return FSTAB_DROP;
	}
	if (i < 0)
		return FSTAB_KEEP;
	snprintf(to, size, "it is a folder of / now");
	edits_add(p->r->edits, ONEPART_STEP, FSTAB, "%s: %s is a folder of / now", l->spec, l->dir);
	return FSTAB_DROP;
}

// A subvolume has its path still, but another number.
static enum fstab_verdict judge_options(void *arg, const struct fstab_line *l, char *to,
					size_t size)
{
	const struct place *p = arg;
	char *words STR_AUTO = mem_dup(l->options), *rest = words, *word;
	struct buf out BUF_AUTO = { 0 };
	int i = mount_at(p->o, l->dir);
	bool path = false;

	if (i < 0 || !p->o->subvolume[i] || !strstr(l->options, "subvolid="))
		return FSTAB_KEEP;
	while ((word = strsep(&rest, ","))) {
		path |= !strncmp(word, "subvol=", 7);
		if (strncmp(word, "subvolid=", 9))
			buf_printf(&out, "%s%s", out.len ? "," : "", word);
	}
	if (!path)
		buf_printf(&out, "%ssubvol=/%s", out.len ? "," : "", p->o->subvolume[i]);
	str_copy(to, size, buf_str(&out));
	edits_add(p->r->edits, ONEPART_STEP, FSTAB, "%s: %s -> %s", l->dir, l->options, to);
	return FSTAB_OPTIONS;
}

static bool edit_fstab(struct place *p, const char *text, struct buf *out)
{
	struct buf named BUF_AUTO = { 0 };
	bool changed = text_fstab(text, judge, p, &named);

	changed |= text_fstab(buf_str(&named), judge_options, p, out);
	if (!p->o->swap)
		return changed;
	if (out->len && out->s[out->len - 1] != '\n')
		buf_puts(out, "\n");
	buf_printf(out, "%s swap swap defaults 0 0\n", p->o->swap_file);
	return true;
}

static bool always(void *arg, const char *key, const char *value)
{
	const struct place *p = arg;

	edits_add(p->r->edits, ONEPART_STEP, p->path, "%s=%s taken out", key, value);
	return true;
}

static bool new_root(void *arg, const char *key, const char *value, char *to, size_t size)
{
	const struct place *p = arg;

	if (strcmp(key, "root") || !rename_root(p, value, to, size))
		return false;
	edits_add(p->r->edits, ONEPART_STEP, p->path, "root=%s -> %s", value, to);
	return true;
}

// Nothing is to be waited for but the one partition.
static bool edit_args(struct place *p, const char *text, struct buf *out)
{
	static const char *const keys[] = { "resume",	  "resume_offset", "rd.lvm.lv",
					    "rd.lvm.vg",  "rd_LVM_LV",	   "rd_LVM_VG",
					    "rd.md.uuid", "rd_MD_UUID",	   NULL };
	struct buf named BUF_AUTO = { 0 };
	bool changed = text_kernel_args(text, new_root, p, &named);

	return text_drop_args(buf_str(&named), keys, always, p, out) || changed;
}

// What an initrd would wait for may stand in it.
static bool no_wait(struct place *p, bool (*add)(const char *, const char *, struct buf *),
		    const char *text, struct buf *out)
{
	const struct {
		bool wanted;
		const char *argument;
	} more[] = { { p->o->has_resume, "noresume" }, { p->o->had_lvm, "rd.lvm=0" } };
	bool changed = false;

	buf_puts(out, text);
	for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
		char *old STR_AUTO = mem_dup(buf_str(out));

		buf_clear(out);
		if (!more[i].wanted || !add(old, more[i].argument, out)) {
			buf_clear(out);
			buf_puts(out, old);
			continue;
		}
		edits_add(p->r->edits, ONEPART_STEP, p->path, "%s added: the initrd would wait",
			  more[i].argument);
		changed = true;
	}
	return changed;
}

bool onepart_arguments(struct repair *r, const struct onepart *o, const char *path,
		       const char *text, bool kernels, struct buf *out)
{
	struct place p = { r, o, path };
	struct buf args BUF_AUTO = { 0 };
	bool changed = edit_args(&p, text, kernels ? &args : out);

	return kernels ? no_wait(&p, text_kernel_argument, buf_str(&args), out) || changed
		       : changed;
}

bool onepart_variables(struct repair *r, const struct onepart *o, const char *path,
		       const char *text, struct buf *out)
{
	char *entries STR_AUTO = mem_printf("%s/loader/entries", o->boot);
	struct place p = { r, o, path };
	struct buf args BUF_AUTO = { 0 };
	bool changed = edit_args(&p, text, &args);

	if (o->bls && o->own_boot && text_grub_variable(buf_str(&args), "blsdir", entries, out)) {
		edits_add(r->edits, ONEPART_STEP, path, "blsdir=%s, seen from the top", entries);
		changed = true;
	} else if (!o->bls || !o->own_boot) {
		buf_add(out, args.s, args.len);
	}
	if (!changed || text_env_block(text, out))
		return changed;
	ui_say(r->ui, UI_WARN, "%s: the new variables are too long for it: it stays as it is",
	       path);
	return false;
}

static bool edit_loader(struct place *p, const char *text, struct buf *out)
{
	struct buf args BUF_AUTO = { 0 };
	bool changed = onepart_arguments(p->r, p->o, p->path, text, true, &args);

	if (!p->o->own_boot) {
		buf_add(out, args.s, args.len);
		return changed;
	}
	if (text_boot_paths(buf_str(&args), p->o->boot, out)) {
		edits_add(p->r->edits, ONEPART_STEP, p->path,
			  "paths begin with %s, which was a partition", p->o->boot);
		changed = true;
	}
	return changed;
}

static bool edit_defaults(struct place *p, const char *text, struct buf *out)
{
	struct buf args BUF_AUTO = { 0 };
	bool changed = edit_args(p, text, &args);

	return no_wait(p, text_grub_argument, buf_str(&args), out) || changed;
}

static bool no_resume(void *arg, const char *key, const char *value, char *to, size_t size)
{
	const struct place *p = arg;

	if (strcmp(key, "RESUME") || !strcmp(value, "none"))
		return false;
	snprintf(to, size, "none");
	edits_add(p->r->edits, ONEPART_STEP, p->path, "RESUME=%s -> none", value);
	return true;
}

static bool edit_resume(struct place *p, const char *text, struct buf *out)
{
	return text_kernel_args(text, no_resume, p, out);
}

static int edit_file(struct repair *r, const struct onepart *o, const char *path,
		     bool (*edit)(struct place *, const char *, struct buf *), struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	struct place p = { r, o, path };
	bool there;

	if (step_read(r, path, &old, &there, e))
		return -1;
	return there && edit(&p, buf_str(&old), &new) ? step_write(r, path, &new, e) : 0;
}

static int edit_entry(struct repair *r, const void *arg, const char *path, struct err *e)
{
	return edit_file(r, arg, path, edit_loader, e);
}

// The arguments of all kernels, where each has a file of its own (Red Hat 8).
static bool edit_variables(struct place *p, const char *text, struct buf *out)
{
	return onepart_variables(p->r, p->o, p->path, text, out);
}

int onepart_configure(struct repair *r, const struct onepart *o, struct err *e)
{
	const struct s_system *sys = r->first.sys;

	if (edit_file(r, o, FSTAB, edit_fstab, e) || edit_file(r, o, DEFAULTS, edit_defaults, e) ||
	    edit_file(r, o, RESUME, edit_resume, e) ||
	    edit_file(r, o, "/etc/kernel/cmdline", edit_args, e) ||
	    edit_file(r, o, "/boot/grub2/grubenv", edit_variables, e) ||
	    entries_each(r, edit_entry, o, e))
		return -1;
	// GRUB 2's own is made anew by the system
	if (strcmp(sys->boot_loader, "grub-legacy"))
		return 0;
	return edit_file(r, o, sys->boot_config, edit_loader, e);
}
