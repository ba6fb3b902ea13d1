// SPDX-License-Identifier: GPL-2.0-or-later
// Files on an ssh server. Over there only sh, cat, dd and what every system has with them are
// needed; sha256sum and df are used when they are there.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "far/host_keys.h"
#include "far/ssh_link.h"

#define ANSWER_S 60 // a shell that does not answer for so long is gone
#define ANSWER_MAX 65536
#define DRAIN_S 900 // what is on its way may need so long on a thin line
#define READ_BLOCK 65536
#define PUT_MAX 65536 // a shell reads such lines byte by byte

static struct ssh *of(struct far *f)
{
	return (struct ssh *)f;
}

// 'it'\''s': one word for the shell.
static void quote(struct buf *b, const char *text)
{
	buf_puts(b, "'");
	for (; *text; text++) {
		if (*text == '\'')
			buf_puts(b, "'\\''");
		else
			buf_add(b, text, 1);
	}
	buf_puts(b, "'");
}

// A path of a URL as one over there: /~/ is the home folder, where the shell stands.
static void add_path(struct buf *b, const char *path)
{
	if (!strncmp(path, "/~/", 3)) {
		char *home STR_AUTO = mem_printf("./%s", path[3] ? path + 3 : ".");

		quote(b, home);
	} else {
		quote(b, path);
	}
}

// "... P ..." with each P in the place of a path.
static void add_script(struct buf *b, const char *script, const char *path)
{
	for (; *script; script++) {
		if (*script == '@')
			add_path(b, path);
		else
			buf_add(b, script, 1);
	}
}

static int lost(struct ssh *s, struct err *e)
{
	struct buf words BUF_AUTO = { 0 };

	s->asked = false;
	if (e->kind == ERR_STOPPED)
		return -1;
	if (e->num == ETIMEDOUT)
		stream_kill(&s->shell, &words);
	else
		stream_end(&s->shell, 2, NULL, &words);
	return ssh_unreached(s, &words, e);
}

// Has the shell do the script.
static int say(struct ssh *s, const char *script, struct err *e)
{
	char *line STR_AUTO =
		mem_printf("{ %s\n} 2>&1 </dev/null; s=$?; echo; echo %s $s\n", script, s->mark);

	if (!s->shell.pid)
		return far_lost(e, "%s: not connected", s->far.server);
	return stream_write(&s->shell, line, strlen(line), ANSWER_S, s->far.ui, e) ? lost(s, e) : 0;
}

// What the shell has said up to the mark behind an answer: *status is that of the script, with
// what it said in answer. 1; 0: not all of it is there, and nothing is waited for; -1: the
// connection is lost.
static int hear(struct ssh *s, bool wait, unsigned silence_s, struct buf *answer, int *status,
		struct err *e)
{
	char *mark STR_AUTO = mem_printf("\n%s ", s->mark);
	const char *end, *behind;
	char part[4096];
	size_t n;

	while (!(end = strstr(buf_str(&s->said), mark)) || !(behind = strchr(end + 1, '\n'))) {
		n = sizeof part;
		if (!wait && !stream_has(&s->shell))
			return 0;
		if (stream_read(&s->shell, part, &n, silence_s, s->far.ui, e))
			return lost(s, e);
		if (!n || s->said.len > ANSWER_MAX)
			return e->num = EPIPE, e->kind = ERR_FAILED, lost(s, e);
		buf_add(&s->said, part, n);
	}
	*status = atoi(end + strlen(mark));
	if (*status < 0 || *status > 255)
		*status = 255;
	buf_clear(answer);
	buf_add(answer, s->said.s, (size_t)(end - s->said.s));
	n = s->said.len - (size_t)(behind + 1 - s->said.s);
	memmove(s->said.s, behind + 1, n + 1);
	s->said.len = n;
	return 1;
}

