// SPDX-License-Identifier: GPL-2.0-or-later
// The files of a job's end.
#include "salvor/result.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret.h"
#include "salvor/outcome.h"
#include "salvor/target.h"

#define TRIES 3 // of what must arrive, also when the network was away for a moment
#define BETWEEN_S 5

static const struct step *first_dest(const struct steps *s, const char **where)
{
	for (unsigned i = 0; i < s->n; i++) {
		*where = step_named(&s->list[i], "dest");
		if (*where && strcmp(*where, "-") && strncmp(*where, "/dev/", 5))
			return &s->list[i];
	}
	return NULL;
}

int result_place(struct result *r, const char *asked, const struct job *job, const struct steps *s,
		 struct err *e)
{
	const char *where = asked;
	const struct step *step = asked ? NULL : first_dest(s, &where);
	size_t n = step || asked ? strlen(where) : 0;
	struct stat st;
	bool folder;

	r->base[0] = 0;
	r->login = step ? &step->job.login : &job->login;
	if (!n)
		return 0;
	folder = where[n - 1] == '/' || (*where == '/' && !stat(where, &st) && S_ISDIR(st.st_mode));
	if ((size_t)snprintf(r->base, sizeof r->base, "%s%s%s", where,
			     folder && where[n - 1] != '/' ? "/" : "",
			     folder ? "salvor" : "") >= sizeof r->base - 16)
		return err_usage(e, "result: %.100s...: is too long", where);
	return 0;
}

struct side_file {
	const char *suffix, *text;
};

// All of them in one visit to the destination, in this order.
static int put_once(const struct result *r, const struct side_file *files, unsigned n,
		    struct ui *ui, struct err *e)
{
	struct target t;
	int rc = target_make(&t, r->base, "", NULL, r->login, ui, e);

	if (!rc && !t.dest->beside[0])
		rc = err_usage(e, "%s: is no file", r->base);
	for (unsigned i = 0; i < n && !rc; i++) {
		char *path STR_AUTO = mem_printf("%s%s", t.dest->beside, files[i].suffix);

		rc = save_text(path, files[i].text, e) || dest_send(t.dest, files[i].suffix, e);
	}
	target_free(&t);
	return rc ? -1 : 0;
}

static int put(const struct result *r, const struct side_file *files, unsigned n, struct ui *ui,
	       struct err *e)
{
	for (int i = 1; put_once(r, files, n, ui, e); i++) {
		if (i == TRIES || e->kind == ERR_USAGE || ui_cancelled(ui))
			return -1;
		log_line("%s; trying again", e->text);
		sleep(BETWEEN_S);
	}
	return 0;
}

static void keep(const struct result *r, const char *name, const char *text)
{
	char *path STR_AUTO = mem_printf("%s/%s", r->folder, name);
	char *part STR_AUTO = mem_printf("%s.part", path);
	FILE *f = fopen(part, "we");

	if (!f) {
		log_line("%s: create: %s", part, strerror(errno));
		return;
	}
	fputs(text, f);
	if (!fclose(f))
		rename(part, path);
}

int result_begin(const struct result *r, struct ui *ui, struct err *e)
{
	char pid[16];

	if (r->folder) {
		mkdir(r->folder, 0700);
		snprintf(pid, sizeof pid, "%d\n", (int)getpid());
		keep(r, "pid", pid);
		keep(r, "status", "99\n");
	}
	return r->base[0] ? put(r, &(struct side_file){ ".status", "99\n" }, 1, ui, e) : 0;
}

int result_save(const struct result *r, int status, const char *json, struct ui *ui, struct err *e)
{
	char *lines STR_AUTO = log_text();
	struct buf report BUF_AUTO = { 0 };
	char text[16];

	if (!r->base[0])
		return 0;
	buf_puts(&report, json);
	secret_hide(&report);
	snprintf(text, sizeof text, "%d\n", status);
	struct side_file files[] = { { ".log", lines },
				     { ".job.json", buf_str(&report) },
				     { ".status", text } };

	return put(r, files, 3, ui, e);
}

void result_tell(const struct result *r, int status, const char *reason, const char *final)
{
	struct buf why BUF_AUTO = { 0 };
	char text[16];

	if (!r->folder)
		return;
	buf_puts(&why, reason);
	secret_hide(&why);
	snprintf(text, sizeof text, "%d\n", status);
	keep(r, "reason", buf_str(&why));
	keep(r, "final", final);
	keep(r, "status", text);
}
