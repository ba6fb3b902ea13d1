// SPDX-License-Identifier: GPL-2.0-or-later
// The log in memory and, when opened, on file. One lock: engines and dialogs are two threads.
#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/secret.h"

#define KEEP (256 * 1024)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct buf kept;
static FILE *file;
static char file_path[256];

int log_open(const char *path, struct err *e)
{
	FILE *f = fopen(path, "ae");

	if (!f)
		return err_set(e, errno, "%s: open", path);
	setvbuf(f, NULL, _IOLBF, 0);
	pthread_mutex_lock(&lock);
	if (file)
		fclose(file);
	file = f;
	str_copy(file_path, sizeof file_path, path);
	pthread_mutex_unlock(&lock);
	return 0;
}

void log_line(const char *fmt, ...)
{
	struct buf line BUF_AUTO = { 0 };
	time_t now = time(NULL);
	char stamp[32];
	struct tm tm;
	va_list ap;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ ", &tm);
	buf_puts(&line, stamp);
	va_start(ap, fmt);
	buf_vprintf(&line, fmt, ap);
	va_end(ap);
	buf_puts(&line, "\n");
	secret_hide(&line);

	pthread_mutex_lock(&lock);
	buf_add(&kept, line.s, line.len);
	if (kept.len > 2 * KEEP) { // forget the older half, at the end of a line
		const char *cut = memchr(kept.s + kept.len - KEEP, '\n', KEEP);
		size_t drop = cut ? (size_t)(cut - kept.s) + 1 : kept.len;

		memmove(kept.s, kept.s + drop, kept.len - drop + 1);
		kept.len -= drop;
	}
	if (file)
		fwrite(line.s, 1, line.len, file);
	pthread_mutex_unlock(&lock);
}

char *log_text(void)
{
	char *copy;

	pthread_mutex_lock(&lock);
	copy = mem_dup(buf_str(&kept));
	pthread_mutex_unlock(&lock);
	return copy;
}

char *log_all(void)
{
	FILE *f = file_path[0] ? fopen(file_path, "re") : NULL;
	struct buf text = { 0 };
	char block[4096];
	size_t n;
	int c;

	if (!f)
		return log_text();
	if (!fseek(f, -KEEP, SEEK_END)) // not from within a line
		while ((c = fgetc(f)) != EOF && c != '\n')
			;
	else
		rewind(f);
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		buf_add(&text, block, n);
	fclose(f);
	return text.s ? text.s : mem_dup("");
}