// The script's status, with what it said in answer; -1: the connection is lost.
static int ask(struct ssh *s, const char *script, unsigned silence_s, struct buf *answer,
	       struct err *e)
{
	int status = 0;

	if (s->asked && hear(s, true, ANSWER_S, answer, &status, e) < 0)
		return -1;
	s->asked = false;
	return say(s, script, e) || hear(s, true, silence_s, answer, &status, e) < 0 ? -1 : status;
}

// The same about a path; a status other than 0 is an error of that step, with the server's words.
static int ask_path(struct ssh *s, const char *script, const char *path, struct buf *answer,
		    const char *step, struct err *e)
{
	struct buf text BUF_AUTO = { 0 };
	char line[256];
	int status;

	add_script(&text, script, path);
	status = ask(s, buf_str(&text), ANSWER_S, answer, e);
	if (status <= 0)
		return status;
	ssh_words(answer, line, sizeof line);
	return err_set(e, 0, "%s: %s: %s: %s", s->far.server, path, step,
		       *line ? line : "it did not say why");
}

static int open_it(struct far *f, struct err *e)
{
	struct ssh *s = of(f);

	s->shell = (struct far_stream){ .in = -1, .out = -1, .words = -1 };
	if (far_folder_begin(s->folder, sizeof s->folder, e))
		return -1;
	snprintf(s->socket, sizeof s->socket, "%s/s", s->folder);
	// one for all that Salvor does until the machine is restarted
	if (!mkdir("/run/salvor", 0700) || !access("/run/salvor", W_OK)) {
		str_copy(s->known, sizeof s->known, HOST_KEYS_FILE);
		if (!f->login.host_key)
			host_keys_wanted(f->ui);
	} else {
		snprintf(s->known, sizeof s->known, "%s/known", s->folder);
	}
	// one that was given is there for the first try, one that must be asked for is not
	if (f->login.password || f->login.password_file || !f->login.identity) {
		int rc = login_password(&f->login, &f->url, LOGIN_SILENT, f->ui, s->secret, e);

		if (rc < 0)
			return -1;
		s->has_secret = rc;
	}
	f->can_rename = true;
	return ssh_connect(s, true, e);
}

static int again(struct far *f, struct err *e)
{
	ssh_disconnect(of(f));
	return ssh_connect(of(f), false, e);
}

static void close_it(struct far *f)
{
	struct ssh *s = of(f);

	ssh_disconnect(s);
	explicit_bzero(s->secret, sizeof s->secret);
	buf_free(&s->said);
	far_folder_end(s->folder);
}

static int look(struct far *f, const char *path, struct far_entry *x, struct err *e)
{
	struct buf answer BUF_AUTO = { 0 };
	char what[16] = "";
	unsigned long long size = 0;

	if (ask_path(of(f),
		     "if test -d @; then echo folder; elif test -f @; then echo file $(stat -L -c "
		     "%s "
		     "@ 2>/dev/null || wc -c <@); elif test -e @; then echo other; else echo none; "
		     "fi",
		     path, &answer, "look", e))
		return -1;
	if (sscanf(buf_str(&answer), "%15s %llu", what, &size) < 1)
		return err_set(e, 0, "%s: %s: look: the server gives no answer that makes sense",
			       f->server, path);
	x->what = !strcmp(what, "folder") ? FAR_FOLDER
		  : !strcmp(what, "none") ? FAR_NONE
		  : !strcmp(what, "file") ? FAR_FILE
					  : FAR_OTHER;
	x->size = size;
	return 0;
}

static int size_soon(struct far *f, const char *path, uint64_t *size, struct err *e)
{
	struct buf text BUF_AUTO = { 0 };
	struct ssh *s = of(f);
	unsigned long long n;
	int status = 0, rc;

	if (!s->asked) {
		add_script(&text, "stat -L -c %s @ 2>/dev/null || wc -c <@", path);
		if (say(s, buf_str(&text), e))
			return -1;
		s->asked = true;
		return 0;
	}
	rc = hear(s, false, ANSWER_S, &text, &status, e);
	if (rc <= 0)
		return rc;
	s->asked = false;
	if (status || sscanf(buf_str(&text), "%llu", &n) != 1)
		return 0; // look tells why
	*size = n;
	return 1;
}

