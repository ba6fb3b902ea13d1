// SPDX-License-Identifier: GPL-2.0-or-later
// Connecting. The password reaches the client by its askpass program, which is this one again: the
// environment names a file in the memory of this process, which only the same user can open. So it
// stands in no argument, no environment, and on no disk. The client asks this program, too, whether
// a server's key is the one that --host-key names.
#include "far/ssh_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/log.h"

#define LOGIN_S 90 // with the server's own waiting after a wrong password
#define TRIES 3

void ssh_arg(struct ssh_args *a, const char *text)
{
	if (a->n + 1 < SSH_ARGS)
		a->v[a->n++] = text;
}

void ssh_option(struct ssh_args *a, const char *text)
{
	ssh_arg(a, "-o");
	ssh_arg(a, text);
}

// The fastest cipher first: AES is, where the processor does it.
static const char *ciphers(void)
{
	return __builtin_cpu_supports("aes")
		       ? "Ciphers=^aes128-gcm@openssh.com,aes256-gcm@openssh.com"
		       : "Ciphers=^chacha20-poly1305@openssh.com,aes128-ctr";
}

void ssh_args_begin(struct ssh_args *a, const struct ssh *s)
{
	static const char *const always[] = {
		"ConnectTimeout=20",	 "ServerAliveInterval=10",
		"ServerAliveCountMax=3", "TCPKeepAlive=yes",
		"Compression=no",	 "ForwardAgent=no",
		"ForwardX11=no",	 "EscapeChar=none",
		"UpdateHostKeys=no",	 "CheckHostIP=no",
		"HashKnownHosts=no",	 "GlobalKnownHostsFile=none",
		"LogLevel=INFO",	 "NumberOfPasswordPrompts=1",
		"IPQoS=throughput",
	};
	static const char *const old[] = {
		"HostKeyAlgorithms=+ssh-rsa",
		"PubkeyAcceptedAlgorithms=+ssh-rsa",
		"KexAlgorithms=+diffie-hellman-group14-sha1",
	};

	*a = (struct ssh_args){ 0 };
	ssh_arg(a, "ssh");
	ssh_arg(a, "-F");
	ssh_arg(a, "none");
	ssh_arg(a, "-T");
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		ssh_option(a, always[i]);
	ssh_option(a, ciphers());
	for (size_t i = 0; s->far.login.old_ssh && i < sizeof old / sizeof *old; i++)
		ssh_option(a, old[i]);
	if (s->far.login.identity) {
		ssh_option(a, "IdentitiesOnly=yes");
		ssh_arg(a, "-i");
		ssh_arg(a, s->far.login.identity);
	}
}

void ssh_args_end(struct ssh_args *a, const struct ssh *s, const char *command)
{
	if (s->far.url.user[0]) {
		ssh_arg(a, "-l");
		ssh_arg(a, s->far.url.user);
	}
	if (s->far.url.port) {
		snprintf(a->port, sizeof a->port, "%u", s->far.url.port);
		ssh_arg(a, "-p");
		ssh_arg(a, a->port);
	}
	ssh_arg(a, "--");
	ssh_arg(a, s->far.url.host);
	if (command)
		ssh_arg(a, command);
}

