// SPDX-License-Identifier: GPL-2.0-or-later
// smb://[domain;]user@host/share/path
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "share/share.h"

#define SMB_PORT 445
#define TRIES 3 // passwords that are typed

// A server that is silent is asked for a sign of life, and given up after three times as long.
#define ECHO_S "20"

// In the order in which they are tried. Version 1 only where it is asked for: it protects nothing.
static const struct version {
	char asked;
	bool alone; // never unless asked for
	const char *kernel;
} versions[] = {
	{ '3', false, "3" },
	{ '2', false, "2.1" },
	{ '2', false, "2.0" },
	{ '1', true, "1.0" },
};

#define VERSIONS (sizeof versions / sizeof *versions)

struct attempt {
	struct share *share;
	char source[300], user[128], domain[64], port[12];
	const char *secret;
	char said[300];
};

// "/share/folder/name": "//host/share", and what lies inside.
static int split(struct attempt *a, struct err *e)
{
	struct share *s = a->share;
	const char *name = s->url.path + strspn(s->url.path, "/");
	size_t len = strcspn(name, "/"), domain = strcspn(s->url.user, ";\\");
	int n = snprintf(a->source, sizeof a->source, "//%s/%.*s", s->url.host, (int)len, name);

	if (!len || n < 0 || (size_t)n >= sizeof a->source)
		return err_usage(e, "%s: which share? smb://[domain;]user@host/share/path",
				 s->text);
	str_copy(s->inside, sizeof s->inside, name[len] ? name + len : "/");
	if (s->url.user[domain]) {
		snprintf(a->domain, sizeof a->domain, "%.*s", (int)domain, s->url.user);
		str_copy(a->user, sizeof a->user, s->url.user + domain + 1);
	} else {
		str_copy(a->user, sizeof a->user, s->url.user[0] ? s->url.user : "guest");
	}
	return 0;
}

static int mount_as(struct attempt *a, const char *version)
{
	struct share *s = a->share;
	struct share_option o[20] = { { "source", a->source },
				      { "ip", s->ip },
				      { "vers", version },
				      { "username", a->user },
				      { "password", a->secret },
				      { "soft", NULL },
				      { "echo_interval", ECHO_S },
				      { "uid", "0" },
				      { "gid", "0" },
				      { "file_mode", "0600" },
				      { "dir_mode", "0700" },
				      { "iocharset", "utf8" },
				      { "nobrl", NULL } };
	unsigned n = 13;

	if (a->domain[0])
		o[n++] = (struct share_option){ "domain", a->domain };
	if (s->url.port) {
		snprintf(a->port, sizeof a->port, "%u", s->url.port);
		o[n++] = (struct share_option){ "port", a->port };
	}
	return share_kernel_mount(s, "cifs", o, a->said, sizeof a->said);
}

// Of whom the server would say the same whatever version is spoken.
static bool is_final(int num)
{
	return num == EACCES || num == EPERM || num == ENOENT || num == EKEYEXPIRED ||
	       num == EKEYREVOKED || num == EKEYREJECTED;
}

static int try_versions(struct attempt *a)
{
	const char *asked = a->share->login->smb_version;
	int num = 0, first = 0;
	char said[sizeof a->said] = "";

	for (size_t i = 0; i < VERSIONS; i++) {
		const struct version *v = &versions[i];

		if (asked ? *asked != v->asked : v->alone)
			continue;
		num = mount_as(a, v->kernel);
		if (!num) {
			log_line("%s: %s is mounted, SMB %s", a->share->text, a->source, v->kernel);
			return 0;
		}
		if (is_final(num))
			return num;
		if (!first) {
			first = num;
			str_copy(said, sizeof said, a->said);
		}
	}
	str_copy(a->said, sizeof a->said, said);
	return first;
}

static bool is_login(const struct attempt *a, int num)
{
	return num == EACCES && !strstr(a->said, "STATUS_ACCESS_DENIED") &&
	       !strstr(a->said, "STATUS_ACCOUNT");
}

static int refuse(const struct attempt *a, int num, struct err *e)
{
	const struct share *s = a->share;
	const char *said = *a->said ? a->said : strerror(num);

	if (is_login(a, num))
		return err_set(e, 0,
			       "%s: login: the server refuses %s%s: %s (name, password, or domain? "
			       "smb://DOMAIN;USER@...)",
			       s->text, a->user, s->url.user[0] ? "" : ", as no user was given",
			       said);
	switch (num) {
	case EACCES:
	case EPERM:
	case EKEYEXPIRED:
	case EKEYREVOKED:
	case EKEYREJECTED:
		return err_set(e, 0, "%s: share: the server does not let %s in: %s", s->text,
			       a->user, said);
	case ENOENT:
		return err_set(e, 0,
			       "%s: share: the server has no share of this name: %s (the first "
			       "word behind the server is the share, not a folder)",
			       s->text, said);
	case EOPNOTSUPP:
	case EINVAL:
	case EHOSTDOWN:
	case EIO:
	case ECONNABORTED:
	case ECONNRESET:
		return err_set(e, 0,
			       "%s: version: they found no common language: %s (--smb-version "
			       "1|2|3 chooses; 1 is for servers of long ago, and protects nothing)",
			       s->text, said);
	default: return err_set(e, 0, "%s: share: mount: %s", s->text, said);
	}
}

// A password that was typed may be typed again; one from a file stays what it is.
static int log_in(struct attempt *a, struct err *e)
{
	struct share *s = a->share;
	bool fixed = s->login->password || s->login->password_file;
	char secret[SECRET_MAX];
	int num = EACCES, rc = 0;

	for (int i = 0; i < TRIES && num; i++) {
		rc = s->url.user[0] ? login_password(s->login, &s->url, true, s->ui, secret, e) : 0;
		if (rc < 0)
			return -1;
		if (!rc)
			*secret = 0;
		a->secret = secret;
		num = try_versions(a);
		if (!num && rc)
			login_right(&s->url, secret);
		explicit_bzero(secret, sizeof secret);
		if (!num)
			return 0;
		login_wrong(&s->url);
		if (ui_cancelled(s->ui))
			return err_stopped(e);
		if (!rc || fixed || !is_login(a, num))
			break;
		ui_say(s->ui, UI_WARN, "%s: the server did not take that: %s", s->url.host,
		       a->said);
	}
	if (is_login(a, num) && s->url.user[0] && !rc)
		return err_usage(e,
				 "%s: login: no password was given: --password-file FILE, or on a "
				 "terminal, where it is asked for",
				 s->text);
	return refuse(a, num, e);
}

static int mount_it(struct share *s, struct err *e)
{
	const unsigned port = s->url.port ? s->url.port : SMB_PORT;
	const char *asked = s->login->smb_version;
	struct attempt a = { .share = s };
	unsigned found;

	if (asked && (strlen(asked) != 1 || !strchr("123", *asked)))
		return err_usage(e, "--smb-version %s: 1, 2 and 3 are possible", asked);
	return split(&a, e) || share_reach(s, &port, 1, &found, e) || log_in(&a, e) ? -1 : 0;
}

static const char *const schemes[] = { "smb", "cifs", NULL };

const struct share_ops share_smb = { "smb", schemes, mount_it };
