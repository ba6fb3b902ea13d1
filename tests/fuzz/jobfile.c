// SPDX-License-Identifier: GPL-2.0-or-later
// A job file from some server, and a kernel command line: what is taken from them keeps to its
// ranges, what the command line becomes is itself a job file, and a password that was given is not
// to be seen in what is shown of it.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cmdline.h"
#include "jobfile/jobfile.h"
#include "jobfile/keys.h"
#include "jobfile/params.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void look(const struct jobfile *f)
{
	const char *argv[JOBFILE_WORDS + 1];
	struct buf store = { 0 };
	struct err e;

	for (unsigned i = 0; i < f->n; i++) {
		const struct jobfile_line *l = &f->lines[i];

		if (!jobfile_is_key(l->key, strlen(l->key)) || strpbrk(l->value, "\r\n"))
			abort();
		if (!l->password != !l->whole ||
		    (l->whole && strlen(l->whole) < strlen(l->value) + strlen(l->password)))
			abort();
		if (!jobfile_words(l->value, &store, argv, &e))
			for (unsigned k = 0; argv[k]; k++)
				if (argv[k] < store.s || argv[k] >= store.s + store.len)
					abort();
	}
	buf_free(&store);
}

static void file(const uint8_t *data, size_t len)
{
	char *text = malloc(len); // exactly: the sanitizer sees the byte behind it
	struct jobfile *f = calloc(1, sizeof *f);
	struct err e;

	memcpy(text, data, len);
	if (!jobfile_parse(f, "job", text, len, &e))
		look(f);
	jobfile_free(f);
	free(f);
	free(text);
}

static unsigned count(const char *text)
{
	struct cmdline_word w;
	unsigned n = 0;

	for (; cmdline_next(&text, &w); cmdline_free(&w))
		n++;
	return n;
}

static void command_line(const char *text)
{
	struct jobfile *f = calloc(1, sizeof *f);
	struct buf hidden = { 0 }, keys = { 0 };
	struct params p;
	struct err e;

	// hiding changes values, not where words begin and end
	cmdline_hide(text, &hidden);
	if (count(text) != count(buf_str(&hidden)))
		abort();
	if (!params_read(&p, text, &e)) {
		int rc = jobfile_parse(f, NULL, buf_str(&p.settings), p.settings.len, &e);

		if (rc && !strstr(e.text, "no text") && !strstr(e.text, "512") &&
		    !strstr(e.text, "64 KiB"))
			abort();
		if (!rc)
			look(f);
	}
	if (public_keys(text, &keys) &&
	    (strncmp(keys.s, "ssh-", 4) && strncmp(keys.s, "ecdsa-", 6)))
		abort();
	buf_free(&keys);
	params_free(&p);
	jobfile_free(f);
	free(f);
	buf_free(&hidden);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1);

	memcpy(text, data, len);
	text[len] = 0;
	file(data, len);
	command_line(text);
	free(text);
	return 0;
}
