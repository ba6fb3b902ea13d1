// SPDX-License-Identifier: GPL-2.0-or-later
// A file on another machine, see far/far.h. Written as NAME.part, renamed when the far side agrees
// on length and hash.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/size.h"
#include "dest/dest.h"
#include "dest/far_writer.h"
#include "dest/read_back.h"

#define HOLE_MIN (8 * MIB)   // zeros of less are sent: a new stream costs more
#define SMALL_MAX (64 * MIB) // bytes of a file beside

struct far_dest {
	struct dest dest;
	struct far *far;
	struct url url;
	const struct login *login;
	struct ui *ui;
	char folder[512], path[640], part[648]; // over there
	char own[64];				// the folder for what lies beside
	struct far_writer out;
	bool is_open;
	uint64_t hole; // of the zeros in front of sink.pos so many are not sent yet
};

static struct far_dest *of(struct dest *d)
{
	return (struct far_dest *)d;
}

static struct far_dest *of_sink(struct sink *s)
{
	return of((struct dest *)((char *)s - offsetof(struct dest, sink)));
}

// Folder and name of the address; a folder takes the name from outside.
static int name_paths(struct far_dest *f, const char *name, struct err *e)
{
	const char *file = url_name(&f->url);
	size_t len = strlen(f->url.path) - strlen(file);

	if (!*f->url.path)
		return err_usage(e, "%s: name the folder or the file: %s://SERVER/path",
				 f->dest.name, f->url.scheme);
	if (!*file)
		file = name;
	if (!*file || !strcmp(file, ".") || !strcmp(file, ".."))
		return err_usage(e, "%s: name a file", f->dest.name);
	if (len + strlen(file) > 440 || strlen(file) > 200)
		return err_usage(e, "%s: the path is too long", f->dest.name);
	memcpy(f->folder, f->url.path, len);
	f->folder[len] = 0;
	snprintf(f->path, sizeof f->path, "%s%s", f->folder, file);
	snprintf(f->part, sizeof f->part, "%s.part", f->path);
	if (len > 1 && strcmp(f->folder, "/~/"))
		f->folder[len - 1] = 0;
	snprintf(f->dest.beside, sizeof f->dest.beside, "%s/%s", f->own, file);
	snprintf(f->dest.part, sizeof f->dest.part, "%s.part", f->dest.beside);
	snprintf(f->dest.shown, sizeof f->dest.shown, "%s%s", f->dest.name,
		 *url_name(&f->url) ? "" : file);
	return 0;
}

static void far_free(struct dest *d)
{
	struct far_dest *f = of(d);

	far_close(f->far);
	far_folder_end(f->own);
	free(f);
}

static int make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e)
{
	struct far_dest *f;
	struct url u;
	int rc = far_is(spec, &u, e);

	if (rc <= 0)
		return rc;
	f = mem_zero(1, sizeof *f);
	f->url = u;
	f->login = env->login;
	f->ui = env->ui;
	f->dest.far = true;
	str_copy(f->dest.name, sizeof f->dest.name, spec);
	if (far_folder_begin(f->own, sizeof f->own, e) || name_paths(f, env->name, e)) {
		far_free(&f->dest);
		return -1;
	}
	*out = &f->dest;
	return 1;
}

static int look(struct dest *d, struct err *e)
{
	struct far_dest *f = of(d);
	struct far_entry whole, part;

	if (far_open(&f->far, d->name, f->login, f->ui, e) ||
	    f->far->ops->look(f->far, f->path, &whole, e) ||
	    f->far->ops->look(f->far, f->part, &part, e))
		return -1;
	if (whole.what == FAR_FOLDER)
		return err_usage(e, "%s: is a folder: end it with a / to have the file named",
				 d->name);
	d->is_there = whole.what != FAR_NONE;
	d->has_part = part.what != FAR_NONE;
	d->sparse = d->can_patch = d->can_resume = f->far->ops->seeks;
	d->breaks = f->far->breaks;
	d->hashes = f->far->ops->hash;
	d->reads_back = true; // where it computes no hash
	return 0;
}

