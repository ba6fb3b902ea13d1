// SPDX-License-Identifier: GPL-2.0-or-later
// The survey: opens the disks, lets each part look, runs the checks, closes everything.
#include "inspect/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "inspect/check.h"
#include "inspect/look.h"

#define SMART_WAIT_MS 4000 // for the answers that are still out when all else has been looked at

static const struct check_ops *const checks[] = {
#define X(n) &check_##n,
#include "inspect/checks/list.h"
#undef X
};

const char *role_name(enum disk_role r)
{
	static const char *const names[] = { "plain",	     "survivor",    "member",
					     "stale-member", "boot-medium", "empty" };

	return names[r];
}

const char *finding_level_name(enum finding_level l)
{
	static const char *const names[] = { "ok", "warn", "stop" };

	return names[l];
}

void finding_add(struct survey *s, enum finding_level level, const char *code, const char *subject,
		 const char *cure, const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	s->findings = mem_grow(s->findings, s->n_findings + 1, sizeof(*s->findings));
	f = &s->findings[s->n_findings++];
	f->for_vm = false;
	f->level = level;
	str_copy(f->code, sizeof(f->code), code);
	str_copy(f->subject, sizeof(f->subject), subject);
	str_copy(f->cure, sizeof(f->cure), cure);
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	log_line("survey: %s %s: %s: %s", finding_level_name(level), code, subject, f->text);
}

void finding_for_vm(struct survey *s)
{
	s->findings[s->n_findings - 1].for_vm = true;
}

static struct s_disk *add_disk(struct survey *s, const struct disk *d)
{
	s->disks = mem_grow(s->disks, s->n_disks + 1, sizeof(*s->disks));
	memset(&s->disks[s->n_disks], 0, sizeof(*s->disks));
	s->disks[s->n_disks].disk = *d;
	return &s->disks[s->n_disks++];
}

// A path that means a disk which is in the list already (another name, one of its partitions) is
// not added again.
static int add_path(struct survey *s, const char *path, struct err *e)
{
	struct disk d;

	if (disk_of_path(&d, path, e) < 0)
		return -1;
	for (unsigned i = 0; i < s->n_disks; i++) {
		bool same;

		if (disk_same(s->disks[i].disk.path, d.path, &same, NULL) == 0 && same)
			return 0;
	}
	add_disk(s, &d);
	return 0;
}

static int list_disks(struct survey *s, const char *const *paths, unsigned n_paths, struct err *e)
{
	struct disks all;

	for (unsigned i = 0; i < n_paths; i++)
		if (add_path(s, paths[i], e) < 0)
			return -1;
	if (n_paths > 0)
		return 0;
	if (disks_list(&all, "", e) < 0)
		return -1;
	// The work disk shows the survivor a second time.
	for (size_t i = 0; i < all.n; i++)
		if (!all.d[i].work)
			add_disk(s, &all.d[i]);
	disks_free(&all);
	return 0;
}

// All at once, so that the disks answer while they are looked at.
static void ask_health(struct look *l)
{
	for (unsigned i = 0; i < l->s->n_disks; i++)
		l->smart[i] = smart_ask(&l->s->disks[i].disk);
}

static void take_health(struct look *l)
{
	int64_t end = now_ms() + SMART_WAIT_MS;

	for (unsigned i = 0; i < l->s->n_disks; i++) {
		int64_t left = end - now_ms();

		l->s->disks[i].smart = smart_answer(l->smart[i], left > 0 ? (unsigned)left : 0);
	}
}

static int look_at_disks(struct look *l, struct err *e)
{
	struct survey *s = l->s;

	for (unsigned i = 0; i < s->n_disks; i++) {
		struct s_disk *d = &s->disks[i];
		struct err one;

		if (ui_cancelled(l->ui))
			return err_stopped(e);
		ui_say(l->ui, UI_INFO, "looking at %s", d->disk.path);
		if (src_open(&l->src[i], d->disk.path, &one) < 0) {
			l->src[i] = NULL;
			str_copy(d->trouble, sizeof(d->trouble), one.text);
		}
		look_disk(d, l->src[i]);
	}
	return 0;
}

