// SPDX-License-Identifier: GPL-2.0-or-later
// nfs://host/export/path. What of the path is the export is for the server to say: the whole of it
// is tried, then the folder it lies in, and with version 3 the folders above.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "share/share.h"

#define NFS_PORT 2049
#define RPCBIND_PORT 111
#define LEVELS 16

// A server that is silent is asked again after 15, 30 and 45 s; then what is under way fails.
#define TIMEO "150"
#define RETRANS "2"

// Newest first.
static const struct version {
	const char *asked, *kernel; // what the operator says, what the kernel wants to hear
	bool old; // with a program of its own for mounting, and without an order among its locks
} versions[] = {
	{ "4.2", "4.2", false },
	{ "4.1", "4.1", false },
	{ "4", "4.0", false },
	{ "3", "3", true },
};

#define VERSIONS (sizeof versions / sizeof *versions)

struct attempt {
	struct share *share;
	const struct version *version;
	char said[300];
};

static int mount_at(struct attempt *a, const char *folder)
{
	struct share *s = a->share;
	bool six = strchr(s->url.host, ':'), ip6 = strchr(s->ip, ':');
	char *source STR_AUTO = mem_printf("%s%s%s:%s", six ? "[" : "", s->url.host, six ? "]" : "",
					   *folder ? folder : "/");
	char port[12];
	struct share_option o[16] = { { "source", source },
				      { "addr", s->ip },
				      { "vers", a->version->kernel },
				      { "proto", ip6 ? "tcp6" : "tcp" },
				      { "softerr", NULL },
				      { "timeo", TIMEO },
				      { "retrans", RETRANS } };
	unsigned n = 7;

	if (a->version->old) {
		o[n++] = (struct share_option){ "nolock", NULL };
		o[n++] = (struct share_option){ "mountproto", ip6 ? "tcp6" : "tcp" };
	}
	if (s->url.port) {
		snprintf(port, sizeof port, "%u", s->url.port);
		o[n++] = (struct share_option){ "port", port };
	}
	return share_kernel_mount(s, "nfs", o, a->said, sizeof a->said);
}

// Does this say that the path is a wrong one, and another might be right?
static bool is_path(int num)
{
	return num == ENOENT || num == ENOTDIR || num == EACCES || num == EPERM || num == ESTALE;
}

// The path itself, then what it lies in. 0, or errno of the first that was refused.
static int try_paths(struct attempt *a)
{
	struct share *s = a->share;
	char folder[sizeof s->url.path];
	unsigned up = a->version->old ? LEVELS : 1;
	int first = 0, num;
	size_t len;

	str_copy(folder, sizeof folder, s->url.path);
	for (unsigned level = 0; level <= up; level++) {
		len = strlen(folder);
		while (len > 1 && folder[len - 1] == '/')
			folder[--len] = 0;
		num = mount_at(a, folder);
		if (!num) {
			str_copy(s->inside, sizeof s->inside, s->url.path + (len > 1 ? len : 0));
			log_line("%s: %s is mounted, NFS %s", s->text, folder, a->version->kernel);
			return 0;
		}
		// of the second try: the first may be the name of a file
		first = !first || level == 1 ? num : first;
		// a file that is there already is refused as what it is
		if ((!is_path(num) && (level || num != EINVAL)) || len <= 1)
			break;
		*strrchr(folder, '/') = 0;
	}
	return first;
}

static int refuse(const struct attempt *a, int num, bool asked, struct err *e)
{
	const struct share *s = a->share;
	const char *said = *a->said ? a->said : strerror(num), *cure;

	switch (num) {
	case ENOENT:
	case ENOTDIR:
		return err_set(e, 0,
			       "%s: export: the server has no such folder: %s (the path begins "
			       "with the export's, as the server's list of exports has it: "
			       "showmount -e %s)",
			       s->text, said, s->url.host);
	case EACCES:
	case EPERM:
		return err_set(e, 0,
			       "%s: export: the server refuses: %s (is this the path of an export, "
			       "and is this machine's address allowed there?)",
			       s->text, said);
	case EPROTONOSUPPORT:
	case EOPNOTSUPP:
	case EINVAL:
		cure = asked ? " (leave --nfs-version out: all are tried then)" : "";
		return err_set(e, 0, "%s: version: the server does not speak NFS %s: %s%s", s->text,
			       asked ? a->version->asked : "4 or 3", said, cure);
	case ECONNREFUSED:
	case ETIMEDOUT:
		return err_set(e, 0,
			       "%s: reach: %s: %s (a firewall between, or NFS %s is switched "
			       "off there: --nfs-version 3|4|4.1|4.2 takes another)",
			       s->text, s->url.host, said, a->version->asked);
	default: return err_set(e, 0, "%s: export: mount: %s", s->text, said);
	}
}

static int find_version(const struct share *s, const struct version **v, struct err *e)
{
	const char *asked = s->login->nfs_version;

	*v = NULL;
	for (size_t i = 0; asked && i < VERSIONS; i++)
		if (!strcmp(asked, versions[i].asked) || !strcmp(asked, versions[i].kernel))
			*v = &versions[i];
	if (asked && !*v)
		return err_usage(e, "--nfs-version %s: 3, 4, 4.1 and 4.2 are possible", asked);
	return 0;
}

static int mount_it(struct share *s, struct err *e)
{
	const unsigned ports[] = { s->url.port ? s->url.port : NFS_PORT, RPCBIND_PORT };
	struct attempt first = { 0 }, a = { .share = s };
	const struct version *asked;
	int num = 0, why = 0;
	unsigned port;

	if (!s->url.path[0])
		return err_usage(e, "%s: which export? nfs://host/export/path", s->text);
	if (find_version(s, &asked, e) || share_reach(s, ports, 2, &port, e))
		return -1;
	for (size_t i = 0; i < VERSIONS; i++) {
		a.version = &versions[i];
		if ((asked && a.version != asked) || (!a.version->old && port == RPCBIND_PORT))
			continue;
		num = try_paths(&a);
		if (!num)
			return 0;
		log_line("%s: NFS %s: %s", s->text, a.version->kernel, strerror(num));
		// that somebody speaks a version, but not of this path, tells more than that he
		// does not speak another
		if (!why || (is_path(num) && !is_path(why))) {
			why = num;
			first = a;
		}
		if (is_path(num) && !a.version->old) // only 3 has other paths than the rest
			i = VERSIONS - 2;
		if (ui_cancelled(s->ui))
			return err_stopped(e);
	}
	return refuse(&first, why, asked, e);
}

static const char *const schemes[] = { "nfs", NULL };

const struct share_ops share_nfs = { "nfs", schemes, mount_it };
