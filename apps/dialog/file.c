// SPDX-License-Identifier: GPL-2.0-or-later
#include "dialog/file.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dialog/widgets.h"

#define MOST (16u << 20)

char *file_read(const char *path, struct err *e)
{
	FD_AUTO int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct buf out = { 0 };
	char chunk[65536];
	ssize_t n = 0;

	if (fd < 0) {
		err_set(e, errno, "%s: open", path);
		return NULL;
	}
	while (out.len < MOST && (n = read(fd, chunk, sizeof chunk)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			if (chunk[i] == MARK || !chunk[i])
				chunk[i] = '?';
		buf_add(&out, chunk, (size_t)n);
	}
	if (n < 0) {
		err_set(e, errno, "%s: read", path);
		buf_free(&out);
		return NULL;
	}
	buf_add(&out, "", 0);
	return buf_take(&out);
}

int file_update(struct box *b)
{
	// the box is the first thing the request holds that changes
	struct request *r = (struct request *)((char *)b - offsetof(struct request, box));
	struct err e;
	char *now = file_read(b->arg, &e);

	if (!now || !strcmp(now, r->content)) {
		free(now);
		return BOX_STAY;
	}
	// the old text goes when the box has taken the new one: never two at one address
	free(r->content);
	r->content = now;
	b->content = now;
	return BOX_STAY;
}
