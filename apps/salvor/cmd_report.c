// SPDX-License-Identifier: GPL-2.0-or-later
// salvor report: all that somebody who is asked for help would ask for, in one text file. Passwords
// are left out: in every line, what looks like one and what is known to be one.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "base/run.h"
#include "base/secret.h"
#include "base/sha256.h"
#include "base/cmdline.h"
#include "salvor/boot.h"
#include "salvor/outcome.h"
#include "salvor/result.h"
#include "salvor/target.h"

#define SECTION_MAX (1024 * 1024) // bytes; of more the end is kept
#define PROGRAM_SECONDS 60

static const char *const files[] = { "/proc/version", "/proc/cmdline",	  "/proc/meminfo",
				     "/proc/mdstat",  "/proc/partitions", "/proc/self/mounts",
				     "/proc/consoles" };
// the rescue system's own
static const char *const own_files[] = { JOB_FOLDER "/status", JOB_FOLDER "/reason",
					 JOB_FOLDER "/progress", "/var/log/messages.0",
					 "/var/log/messages" };

static const char *const programs[][5] = {
	{ "dmesg" },	   { "lsblk", "-o", "NAME,SIZE,TYPE,RO,FSTYPE,LABEL,UUID,MODEL,SERIAL" },
	{ "lspci" },	   { "ip", "addr" },
	{ "ip", "route" },
};
// of every disk, its path comes behind
static const char *const disk_programs[][4] = { { "sfdisk", "-d" }, { "smartctl", "-x" } };

static void head(struct buf *out, const char *title)
{
	buf_printf(out, "\n######## %s\n", title);
}

// Without what is secret, and fit for any editor.
static void put_text(struct buf *out, const char *text, size_t n)
{
	if (n > SECTION_MAX) {
		buf_printf(out, "[the first %zu bytes are left out]\n", n - SECTION_MAX);
		text += n - SECTION_MAX;
		n = SECTION_MAX;
	}
	while (n) {
		const char *end = memchr(text, '\n', n);
		size_t len = end ? (size_t)(end - text) : n;
		char *line STR_AUTO = mem_zero(len + 1, 1);

		for (size_t i = 0; i < len; i++)
			line[i] = text[i] ? text[i] : '?';
		cmdline_hide(line, out);
		buf_puts(out, "\n");
		text += len + (end != NULL);
		n -= len + (end != NULL);
	}
}

static void put_file(struct buf *out, const char *path)
{
	FILE *f = fopen(path, "re");
	struct buf text BUF_AUTO = { 0 };
	char block[4096];
	size_t n;

	if (!f && errno == ENOENT)
		return;
	head(out, path);
	while (f && text.len < 16 * SECTION_MAX && (n = fread(block, 1, sizeof block, f)) > 0)
		buf_add(&text, block, n);
	put_text(out, buf_str(&text), text.len);
	if (!f || ferror(f))
		buf_printf(out, "[%s]\n", strerror(errno));
	if (f)
		fclose(f);
}

// last: NULL or one more argument.
static void put_program(struct buf *out, const char *const *words, const char *last, struct ui *ui)
{
	struct buf text BUF_AUTO = { 0 }, title BUF_AUTO = { 0 };
	const char *argv[8] = { 0 };
	struct run r = {
		.argv = argv, .out = &text, .ui = ui, .timeout_s = PROGRAM_SECONDS, .quiet = true
	};
	struct err e;
	int status;
	unsigned n = 0;

	for (; words[n]; n++)
		argv[n] = words[n];
	if (last)
		argv[n] = last;
	for (n = 0; argv[n]; n++)
		buf_printf(&title, "%s%s", n ? " " : "", argv[n]);
	head(out, buf_str(&title));
	if (run_program(&r, &status, &e))
		buf_printf(&text, "[%s]\n", e.text);
	put_text(out, buf_str(&text), text.len);
}

static void put_disks(struct buf *out, const struct survey *s, struct ui *ui)
{
	for (unsigned i = 0; i < s->n_disks && !ui_cancelled(ui); i++)
		for (size_t k = 0; k < sizeof disk_programs / sizeof *disk_programs; k++)
			put_program(out, disk_programs[k], s->disks[i].disk.path, ui);
}