// The worst first, the order of the table within a level (insertion keeps it).
static void sort_findings(struct survey *s)
{
	for (unsigned i = 1; i < s->n_findings; i++) {
		struct finding f = s->findings[i];
		unsigned k = i;

		for (; k > 0 && s->findings[k - 1].level < f.level; k--)
			s->findings[k] = s->findings[k - 1];
		s->findings[k] = f;
	}
}

static void run_checks(struct look *l)
{
	unsigned n = l->s->n_systems;
	struct check_env env = { .s = l->s, .src = l->src, .now = (uint64_t)time(NULL) };

	env.root = mem_zero(n + 1, sizeof(*env.root));
	env.boot = mem_zero(n + 1, sizeof(*env.boot));
	env.esp = mem_zero(n + 1, sizeof(*env.esp));
	env.boot_dir = mem_zero(n + 1, sizeof(*env.boot_dir));
	for (unsigned i = 0; i < n; i++) {
		const struct s_system *sys = &l->s->systems[i];

		if (sys->windows) // looked into by a process apart only
			continue;
		env.root[i] = look_open(l, sys->disk, sys->part);
		env.boot[i] = look_open(l, sys->boot_disk, sys->boot_part);
		if (l->s->disks[sys->disk].efi.there &&
		    survey_starts_by_efi(&l->s->disks[sys->disk]))
			env.esp[i] = look_open(l, sys->disk, l->s->disks[sys->disk].efi.part);
		env.boot_dir[i] =
			sys->boot_disk == sys->disk && sys->boot_part == sys->part ? "/boot" : "";
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i]->look(&env);
	sort_findings(l->s);
	free(env.root);
	free(env.boot);
	free(env.esp);
	free(env.boot_dir);
}

static void close_all(struct look *l)
{
	for (unsigned i = 0; i < l->n_open; i++) {
		fs_close(l->open[i].fs);
		src_close(l->open[i].window);
		src_close(l->open[i].below);
		if (l->open[i].subvolumes)
			free(l->open[i].subvolumes->v);
		free(l->open[i].subvolumes);
	}
	for (unsigned i = 0; i < l->s->n_disks; i++)
		src_close(l->src[i]);
	for (unsigned i = 0; i < l->s->n_disks; i++)
		smartctl_forget(l->smart[i]);
	free(l->open);
	free(l->smart);
	free(l->src);
}

static int make(struct survey *s, const char *const *paths, unsigned n_paths, bool whole,
		struct ui *ui, struct err *e)
{
	struct look l = { .s = s, .ui = ui };
	int r;

	memset(s, 0, sizeof(*s));
	look_machine(&s->machine);
	if (list_disks(s, paths, n_paths, e) < 0) {
		survey_free(s);
		return -1;
	}
	l.src = mem_zero(s->n_disks + 1, sizeof(*l.src));
	l.smart = mem_zero(s->n_disks + 1, sizeof(struct smartctl *));
	ask_health(&l);
	r = look_at_disks(&l, e);
	if (r == 0) {
		look_arrays(s);
		look_stale_volumes(s);
		for (unsigned d = 0; d < s->n_disks; d++)
			look_efi(&l, (int)d);
		look_systems(&l);
		if (whole)
			look_kernels(&l);
		take_health(&l);
		run_checks(&l);
	}
	close_all(&l);
	if (r < 0)
		survey_free(s);
	return r;
}

int survey_make(struct survey *s, const char *const *paths, unsigned n_paths, struct ui *ui,
		struct err *e)
{
	return make(s, paths, n_paths, false, ui, e);
}

int survey_make_whole(struct survey *s, const char *const *paths, unsigned n_paths, struct ui *ui,
		      struct err *e)
{
	return make(s, paths, n_paths, true, ui, e);
}

void survey_free(struct survey *s)
{
	for (unsigned i = 0; i < s->n_disks; i++) {
		survey_free_volumes(&s->disks[i]);
		free(s->disks[i].parts);
	}
	for (unsigned i = 0; i < s->n_systems; i++) {
		free(s->systems[i].kernels);
		free(s->systems[i].starts);
		free(s->systems[i].mounts);
		free(s->systems[i].windows);
	}
	free(s->disks);
	free(s->arrays);
	free(s->systems);
	free(s->findings);
	memset(s, 0, sizeof(*s));
}

