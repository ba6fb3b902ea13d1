// SPDX-License-Identifier: GPL-2.0-or-later
// Windows that would stop with 0x7B behind the IDE controller of a virtual machine: what it lacks
// for that goes into its registry, and driver files into their place. What IDE needs is harmless
// where the disk is then attached in another way.
#include <stdio.h>
#include <string.h>

#include "repair/steps/step.h"
#include "repair/windows_ide.h"

// "intelide, pciide"
static void list(struct buf *out, const char *name)
{
	buf_printf(out, "%s%s", out->len ? ", " : "", name);
}

// Files out of the cabinet with this number, by its name as Windows writes it.
static void tell_cabinet(struct repair *r, const char *where, const char *arch,
			 const struct ide_state *s, const struct ide_cure *c, unsigned number)
{
	struct buf files BUF_AUTO = { 0 };
	char path[96];

	for (unsigned i = 0; i < IDE_N_FILES; i++)
		if (c->copy[i] && s->file[i] == IDE_IN_CABINET && s->cabinet[i] == number)
			list(&files, ide_files[i]);
	if (!files.len || !ide_path(path, sizeof path, "", ide_cabinets[number], arch, NULL))
		return;
	for (char *p = path; *p; p++)
		*p = *p == '/' ? '\\' : *p;
	edits_add(r->edits, "windows-ide", where, "%s unpacked from %s to System32\\drivers",
		  buf_str(&files), path + 1);
}

static void tell(struct repair *r, const char *where, const char *arch, const struct ide_state *s,
		 const struct ide_cure *c)
{
	struct buf services BUF_AUTO = { 0 }, devices BUF_AUTO = { 0 }, files BUF_AUTO = { 0 };

	for (unsigned i = 0; i < IDE_N_FILES; i++)
		if (c->copy[i] && s->file[i] != IDE_IN_CABINET)
			list(&files, ide_files[i]);
	for (unsigned i = 0; i < IDE_N_SERVICES; i++)
		if (c->service[i])
			list(&services, ide_services[i].name);
	for (unsigned i = 0; i < IDE_N_DEVICES; i++)
		if (c->device[i])
			list(&devices, ide_devices[i].name);
	if (files.len)
		edits_add(r->edits, "windows-ide", where, "%s copied to System32\\drivers",
			  buf_str(&files));
	for (unsigned k = 0; ide_cabinets[k]; k++)
		tell_cabinet(r, where, arch, s, c, k);
	if (services.len)
		edits_add(r->edits, "windows-ide", where,
			  "registry: %s started with the boot loader, or the disk is not found",
			  buf_str(&services));
	if (devices.len)
		edits_add(r->edits, "windows-ide", where, "registry: known before setup: %s",
			  buf_str(&devices));
}

// What stays as it is, and why: once, when the plan is made.
static void warn(struct repair *r, const char *where, const struct windows *w, const char *why)
{
	struct buf files BUF_AUTO = { 0 };

	for (unsigned i = 0; !why && i < IDE_N_FILES; i++)
		if (w->ide_state.file[i] == IDE_NOWHERE)
			list(&files, ide_files[i]);
	if (r->again)
		return;
	if (why)
		ui_say(r->ui, UI_WARN,
		       "%s: Windows is not made to start from IDE: %s. Start and shut it down "
		       "once on this machine, then come back",
		       where, why);
	else if (files.len)
		ui_say(r->ui, UI_WARN,
		       "%s: Windows lacks %s, and no copy is on the disk, neither as a file nor "
		       "in a cabinet: copy from its CD to System32\\drivers",
		       where, buf_str(&files));
}

// Calls each for every Windows on the disk that can be helped.
static int for_each(struct repair *r,
		    int (*each)(struct repair *r, const struct s_part *p, const struct windows *w,
				const struct ide_cure *c, struct err *e),
		    struct err *e)
{
	const struct survey *s = &r->now.s;

	for (unsigned i = 0; i < s->n_systems; i++) {
		const struct windows *w = s->systems[i].windows;
		const struct s_part *p = &r->now.disk->parts[s->systems[i].part];
		struct ide_cure c;
		const char *why;

		if (!w || !*w->ide)
			continue;
		why = windows_ide_hands_off(w, p->fs.clean);
		ide_curable(&w->ide_state, &c);
		if (each == NULL)
			warn(r, p->path, w, why);
		else if (!why && c.any && each(r, p, w, &c, e))
			return -1;
	}
	return 0;
}

static int plan(struct repair *r, const struct s_part *p, const struct windows *w,
		const struct ide_cure *c, struct err *e)
{
	char where[96];

	(void)e;
	snprintf(where, sizeof where, "Windows on %.80s", survey_name(r->now.disk, p).s);
	tell(r, where, w->arch, &w->ide_state, c);
	return 0;
}

static int change(struct repair *r, const struct s_part *p, const struct windows *w,
		  const struct ide_cure *c, struct err *e)
{
	struct ide_outcome o;
	char where[96];

	(void)c;
	snprintf(where, sizeof where, "Windows on %.80s", survey_name(r->now.disk, p).s);
	if (p->fs_off != p->part.off)
		return err_set(e, 0,
			       "%s: change Windows: its file system begins behind an md header",
			       survey_name(r->now.disk, p).s);
	if (windows_ide_apply(p->path, w, &o, r->ui, e))
		return -1;
	if (o.why[0])
		ui_say(r->ui, UI_WARN,
		       "%s: Windows is left without what needs these files: %s. Copy them from "
		       "its CD to System32\\drivers",
		       p->path, o.why);
	tell(r, where, w->arch, &o.state, &o.cure);
	return 0;
}

static int needed(struct repair *r, struct err *e)
{
	for_each(r, NULL, e);
	return for_each(r, plan, e);
}

static int on_disk(struct repair *r, struct err *e)
{
	return for_each(r, change, e) || step_look_again(r, e) ? -1 : 0;
}

const struct step_ops fixup_windows_ide = {
	.name = "windows-ide",
	.help = "puts in the drivers and registry entries that Windows needs to start from an IDE "
		"disk",
	.why = "without the driver of the disk it starts from, Windows stops with 0x0000007B",
	.needed = needed,
	.on_disk = on_disk,
};
