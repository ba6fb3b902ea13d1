// SPDX-License-Identifier: GPL-2.0-or-later
// Folders of servers that the kernel mounts: nfs://host/export/path, smb://user@host/share/path.
// Each step that can fail says so in its own words: name, reach, login, export or share, folder;
// then come the server's.
#ifndef SHARE_SHARE_H
#define SHARE_SHARE_H

#include <stdbool.h>

#include "far/login.h"

struct share {
	const char *text; // the address as given, for messages
	struct url url;
	const struct login *login;
	struct ui *ui;
	const char *dir; // an empty folder
	bool write;

	// filled on the way
	char ip[64];	  // of the server, as it was reached
	char inside[512]; // what of url.path lies below dir, from a / on
};

struct share_ops {
	const char *name;
	const char *const *schemes; // ends with NULL
	int (*mount)(struct share *s, struct err *e);
};

// 1: text is the address of a share; *u is it. 0: it is not; -1: it is no good one.
int share_is(const char *text, struct url *u, struct err *e);
// Members text to write are filled, login may be NULL. A server that answers later no more is given
// up after about a minute and a half; a shorter silence is survived.
int share_mount(struct share *s, struct err *e);

// reach.c: finds the server's address and sees whether it answers at one of these ports; *port gets
// the one. Step "name", step "reach".
int share_reach(struct share *s, const unsigned *ports, unsigned n, unsigned *port, struct err *e);

// kernel.c: the mount itself. Options are name and value, or a name alone; the table ends with a
// NULL name.
struct share_option {
	const char *name, *value;
};
// said: what the kernel had to say about it, one line, may hold secrets of nobody. Returns errno.
int share_kernel_mount(const struct share *s, const char *type, const struct share_option *options,
		       char *said, size_t size);

#define X(n) extern const struct share_ops share_##n;
#include "share/list.h"
#undef X

#endif