static void put_maps(struct buf *out)
{
	DIR *d = opendir(MAPS_FOLDER);

	for (struct dirent *x; d && (x = readdir(d));) {
		char *path STR_AUTO = mem_printf(MAPS_FOLDER "/%s", x->d_name);

		if (x->d_name[0] != '.')
			put_file(out, path);
	}
	if (d)
		closedir(d);
}

static void put_survey(struct buf *out, const struct survey *s)
{
	struct buf text BUF_AUTO = { 0 }, json BUF_AUTO = { 0 };
	struct json w;

	survey_text(s, &text);
	head(out, "survey");
	put_text(out, buf_str(&text), text.len);
	json_begin(&w, &json);
	survey_json(s, &w, NULL);
	head(out, "survey --json");
	put_text(out, buf_str(&json), json.len);
}

static int gather(struct job *j, struct buf *out, struct ui *ui, struct err *e)
{
	char *log STR_AUTO = log_all();
	time_t now = time(NULL);
	struct survey s;

	if (survey_make(&s, NULL, 0, ui, e))
		return -1;
	buf_printf(out, "Salvor %s: report of %s", SALVOR_VERSION, ctime(&now));
	put_survey(out, &s);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		put_file(out, files[i]);
	for (size_t i = 0; i < sizeof own_files / sizeof *own_files && on_salvor(); i++)
		put_file(out, own_files[i]);
	head(out, "log");
	put_text(out, log, strlen(log));
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		put_program(out, programs[i], NULL, ui);
	put_disks(out, &s, ui);
	put_maps(out);
	for (unsigned i = 1; i < j->n_args; i++)
		put_file(out, j->args[i]);
	survey_free(&s);
	secret_hide(out);
	return ui_cancelled(ui) ? err_stopped(e) : 0;
}

static int write_out(struct target *t, const struct buf *text, char hex[65], struct err *e)
{
	struct dest *d = t->dest;
	struct sha256 sum;

	sha256_begin(&sum);
	sha256_add(&sum, text->s, text->len);
	sha256_end(&sum, hex);
	if (d->ops->check(d, text->len, e) || d->ops->open(d, text->len, e))
		return -1;
	if (!sink_write(&d->sink, text->s, text->len, e) && !dest_sync(d, e) &&
	    !d->ops->close(d, hex, e))
		return 0;
	d->ops->abort(d);
	return -1;
}

static void default_name(char *name, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(name, size, "salvor-report-%Y%m%d-%H%M%S.txt", &tm);
}

static int make(struct job *j, struct target *t, struct ui *ui, struct err *e)
{
	struct outcome o = { .dest = j->args[0] };
	struct buf text BUF_AUTO = { 0 };
	char hex[65];

	if (t->disk.path[0])
		return err_usage(e, "%s: is a whole disk: name a file", j->args[0]);
	if (j->plan) {
		buf_printf(&j->text,
			   "Would write survey, logs, maps, partition tables, health of "
			   "the disks and the kernel's messages to %s\n",
			   t->dest->shown);
		return 0;
	}
	if (target_confirm(t, j->yes, e) || gather(j, &text, ui, e) || write_out(t, &text, hex, e))
		return -1;
	if (t->dest->beside[0]) {
		outcome_file(&o, t->dest->shown, text.len, hex);
		buf_printf(&j->text,
			   "The report is in %s (%zu KiB). Passwords are left out of it; "
			   "names of machines, disks and addresses are not.\n",
			   t->dest->shown, text.len / 1024);
	}
	outcome_fields(&o, j);
	return 0;
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	struct target t;
	char name[64];
	int rc;

	if (j->json && !strcmp(j->args[0], "-"))
		return err_usage(e, "-: the report goes to standard output, --json cannot go there "
				    "too");
	default_name(name, sizeof name);
	rc = target_make(&t, j->args[0], name, NULL, &j->login, ui, e) || make(j, &t, ui, e);
	target_free(&t);
	return rc ? -1 : 0;
}

static const struct opt opts[] = { { 0 } };

const struct cmd cmd_report = {
	.name = "report",
	.args_help = "DEST [FILE...]",
	.help = "one text with survey, logs, maps and health of disks; no passwords",
	.opts = opts,
	.settings_size = 1,
	.min_args = 1,
	.max_args = JOB_ARGS,
	.logs_in = true,
	.run = run,
};