static int check(struct dest *d, uint64_t need, struct err *e)
{
	struct far_dest *f = of(d);
	struct far_entry x = { 0 };
	uint64_t room;

	if (f->far->ops->check(f->far, f->folder, &room, e))
		return -1;
	if (dest_replaces(d, e))
		return -1;
	if (d->resume && f->far->ops->look(f->far, d->has_part ? f->part : f->path, &x, e))
		return -1;
	need -= need < x.size ? need : x.size;
	if (room != UINT64_MAX && need > room)
		return err_usage(e, "%s: not enough room: %s are needed, %s are free", d->shown,
				 size_show(need).s, size_show(room).s);
	return 0;
}

static int reopen(struct dest *d, struct err *e)
{
	return of(d)->far->ops->rename(of(d)->far, of(d)->path, of(d)->part, e);
}

// What was skipped: a real hole when it is worth it.
static int fill(struct far_dest *f, struct err *e)
{
	static char zeros[1 << 16]; // not const: takes no room in the program
	uint64_t off = f->dest.sink.pos - f->hole;

	if (f->hole >= HOLE_MIN)
		f->hole = 0;
	while (f->hole) {
		size_t n = f->hole < sizeof zeros ? (size_t)f->hole : sizeof zeros;

		if (far_writer_put(&f->out, off, zeros, n, e))
			return -1;
		f->hole -= n;
		off += n;
	}
	return 0;
}

static int put(struct sink *s, const void *p, size_t n, struct err *e)
{
	struct far_dest *f = of_sink(s);

	return (f->hole && fill(f, e)) || far_writer_put(&f->out, s->pos, p, n, e) ? -1 : 0;
}

static int skip(struct sink *s, uint64_t len, struct err *e)
{
	(void)e;
	of_sink(s)->hole += len;
	return 0;
}

static int patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	struct far_dest *f = of_sink(s);

	return (f->hole && fill(f, e)) || far_writer_put(&f->out, off, p, n, e) ? -1 : 0;
}

static int jump(struct sink *s, uint64_t to, struct err *e)
{
	struct far_dest *f = of_sink(s);

	(void)to;
	return f->hole ? fill(f, e) : 0;
}

static int clear(struct sink *s, uint64_t off, uint64_t len, struct err *e)
{
	static char zeros[1 << 16];
	struct far_dest *f = of_sink(s);

	if (f->hole && fill(f, e))
		return -1;
	while (len) {
		size_t n = len < sizeof zeros ? (size_t)len : sizeof zeros;

		if (far_writer_put(&f->out, off, zeros, n, e))
			return -1;
		off += n;
		len -= n;
	}
	return 0;
}

static int open_it(struct dest *d, uint64_t size, struct err *e)
{
	static const struct sink_ops any = { put, skip, patch, jump, clear },
				     ordered = { .write = put };
	struct far_dest *f = of(d);
	struct far_entry x = { 0 };
	uint64_t at = 0;

	if (d->resume) {
		if (f->far->ops->look(f->far, f->part, &x, e))
			return -1;
		at = x.size < d->resume_at ? x.size : d->resume_at;
	}
	// what lies behind was written after the map was saved for the last time
	if (at ? f->far->ops->cut(f->far, f->part, at, e)
	       : f->far->can_rename && f->far->ops->remove(f->far, f->part, e))
		return -1;
	far_writer_begin(&f->out, f->far, f->far->can_rename ? f->part : f->path, at, size);
	d->sink = (struct sink){ f->far->ops->seeks ? &any : &ordered, at };
	f->is_open = true;
	return 0;
}

// After the operator's stop there is still to be known what has arrived, but not for long.
static void hurry(struct far_dest *f)
{
	if (ui_cancelled(f->ui))
		f->far->ui = NULL;
	if (!f->far->ui)
		f->far->hurry = true;
}

