// SPDX-License-Identifier: GPL-2.0-or-later
// Writing an undo file: header with an empty hash, table, both contents, then the hash, then the
// sync, then the name.
#include "work/undo.h"

#include <fcntl.h>
#include <libgen.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "work/undo_disk.h"

#define PIECE (256 * 1024)

// Ranges are short and many: they are gathered before they are written.
struct out {
	int fd;
	const char *name;
	struct sha256 hash;
	uint8_t *held;
	size_t n;
};

static int flush(struct out *o, struct err *e)
{
	for (size_t at = 0; at < o->n;) {
		ssize_t k = write(o->fd, o->held + at, o->n - at);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_write(e, errno, "%s: write", o->name);
		at += (size_t)k;
	}
	o->n = 0;
	return 0;
}

static int put(struct out *o, const void *p, size_t n, struct err *e)
{
	sha256_add(&o->hash, p, n);
	while (n) {
		size_t k = PIECE - o->n < n ? PIECE - o->n : n;

		memcpy(o->held + o->n, p, k);
		o->n += k;
		p = (const char *)p + k;
		n -= k;
		if (o->n == PIECE && flush(o, e))
			return -1;
	}
	return 0;
}

static int put_table(struct out *o, const struct map *changes, uint64_t n, struct err *e)
{
	struct undo_entry *t = mem_zero(undo_table_size(n), 1);
	size_t at = 0;
	int rc;

	for (size_t i = 0; i < changes->n; i++)
		if (changes->r[i].state == MAP_DONE)
			t[at++] = (struct undo_entry){ le64_put(changes->r[i].off),
						       le64_put(changes->r[i].len) };
	rc = put(o, t, undo_table_size(n), e);
	free(t);
	return rc;
}

static int put_contents(struct out *o, const struct map *changes, struct src *from, struct ui *ui,
			struct err *e)
{
	struct ui_progress p = { .what = "saving the sectors",
				 .total = map_count(changes, MAP_DONE) };
	uint8_t *piece = mem_alloc(PIECE);
	int rc = 0;

	for (size_t i = 0; i < changes->n && !rc; i++)
		for (uint64_t at = 0;
		     changes->r[i].state == MAP_DONE && at < changes->r[i].len && !rc;) {
			uint64_t left = changes->r[i].len - at;
			size_t k = left < PIECE ? (size_t)left : PIECE;

			rc = ui_cancelled(ui) ? err_stopped(e)
			     : src_read(from, changes->r[i].off + at, piece, k, e) ||
					     put(o, piece, k, e)
				     ? -1
				     : 0;
			at += k;
			p.done += k;
			ui_progress(ui, &p);
		}
	free(piece);
	return rc;
}

static int write_all(struct out *o, const struct disk *d, const struct map *changes,
		     struct src *source, struct src *changed, struct ui *ui, struct err *e)
{
	struct undo_head h = { .version = le32_put(1),
			       .head_size = le32_put(sizeof h),
			       .disk_size = le64_put(changes->size),
			       .bytes = le64_put(map_count(changes, MAP_DONE)),
			       .created = le64_put((uint64_t)time(NULL)) };
	uint64_t n = 0;
	char hex[65];

	for (size_t i = 0; i < changes->n; i++)
		n += changes->r[i].state == MAP_DONE;
	if (n > UNDO_RANGES_MAX)
		return err_set(e, 0, "%s: more than %u ranges were changed", o->name,
			       UNDO_RANGES_MAX);
	h.ranges = le64_put(n);
	memcpy(h.magic, UNDO_MAGIC, sizeof h.magic);
	str_copy(h.model, sizeof h.model, d->model);
	str_copy(h.serial, sizeof h.serial, d->serial);
	sha256_begin(&o->hash);
	if (put(o, &h, sizeof h, e) || put_table(o, changes, n, e) ||
	    put_contents(o, changes, source, ui, e) || put_contents(o, changes, changed, ui, e) ||
	    flush(o, e))
		return -1;
	sha256_end(&o->hash, hex);
	for (size_t i = 0; i < sizeof h.sha256; i++) {
		unsigned byte;

		sscanf(hex + 2 * i, "%2x", &byte);
		h.sha256[i] = (uint8_t)byte;
	}
	if (pwrite(o->fd, &h, sizeof h, 0) != (ssize_t)sizeof h || fsync(o->fd))
		return err_write(e, errno, "%s: write", o->name);
	return 0;
}

// Gives the file its name, never over another, and makes both last. FAT cannot rename without
// replacing: there the look before has to do.
static int give_name(const char *temp, const char *path, struct err *e)
{
	char *copy STR_AUTO = mem_dup(path);
	const char *folder = dirname(copy);
	int dir FD_AUTO = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return err_set(e, errno, "%s: open", folder);
	if (syscall(SYS_renameat2, AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE)) {
		if (errno != EINVAL && errno != ENOSYS)
			return err_set(e, errno, "%s: rename to %s", temp, path);
		if (!access(path, F_OK))
			return err_set(e, EEXIST, "%s: rename to %s", temp, path);
		if (rename(temp, path))
			return err_set(e, errno, "%s: rename to %s", temp, path);
	}
	if (fsync(dir) && errno != EINVAL)
		return err_write(e, errno, "%s: flush", folder);
	return 0;
}

int undo_write(const char *path, const struct disk *d, const struct map *changes,
	       struct src *source, struct src *changed, struct ui *ui, struct err *e)
{
	char *temp STR_AUTO = mem_printf("%s.part", path);
	struct out o = { .name = temp };

	if (!access(path, F_OK))
		return err_set(e, 0,
			       "%s: write the undo file: it exists already; give another name",
			       path);
	o.fd = open(temp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (o.fd < 0)
		return err_write(e, errno, "%s: create", temp);
	o.held = mem_alloc(PIECE);

	int rc = write_all(&o, d, changes, source, changed, ui, e);

	free(o.held);

	if (close(o.fd) && !rc)
		rc = err_write(e, errno, "%s: write", temp);
	if (!rc)
		rc = give_name(temp, path, e);
	if (rc)
		unlink(temp);
	return rc;
}
