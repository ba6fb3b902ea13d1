// SPDX-License-Identifier: GPL-2.0-or-later
// One connection of OpenSSH's client. It is the master for others, which begin in a moment and need
// no login of their own, and it has a shell over there that does what is asked, line by line.
#ifndef FAR_SSH_LINK_H
#define FAR_SSH_LINK_H

#include "far/far.h"

#define SSH_ARGS 96 // more than all options together

struct ssh {
	struct far far;
	char folder[64]; // ours, with the socket
	char socket[80]; // of the master
	char known[80];	 // host keys accepted in this session
	char pinned[80]; // the one that --host-key names, when it had to be looked for; else ""
	struct far_stream shell;
	struct buf said;	      // by the shell, not looked at yet
	bool asked;		      // something whose answer nobody has waited for
	struct far_stream *following; // what hashes a file that grows; NULL: nothing does
	char mark[24];		      // begins the line behind an answer
	char secret[SECRET_MAX];
	bool has_secret;
};

// Reaches the server, checks its key, logs in, begins the shell. ask: the operator may be asked.
int ssh_connect(struct ssh *s, bool ask, struct err *e);
void ssh_disconnect(struct ssh *s);

// ssh_key.c: fills known or pinned with the server's key, when that is the right one.
int ssh_know(struct ssh *s, bool ask, struct err *e);

// Arguments of the client up to the server's name: args has room for SSH_ARGS, text for what had to
// be written. known: files with host keys.
struct ssh_args {
	const char *v[SSH_ARGS];
	unsigned n;
	char port[12], known[200];
};
void ssh_args_begin(struct ssh_args *a, const struct ssh *s);
void ssh_arg(struct ssh_args *a, const char *text);
void ssh_option(struct ssh_args *a, const char *text); // -o text
void ssh_args_end(struct ssh_args *a, const struct ssh *s, const char *command);

// What the client said, as one line for a message: the last lines of it.
void ssh_words(const struct buf *words, char *line, size_t size);
// It could not be reached, or was lost: e from what the client said.
int ssh_unreached(const struct ssh *s, const struct buf *words, struct err *e);

#endif