// Everything is over there, and the file as long as it is to be.
static int settle(struct far_dest *f, struct err *e)
{
	struct far_entry x;
	uint64_t len = f->dest.sink.pos;

	if (far_writer_sync(&f->out, true, e))
		return -1;
	if (!f->far->ops->seeks)
		return 0;
	f->hole = 0;
	if (f->out.length < len) {
		if (f->far->ops->cut(f->far, f->out.path, len, e))
			return -1;
		f->out.length = f->out.there = len;
	}
	if (f->far->ops->look(f->far, f->out.path, &x, e))
		return -1;
	if (x.size != f->out.length)
		return err_set(e, 0, "%s.part: the server has %llu bytes of it, %llu were sent",
			       f->dest.shown, (unsigned long long)x.size,
			       (unsigned long long)f->out.length);
	return 0;
}

static int sync_it(struct dest *d, struct err *e)
{
	hurry(of(d));
	return far_writer_sync(&of(d)->out, false, e);
}

// All of it is there: before it is hashed, read or renamed.
static int settle_all(struct far_dest *f, struct err *e)
{
	while (settle(f, e))
		if (far_again(f->far, e))
			return -1;
	return 0;
}

static int hash_it(struct dest *d, char hex[65], struct err *e)
{
	struct far_dest *f = of(d);
	int rc;

	if (f->is_open && settle_all(f, e))
		return -1;
	if (!f->far->ops->hash)
		return 0;
	ui_say(f->ui, UI_INFO, "%s: the server computes the checksum of what it has",
	       f->far->server);
	rc = f->is_open ? far_writer_hash(&f->out, hex, e) : 0;
	if (rc)
		return rc;
	while ((rc = f->far->ops->hash(f->far, f->is_open ? f->out.path : f->path, hex, e)) < 0)
		if (far_again(f->far, e))
			return -1;
	return rc;
}

static int read_src(void *arg, uint64_t off, void *p, size_t n, struct err *e)
{
	return src_read(arg, off, p, n, e);
}

// A server to which may only be written is no error, unless it was asked for.
static int reread(struct far_dest *f, const char *sha256, struct err *e)
{
	struct dest *d = &f->dest;
	struct src *s SRC_AUTO = NULL;

	if (!read_back_wanted(d, sha256))
		return 0;
	if (!far_src(f->far, f->out.path, &s, e) &&
	    !read_back(d, read_src, s, d->sink.pos, sha256, f->ui, e))
		return 0;
	if (d->compare == DEST_READ_BACK || ui_cancelled(f->ui) || e->num == EBADMSG)
		return -1;
	ui_say(f->ui, UI_WARN, "%s: only the length was compared: it cannot be read back: %s",
	       d->shown, e->text);
	return 0;
}

static int agree(struct far_dest *f, const char *sha256, struct err *e)
{
	struct dest *d = &f->dest;
	char there[65] = "";
	int rc = sha256[0] ? hash_it(d, there, e) : 0;

	// what was hashed while it arrived is doubted first
	if (rc > 0 && strcmp(there, sha256))
		rc = hash_it(d, there, e);
	if (rc < 0)
		return -1;
	if (rc && strcmp(there, sha256))
		return err_set(e, 0,
			       "%s.part: THE SERVER HAS SOMETHING ELSE than what was sent: its "
			       "sha256 is %s, not %s. Its memory or its disk is failing",
			       d->shown, there, sha256);
	if (sha256[0] && !rc)
		log_line("%s: the server has nothing that computes a SHA-256", d->shown);
	if (rc)
		d->compared = "length and SHA-256, computed by the server";
	if (d->compare == DEST_READ_BACK || !rc)
		return reread(f, sha256, e);
	return 0;
}

