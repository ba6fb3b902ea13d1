// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/kit_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/kit.h"
#include "repair/fixup/fixup.h"

#define ADVICE 24

// Is word one of those in list, between blanks?
static bool is_in(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; (p = strstr(p, word)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

static int no_such_target(const char *name, struct err *e)
{
	struct buf names BUF_AUTO = { 0 };

	for (const struct hyper *const *h = hyper_all(); *h; h++)
		buf_printf(&names, "%s%s", names.len ? ", " : "", (*h)->name);
	return err_usage(e, "--for %s: no such target: there are %s", name, buf_str(&names));
}

int kit_pick(const char *target, const struct image_ops **ops, struct err *e)
{
	const char *formats = kit_formats(target);
	char first[16];

	if (!formats)
		return no_such_target(target, e);
	if (!*ops) {
		snprintf(first, sizeof first, "%.*s", (int)strcspn(formats, " "), formats);
		*ops = image_find(first);
	}
	if (is_in(formats, (*ops)->name))
		return 0;
	return err_usage(e, "--for %s: it cannot import %s: choose --format %s", target,
			 (*ops)->name, formats);
}

static void system_facts(struct kit *k, const struct s_system *sys)
{
	const struct windows *w = sys->windows;

	k->system = sys->name;
	k->bits_64 = !strcmp(sys->arch, "x86_64");
	if (!w)
		return;
	k->windows = true;
	k->nt = w->major * 10 + w->minor;
	k->no_acpi = *w->hal && strcmp(w->hal, "acpi");
}

// Of the machine this program runs on: the one the disk came out of, unless the source is a file.
static void machine_facts(struct kit *k, const struct s_machine *m)
{
	k->memory = m->memory;
	k->cpus = m->cpus;
	for (unsigned i = 0; i < m->n_cards && k->n_cards < KIT_CARDS; i++)
		str_copy(k->cards[k->n_cards++].mac, sizeof k->cards[0].mac, m->cards[i].mac);
}

// What the verdict warned of and nothing was done about.
static unsigned warnings(const struct verdict *v, const char *advice[ADVICE])
{
	unsigned n = 0;

	for (unsigned i = 0; i < v->n && n < ADVICE; i++)
		if (v->v[i].level == VERDICT_WARN && !*v->v[i].action)
			advice[n++] = v->v[i].text;
	return n;
}

// What of the findings nobody but the operator can do something about.
static unsigned find_advice(const struct survey *s, const struct s_system *sys,
			    const struct prepared *p, const char *advice[ADVICE], unsigned n)
{
	static const char *const codes[] = { "windows-static-ip", "hibernated",
					     "windows-ide-absent" };
	const char *root = s->disks[sys->disk].parts[sys->part].path;
	unsigned n_codes = sizeof codes / sizeof *codes;

	for (unsigned i = 0; i < p->edits.n; i++)
		if (!strcmp(p->edits.v[i].step, "windows-ide"))
			n_codes = sizeof codes / sizeof *codes - 1; // the last is cured
	for (unsigned i = 0; i < s->n_findings; i++)
		for (unsigned c = 0; c < n_codes && n < ADVICE; c++)
			if (!strcmp(s->findings[i].code, codes[c]) &&
			    !strcmp(s->findings[i].subject, root))
				advice[n++] = s->findings[i].text;
	return n;
}

// Does a network card keep its name only while it has its old address?
static bool is_pinned(const struct edits *l)
{
	bool by_address = false, any = false;

	for (unsigned i = 0; i < l->n; i++) {
		by_address |= !strncmp(l->v[i].subject, FIXUP_LINKS FIXUP_BY_ADDRESS,
				       strlen(FIXUP_LINKS FIXUP_BY_ADDRESS));
		any |= !strncmp(l->v[i].subject, FIXUP_LINKS FIXUP_ANY,
				strlen(FIXUP_LINKS FIXUP_ANY));
	}
	return by_address && !any;
}

// What was changed for the target, and which of its controllers and cards the system has drivers
// for. Returns what is to be freed.
static struct kit_change *changes_of(struct kit *k, const struct prepared *p)
{
	struct kit_change *c = mem_zero(p->edits.n + 1, sizeof *c);

	for (unsigned i = 0; i < p->edits.n; i++)
		c[i] = (struct kit_change){ p->edits.v[i].step, p->edits.v[i].subject,
					    p->edits.v[i].text, prepare_why(p->edits.v[i].step) };
	k->pinned = is_pinned(&p->edits);
	k->changes = c;
	k->n_changes = p->edits.n;
	k->bus = p->verdict.bus;
	k->card = p->verdict.card;
	return c;
}

// A place whose files cannot be that large, or the operator wished it.
static bool is_split(const char *base)
{
	char *first STR_AUTO = mem_printf("%s.001", base);

	return access(base, F_OK) && !access(first, F_OK);
}

static int write_file(struct transfer *t, const struct kit *k, const struct kit_ops *ops,
		      struct err *e)
{
	char *path STR_AUTO = mem_printf("%s%s", t->base, ops->suffix);
	char *shown STR_AUTO = mem_printf("%s%s", t->shown, ops->suffix);
	struct buf text BUF_AUTO = { 0 };

	ops->make(k, &text);
	if (save_bytes(path, buf_str(&text), text.len, e) || transfer_send(t, ops->suffix, e))
		return -1;
	outcome_file(&t->outcome, shown, text.len, NULL);
	return 0;
}

int kit_files(struct transfer *t, void *arg, struct err *e)
{
	const struct kit_job *job = arg;
	const char *slash = strrchr(t->base, '/');
	int disk = survey_disk(&t->source.survey, t->source.real);
	const struct s_system *sys = disk < 0 ? NULL : survey_system(&t->source.survey, disk);
	const struct disk *real = &job->prepared->disk;
	char from[200];
	const char *advice[ADVICE];
	const struct kit_ops *ops;
	struct kit k = {
		.target = job->target,
		.image = slash ? slash + 1 : t->base,
		.format = job->plan->ops->name,
		.disk_size = job->plan->disk_size,
		.file_size = t->target.dest->sink.pos,
		.packed = job->plan->set.packing != PACK_NONE &&
			  (job->plan->ops == &image_vmdk || job->plan->ops == &image_raw),
		.efi = disk >= 0 && survey_starts_by_efi(&t->source.survey.disks[disk]),
		.split = is_split(t->base),
		.bits_64 = true,
		.system = "",
		.disk = t->source.identity,
		.version = SALVOR_VERSION,
	};
	struct kit_change *changes;
	unsigned at = 0;
	int rc = 0;

	// not the work disk's, which it was read through
	snprintf(from, sizeof from, "disk %s, serial number %s", real->model, real->serial);
	if (job->prepared->open)
		k.disk = from;
	if (!t->source.is_file)
		machine_facts(&k, &t->source.survey.machine);
	if (sys)
		system_facts(&k, sys);
	k.advice = advice;
	k.n_advice = warnings(&job->prepared->verdict, advice);
	if (sys)
		k.n_advice = find_advice(&t->source.survey, sys, job->prepared, advice, k.n_advice);
	changes = changes_of(&k, job->prepared);
	while (!rc && (ops = kit_next(&k, &at)))
		rc = write_file(t, &k, ops, e);
	free(changes);
	return rc;
}
