// SPDX-License-Identifier: GPL-2.0-or-later
// ext2, ext3 and ext4 checked by e2fsck on the work disk: preen first; everything when preen says
// that it is not enough, or when the operator asked for it.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/run.h"
#include "repair/steps/step.h"

// e2fsck's exit status, bits.
#define CORRECTED 1
#define UNCORRECTED 4

static bool is_ext(const struct s_part *sp)
{
	return sp->has_fs && !strncmp(sp->fs.type, "ext", 3) && strlen(sp->fs.type) == 4;
}

// Of the volumes of LVM not those whose other half would be left behind.
static bool checks(const struct repair *r, unsigned part)
{
	const struct s_part *sp = &r->now.disk->parts[part];

	return is_ext(sp) && (!sp->is_volume || volumes_has(&r->now, part));
}

static bool wants(const struct repair *r, const struct s_part *sp)
{
	bool asked = r->o->full_check && !r->again && is_ext(sp);

	return sp->has_fs && (!sp->fs.clean || sp->fs.damaged || asked);
}

static void subject(const struct repair *r, unsigned part, char *text, size_t size)
{
	const struct s_part *sp = &r->now.disk->parts[part];

	if (sp->is_volume)
		snprintf(text, size, "volume %.80s", survey_volume(r->now.disk, part)->name);
	else
		snprintf(text, size, "%s%s%s", survey_name(r->now.disk, sp).s,
			 sp->fs.label[0] ? " " : "", sp->fs.label);
}

static int needed(struct repair *r, struct err *e)
{
	char what[160];

	(void)e;
	for (unsigned i = 0; i < r->now.disk->n; i++) {
		const struct s_part *sp = &r->now.disk->parts[i];

		if (!wants(r, sp))
			continue;
		subject(r, i, what, sizeof what);
		if (checks(r, i))
			edits_add(r->edits, "fsck", what, "%s: check%s%s", sp->fs.type,
				  sp->fs.note[0] ? ": " : "", sp->fs.note);
		else
			ui_say(r->ui, UI_WARN,
			       "%s: %s is not clean and is not checked here: only ext2/3/4 are, "
			       "and no mirrors of LVM",
			       what, sp->fs.type);
	}
	return 0;
}

static bool says(const struct buf *out, const char *phrase)
{
	return strstr(buf_str(out), phrase) != NULL;
}

static void describe(struct repair *r, const char *what, int status, bool full,
		     const struct buf *out)
{
	edits_add(r->edits, "fsck", what, "%s%s",
		  says(out, "recovering journal") ? "journal replayed, " : "",
		  status & CORRECTED ? (full ? "errors corrected by a full check" : "corrected")
		  : full	     ? "no errors in a full check"
				     : "no errors");
}

static int check(struct repair *r, unsigned part, const char *device, struct err *e)
{
	const char *preen[] = { "e2fsck", "-p", device, NULL };
	const char *full[] = { "e2fsck", "-f", "-y", device, NULL };
	struct buf out BUF_AUTO = { 0 };
	struct run run = { .argv = preen, .out = &out, .ui = r->ui };
	bool whole = r->o->full_check;
	char what[160];
	int status = UNCORRECTED;

	subject(r, part, what, sizeof what);
	ui_say(r->ui, UI_INFO, "fsck: checking %s", what);
	if (!whole && run_program(&run, &status, e))
		return -1;
	if (status & UNCORRECTED) {
		run.argv = full;
		whole = true;
		if (run_program(&run, &status, e))
			return -1;
	}
	if (status &
	    ~(CORRECTED | 2)) // 2: the root of the running system was changed; it is not ours
		return err_set(e, 0, "%s: e2fsck could not repair it (status %d): %s", what, status,
			       says(&out, "No space") || says(&out, "I/O error")
				       ? "reading or writing failed"
				       : "see the log");
	describe(r, what, status, whole, &out);
	return 0;
}

static int check_part(struct repair *r, const struct volumes *v, unsigned part, struct err *e)
{
	const struct s_part *sp = &r->now.disk->parts[part];
	char *mapped STR_AUTO = mem_printf("/dev/dm-%d", v->minor[part]);

	if (sp->fs_off != sp->part.off)
		return err_set(e, 0,
			       "%s: check: its file system begins behind an md header: the step "
			       "detach has to come first",
			       survey_name(r->now.disk, sp).s);
	return check(r, part, sp->is_volume ? mapped : sp->path, e);
}

static int on_disk(struct repair *r, struct err *e)
{
	struct volumes v;
	struct err other;
	int rc = 0;

	if (volumes_begin(&v, &r->now, e))
		return -1;
	for (unsigned i = 0; i < r->now.disk->n && !rc; i++) {
		const struct s_part *sp = &r->now.disk->parts[i];

		if (wants(r, sp) && checks(r, i))
			rc = check_part(r, &v, i, e);
	}
	if (volumes_end(&v, rc ? &other : e) || rc)
		return -1;
	return step_look_again(r, e);
}

const struct step_ops step_fsck = {
	.name = "fsck",
	.help = "checks and repairs ext2, ext3 and ext4 that were not unmounted cleanly",
	.why = "a system does not start, or asks, when its file systems are damaged",
	.needed = needed,
	.on_disk = on_disk,
};
