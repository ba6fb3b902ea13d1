// SPDX-License-Identifier: GPL-2.0-or-later
#include "far/login.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

#define REMEMBERED 8

const struct opt login_opts[] = {
	{ "password-file", OPT_TEXT, offsetof(struct login, password_file), "FILE", NULL,
	  "its first line is the password (or the passphrase of the key)" },
	{ "identity", OPT_TEXT, offsetof(struct login, identity), "FILE", NULL,
	  "ssh: the private key to log in with" },
	{ "host-key", OPT_TEXT, offsetof(struct login, host_key), "PRINT", NULL,
	  "ssh: the server's fingerprint, SHA256:...; no other is accepted" },
	{ "new-host-key", OPT_BOOL, offsetof(struct login, new_key), NULL, NULL,
	  "ssh: take the key of a server that is not known yet, and tell it" },
	{ "old-ssh", OPT_BOOL, offsetof(struct login, old_ssh), NULL, NULL,
	  "ssh: also ssh-rsa and group14-sha1, for servers of long ago" },
	{ "ca", OPT_TEXT, offsetof(struct login, ca), "FILE", NULL,
	  "https: certificates to trust, PEM, instead of the known ones" },
	{ "nfs-version", OPT_TEXT, offsetof(struct login, nfs_version), "VERSION", NULL,
	  "nfs: 3, 4, 4.1 or 4.2; without it the newest that both can" },
	{ "smb-version", OPT_TEXT, offsetof(struct login, smb_version), "VERSION", NULL,
	  "smb: 1, 2 or 3; without it 3, then 2. 1 protects nothing" },
	{ 0 }
};

// Jobs run in threads of the dialogs, one after the other, and maybe beside each other one day.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	char server[480];
	char secret[SECRET_MAX];
} remembered[REMEMBERED];
static unsigned next;

static void name_server(const struct url *u, char *out, size_t size)
{
	snprintf(out, size, "%s %s %s %u", u->scheme, u->user, u->host, u->port);
}

static int find(const char *server)
{
	for (int i = 0; i < REMEMBERED; i++)
		if (!strcmp(remembered[i].server, server))
			return i;
	return -1;
}

static int read_file(const char *path, char secret[SECRET_MAX], struct err *e)
{
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, secret, SECRET_MAX);

	if (n < 0)
		return err_set(e, errno, "%s: read the password", path);
	if (n == SECRET_MAX && !memchr(secret, '\n', SECRET_MAX))
		return err_usage(e, "%s: its first line is longer than %d bytes: is it a password?",
				 path, SECRET_MAX - 1);
	secret[n < SECRET_MAX ? n : SECRET_MAX - 1] = 0;
	secret[strcspn(secret, "\r\n")] = 0;
	return *secret ? 1 : err_usage(e, "%s: its first line is empty: no password", path);
}

static bool recall(const struct url *u, char secret[SECRET_MAX])
{
	char server[sizeof remembered[0].server];
	int i;

	name_server(u, server, sizeof server);
	pthread_mutex_lock(&lock);
	i = find(server);
	if (i >= 0)
		memcpy(secret, remembered[i].secret, SECRET_MAX);
	pthread_mutex_unlock(&lock);
	return i >= 0;
}

int login_password(const struct login *l, const struct url *u, enum login_ask ask, struct ui *ui,
		   char secret[SECRET_MAX], struct err *e)
{
	*secret = 0;
	if (l->password)
		return str_copy(secret, SECRET_MAX, l->password)
			       ? 1
			       : err_usage(e, "%s: the password is longer than %d bytes", u->host,
					   SECRET_MAX - 1);
	if (l->password_file)
		return read_file(l->password_file, secret, e);
	if (recall(u, secret))
		return 1;
	return ask && !ui_secret(ui, secret, SECRET_MAX, "%sPassword of %s%s%s:",
				 ask == LOGIN_ASK_AGAIN ? "That was not accepted. " : "", u->user,
				 u->user[0] ? " at " : "", u->host);
}

void login_wrong(const struct url *u)
{
	char server[sizeof remembered[0].server];
	int i;

	name_server(u, server, sizeof server);
	pthread_mutex_lock(&lock);
	i = find(server);
	if (i >= 0)
		explicit_bzero(&remembered[i], sizeof remembered[i]);
	pthread_mutex_unlock(&lock);
}

void login_right(const struct url *u, const char *secret)
{
	char server[sizeof remembered[0].server];
	int i;

	name_server(u, server, sizeof server);
	pthread_mutex_lock(&lock);
	i = find(server);
	if (i < 0)
		i = (int)(next++ % REMEMBERED);
	str_copy(remembered[i].server, sizeof server, server);
	str_copy(remembered[i].secret, SECRET_MAX, secret);
	pthread_mutex_unlock(&lock);
}
