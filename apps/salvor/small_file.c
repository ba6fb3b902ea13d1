// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/small_file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "far/far.h"
#include "salvor/target.h"

#define TRIES 12
#define BETWEEN_S 5

static int read_path(const char *path, struct buf *out, struct err *e)
{
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC);
	char block[4096];
	ssize_t n;

	if (fd < 0)
		return err_set(e, errno, "%s: open", path);
	while ((n = read(fd, block, sizeof block)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, errno, "%s: read", path);
		buf_add(out, block, (size_t)n);
		if (out->len > SMALL_FILE_MAX)
			return err_usage(e, "%s: is larger than 64 KiB", path);
	}
	return 0;
}

static int read_named(const char *where, struct buf *out, struct ui *ui, struct err *e)
{
	struct image_file f;
	int rc;

	if (image_file_find(&f, where, NULL, NULL, ui, e))
		return -1;
	rc = read_path(f.path, out, e);
	image_file_release(&f);
	return rc;
}

int small_file(const char *where, const struct login *login, struct ui *ui, struct buf *out,
	       struct err *e)
{
	if (!strncmp(where, "label:", 6) || !strncmp(where, "uuid:", 5))
		return read_named(where, out, ui, e);
	if (!strstr(where, "://"))
		return read_path(where, out, e);
	for (int i = 1; far_fetch(where, login, ui, out, SMALL_FILE_MAX, e); i++) {
		if (i == TRIES || e->kind == ERR_STOPPED || e->kind == ERR_USAGE ||
		    e->num == ENOENT)
			return -1;
		if (i == 1)
			ui_say(ui, UI_INFO, "%s; trying for a minute", e->text);
		buf_clear(out);
		sleep(BETWEEN_S);
	}
	return 0;
}