void ssh_words(const struct buf *words, char *line, size_t size)
{
	const char *text = buf_str(words);
	size_t n = strlen(text), from;

	while (n && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	for (from = n; from && text[from - 1] != '\n';)
		from--;
	snprintf(line, size, "%.*s", (int)(n - from < 200 ? n - from : 200), text + from);
}

int ssh_unreached(const struct ssh *s, const struct buf *words, struct err *e)
{
	const char *text = buf_str(words);
	char line[256];

	ssh_words(words, line, sizeof line);
	if (strstr(text, "no matching"))
		return err_usage(e, "%s: agree on how to talk: %s%s", s->far.server, line,
				 s->far.login.old_ssh ? "" : ": an old server? --old-ssh");
	return far_lost(e, "%s: reach the server: %s", s->far.server,
			*line ? line : "it closed the connection");
}

// A file of memory with the password, as a path that the askpass program can open; -1: none.
static int offer_secret(const struct ssh *s, char *name, size_t size)
{
	int fd = s->has_secret ? memfd_create("secret", MFD_CLOEXEC) : -1;
	size_t n = strlen(s->secret);

	if (fd >= 0 && write(fd, s->secret, n) != (ssize_t)n) {
		close(fd);
		fd = -1;
	}
	snprintf(name, size, "SALVOR_ASKPASS=/proc/%d/fd/%d", (int)getpid(), fd);
	return fd;
}

// Where the client finds what the server's key must be. self: the path of this program; want: gets
// what belongs into its environment, "" nothing.
static void add_known(struct ssh *s, struct ssh_args *a, const char *self, char want[120])
{
	*want = 0;
	if (s->far.login.host_key && !s->pinned[0] && self[0] && !strpbrk(self, " %\"'\\")) {
		snprintf(a->known, sizeof a->known,
			 "KnownHostsCommand=%.150s known-host %%f %%H %%t %%K", self);
		snprintf(want, 120, "SALVOR_HOST_KEY=%.100s", s->far.login.host_key);
		ssh_option(a, "UserKnownHostsFile=none");
	} else {
		snprintf(a->known, sizeof a->known, "UserKnownHostsFile=%s",
			 s->pinned[0] ? s->pinned : s->known);
	}
	ssh_option(a, a->known);
}

static int start(struct ssh *s, const char *secret_name, struct err *e)
{
	char askpass[300] = "SSH_ASKPASS=", *self = askpass + 12, agent[300], key[40], want[120];
	const char *socket = getenv("SSH_AUTH_SOCK");
	const char *env[8] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LC_ALL=C" };
	unsigned n_env = 3;
	struct ssh_args a;
	ssize_t n = readlink("/proc/self/exe", self, sizeof askpass - 13);

	self[n > 0 ? n : 0] = 0;
	if (s->has_secret) {
		env[n_env++] = askpass;
		env[n_env++] = "SSH_ASKPASS_REQUIRE=force";
		env[n_env++] = secret_name;
	} else if (socket) {
		snprintf(agent, sizeof agent, "SSH_AUTH_SOCK=%.280s", socket);
		env[n_env++] = agent;
	}
	ssh_args_begin(&a, s);
	add_known(s, &a, self, want);
	if (want[0])
		env[n_env++] = want;
	ssh_option(&a, "StrictHostKeyChecking=yes");
	ssh_option(&a, "ControlMaster=yes");
	snprintf(key, sizeof key, "BatchMode=%s", s->has_secret ? "no" : "yes");
	ssh_option(&a, key);
	ssh_arg(&a, "-S");
	ssh_arg(&a, s->socket);
	ssh_args_end(&a, s, "exec sh");
	unlink(s->socket);
	return stream_begin(&s->shell, a.v, env, STREAM_IN | STREAM_OUT, e);
}

// The shell over there answers. 0; -1: it does not, words has why, unless e tells.
static int greet(struct ssh *s, struct buf *words, struct err *e)
{
	char line[120], mark[40];
	char part[1024];
	size_t n;

	snprintf(line, sizeof line,
		 "unset HISTFILE; umask 077; LC_ALL=C; export LC_ALL; echo '%s' hello\n", s->mark);
	snprintf(mark, sizeof mark, "%s hello\n", s->mark);
	e->kind = 0;
	if (stream_write(&s->shell, line, strlen(line), LOGIN_S, s->far.ui, e) && e->num != EPIPE)
		return -1;
	do { // whatever its start-up files say first is not for us
		n = sizeof part;
		if (stream_read(&s->shell, part, &n, LOGIN_S, s->far.ui, e))
			return -1;
		buf_add(&s->said, part, n);
		if (s->said.len > 65536)
			break;
		if (strstr(buf_str(&s->said), mark)) {
			buf_clear(&s->said);
			return 0;
		}
	} while (n);
	stream_end(&s->shell, 5, s->far.ui, words);
	e->kind = 0;
	return -1;
}

// Once. 0; -1 with e->kind 0: the client ended, words has why.
static int try(struct ssh *s, struct buf *words, struct err *e)
{
	int secret FD_AUTO = -1, rc;
	char name[64];
	uint32_t r = 0;

	if (getrandom(&r, sizeof r, 0) != sizeof r)
		r = (uint32_t)getpid();
	snprintf(s->mark, sizeof s->mark, "salvor-%08x", r);
	buf_clear(&s->said);
	secret = offer_secret(s, name, sizeof name);
	if (s->has_secret && secret < 0)
		return err_set(e, errno, "%s: memory for the password", s->far.server);
	if (start(s, name, e))
		return -1;
	rc = greet(s, words, e);
	if (rc && e->kind) {
		stream_kill(&s->shell, NULL);
		err_prefix(e, "%s: log in", s->far.server);
	}
	return rc;
}

// No, it said, or: with a password?
static int denied(struct ssh *s, const struct buf *words, bool ask, unsigned tries, struct err *e)
{
	const struct login *l = &s->far.login;
	char line[256];
	int rc;

	ssh_words(words, line, sizeof line);
	if (s->has_secret) {
		login_wrong(&s->far.url);
		if (!ask || l->password || l->password_file || tries >= TRIES)
			return err_set(e, 0, "%s: log in: the password is not accepted: %s",
				       s->far.server, line);
		ui_say(s->far.ui, UI_WARN, "%s: the password is not accepted: %s", s->far.server,
		       line);
	}
	rc = login_password(l, &s->far.url,
			    !ask	    ? LOGIN_SILENT
			    : s->has_secret ? LOGIN_ASK_AGAIN
					    : LOGIN_ASK,
			    s->far.ui, s->secret, e);
	if (rc < 0)
		return -1;
	s->has_secret = rc;
	if (rc)
		return 0;
	return err_set(e, 0, "%s: log in: %s: --password-file FILE or --identity FILE",
		       s->far.server, line);
}

// Named as the client does it.
static int changed(const struct ssh *s, struct err *e)
{
	const struct url *u = &s->far.url;
	char name[280];

	snprintf(name, sizeof name, u->port && u->port != 22 ? "[%s]:%u" : "%s", u->host, u->port);
	return err_set(
		e, 0,
		"%s: host key: IT IS NOT THE KEY THIS SERVER HAD BEFORE. Somebody may be in "
		"between. If the server was installed anew, or is another one at this "
		"address, name its new key: --host-key SHA256:... (ssh-keygen -lf there), or "
		"have the old one forgotten: \"Stick\" in the menu, or salvor stick forget %s",
		s->far.server, name);
}

int ssh_connect(struct ssh *s, bool ask, struct err *e)
{
	bool asked_key = false;

	for (unsigned tries = 0;;) {
		struct buf words BUF_AUTO = { 0 };
		const char *text;

		if (!try(s, &words, e)) {
			if (s->has_secret && ask)
				login_right(&s->far.url, s->secret);
			return 0;
		}
		if (e->kind)
			return -1;
		text = buf_str(&words);
		log_line("ssh to %s: %s", s->far.server, text);
		if (strstr(text, "IDENTIFICATION HAS CHANGED"))
			return changed(s, e);
		if (strstr(text, "Host key verification failed") && !asked_key) {
			asked_key = true;
			if (ssh_know(s, ask, e))
				return -1;
		} else if (strstr(text, "Permission denied")) {
			if (denied(s, &words, ask, ++tries, e))
				return -1;
		} else {
			return ssh_unreached(s, &words, e);
		}
	}
}

void ssh_disconnect(struct ssh *s)
{
	stream_kill(&s->shell, NULL);
	buf_clear(&s->said);
	s->asked = false;
}
