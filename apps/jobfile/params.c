// SPDX-License-Identifier: GPL-2.0-or-later
// The words of the kernel's command line, handed to whom they belong.
#include "jobfile/params.h"

#include <stdlib.h>
#include <string.h>

#include "base/cmdline.h"
#include "jobfile/jobfile.h"

#define WORDS 512

static const struct alias_ops *const aliases[] = {
#define X(n) &alias_##n,
#include "jobfile/list.h"
#undef X
};

// salvor.* that are no settings of a job but of the system: who understands them.
static const char *const systems[] = {
	"shell", "log",	  // init
	"net", "network", // the network's configuration
};

void params_put(struct params *p, const char *setting, const char *fmt, ...)
{
	va_list ap;

	buf_printf(&p->settings, "%s = ", setting);
	va_start(ap, fmt);
	buf_vprintf(&p->settings, fmt, ap);
	va_end(ap);
	buf_puts(&p->settings, "\n");
	p->steps |= !strcmp(setting, "do");
}

void params_put_first(struct params *p, const char *setting, const char *fmt, ...)
{
	struct buf rest = p->settings;
	va_list ap;

	p->settings = (struct buf){ 0 };
	buf_printf(&p->settings, "%s = ", setting);
	va_start(ap, fmt);
	buf_vprintf(&p->settings, fmt, ap);
	va_end(ap);
	buf_printf(&p->settings, "\n%s", buf_str(&rest));
	buf_free(&rest);
}

static void keep(char **where, const char *value)
{
	free(*where); // the last one counts
	*where = *value ? mem_dup(value) : NULL;
}

static bool is_system(const char *name)
{
	for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
		if (!strcmp(name, systems[i]))
			return true;
	return false;
}

// name: without "salvor."
static int take_own(struct params *p, struct alias_state *s, const char *name, const char *value,
		    struct err *e)
{
	if (is_system(name))
		return 0;
	if (!strcmp(name, "job")) {
		keep(&p->file, value);
		p->job = p->file != NULL;
		return 0;
	}
	if (!strcmp(name, "ssh")) {
		keep(&p->ssh, value);
		return 0;
	}
	if (!jobfile_is_key(name, strlen(name)))
		return err_usage(e, "kernel parameters: salvor.%.60s: is no setting", name);
	p->job |= !strcmp(name, "do");
	s->dest |= !strcmp(name, "dest");
	params_put(p, name, "%s", value);
	return 0;
}

static int take(struct params *p, struct alias_state *s, const struct cmdline_word *w,
		struct err *e)
{
	const char *value = w->value ? w->value : "";
	bool own = !strncmp(w->name, "salvor.", 7);

	if (strpbrk(value, "\r\n")) // it would become several settings
		return own ? err_usage(e, "kernel parameters: %.60s: is more than one line",
				       w->name)
			   : 0;
	if (own)
		return take_own(p, s, w->name + 7, value, e);
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		int rc = aliases[i]->take(s, p, w->name, value, e);

		if (rc)
			return rc < 0 ? -1 : 0;
	}
	return 0;
}

// All words are looked at, also behind a wrong one: whether there shall be a job must be known.
static int take_all(struct params *p, struct alias_state *s, struct cmdline_word *words,
		    unsigned *n, const char *text, struct err *e)
{
	struct err other;
	int rc = 0;

	while (*n < WORDS && cmdline_next(&text, &words[*n])) {
		if (take(p, s, &words[(*n)++], rc ? &other : e))
			rc = -1;
	}
	return rc;
}

int params_read(struct params *p, const char *cmdline, struct err *e)
{
	struct cmdline_word *words = mem_zero(WORDS, sizeof *words);
	struct alias_state s = { 0 };
	unsigned n = 0;
	int rc;

	*p = (struct params){ 0 };
	rc = take_all(p, &s, words, &n, cmdline, e);
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases && !rc; i++)
		rc = aliases[i]->end(&s, p, e);
	if (!rc && p->file && p->steps)
		rc = err_usage(e, "kernel parameters: salvor.job= names a file with the steps, "
				  "salvor.do= or p2v.server= are steps themselves: leave one out");
	while (n)
		cmdline_free(&words[--n]);
	free(words);
	return rc;
}

void params_free(struct params *p)
{
	free(p->file);
	free(p->ssh);
	if (p->settings.s)
		explicit_bzero(p->settings.s, p->settings.len);
	buf_free(&p->settings);
	buf_free(&p->notes);
	*p = (struct params){ 0 };
}
