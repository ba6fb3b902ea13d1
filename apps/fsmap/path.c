// SPDX-License-Identifier: GPL-2.0-or-later
#include "fsmap/path.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#define MAX_PATH 4096
#define MAX_LINKS 40

struct path_list {
	int (*each)(void *arg, const char *name, unsigned type);
	void *arg;
};

static int read_link(struct path_fs *p, const struct path_at *at, const struct stat *st,
		     struct buf *text)
{
	if (st->st_size <= 0 || st->st_size > MAX_PATH)
		return EIO;
	return p->ops->read(p, at, (uint64_t)st->st_size, text);
}

int path_walk(struct path_fs *p, const char *path, bool follow, struct path_at *to, struct stat *st)
{
	struct buf rest BUF_AUTO = { 0 };
	struct path_at folder = p->root;
	unsigned links = 0;
	int rc = p->ops->stat(p, &folder, st);

	*to = folder;
	buf_puts(&rest, path);
	for (const char *s = buf_str(&rest); !rc;) {
		struct buf text BUF_AUTO = { 0 };
		size_t len;

		s += strspn(s, "/");
		len = strcspn(s, "/");
		if (len == 0)
			return 0;
		if (!S_ISDIR(st->st_mode))
			return ENOTDIR;
		rc = len == 1 && *s == '.' ? 0 : p->ops->step(p, &folder, s, len, to);
		s += len;
		if (!rc)
			rc = p->ops->stat(p, to, st);
		if (rc || !S_ISLNK(st->st_mode) || (!*s && !follow)) {
			folder = *to;
			continue;
		}
		rc = ++links > MAX_LINKS ? ELOOP : read_link(p, to, st, &text);
		if (text.len > 0 && text.s[0] == '/')
			folder = p->root;
		*to = folder;
		// A link to "/" or ".." leaves the folder it leads to unread.
		if (!rc)
			rc = p->ops->stat(p, to, st);
		// What the link says, then what was behind it.
		buf_puts(&text, s);
		if (!rc && text.len > MAX_PATH)
			rc = ELOOP;
		buf_clear(&rest);
		buf_puts(&rest, buf_str(&text));
		s = buf_str(&rest);
	}
	return rc;
}

static int fail(const struct path_fs *p, int num, const char *path, struct err *e)
{
	if (num != EIO || !p->why[0])
		return err_set(e, num, "%s: %s", p->src->name, path);
	err_set(e, 0, "%s: %s: %s", p->src->name, path, p->why);
	if (e)
		e->num = EIO;
	return -1;
}

static int ask(struct path_fs *p, const char *path, bool follow, struct path_at *to,
	       struct stat *st)
{
	p->why[0] = 0;
	p->ops->begin(p);
	return path_walk(p, path, follow, to, st);
}

int path_stat(struct fs *fs, const char *path, struct stat *st, struct err *e)
{
	struct path_fs *p = (struct path_fs *)fs;
	struct path_at at;
	int rc = ask(p, path, true, &at, st);

	return rc ? fail(p, rc, path, e) : 0;
}

int path_readlink(struct fs *fs, const char *path, char *text, size_t size, struct err *e)
{
	struct path_fs *p = (struct path_fs *)fs;
	struct buf b BUF_AUTO = { 0 };
	struct path_at at;
	struct stat st;
	int rc = ask(p, path, false, &at, &st);

	if (!rc)
		rc = S_ISLNK(st.st_mode) ? read_link(p, &at, &st, &b) : EINVAL;
	if (!rc && !str_copy(text, size, buf_str(&b)))
		rc = ENAMETOOLONG;
	return rc ? fail(p, rc, path, e) : 0;
}

int path_read_file(struct fs *fs, const char *path, size_t max, struct buf *out, struct err *e)
{
	struct path_fs *p = (struct path_fs *)fs;
	struct path_at at;
	struct stat st;
	int rc = ask(p, path, true, &at, &st);

	if (!rc && !S_ISREG(st.st_mode))
		rc = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	if (!rc && st.st_size < 0)
		rc = EIO;
	if (!rc)
		rc = p->ops->read(p, &at, (uint64_t)st.st_size < max ? (uint64_t)st.st_size : max,
				  out);
	return rc ? fail(p, rc, path, e) : 0;
}

bool path_entry(struct path_list *l, const char *name, size_t len, unsigned type)
{
	static const uint8_t types[] = { DT_UNKNOWN, DT_REG,  DT_DIR,  DT_CHR,
					 DT_BLK,     DT_FIFO, DT_SOCK, DT_LNK };
	char text[256];

	if (len == 0 || len > 255)
		return false;
	memcpy(text, name, len);
	text[len] = 0;
	// No such name can be asked for again.
	if (strlen(text) != len || strchr(text, '/') || !strcmp(text, ".") || !strcmp(text, ".."))
		return false;
	return l->each(l->arg, text, type < sizeof types ? types[type] : DT_UNKNOWN) != 0;
}

int path_list(struct fs *fs, const char *path, int (*each)(void *, const char *, unsigned),
	      void *arg, struct err *e)
{
	struct path_fs *p = (struct path_fs *)fs;
	struct path_list l = { each, arg };
	struct path_at at;
	struct stat st;
	int rc = ask(p, path, true, &at, &st);

	if (!rc)
		rc = S_ISDIR(st.st_mode) ? p->ops->list(p, &at, &l) : ENOTDIR;
	return rc ? fail(p, rc, path, e) : 0;
}
