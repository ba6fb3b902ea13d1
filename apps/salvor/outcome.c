// SPDX-License-Identifier: GPL-2.0-or-later
// Reports of copying commands.
#include "salvor/outcome.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

uint64_t file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

void outcome_file(struct outcome *o, const char *path, uint64_t size, const char *sha256)
{
	if (o->n_files == OUTCOME_FILES)
		return;
	str_copy(o->files[o->n_files].path, sizeof o->files[0].path, path);
	o->files[o->n_files].size = size;
	str_copy(o->files[o->n_files].sha256, sizeof o->files[0].sha256, sha256 ? sha256 : "");
	o->n_files++;
}

static void text_lines(struct json *w, const char *key, const char *text)
{
	json_array(w, key);
	for (size_t len; text && *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		char *line STR_AUTO = mem_printf("%.*s", (int)len, text);

		json_text(w, NULL, line);
	}
	json_end_array(w);
}

void outcome_fields(const struct outcome *o, struct job *j)
{
	struct json w;

	buf_clear(&j->fields);
	json_begin(&w, &j->fields);
	json_text(&w, "source", o->source);
	json_text(&w, "dest", o->dest);
	json_number(&w, "bytes_total", o->total);
	json_number(&w, "bytes_used", o->used);
	json_number(&w, "bytes_copied", o->copied);
	json_number(&w, "bytes_unreadable", o->unreadable);
	json_number(&w, "bytes_missing", o->missing);
	if (o->expected) {
		json_number(&w, "bytes_expected", o->expected);
		json_number(&w, "seconds_expected", o->expected_s);
	}
	text_lines(&w, "contents", o->contents);
	json_text(&w, "compared", o->compared);
	json_array(&w, "files");
	for (unsigned i = 0; i < o->n_files; i++) {
		json_object(&w, NULL);
		json_text(&w, "path", o->files[i].path);
		json_number(&w, "size", o->files[i].size);
		json_text(&w, "sha256", o->files[i].sha256[0] ? o->files[i].sha256 : NULL);
		json_end_object(&w);
	}
	json_end_array(&w);
	json_array(&w, "changes");
	for (unsigned i = 0; o->changes && i < o->changes->n; i++) {
		json_object(&w, NULL);
		json_text(&w, "step", o->changes->v[i].step);
		json_text(&w, "subject", o->changes->v[i].subject);
		json_text(&w, "text", o->changes->v[i].text);
		json_end_object(&w);
	}
	json_end_array(&w);
	if (o->verdict)
		verdict_json(o->verdict, &w, "verdict");
}

int save_bytes(const char *path, const void *p, size_t left, struct err *e)
{
	const char *text = p;
	char *temp STR_AUTO = mem_printf("%s.part", path);
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int num = 0;

	if (fd < 0)
		return err_write(e, errno, "%s: create", temp);
	while (left && !num) {
		ssize_t k = write(fd, text, left);

		if (k < 0 && errno != EINTR)
			num = errno;
		if (k > 0) {
			text += k;
			left -= (size_t)k;
		}
	}
	if (!num && fsync(fd))
		num = errno;
	close(fd);
	if (!num && rename(temp, path))
		num = errno;
	if (!num)
		return 0;
	unlink(temp);
	return err_write(e, num, "%s: write", path);
}

int save_text(const char *path, const char *text, struct err *e)
{
	return save_bytes(path, text, strlen(text), e);
}

int outcome_save(const struct job *j, const char *base, const struct survey *survey, struct err *e)
{
	char *json STR_AUTO = mem_printf("%s.json", base),
		   *log STR_AUTO = mem_printf("%s.log", base);
	struct buf fields BUF_AUTO = { 0 }, report BUF_AUTO = { 0 };
	char *lines STR_AUTO = log_text();
	struct job copy = *j;
	struct json w;

	buf_puts(&fields, buf_str(&j->fields));
	w = (struct json){ &fields, true };
	survey_json(survey, &w, "survey");
	copy.fields = fields;
	copy.status = j->lossy ? 3 : 0;
	job_json(&copy, &report);
	if (save_text(json, buf_str(&report), e))
		return -1;
	return save_text(log, lines, e);
}
