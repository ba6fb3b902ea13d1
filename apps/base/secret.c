// SPDX-License-Identifier: GPL-2.0-or-later
// The list of secrets.
#include "base/secret.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_SECRETS 32

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *secrets[MAX_SECRETS];
static unsigned n_secrets;

void secret_add(const char *text)
{
	bool known = strlen(text) < SECRET_MIN;

	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < n_secrets && !known; i++)
		known = !strcmp(secrets[i], text);
	if (!known && n_secrets < MAX_SECRETS)
		secrets[n_secrets++] = mem_dup(text);
	pthread_mutex_unlock(&lock);
}

static void hide(struct buf *b, const char *secret)
{
	struct buf out = { 0 };
	const char *from = buf_str(b), *hit;

	if (!strstr(from, secret))
		return;
	while ((hit = strstr(from, secret))) {
		buf_add(&out, from, (size_t)(hit - from));
		buf_puts(&out, "***");
		from = hit + strlen(secret);
	}
	buf_puts(&out, from);
	buf_free(b);
	*b = out;
}

void secret_hide(struct buf *b)
{
	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < n_secrets; i++)
		hide(b, secrets[i]);
	pthread_mutex_unlock(&lock);
}

void secret_hide_in(char *text, size_t size)
{
	struct buf b BUF_AUTO = { 0 };

	buf_puts(&b, text);
	secret_hide(&b);
	str_copy(text, size, buf_str(&b));
}

int secret_file(const char *text, char *path, size_t size, struct err *e)
{
	int fd = memfd_create("secret", MFD_CLOEXEC);
	size_t n = strlen(text);

	if (fd < 0 || fchmod(fd, 0600) || write(fd, text, n) != (ssize_t)n) {
		if (fd >= 0)
			close(fd);
		return err_set(e, errno, "keep a password in memory");
	}
	snprintf(path, size, "/proc/%d/fd/%d", (int)getpid(), fd);
	return 0;
}
