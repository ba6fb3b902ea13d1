// SPDX-License-Identifier: GPL-2.0-or-later
// The loop over the kinds of servers, and what all have in common.
#include "far/far.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

#define SILENCE_S 60 // a small file that does not move for so long does not come
#define HURRY_S 10
#define AGAIN_S 600 // so long a server is waited for
#define AGAIN_MAX_MS 15000

static const struct far_ops *const kinds[] = {
#define X(n) &far_##n,
#include "far/list.h"
#undef X
	NULL
};

static const struct far_ops *find(const char *scheme)
{
	for (const struct far_ops *const *k = kinds; *k; k++)
		for (const char *const *s = (*k)->schemes; *s; s++)
			if (!strcmp(*s, scheme))
				return *k;
	return NULL;
}

int far_is(const char *text, struct url *u, struct err *e)
{
	int rc = url_parse(u, text, e);

	// of another scheme it is somebody else's, good or not
	return !find(u->scheme) ? 0 : rc;
}

int far_open(struct far **out, const char *text, const struct login *login, struct ui *ui,
	     struct err *e)
{
	const struct far_ops *ops;
	struct far *f;
	struct url u;
	int rc = far_is(text, &u, e);

	*out = NULL;
	if (rc <= 0)
		return rc ? -1
			  : err_usage(e, "%s: not an address of a server that can be used here",
				      text);
	ops = find(u.scheme);
	f = mem_zero(1, ops->size);
	f->ops = ops;
	f->url = u;
	f->login = login ? *login : (struct login){ 0 };
	f->ui = ui;
	snprintf(f->server, sizeof f->server, "%.120s%s%.150s", u.user, u.user[0] ? "@" : "",
		 u.host);
	if (ops->open(f, e)) {
		far_close(f);
		return -1;
	}
	*out = f;
	return 0;
}

void far_close(struct far *f)
{
	if (!f)
		return;
	f->ops->close(f);
	free(f);
}

unsigned far_silence(const struct far *f, unsigned seconds)
{
	return f->hurry && seconds > HURRY_S ? HURRY_S : seconds;
}

static bool rest(struct ui *ui, int64_t ms)
{
	for (int64_t end = now_ms() + ms; now_ms() < end; usleep(100 * 1000))
		if (ui_cancelled(ui))
			return false;
	return true;
}

int far_lost(struct err *e, const char *fmt, ...)
{
	char text[sizeof e->text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	err_set(e, 0, "%s", text);
	e->num = EPIPE;
	return -1;
}

static bool is_lost(const struct err *e)
{
	return e->kind == ERR_FAILED && (e->num == EPIPE || e->num == ETIMEDOUT);
}

int far_again(struct far *f, struct err *e)
{
	int64_t begin = now_ms(), pause = 1000;
	struct err why = *e;

	if (!is_lost(e) || f->hurry)
		return -1;
	ui_say(f->ui, UI_WARN, "%s: the connection is lost (%s): trying again for %u minutes",
	       f->server, why.text, AGAIN_S / 60);
	while (now_ms() - begin < AGAIN_S * 1000) {
		if (!rest(f->ui, pause))
			return err_stopped(e);
		if (!f->ops->again || !f->ops->again(f, e)) {
			ui_say(f->ui, UI_INFO, "%s: connected again after %lld s", f->server,
			       (long long)(now_ms() - begin) / 1000);
			return 0;
		}
		if (!is_lost(e))
			return -1;
		pause = pause * 2 < AGAIN_MAX_MS ? pause * 2 : AGAIN_MAX_MS;
	}
	f->hurry = true; // nor is it waited for by what is left to be done
	return err_set(e, 0, "%s: did not come back within %u minutes: %s", f->server, AGAIN_S / 60,
		       why.text);
}

// Once: 1 read, 0 none there.
static int get(struct far *f, const char *path, struct buf *out, size_t max, struct err *e)
{
	struct far_stream s;
	struct far_entry x;
	char part[8192];
	size_t n;

	buf_clear(out);
	if (f->ops->look(f, path, &x, e))
		return -1;
	if (x.what != FAR_FILE)
		return 0;
	if (f->ops->read(f, path, 0, &s, e))
		return -1;
	do {
		n = sizeof part;
		if (stream_read(&s, part, &n, far_silence(f, SILENCE_S), f->ui, e)) {
			stream_kill(&s, NULL);
			return err_prefix(e, "%s: %s: read", f->server, path);
		}
		buf_add(out, part, n);
		if (out->len > max) {
			stream_kill(&s, NULL);
			return err_usage(e, "%s: %s: is longer than %zu bytes: not such a file",
					 f->server, path, max);
		}
	} while (n);
	return f->ops->end(f, &s, true, e) ? -1 : 1;
}

int far_get(struct far *f, const char *path, struct buf *out, size_t max, struct err *e)
{
	int rc;

	while ((rc = get(f, path, out, max, e)) < 0)
		if (far_again(f, e))
			return -1;
	return rc;
}

static int put(struct far *f, const char *path, const void *p, size_t n, struct err *e)
{
	char *part STR_AUTO = mem_printf("%s.new", path);
	const char *to = f->can_rename ? part : path;
	struct far_stream s;
	int rc = f->ops->put ? f->ops->put(f, path, p, n, e) : 0;

	if (rc)
		return rc < 0 ? -1 : 0;
	// where a write leaves what lies behind it
	if ((f->ops->seeks && f->ops->remove(f, to, e)) || f->ops->write(f, to, 0, n, &s, e))
		return -1;
	if (stream_write(&s, p, n, far_silence(f, SILENCE_S), f->ui, e) && e->num != EPIPE) {
		stream_kill(&s, NULL);
		return err_prefix(e, "%s: %s: write", f->server, path);
	}
	if (f->ops->end(f, &s, false, e))
		return -1;
	return to == part ? f->ops->rename(f, part, path, e) : 0;
}

int far_put(struct far *f, const char *path, const void *p, size_t n, struct err *e)
{
	int rc;

	while ((rc = put(f, path, p, n, e)))
		if (far_again(f, e))
			return -1;
	return rc;
}

int far_fetch(const char *text, const struct login *login, struct ui *ui, struct buf *out,
	      size_t max, struct err *e)
{
	struct far *f;
	int rc;

	if (far_open(&f, text, login, ui, e))
		return -1;
	rc = far_get(f, f->url.path, out, max, e);
	far_close(f);
	return rc ? (rc < 0 ? -1 : 0) : err_set(e, ENOENT, "%s: open for reading", text);
}

int far_folder_begin(char *path, size_t size, struct err *e)
{
	static const char *const tops[] = { "/run/salvor", "/dev/shm", "/tmp" };

	mkdir(tops[0], 0700);
	for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
		snprintf(path, size, "%s/far.XXXXXX", tops[i]);
		if (mkdtemp(path))
			return 0;
	}
	path[0] = 0;
	return err_set(e, errno, "%s: make a folder", tops[2]);
}

void far_folder_end(const char *path)
{
	DIR *dir = path[0] ? opendir(path) : NULL;

	for (struct dirent *x; dir && (x = readdir(dir));)
		unlinkat(dirfd(dir), x->d_name, 0);
	if (dir)
		closedir(dir);
	if (path[0])
		rmdir(path);
}