// The number in front of the first percentage, in units of 1024.
static uint64_t parse_df(const char *text)
{
	unsigned long long k, percent;
	int n;

	for (const char *p = text; *p; p += strspn(p, " \n")) {
		n = 0;
		if (sscanf(p, "%llu %llu%%%n", &k, &percent, &n) == 2 && n)
			return k < UINT64_MAX / 1024 ? k * 1024 : UINT64_MAX;
		p += strcspn(p, " \n");
	}
	return UINT64_MAX;
}

static int check(struct far *f, const char *folder, uint64_t *room, struct err *e)
{
	struct buf answer BUF_AUTO = { 0 };

	if (ask_path(of(f),
		     "test -d @ || { echo 'there is no such folder: make it first'; false; }",
		     folder, &answer, "folder", e) ||
	    ask_path(of(f), "n=@/.salvor.$$; (: >\"$n\") && rm -f \"$n\"", folder, &answer,
		     "write there", e) ||
	    ask_path(of(f), "df -P -k @ 2>/dev/null || :", folder, &answer, "free space", e))
		return -1;
	*room = parse_df(buf_str(&answer));
	return 0;
}

// A program over there with its input or output in our hands, by the connection that is there.
static int session(struct ssh *s, const char *script, unsigned ends, struct far_stream *out,
		   struct err *e)
{
	struct buf command BUF_AUTO = { 0 };
	struct ssh_args a;

	buf_puts(&command, "exec sh -c ");
	quote(&command, script);
	ssh_args_begin(&a, s);
	ssh_option(&a, "ControlMaster=no");
	ssh_option(&a, "BatchMode=yes");
	ssh_option(&a, "ProxyCommand=false"); // never a connection of its own
	ssh_arg(&a, "-S");
	ssh_arg(&a, s->socket);
	ssh_args_end(&a, s, buf_str(&command));
	return stream_begin(out, a.v, NULL, ends, e);
}

static const char *cure(const char *line)
{
	return strstr(line, "o space left") || strstr(line, "uota exceeded")
		       ? ": make room there and run the same command again"
		       : "";
}

// The program has ended, with this status.
static int judge(struct ssh *s, int status, const struct buf *words, bool read, struct err *e)
{
	char line[256];

	if (!status)
		return 0;
	snprintf(line, sizeof line, "%.*s", (int)strcspn(buf_str(words), "\n"), buf_str(words));
	if (strstr(line, "refused by peer") && s->following && s->following->pid) {
		// that one is for speed only
		stream_kill(s->following, NULL);
		s->following = NULL;
		return far_lost(e, "%s: it allows few sessions in a connection", s->far.server);
	}
	if (strstr(line, "refused by peer"))
		return err_set(e, 0,
			       "%s: the server allows one session in a connection only: raise "
			       "MaxSessions in its sshd_config (10 is usual)",
			       s->far.server);
	if (status == 255 || status >= 128)
		return far_lost(e, "%s: %s", s->far.server,
				*line ? line : "the connection is lost");
	return err_set(e, read ? EIO : 0, "%s: %s%s", s->far.server,
		       *line ? line : "it did not say why", cure(line));
}

static int end(struct far *f, struct far_stream *x, bool read, struct err *e)
{
	struct buf words BUF_AUTO = { 0 };
	int status = stream_end(x, DRAIN_S, f->ui, &words);

	if (ui_cancelled(f->ui))
		return err_stopped(e);
	if (read && status == 128 + 13) // nobody wanted the rest
		return 0;
	return judge(of(f), status, &words, read, e);
}

