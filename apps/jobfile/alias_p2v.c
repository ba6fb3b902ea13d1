// SPDX-License-Identifier: GPL-2.0-or-later
// virt-p2v's parameters. With a server this is a job: images of the disks, sent there by ssh. The
// other end need not have virt-v2v: what it does to the guest is not done here.
#include <stdio.h>
#include <string.h>

#include "jobfile/jobfile.h"
#include "jobfile/params.h"

enum { SERVER, PORT, USERNAME, PASSWORD, IDENTITY, NAME, DISKS, OF, OS, OUTPUT, POST, FAIL, N };

// virt-p2v renamed its parameters once; both names are in use.
static const char *const names[N][2] = {
	[SERVER] = { "server", "remote.server" },
	[PORT] = { "port", "remote.port" },
	[USERNAME] = { "username", "auth.username" },
	[PASSWORD] = { "password", "auth.password" },
	[IDENTITY] = { "identity", "auth.identity.url" },
	[NAME] = { "name", "guestname" },
	[DISKS] = { "disks", "disks" },
	[OF] = { "of", "output.format" },
	[OS] = { "os", "output.storage" },
	[OUTPUT] = { "o", "output.type" },
	[POST] = { "post", "post" },
	[FAIL] = { "fail", "fail" },
};

static int take(struct alias_state *s, struct params *p, const char *name, const char *value,
		struct err *e)
{
	(void)e;
	if (strncmp(name, "p2v.", 4))
		return 0;
	for (unsigned i = 0; i < N; i++) {
		if (strcmp(name + 4, names[i][0]) && strcmp(name + 4, names[i][1]))
			continue;
		s->p2v[i] = *value ? value : NULL;
		p->job |= i == SERVER && *value;
		return 1;
	}
	buf_printf(&p->notes, "%.80s: is of no use here\n", name);
	return 1;
}

// Parts of a URL that have no meaning of their own in it.
static int check(const struct alias_state *s, struct err *e)
{
	static const int plain[] = { SERVER, USERNAME, NAME, OF, PORT };
	const char *v;

	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		v = s->p2v[plain[i]];
		for (const char *c = v; c && *c; c++)
			if (strchr(" \t\"'/@?#%\\", *c) || (*c == ':' && plain[i] != SERVER))
				return err_usage(e, "p2v.%s=%.60s: must not hold \"%c\"",
						 names[plain[i]][0], v, *c);
	}
	v = s->p2v[PORT];
	if (v && (strspn(v, "0123456789") != strlen(v) || strlen(v) > 5))
		return err_usage(e, "p2v.port=%.60s: is no port", v);
	v = s->p2v[OUTPUT];
	if (v && strcmp(v, "local"))
		return err_usage(e,
				 "p2v.o=%.60s: only \"local\" is possible: images in a folder "
				 "(p2v.os) of the server",
				 v);
	v = s->p2v[OS];
	if (v && *v != '/')
		return err_usage(e, "p2v.os=%.60s: is no folder: it begins with \"/\"", v);
	return 0;
}

// One image. disk: "" the survivor, else its name; of several each has it in its image's name.
static void put_image(const struct alias_state *s, struct params *p, const char *disk, int len,
		      bool several)
{
	const char *const *v = s->p2v;
	const char *format = v[OF] ? v[OF] : "qcow2", *os = v[OS] ? v[OS] : "/var/tmp";
	struct buf dest BUF_AUTO = { 0 };
	bool v6 = strchr(v[SERVER], ':') && *v[SERVER] != '[';

	params_put(p, "do", "image");
	if (len)
		params_put(p, "source", "%s%.*s", *disk == '/' ? "" : "/dev/", len, disk);
	else
		params_put(p, "source", "survivor");
	buf_printf(&dest, "ssh://%s@%s%s%s", v[USERNAME] ? v[USERNAME] : "root", v6 ? "[" : "",
		   v[SERVER], v6 ? "]" : "");
	if (v[PORT])
		buf_printf(&dest, ":%s", v[PORT]);
	buf_printf(&dest, "%s%s", os, os[strlen(os) - 1] == '/' ? "" : "/");
	if (v[NAME])
		buf_printf(&dest, "%s%s%.*s.%s", v[NAME], several ? "-" : "", several ? len : 0,
			   disk, format);
	params_put(p, "dest", "%s", buf_str(&dest));
	params_put(p, "format", "%s", format);
	// there is no parameter for the server's key: it is taken as it is there, too
	params_put(p, "new-host-key", "yes");
	if (v[IDENTITY]) // wins over the password
		params_put(p, "identity", "%s", v[IDENTITY]);
	else if (v[PASSWORD])
		params_put(p, "password", "%s", v[PASSWORD]);
}

static int put_images(const struct alias_state *s, struct params *p, struct err *e)
{
	const char *disks = s->p2v[DISKS];
	bool several = disks && strchr(disks, ',');

	if (!disks)
		put_image(s, p, "", 0, false);
	while (disks && *disks) {
		size_t len = strcspn(disks, ",");

		if (!len || len > 32)
			return err_usage(e, "p2v.disks=%.60s: write sda,sdb", s->p2v[DISKS]);
		if (memchr(disks, '/', len))
			return err_usage(e, "p2v.disks=%.60s: names without /dev/ are meant",
					 s->p2v[DISKS]);
		put_image(s, p, disks, (int)len, several);
		disks += len;
		disks += *disks == ',';
	}
	return 0;
}

// A hook is a line for the shell there. It is the operator's own, word for word from where he also
// names the kernel to start, and nothing is put into it: what it may want to know is in its
// environment.
static void put_hook(struct params *p, const char *setting, const char *line)
{
	struct buf quoted BUF_AUTO = { 0 };

	for (const char *c = line; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_puts(&quoted, "\\");
		buf_add(&quoted, c, 1);
	}
	params_put(p, setting, "sh -c \"%s\"", buf_str(&quoted));
}

static int end(const struct alias_state *s, struct params *p, struct err *e)
{
	if (!s->p2v[SERVER])
		return 0;
	if (check(s, e))
		return -1;
	if (s->p2v[FAIL])
		put_hook(p, "fail", s->p2v[FAIL]);
	if (s->p2v[POST])
		put_hook(p, "post", s->p2v[POST]);
	else // as virt-p2v does when nobody is in front of the machine
		params_put(p, "final", "poweroff");
	return put_images(s, p, e);
}

const struct alias_ops alias_p2v = { take, end };
