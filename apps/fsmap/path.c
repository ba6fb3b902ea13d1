// SPDX-License-Identifier: GPL-2.0-or-later
#include "fsmap/path.h"

#include <errno.h>
#include <string.h>

#define MAX_PATH 4096
#define MAX_LINKS 40

int path_walk(const struct path_ops *ops, void *fs, const struct path_at *root, const char *path,
	      bool follow, struct path_at *to)
{
	struct buf rest BUF_AUTO = { 0 };
	struct path_at folder = *root;
	unsigned links = 0;

	*to = *root;
	buf_puts(&rest, path);
	for (const char *p = buf_str(&rest);;) {
		struct buf text BUF_AUTO = { 0 };
		bool is_link = false;
		int rc;

		p += strspn(p, "/");
		size_t len = strcspn(p, "/");

		if (len == 0)
			return 0;
		rc = len == 1 && *p == '.' ? 0 : ops->step(fs, &folder, p, len, to);
		p += len;
		if (!rc && (*p || follow))
			rc = ops->link(fs, to, &is_link, &text);
		if (rc)
			return rc;
		if (!is_link) {
			folder = *to;
			continue;
		}
		if (text.len > 0 && text.s[0] == '/')
			folder = *root;
		*to = folder;
		// What the link says, then what was behind it.
		buf_puts(&text, p);
		if (++links > MAX_LINKS || text.len > MAX_PATH)
			return ELOOP;
		buf_clear(&rest);
		buf_puts(&rest, buf_str(&text));
		p = buf_str(&rest);
	}
}