// What comes before the first byte that is wanted, or a line that says that it has begun.
static int drop(struct far *f, struct far_stream *x, size_t left, struct err *e)
{
	char part[READ_BLOCK];
	size_t n;

	while (left) {
		n = left;
		if (stream_read(x, part, &n, ANSWER_S, f->ui, e)) {
			stream_kill(x, NULL);
			return err_prefix(e, "%s", f->server);
		}
		if (!n)
			return end(f, x, false, e)
				       ? -1
				       : err_set(e, EIO, "%s: it ends there", f->server);
		left -= n;
	}
	return 0;
}

static int read_it(struct far *f, const char *path, uint64_t off, struct far_stream *x,
		   struct err *e)
{
	struct buf script BUF_AUTO = { 0 };
	char *text STR_AUTO = mem_printf("exec dd bs=%d skip=%llu <@", READ_BLOCK,
					 (unsigned long long)off / READ_BLOCK);

	add_script(&script, off < READ_BLOCK ? "exec cat <@" : text, path);
	if (session(of(f), buf_str(&script), STREAM_OUT, x, e))
		return -1;
	return drop(f, x, (size_t)(off % READ_BLOCK), e);
}

// dd moves the place where cat goes on: they share it. The first line tells that the file is open.
static int write_it(struct far *f, const char *path, uint64_t off, uint64_t size,
		    struct far_stream *x, struct err *e)
{
	struct buf script BUF_AUTO = { 0 };
	char *text STR_AUTO = mem_printf("umask 077; exec 3>&1 1<>@ && echo go >&3 && exec 3>&- && "
					 "{ test %llu = 0 || dd bs=1 seek=%llu count=0 </dev/null "
					 "2>/dev/null; } && exec cat",
					 (unsigned long long)off, (unsigned long long)off);

	(void)size;
	add_script(&script, text, path);
	if (session(of(f), buf_str(&script), STREAM_IN | STREAM_OUT, x, e))
		return -1;
	return drop(f, x, 3, e);
}

static int cut(struct far *f, const char *path, uint64_t size, struct err *e)
{
	struct buf answer BUF_AUTO = { 0 };
	char *script STR_AUTO =
		mem_printf("dd if=/dev/null of=@ bs=1 seek=%llu count=0", (unsigned long long)size);

	return ask_path(of(f), script, path, &answer, "set the length", e);
}

// Renames what is at the first path. Where dd can it waits for the disk, which may have something
// to say.
static void add_rename(struct buf *script, const char *from, const char *to)
{
	add_script(script,
		   "{ w=$(dd if=/dev/null of=@ bs=1 count=0 conv=notrunc,fsync 2>&1) || case $w in "
		   "*rror*|*pace*|*uota*) echo \"$w\"; false;; esac; } && mv -f @ ",
		   from);
	add_path(script, to);
}

static int rename_it(struct far *f, const char *from, const char *to, struct err *e)
{
	struct buf answer BUF_AUTO = { 0 }, script BUF_AUTO = { 0 };

	add_rename(&script, from, to);
	return ask_path(of(f), buf_str(&script), from, &answer, "rename", e);
}

// As part of what is asked for: no program of its own here, no session there.
static int put_it(struct far *f, const char *path, const char *p, size_t n, struct err *e)
{
	struct buf answer BUF_AUTO = { 0 }, script BUF_AUTO = { 0 };
	char *part STR_AUTO = mem_printf("%s.new", path), *text STR_AUTO = NULL, line[256];
	struct ssh *s = of(f);
	int status;

	if (n > PUT_MAX || !n || p[n - 1] != '\n' || memchr(p, 0, n))
		return 0;
	text = mem_alloc(n + 1);
	memcpy(text, p, n);
	text[n] = 0;
	if (strstr(text, s->mark))
		return 0;
	add_script(&script, "rm -f @; cat >@ <<'", part);
	buf_printf(&script, "%s'\n%s%s\ntest $? = 0 && ", s->mark, text, s->mark);
	add_rename(&script, part, path);
	status = ask(s, buf_str(&script), ANSWER_S, &answer, e);
	if (status <= 0)
		return status ? -1 : 1;
	ssh_words(&answer, line, sizeof line);
	return err_set(e, 0, "%s: %s: write: %s%s", s->far.server, path,
		       *line ? line : "it did not say why", cure(line));
}

