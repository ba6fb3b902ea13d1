// SPDX-License-Identifier: GPL-2.0-or-later
// Files on a web server, by curl: read by ranges; written by PUT, and by WebDAV where the server
// has it. The password reaches curl as a file of settings in the memory of this process, as ssh's
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/run.h"
#include "far/far.h"

#define ANSWER_S 330 // curl's own limit is 300
#define UPLOAD_END_S 900
#define TRIES 3
#define ARGS 48

struct http {
	struct far far;
	int secret; // a file in memory; -1: none
	char config[48];
	bool ranges, told;
};

struct args {
	const char *v[ARGS];
	unsigned n;
	char url[2048], header[2100];
};

struct reply {
	unsigned code;
	uint64_t size;	       // of the file; UINT64_MAX: not told
	bool part, moved_here; // part: of a range; moved_here: to the same with a / behind
};

static struct http *of(struct far *f)
{
	return (struct http *)f;
}

static void add(struct args *a, const char *text)
{
	if (a->n + 1 < ARGS)
		a->v[a->n++] = text;
}

// The path as it was written stays so, with its query.
static int make_url(const struct http *h, const char *path, char *out, size_t size, struct err *e)
{
	const struct url *u = &h->far.url;
	bool v6 = strchr(u->host, ':') != NULL;
	char port[16] = "", encoded[1600];

	if (u->port)
		snprintf(port, sizeof port, ":%u", u->port);
	if (strcmp(path, u->path) ? !url_encode(path, encoded, sizeof encoded)
				  : !str_copy(encoded, sizeof encoded, u->raw))
		return err_usage(e, "%s: the path is too long", path);
	snprintf(out, size, "%s://%s%s%s%s%s", u->scheme, v6 ? "[" : "", u->host, v6 ? "]" : "",
		 port, encoded);
	return 0;
}

static int begin(struct args *a, const struct http *h, const char *path, struct err *e)
{
	// -q comes first: nobody's settings but ours
	static const char *const always[] = {
		"curl",	     "-q",
		"-sS",	     "--globoff",
		"--proto",   "=http,https",
		"--http1.1", "--connect-timeout",
		"20",	     "--speed-limit",
		"1",	     "--speed-time",
		"300",	     "--keepalive-time",
		"10",
	};

	*a = (struct args){ 0 };
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		add(a, always[i]);
	if (h->far.login.ca) {
		add(a, "--cacert");
		add(a, h->far.login.ca);
	}
	if (h->secret >= 0) {
		add(a, "--config");
		add(a, h->config);
	}
	if (make_url(h, path, a->url, sizeof a->url, e))
		return -1;
	add(a, "--url");
	add(a, a->url);
	return 0;
}

static const char *meaning(unsigned code)
{
	static const struct {
		unsigned code;
		const char *text;
	} known[] = {
		{ 400, "bad request" },
		{ 401, "login needed, or wrong: --password-file FILE" },
		{ 403, "forbidden" },
		{ 404, "no such file or folder" },
		{ 405, "the server does not let this be done there" },
		{ 409, "there is no such folder: make it first" },
		{ 411, "the server wants to know the length beforehand" },
		{ 413, "larger than the server allows an upload to be" },
		{ 423, "locked" },
		{ 500,
		  "an error of the server: is there such a folder, may the server write there, "
		  "is there room?" },
		{ 501, "the server does not know how to do this" },
		{ 502, "the server behind it does not answer" },
		{ 503, "the server is busy" },
		{ 507, "no room left there" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].code == code)
			return known[i].text;
	return "not what was asked for";
}

// curl has ended with this status, and this was its last word.
static int failed(const struct http *h, const char *step, int status, const char *words,
		  struct err *e)
{
	static const int lost[] = { 5, 6, 7, 18, 28, 52, 55, 56 };
	const char *at = strstr(words, "curl: (");
	int len;