static int finish(struct far_dest *f, struct err *e)
{
	struct far_entry x;

	if (f->far->can_rename && f->far->ops->rename(f->far, f->part, f->path, e)) {
		struct err why = *e;

		// the answer may have been lost on the way, after it was done
		if (far_again(f->far, e) || f->far->ops->look(f->far, f->part, &x, e))
			return -1;
		if (x.what != FAR_NONE)
			return *e = why, -1;
	}
	if (f->far->ops->look(f->far, f->path, &x, e))
		return -1;
	if (x.what != FAR_FILE || (x.size != UINT64_MAX && x.size != f->dest.sink.pos))
		return err_set(e, 0, "%s: the server does not have all of it under its name",
			       f->dest.shown);
	return 0;
}

static int close_it(struct dest *d, const char *sha256, struct err *e)
{
	struct far_dest *f = of(d);

	d->compared = "length";
	if (settle_all(f, e) || agree(f, sha256, e))
		return -1;
	while (finish(f, e))
		if (far_again(f->far, e))
			return -1;
	f->is_open = false;
	far_writer_end(&f->out);
	return 0;
}

static void abort_it(struct dest *d)
{
	struct far_dest *f = of(d);
	struct err e;

	if (!f->is_open)
		return;
	f->is_open = false;
	f->far->ui = NULL; // the operator may have said stop, this is not what was meant
	f->far->hurry = true;
	far_writer_end(&f->out);
	if (!d->keep && f->far->ops->remove(f->far, f->out.path, &e))
		ui_say(f->ui, UI_WARN, "%s.part: could not be removed: %s", d->shown, e.text);
}

static int read_it(struct dest *d, struct src **out, struct err *e)
{
	struct far_dest *f = of(d);

	if (f->is_open && settle_all(f, e))
		return -1;
	return far_src(f->far, f->is_open ? f->out.path : f->path, out, e);
}

static int send(struct dest *d, const char *suffix, struct err *e)
{
	struct far_dest *f = of(d);
	char *here STR_AUTO = mem_printf("%s%s", d->beside, suffix);
	char *there STR_AUTO = mem_printf("%s%s", f->path, suffix);
	struct src *s SRC_AUTO = NULL;
	char *text STR_AUTO = NULL;

	hurry(f);
	if (src_open(&s, here, e))
		return -1;
	if (s->size > SMALL_MAX)
		return err_set(e, EFBIG, "%s", here);
	text = mem_alloc((size_t)s->size + 1);
	return src_read(s, 0, text, (size_t)s->size, e) ||
			       far_put(f->far, there, text, (size_t)s->size, e)
		       ? -1
		       : 0;
}

static int fetch(struct dest *d, const char *suffix, struct err *e)
{
	struct far_dest *f = of(d);
	char *here STR_AUTO = mem_printf("%s%s", d->beside, suffix);
	char *there STR_AUTO = mem_printf("%s%s", f->path, suffix);
	struct buf text BUF_AUTO = { 0 };
	int rc = far_get(f->far, there, &text, SMALL_MAX, e);
	FILE *to = rc > 0 ? fopen(here, "we") : NULL;

	if (rc <= 0)
		return rc;
	if (!to || fwrite(text.s, 1, text.len, to) != text.len)
		rc = err_set(e, errno, "%s: write", here);
	if (to && fclose(to) && rc > 0)
		rc = err_set(e, errno, "%s: write", here);
	return rc;
}

static int drop(struct dest *d, const char *suffix, struct err *e)
{
	struct far_dest *f = of(d);
	char *there STR_AUTO = mem_printf("%s%s", f->path, suffix);

	// a server that lets nothing be removed lets it be replaced
	return f->far->ops->remove(f->far, there, e) && f->far->can_rename ? -1 : 0;
}

const struct dest_ops dest_far = {
	.name = "far",
	.make = make,
	.look = look,
	.check = check,
	.reopen = reopen,
	.open = open_it,
	.sync = sync_it,
	.hash = hash_it,
	.close = close_it,
	.abort = abort_it,
	.read = read_it,
	.send = send,
	.fetch = fetch,
	.drop = drop,
	.free = far_free,
};
