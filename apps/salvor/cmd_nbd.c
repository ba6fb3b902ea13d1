// SPDX-License-Identifier: GPL-2.0-or-later
// salvor nbd: serves a disk read-only, so that another machine can pull an image of it.
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "copy/wanted.h"
#include "nbd/server.h"
#include "salvor/outcome.h"
#include "salvor/source.h"
#include "salvor/test_mode.h"

#define GAP (64 * KIB) // of free blocks: what is shorter is not worth a question of the client

struct settings {
	const char *listen, *name, *test_mode;
	bool once, used;
};

static const struct opt opts[] = {
	{ "listen", OPT_TEXT, offsetof(struct settings, listen), "ADDRESS:PORT", ":" NBD_PORT,
	  "where; without ADDRESS on all of them, port 0 is any that is free" },
	{ "name", OPT_TEXT, offsetof(struct settings, name), "NAME", NULL,
	  "of the export; else that of the disk" },
	{ "once", OPT_BOOL, offsetof(struct settings, once), NULL, NULL,
	  "end when the last client has gone" },
	{ "used", OPT_BOOL, offsetof(struct settings, used), NULL, NULL,
	  "tell what file systems call free as a hole: it is not copied, and reads as zeros" },
	{ "test-mode", OPT_TEXT, offsetof(struct settings, test_mode), "MAP", NULL,
	  "pretend that what MAP does not call rescued cannot be read" },
	{ 0 }
};

struct serve {
	struct job *job;
	struct ui *ui;
	const struct settings *set;
	struct source source;
	struct src *tested; // the source where it pretends to fail, NULL: it does not
	struct map used;
	struct nbd_disk disk;
	struct nbd_server *server;
	struct buf urls;
	struct outcome outcome;
};

// A name that can be typed into a URL: letters, digits, dots, dashes.
static int name_export(struct serve *s, struct err *e)
{
	struct nbd_export *x = &s->disk.export;
	const char *slash = strrchr(s->source.path, '/');
	const char *name = s->set->name			      ? s->set->name
			   : !strcmp(s->job->args[0], "work") ? "work"
			   : slash			      ? slash + 1
							      : s->source.path;

	if (!*name || !str_copy(x->name, sizeof x->name, name))
		return err_usage(e, "--name %s: is empty or too long", name);
	for (char *p = x->name; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_",
			    *p)) {
			if (s->set->name)
				return err_usage(e,
						 "--name %s: only letters, digits, dots, dashes "
						 "and underscores can be typed into an address",
						 name);
			*p = '_';
		}
	str_copy(x->text, sizeof x->text, s->source.identity);
	return 0;
}

static void find_used(struct serve *s, struct src *src)
{
	struct buf notes BUF_AUTO = { 0 };
	struct err e;

	if (!s->set->used) {
		map_init(&s->used, src->size, MAP_DONE);
	} else if (wanted_used(src, &s->used, &notes, &e)) {
		ui_say(s->ui, UI_WARN, "%s: all of it is served: %s", s->source.path, e.text);
		map_free(&s->used);
		map_init(&s->used, src->size, MAP_DONE);
	}
	if (s->source.is_file)
		wanted_less_holes(s->source.path, &s->used);
	map_close_gaps(&s->used, GAP);
	map_align_done(&s->used, 4096);
	buf_puts(&s->job->text, buf_str(&notes));
}

static int prepare(struct serve *s, struct err *e)
{
	struct src *src;

	if (source_open(&s->source, s->job->args[0], s->ui, e))
		return -1;
	if (s->set->test_mode &&
	    test_mode_open(&s->tested, s->source.src, s->set->test_mode, NULL, e))
		return -1;
	src = s->tested ? s->tested : s->source.src;
	s->disk.src = src;
	s->disk.export.size = src->size;
	if (name_export(s, e))
		return -1;
	find_used(s, src);
	s->disk.used = &s->used;
	s->outcome = (struct outcome){ .source = s->source.path,
				       .dest = s->set->listen,
				       .total = src->size,
				       .used = map_count(&s->used, MAP_DONE) };
	return 0;
}

// The commands for the other machine, by address.
static void tell_commands(struct serve *s)
{
	const char *name = s->disk.export.name;
	char *all STR_AUTO = mem_dup(buf_str(&s->urls)), *rest = NULL;
	unsigned n = 0;

	ui_say(s->ui, UI_INFO,
	       "%s (%s) is served read-only to whoever asks. On the other machine:", s->source.path,
	       size_show(s->disk.export.size).s);
	for (char *url = strtok_r(all, "\n", &rest); url; url = strtok_r(NULL, "\n", &rest), n++)
		ui_say(s->ui, UI_INFO, "  qemu-img convert -p -f raw -O qcow2 %s %.12s.qcow2", url,
		       name);
	if (!n)
		ui_say(s->ui, UI_WARN, "this machine has no address: set the network up first");
}

static void report(struct serve *s)
{
	struct nbd_disk *d = &s->disk;
	struct json w = { &s->job->fields, true };

	s->outcome.copied = map_count(&d->sent, MAP_DONE);
	s->outcome.unreadable = d->refused;
	s->job->lossy = d->refused != 0;
	outcome_fields(&s->outcome, s->job);
	json_number(&w, "clients", d->clients);
	json_number(&w, "bytes_sent", d->bytes);
	buf_clear(&s->job->text);
	buf_printf(&s->job->text, "%u client%s came, %s were sent\n", d->clients,
		   d->clients == 1 ? "" : "s", size_show(d->bytes).s);
	if (d->refused)
		buf_printf(&s->job->text,
			   "REQUESTS FOR %s WERE ANSWERED WITH AN ERROR: the disk cannot be read "
			   "there, and the clients' copies are not whole. \"salvor backup\" copies "
			   "past such places\n",
			   size_show(d->refused).s);
}

static int serve(struct serve *s, struct err *e)
{
	if (nbd_server_open(&s->server, &s->disk, s->set->listen, e))
		return -1;
	nbd_server_urls(s->server, &s->urls);
	tell_commands(s);
	if (nbd_server_run(s->server, s->set->once, s->ui, e))
		return -1;
	nbd_server_stop(s->server);
	report(s);
	return 0;
}

static void tell_plan(struct serve *s)
{
	outcome_fields(&s->outcome, s->job);
	buf_printf(&s->job->text, "would serve %s (%s), of which %s are read, as \"%s\" on %s\n",
		   s->source.path, size_show(s->outcome.total).s, size_show(s->outcome.used).s,
		   s->disk.export.name, s->set->listen);
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	struct serve s = { .job = j, .ui = ui, .set = j->settings };
	int rc = prepare(&s, e);

	if (!rc && j->plan)
		tell_plan(&s);
	else if (!rc)
		rc = serve(&s, e);
	nbd_server_close(s.server);
	map_free(&s.used);
	buf_free(&s.urls);
	src_close(s.tested);
	source_close(&s.source);
	return rc ? -1 : 0;
}

const struct cmd cmd_nbd = {
	.name = "nbd",
	.args_help = "SOURCE",
	.help = "serve a disk read-only for another machine to pull",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