	at = at && strchr(at, ')') ? strchr(at, ')') + 2 : words;
	len = (int)strcspn(at, "\n");
	if (status == 22 && strstr(words, "error: ")) {
		unsigned code = (unsigned)atoi(strstr(words, "error: ") + 7);

		return err_set(e, 0, "%s: %s: HTTP %u: %s", h->far.server, step, code,
			       meaning(code));
	}
	if (status == 60 || status == 77)
		return err_set(e, 0,
			       "%s: certificate: %.*s: --ca FILE where it is signed by your own "
			       "authority",
			       h->far.server, len, at);
	for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
		if (status == lost[i])
			return far_lost(e, "%s: %s: %.*s%s", h->far.server, step, len, at,
					strcmp(step, "write") ? ""
							      : ": HTTP cannot go on with it, "
								"run the same command again");
	return err_set(e, 0, "%s: %s: curl ended with %d: %.*s", h->far.server, step, status, len,
		       at);
}

static const char *field(const char *text, unsigned n)
{
	const char *at = strstr(text, "\n@@");

	for (; at && n; n--)
		at = strchr(at + 1, '\n');
	return at ? at + 1 : "";
}

// One request without a body, to its end.
static int request(struct http *h, struct args *a, const char *step, struct reply *r, struct err *e)
{
	struct buf out BUF_AUTO = { 0 };
	struct run run = { .argv = a->v, .out = &out, .ui = h->far.ui, .timeout_s = ANSWER_S };
	const char *range, *length, *where;
	size_t n = strlen(a->url);
	unsigned long long size;
	int status;

	add(a, "-o");
	add(a, "/dev/null");
	add(a, "-w");
	add(a,
	    "\n@@%{http_code}\n%header{content-range}\n%header{content-length}\n%{redirect_url}\n");
	if (run_program(&run, &status, e))
		return -1;
	if (status)
		return failed(h, step, status, buf_str(&out), e);
	range = field(buf_str(&out), 1);
	length = field(buf_str(&out), 2);
	where = field(buf_str(&out), 3);
	*r = (struct reply){ .code = (unsigned)atoi(field(buf_str(&out), 0) + 2),
			     .size = UINT64_MAX };
	r->part = r->code == 206;
	r->moved_here = r->code / 100 == 3 && !strncmp(where, a->url, n) && where[n] == '/';
	if (r->code == 206 || r->code == 416 ? sscanf(range, "bytes %*[^/]/%llu", &size) == 1
					     : sscanf(length, "%llu", &size) == 1)
		r->size = size;
	return 0;
}

static int head(struct http *h, const char *path, struct reply *r, struct err *e)
{
	struct args a;

	if (begin(&a, h, path, e))
		return -1;
	add(&a, "--head");
	add(&a, "--range");
	add(&a, "0-0");
	return request(h, &a, "reach the server", r, e);
}

// "user:password" for curl, in memory that only this user can open.
static int set_secret(struct http *h, const char *secret, struct err *e)
{
	struct buf text BUF_AUTO = { 0 };
	const char *parts[] = { h->far.url.user, ":", secret };
	int fd = memfd_create("secret", MFD_CLOEXEC);
	bool ok;

	buf_puts(&text, "user = \"");
	for (size_t i = 0; i < 3; i++)
		for (const char *p = parts[i]; *p; p++)
			buf_printf(&text, "%s%c", strchr("\\\"", *p) ? "\\" : "", *p);
	buf_puts(&text, "\"\nbasic\n");
	ok = fd >= 0 && write(fd, text.s, text.len) == (ssize_t)text.len;
	explicit_bzero(text.s, text.len);
	if (h->secret >= 0)
		close(h->secret);
	h->secret = fd;
	snprintf(h->config, sizeof h->config, "/proc/%d/fd/%d", (int)getpid(), fd);
	return ok ? 0 : err_set(e, errno, "%s: memory for the password", h->far.server);
}

static void warn_plain(struct http *h)
{
	if (!h->told && !strcmp(h->far.url.scheme, "http"))
		ui_say(h->far.ui, UI_WARN,
		       "%s: without TLS the password can be read by everybody on the way: "
		       "https:// where the server has it",
		       h->far.server);
	h->told = true;
}

