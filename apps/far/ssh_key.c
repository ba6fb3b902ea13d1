// SPDX-License-Identifier: GPL-2.0-or-later
// Which key a server has, and whether that is the right one.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"
#include "far/host_keys.h"
#include "far/ssh_link.h"

#define PROBE_S 40
#define KEY_MAX 4096

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Bytes of base64, up to what is none; 0: too many.
static size_t decode(const char *from, uint8_t *out, size_t size)
{
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (const char *at; *from && *from != '=' && (at = strchr(digits, *from)); from++) {
		bits = bits << 6 | (unsigned)(at - digits);
		have += 6;
		if (have < 8)
			continue;
		if (n == size)
			return 0;
		have -= 8;
		out[n++] = (uint8_t)(bits >> have);
	}
	return n;
}

static unsigned hex_digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

// "SHA256:..." as ssh-keygen -l shows it, of a line of a file of host keys: "NAME TYPE BASE64".
static bool fingerprint(const char *line, char *type, size_t size, char print[64])
{
	uint8_t key[KEY_MAX], sum[33] = { 0 };
	struct sha256 sha;
	char name[64], hex[65];
	size_t n, at;
	int skip = 0;

	if (sscanf(line, "%*s %63s %n", name, &skip) != 1 || !skip)
		return false;
	n = decode(line + skip, key, sizeof key);
	if (n < 16)
		return false;
	str_copy(type, size, !strncmp(name, "ssh-", 4) ? name + 4 : name);
	sha256_begin(&sha);
	sha256_add(&sha, key, n);
	sha256_end(&sha, hex);
	for (size_t i = 0; i < 32; i++)
		sum[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
	memcpy(print, "SHA256:", 7);
	for (n = 7, at = 0; at < 258 - 2; at += 6) {
		unsigned two = (unsigned)sum[at / 8] << 8 | (at / 8 + 1 < 33 ? sum[at / 8 + 1] : 0);

		print[n++] = digits[two >> (10 - at % 8) & 63];
	}
	print[n] = 0;
	return true;
}

// Asks the server for its key of a kind, without logging in: line becomes what a file of host keys
// has. 1: there is one.
static int probe(struct ssh *s, const char *kind, char *line, size_t size, struct err *e)
{
	struct far_stream p;
	struct ssh_args a;
	struct buf words BUF_AUTO = { 0 };
	char path[96], file[120], algorithms[120];
	FILE *f;
	bool got;

	snprintf(path, sizeof path, "%s/seen", s->folder);
	unlink(path);
	ssh_args_begin(&a, s);
	snprintf(file, sizeof file, "UserKnownHostsFile=%s", path);
	ssh_option(&a, file);
	ssh_option(&a, "StrictHostKeyChecking=accept-new");
	ssh_option(&a, "PreferredAuthentications=none");
	ssh_option(&a, "BatchMode=yes");
	ssh_option(&a, "ControlPath=none");
	snprintf(algorithms, sizeof algorithms, "HostKeyAlgorithms=%s", kind ? kind : "");
	if (kind)
		ssh_option(&a, algorithms);
	ssh_args_end(&a, s, "exit");
	if (stream_begin(&p, a.v, NULL, 0, e))
		return -1;
	stream_end(&p, PROBE_S, s->far.ui, &words);
	if (ui_cancelled(s->far.ui))
		return err_stopped(e);
	f = fopen(path, "re");
	got = f && fgets(line, (int)size, f);
	if (f)
		fclose(f);
	unlink(path);
	return got ? 1 : kind ? 0 : ssh_unreached(s, &words, e);
}

static int add_line(const char *path, const char *line, struct err *e)
{
	int fd FD_AUTO = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t n = strlen(line);

	if (fd < 0 || write(fd, line, n) != (ssize_t)n)
		return err_set(e, errno, "%s: remember the server's key", path);
	return 0;
}

// Whoever keeps such keys for longer is told.
static int take(struct ssh *s, const char *line, struct err *e)
{
	if (add_line(s->known, line, e))
		return -1;
	if (!strcmp(s->known, HOST_KEYS_FILE))
		host_keys_accepted(s->far.ui);
	return 0;
}

// The operator has named the one that is right; a server has one of each kind.
static int know_named(struct ssh *s, struct err *e)
{
	static const char *const kinds[] = { NULL, "ssh-ed25519", "ecdsa-sha2-nistp256",
					     "rsa-sha2-512,rsa-sha2-256", "ssh-rsa" };
	const char *want = s->far.login.host_key;
	char line[KEY_MAX * 2], type[64], print[64], first[64] = "";

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		int rc = probe(s, kinds[i], line, sizeof line, e);

		if (rc < 0)
			return -1;
		if (!rc || !fingerprint(line, type, sizeof type, print))
			continue;
		if (!strcmp(want, print) || !strcmp(want, print + 7)) {
			snprintf(s->pinned, sizeof s->pinned, "%s/pinned", s->folder);
			return add_line(s->pinned, line, e);
		}
		if (!first[0])
			str_copy(first, sizeof first, print);
	}
	return err_set(e, 0,
		       "%s: host key: the server's is %s, not the one that --host-key names: it is "
		       "another server, or somebody is in between",
		       s->far.server, first);
}

int ssh_know(struct ssh *s, bool ask, struct err *e)
{
	char line[KEY_MAX * 2], type[64], print[64];
	int answer;

	if (s->far.login.host_key)
		return know_named(s, e);
	if (probe(s, NULL, line, sizeof line, e) < 0)
		return -1;
	if (!fingerprint(line, type, sizeof type, print))
		return err_set(e, 0, "%s: host key: the server has none that can be read",
			       s->far.server);
	if (s->far.login.new_key) {
		ui_say(s->far.ui, UI_WARN, "%s: host key: was not known, and taken: %s",
		       s->far.server, print);
		return take(s, line, e);
	}
	answer = !ask ? -1
		      : ui_decide(s->far.ui,
				  "The server %s is not known yet. The fingerprint of its key "
				  "(%s) is\n\n%s\n\nIs that right? On the server, ssh-keygen -lf "
				  "/etc/ssh/ssh_host_%s_key.pub shows it.",
				  s->far.url.host, type, print,
				  strncmp(type, "ecdsa", 5) ? type : "ecdsa");
	if (answer > 0)
		return take(s, line, e);
	if (!answer)
		return err_stopped(e);
	return err_usage(e,
			 "%s: host key: the server is not known yet, its key is %s: when that is "
			 "right, --host-key %s",
			 s->far.server, print, print);
}
