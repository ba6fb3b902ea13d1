// SPDX-License-Identifier: GPL-2.0-or-later
// How to log in to another machine. One table: options of the command line, fields of a form, keys
// of a job file. Secrets are never in it, but for the name of the file that holds one.
#ifndef FAR_LOGIN_H
#define FAR_LOGIN_H

#include "base/opt.h"
#include "base/ui.h"
#include "far/url.h"

#define SECRET_MAX 256 // bytes, with the NUL

struct login {
	const char *password_file, *identity, *host_key, *ca;
	bool old_ssh, new_key;
	const char *nfs_version, *smb_version; // NULL: what both can
	// What a form or a kernel parameter gave; NULL: none. Comes before the file. Whoever sets
	// it wipes it.
	const char *password;
};

extern const struct opt login_opts[];

// The password for a server: as the settings have it, else as it was given earlier in this session,
// else (ask) the operator is asked. 1: there is one, 0: there is none, -1: its file cannot be read.
// The session's memory is that of this process, and only of what login_right was told about.
enum login_ask { LOGIN_SILENT, LOGIN_ASK, LOGIN_ASK_AGAIN }; // again: it was wrong
int login_password(const struct login *l, const struct url *u, enum login_ask ask, struct ui *ui,
		   char secret[SECRET_MAX], struct err *e);
// The server took it.
void login_right(const struct url *u, const char *secret);
// It did not: forgotten.
void login_wrong(const struct url *u);

#endif