static int log_in(struct http *h, struct err *e)
{
	const struct login *l = &h->far.login;
	bool given = l->password || l->password_file;
	char secret[SECRET_MAX];
	struct reply r;

	for (unsigned tries = 0;; tries++) {
		if (head(h, h->far.url.path, &r, e))
			return -1;
		if (r.code != 401) {
			if (h->secret >= 0 && tries)
				login_right(&h->far.url, secret);
			explicit_bzero(secret, sizeof secret);
			return 0;
		}
		if (tries && (login_wrong(&h->far.url), given || tries > TRIES))
			break;
		if (tries)
			ui_say(h->far.ui, UI_WARN, "%s: the password is not accepted",
			       h->far.server);
		if (!h->far.url.user[0])
			return err_usage(e, "%s: log in: the server wants a user: %s://USER@%s/...",
					 h->far.server, h->far.url.scheme, h->far.url.host);
		int rc = login_password(l, &h->far.url, tries ? LOGIN_ASK_AGAIN : LOGIN_ASK,
					h->far.ui, secret, e);

		if (rc <= 0)
			return rc < 0 ? -1
				      : err_set(e, 0,
						"%s: log in: the server wants a password: "
						"--password-file FILE",
						h->far.server);
		warn_plain(h);
		if (set_secret(h, secret, e))
			return -1;
	}
	explicit_bzero(secret, sizeof secret);
	return err_set(e, 0, "%s: log in: the password is not accepted: HTTP 401", h->far.server);
}

static int open_it(struct far *f, struct err *e)
{
	struct http *h = of(f);

	h->secret = -1;
	f->breaks = "a lost connection ends the copy, HTTP cannot go on with it";
	if (!f->url.path[0])
		strcpy(f->url.path, "/"), strcpy(f->url.raw, "/");
	return log_in(h, e);
}

static int again(struct far *f, struct err *e)
{
	struct reply r;

	return head(of(f), f->url.path, &r, e);
}

static void close_it(struct far *f)
{
	if (of(f)->secret >= 0)
		close(of(f)->secret);
}

static int look(struct far *f, const char *path, struct far_entry *x, struct err *e)
{
	size_t n = strlen(path);
	struct reply r;

	*x = (struct far_entry){ FAR_NONE, UINT64_MAX };
	if (head(of(f), path, &r, e))
		return -1;
	of(f)->ranges = r.part;
	if (r.moved_here || (r.code / 100 == 2 && n && path[n - 1] == '/'))
		x->what = FAR_FOLDER;
	else if (r.code / 100 == 2 || r.code == 416)
		x->what = FAR_FILE;
	// behind an address with a query there is that one file
	else if (r.code != 404 && r.code != 410 && !strchr(f->url.raw, '?'))
		return err_set(e, 0, "%s: %s: look: HTTP %u: %s", f->server, path, r.code,
			       meaning(r.code));
	if (x->what == FAR_FILE)
		x->size = r.size;
	return 0;
}

static int end_step(struct far *f, struct far_stream *s, bool read, const char *step, struct err *e)
{
	struct buf words BUF_AUTO = { 0 };
	int status = stream_end(s, UPLOAD_END_S, f->ui, &words);

	if (ui_cancelled(f->ui))
		return err_stopped(e);
	if (!status || (read && status == 23)) // 23: nobody wanted the rest
		return 0;
	return failed(of(f), step, status, buf_str(&words), e);
}

static int end(struct far *f, struct far_stream *s, bool read, struct err *e)
{
	return end_step(f, s, read, read ? "read" : "write", e);
}

static int read_it(struct far *f, const char *path, uint64_t off, struct far_stream *s,
		   struct err *e)
{
	struct http *h = of(f);
	char range[32], part[8192];
	uint64_t left = h->ranges ? 0 : off;
	struct args a;

	if (begin(&a, h, path, e))
		return -1;
	add(&a, "--fail");
	add(&a, "--location");
	add(&a, "--no-buffer");
	snprintf(range, sizeof range, "%llu-", (unsigned long long)off);
	if (off && h->ranges) {
		add(&a, "--range");
		add(&a, range);
	}
	if (stream_begin(s, a.v, NULL, STREAM_OUT, e))
		return -1;
	while (left) { // from the beginning each time: slow, but right
		size_t n = left < sizeof part ? (size_t)left : sizeof part;

		if (stream_read(s, part, &n, far_silence(f, ANSWER_S), f->ui, e)) {
			stream_kill(s, NULL);
			return -1;
		}
		if (!n)
			return end(f, s, true, e) ? -1
						  : err_set(e, EIO, "%s: %s: it ends before that",
							    f->server, path);
		left -= n;
	}
	return 0;
}