int survey_survivor(const struct survey *s, struct err *e)
{
	struct buf names BUF_AUTO = { 0 };
	int found = -1, n = 0, members = 0;

	for (unsigned i = 0; i < s->n_disks; i++) {
		members += s->disks[i].role == ROLE_MEMBER || s->disks[i].role == ROLE_STALE;
		if (s->disks[i].role != ROLE_SURVIVOR)
			continue;
		found = (int)i;
		buf_printf(&names, "%s%s", n++ ? ", " : "", s->disks[i].disk.path);
	}
	if (n == 1)
		return found;
	if (n > 1)
		return err_usage(e, "survivor: %d disks may be the one (%s): name the disk", n,
				 buf_str(&names));
	if (members)
		return err_usage(e,
				 "survivor: no mirror here lives on one disk alone: name the disk");
	return err_usage(e, "survivor: no member of a mirror was found: name the disk");
}

const struct s_system *survey_system(const struct survey *s, int disk)
{
	const struct s_system *first = NULL;

	for (unsigned i = 0; i < s->n_systems; i++) {
		const struct s_system *sys = &s->systems[i];

		if (sys->disk != disk)
			continue;
		if (!sys->windows && strcmp(sys->boot_loader, "none"))
			return sys;
		first = first ? first : sys;
	}
	return first;
}

int survey_disk(const struct survey *s, const char *path)
{
	for (unsigned i = 0; i < s->n_disks; i++) {
		bool same;

		if (strcmp(s->disks[i].disk.path, path) == 0)
			return (int)i;
		for (unsigned k = 0; k < s->disks[i].n; k++)
			if (strcmp(s->disks[i].parts[k].path, path) == 0)
				return (int)i;
		if (disk_same(path, s->disks[i].disk.path, &same, NULL) == 0 && same)
			return (int)i;
	}
	return -1;
}

// Is b the disk on which a member on a lives on outside their mirror?
static bool went_on(const struct survey *s, const struct s_disk *a, const struct s_disk *b)
{
	for (unsigned i = 0; i < a->n; i++)
		if (a->parts[i].went_on >= 0 && &s->disks[a->parts[i].went_on] == b)
			return true;
	return false;
}

static bool share_mirror(const struct survey *s, const struct s_disk *a, const struct s_disk *b)
{
	if (went_on(s, a, b) || went_on(s, b, a))
		return true;
	for (unsigned i = 0; i < a->n; i++)
		for (unsigned k = 0; k < b->n; k++)
			if (a->parts[i].array >= 0 && a->parts[i].array == b->parts[k].array)
				return true;
	return false;
}

bool survey_forbidden(const struct survey *s, int source, int dest, char *why, size_t size)
{
	const struct s_disk *d = &s->disks[dest];

	str_copy(why, size, "");
	if (dest == source)
		str_copy(why, size, "it is the source itself");
	else if (d->role == ROLE_MEDIUM)
		str_copy(why, size, "it is the medium that Salvor was started from");
	else if (source >= 0 && share_mirror(s, &s->disks[source], d))
		str_copy(why, size, "it belongs to the same mirror as the source");
	return *why != '\0';
}

bool survey_outdated(const struct survey *s)
{
	struct disks now;
	unsigned real = 0;
	bool same = true;

	if (disks_list(&now, "", NULL))
		return false;
	for (size_t i = 0; i < now.n; i++) {
		bool known = now.d[i].work;

		real += !now.d[i].work;
		for (unsigned k = 0; k < s->n_disks && !known; k++)
			known = !strcmp(s->disks[k].disk.path, now.d[i].path) &&
				!strcmp(s->disks[k].disk.serial, now.d[i].serial) &&
				s->disks[k].disk.size == now.d[i].size;
		same = same && known;
	}
	disks_free(&now);
	return !same || real != s->n_disks;
}