static int remove_it(struct far *f, const char *path, struct err *e)
{
	struct buf answer BUF_AUTO = { 0 };

	return ask_path(of(f), "rm -f @", path, &answer, "remove", e);
}

// What computes a SHA-256 there: openssl first, which uses what the processor has for it.
#define FIND_HASH                                                                                  \
	"for h in 'openssl dgst -sha256' sha256sum 'sha256 -q' 'shasum -a 256'; do "               \
	"$h </dev/null >/dev/null 2>&1 && break; h=; done; test -n \"$h\" || exit 0; "

static bool find_hash(const char *text, char hex[65])
{
	size_t n;

	for (; *text; text += n ? n : 1) {
		n = strspn(text, "0123456789abcdef");
		if (n != 64)
			continue;
		memcpy(hex, text, 64);
		hex[64] = 0;
		return true;
	}
	return false;
}

static int hash(struct far *f, const char *path, char hex[65], struct err *e)
{
	struct buf answer BUF_AUTO = { 0 }, script BUF_AUTO = { 0 };

	add_script(&script, "(" FIND_HASH "$h <@ 2>/dev/null || :)", path);
	if (ask(of(f), buf_str(&script), 0, &answer, e) < 0)
		return -1;
	return find_hash(buf_str(&answer), hex);
}

// cat ends at what is there of the file, and the next one goes on: they share the place in it.
static int follow(struct far *f, const char *path, struct far_stream *x, struct err *e)
{
	struct buf script BUF_AUTO = { 0 };

	add_script(&script,
		   FIND_HASH "exec 4<@ && { while read -r x; do cat <&4 || exit; "
			     "test \"$x\" != end || exit 0; done; } | $h",
		   path);
	if (session(of(f), buf_str(&script), STREAM_IN | STREAM_OUT, x, e))
		return -1;
	of(f)->following = x;
	return 0;
}

static int followed(struct far *f, struct far_stream *x, char hex[65], struct err *e)
{
	struct buf text BUF_AUTO = { 0 }, words BUF_AUTO = { 0 };
	char part[256];
	size_t n = 0;
	int status;

	of(f)->following = NULL;
	if (!x->pid)
		return 0;
	if (!stream_write(x, "end\n", 4, ANSWER_S, f->ui, e)) {
		do {
			n = sizeof part;
			if (stream_read(x, part, &n, 0, f->ui, e))
				break;
			buf_add(&text, part, n);
		} while (n && text.len < ANSWER_MAX);
	}
	if (ui_cancelled(f->ui)) {
		stream_kill(x, NULL);
		return err_stopped(e);
	}
	status = stream_end(x, 5, f->ui, &words);
	if (!status && find_hash(buf_str(&text), hex))
		return 1;
	log_line("%s: no checksum beside the writing: %d: %s%s", f->server, status, buf_str(&text),
		 buf_str(&words));
	return 0;
}

static const char *const schemes[] = { "ssh", NULL };

const struct far_ops far_ssh = {
	.name = "ssh",
	.schemes = schemes,
	.seeks = true,
	.size = sizeof(struct ssh),
	.open = open_it,
	.again = again,
	.close = close_it,
	.look = look,
	.check = check,
	.read = read_it,
	.write = write_it,
	.end = end,
	.size_soon = size_soon,
	.follow = follow,
	.followed = followed,
	.cut = cut,
	.put = put_it,
	.rename = rename_it,
	.remove = remove_it,
	.hash = hash,
};