static int write_it(struct far *f, const char *path, uint64_t off, uint64_t size,
		    struct far_stream *s, struct err *e)
{
	char length[48];
	struct args a;

	(void)off; // 0: seeks is not set
	if (begin(&a, of(f), path, e))
		return -1;
	add(&a, "--fail");
	add(&a, "--output");
	add(&a, "/dev/null");
	add(&a, "--upload-file");
	add(&a, "-");
	snprintf(length, sizeof length, "Content-Length: %llu", (unsigned long long)size);
	if (size != UINT64_MAX) {
		add(&a, "--header");
		add(&a, length);
		add(&a, "--header");
		add(&a, "Transfer-Encoding:");
	}
	return stream_begin(s, a.v, NULL, STREAM_IN, e);
}

static int simple(struct http *h, const char *method, const char *path, const char *to,
		  struct reply *r, struct err *e)
{
	char url[2048];
	struct args a;

	if (begin(&a, h, path, e))
		return -1;
	add(&a, "--request");
	add(&a, method);
	if (to) {
		if (make_url(h, to, url, sizeof url, e))
			return -1;
		snprintf(a.header, sizeof a.header, "Destination: %s", url);
		add(&a, "--header");
		add(&a, a.header);
		add(&a, "--header");
		add(&a, "Overwrite: T");
	}
	return request(h, &a, to ? "rename" : "remove", r, e);
}

static int rename_it(struct far *f, const char *from, const char *to, struct err *e)
{
	struct reply r;

	if (simple(of(f), "MOVE", from, to, &r, e))
		return -1;
	return r.code / 100 == 2 ? 0
				 : err_set(e, 0, "%s: %s: rename: HTTP %u: %s", f->server, from,
					   r.code, meaning(r.code));
}

static int remove_it(struct far *f, const char *path, struct err *e)
{
	struct reply r;

	if (simple(of(f), "DELETE", path, NULL, &r, e))
		return -1;
	return r.code / 100 == 2 || r.code == 404 || r.code == 410
		       ? 0
		       : err_set(e, 0, "%s: %s: remove: HTTP %u: %s", f->server, path, r.code,
				 meaning(r.code));
}

// A server tells what it lets be done only when that is done.
static int check(struct far *f, const char *folder, uint64_t *room, struct err *e)
{
	const char *slash = !*folder || folder[strlen(folder) - 1] != '/' ? "/" : "";
	char *part STR_AUTO = mem_printf("%s%s.salvor-probe.part", folder, slash);
	char *whole STR_AUTO = mem_printf("%s%s.salvor-probe", folder, slash);
	char *step STR_AUTO = mem_printf("write into %s", folder);
	struct far_stream s;
	struct err ignored;

	*room = UINT64_MAX;
	if (write_it(f, part, 0, 1, &s, e))
		return -1;
	if (stream_write(&s, "\n", 1, ANSWER_S, f->ui, e) && e->num != EPIPE) {
		stream_kill(&s, NULL);
		return -1;
	}
	if (end_step(f, &s, false, step, e))
		return -1;
	f->can_rename = !rename_it(f, part, whole, &ignored);
	if (remove_it(f, f->can_rename ? whole : part, &ignored))
		ui_say(f->ui, UI_WARN, "%s: %s: the server does not let it be removed", f->server,
		       f->can_rename ? whole : part);
	return 0;
}

static const char *const schemes[] = { "http", "https", NULL };

const struct far_ops far_http = {
	.name = "http",
	.schemes = schemes,
	.size = sizeof(struct http),
	.open = open_it,
	.again = again,
	.close = close_it,
	.look = look,
	.check = check,
	.read = read_it,
	.write = write_it,
	.end = end,
	.rename = rename_it,
	.remove = remove_it,
};
