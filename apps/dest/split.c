// SPDX-License-Identifier: GPL-2.0-or-later
#include "dest/split.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "block/parts.h"

#define NAME_SIZE 280
#define BLOCK 4096 // of any medium that is read without the page cache

struct split_part {
	struct writer out;
	uint64_t end; // bytes it has
	char *shown;
};

// Of part `number` (from 1; 0: the only one), under its temporary or its final name.
static const char *name_of(char name[NAME_SIZE], const char *file, unsigned number, bool temporary)
{
	parts_name(name, NAME_SIZE, file, number, temporary ? ".part" : "");
	return name;
}

static bool exists(int dir, const char *name, struct stat *st)
{
	return !fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW);
}

static bool has(int dir, const char *file, bool temporary)
{
	char name[NAME_SIZE];
	struct stat st;

	return exists(dir, name_of(name, file, 0, temporary), &st) ||
	       exists(dir, name_of(name, file, 1, temporary), &st);
}

bool split_is_there(int dir, const char *file)
{
	return has(dir, file, false);
}

bool split_has_part(int dir, const char *file)
{
	return has(dir, file, true);
}

uint64_t split_used(int dir, const char *file)
{
	char name[NAME_SIZE];
	struct stat st;
	uint64_t sum = 0;

	for (int temporary = 0; temporary <= 1; temporary++) {
		if (exists(dir, name_of(name, file, 0, temporary), &st))
			sum += (uint64_t)st.st_blocks * 512;
		for (unsigned k = 1;
		     k <= PARTS_MAX && exists(dir, name_of(name, file, k, temporary), &st); k++)
			sum += (uint64_t)st.st_blocks * 512;
	}
	return sum;
}

// The first part last: while it has not its name, there is no whole file of that name.
static int rename_all(int dir, const char *file, const char *shown, unsigned n, bool to_temporary,
		      struct err *e)
{
	char from[NAME_SIZE], to[NAME_SIZE];

	for (unsigned k = n; k; k--)
		if (renameat(dir, name_of(from, file, k, !to_temporary), dir,
			     name_of(to, file, k, to_temporary)))
			return err_write(e, errno, "%s: rename %s to %s", shown, from, to);
	return 0;
}

int split_reopen(int dir, const char *file, const char *shown, struct err *e)
{
	char from[NAME_SIZE], to[NAME_SIZE];
	struct stat st;
	unsigned n = 0;

	while (n < PARTS_MAX && exists(dir, name_of(from, file, n + 1, false), &st))
		n++;
	if (!exists(dir, name_of(from, file, 0, false), &st))
		return rename_all(dir, file, shown, n, true, e);
	if (renameat(dir, from, dir, name_of(to, file, 0, true)))
		return err_write(e, errno, "%s: rename to %s", shown, to);
	return 0;
}

static int open_part(struct split *s, unsigned number, struct err *e)
{
	struct split_part *p;
	char name[NAME_SIZE];
	int fd = openat(s->dir, name_of(name, s->file, number, true),
			O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat st;

	s->part = mem_grow(s->part, s->n + 1, sizeof *s->part);
	p = &s->part[s->n];
	p->shown = number ? mem_printf("%s.%03u.part", s->shown, number)
			  : mem_printf("%s.part", s->shown);
	p->out = (struct writer){ .fd = fd, .name = p->shown, .keep = s->read_soon };
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		int num = errno;

		if (fd < 0)
			err_write(e, num, "%s: create", p->shown);
		else
			err_usage(e, "%s: is no file", p->shown);
		if (fd >= 0)
			close(fd);
		free(p->shown);
		return -1;
	}
	p->end = (uint64_t)st.st_size;
	s->n++;
	return 0;
}

static void close_again(struct split *s)
{
	if (s->again_is)
		close(s->again);
	s->again_is = 0;
}

static void close_all(struct split *s)
{
	close_again(s);
	for (unsigned i = 0; i < s->n; i++) {
		close(s->part[i].out.fd);
		free(s->part[i].shown);
	}
	free(s->part);
	s->part = NULL;
	s->n = 0;
}

// A lock that is refused for other reasons than that somebody has it tells nothing: some network
// file systems have none.
static int lock(struct split *s, struct err *e)
{
	if (!flock(s->part[0].out.fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
		return 0;
	return err_usage(e, "%s: another Salvor writes there now", s->part[0].shown);
}

// The parts an earlier run has left behind the first one.
static int open_rest(struct split *s, struct err *e)
{
	char name[NAME_SIZE];
	struct stat st;

	while (s->n < PARTS_MAX && exists(s->dir, name_of(name, s->file, s->n + 1, true), &st))
		if (open_part(s, s->n + 1, e))
			return -1;
	if (s->n < 2)
		return 0;
	if (fstat(s->part[0].out.fd, &st))
		return err_set(e, errno, "%s: stat", s->part[0].shown);
	if (st.st_size)
		s->limit = (uint64_t)st.st_size; // as it was begun
	return 0;
}

static void remove_from(const struct split *s, unsigned number, bool temporary)
{
	char name[NAME_SIZE];

	while (number <= PARTS_MAX &&
	       !unlinkat(s->dir, name_of(name, s->file, number, temporary), 0))
		number++;
}

int split_open(struct split *s, bool resume, bool alone, struct err *e)
{
	char name[NAME_SIZE];
	struct stat st;

	s->numbered = s->limit != UINT64_MAX;
	if (resume && exists(s->dir, name_of(name, s->file, 1, true), &st))
		s->numbered = true;
	else if (resume && exists(s->dir, name_of(name, s->file, 0, true), &st))
		s->numbered = false;
	if (!s->numbered)
		s->limit = UINT64_MAX;
	if (open_part(s, s->numbered ? 1 : 0, e) || (alone && lock(s, e)))
		goto fail;
	if (s->numbered && resume && open_rest(s, e))
		goto fail;
	if (!resume) {
		if (s->numbered)
			unlinkat(s->dir, name_of(name, s->file, 0, true), 0);
		remove_from(s, s->numbered ? 2 : 1, true);
	}
	return 0;
fail:
	close_all(s);
	return -1;
}

uint64_t split_length(const struct split *s)
{
	uint64_t length = 0;

	for (unsigned i = 0; i < s->n; i++) {
		length += s->part[i].end;
		if (s->part[i].end < s->limit) // what lies behind is of no use
			break;
	}
	return length;
}

// An error that only a server that has gone gives: every further word to it would be waited for as
// long as this one was.
static int failed(struct split *s, const struct err *e)
{
	static const int nums[] = { ETIMEDOUT,	  EHOSTDOWN,  EHOSTUNREACH, ENETUNREACH,
				    ECONNREFUSED, ECONNRESET, ENOTCONN };

	for (size_t i = 0; e && i < sizeof nums / sizeof *nums; i++)
		if (e->num == nums[i])
			s->gone = true;
	return -1;
}

// The part in which off lies is there afterwards, and all in front of it.
static int reach(struct split *s, uint64_t off, struct split_part **p, struct err *e)
{
	uint64_t i = s->limit == UINT64_MAX ? 0 : off / s->limit;

	if (i >= PARTS_MAX)
		return err_usage(e, "%s: more than %u parts: --split takes larger ones", s->shown,
				 PARTS_MAX);
	while (s->n <= i)
		if (open_part(s, s->n + 1, e))
			return -1;
	*p = &s->part[i];
	return 0;
}

// What of [off, off + len) lies in the part of off.
static uint64_t within(const struct split *s, uint64_t off, uint64_t len)
{
	uint64_t left = s->limit == UINT64_MAX ? len : s->limit - off % s->limit;

	return left < len ? left : len;
}

static uint64_t inner(const struct split *s, uint64_t off)
{
	return s->limit == UINT64_MAX ? off : off % s->limit;
}

int split_cut(struct split *s, uint64_t length, struct err *e)
{
	unsigned keep =
		s->limit == UINT64_MAX || !length ? 1 : (unsigned)((length - 1) / s->limit + 1);
	char name[NAME_SIZE];

	while (s->n > keep) {
		struct split_part *p = &s->part[--s->n];

		unlinkat(s->dir, name_of(name, s->file, s->n + 1, true), 0);
		close(p->out.fd);
		free(p->shown);
	}
	for (unsigned i = 0; i < s->n; i++) {
		struct writer *w = &s->part[i].out;
		uint64_t len =
			i + 1 < s->n ? s->limit : length - (s->n - 1) * (s->n > 1 ? s->limit : 0);

		if (ftruncate(w->fd, (off_t)len))
			return err_write(e, errno, "%s: cut to %llu bytes", w->name,
					 (unsigned long long)len);
		w->begun = w->waited = s->part[i].end = len;
	}
	return 0;
}

int split_put(struct split *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	while (n) {
		size_t k = (size_t)within(s, off, n);
		struct split_part *part;

		if (reach(s, off, &part, e) || writer_put(&part->out, inner(s, off), p, k, e))
			return failed(s, e);
		if (part->end < inner(s, off) + k)
			part->end = inner(s, off) + k;
		p = (const char *)p + k;
		off += k;
		n -= k;
	}
	return 0;
}

int split_zero(struct split *s, uint64_t off, uint64_t len, struct err *e)
{
	while (len) {
		uint64_t k = within(s, off, len);
		struct split_part *part;

		if (reach(s, off, &part, e) || writer_zero(&part->out, inner(s, off), k, e))
			return failed(s, e);
		if (part->end < inner(s, off) + k)
			part->end = inner(s, off) + k;
		off += k;
		len -= k;
	}
	return 0;
}

int split_punch(struct split *s, uint64_t off, uint64_t len)
{
	if (s->numbered)
		return -1;
	return fallocate(s->part[0].out.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)off,
			 (off_t)len);
}

int split_sync(struct split *s, uint64_t length, struct err *e)
{
	struct split_part *p;

	if (s->gone)
		return err_set(e, 0, "%s: the server is gone", s->shown);
	if (length && reach(s, length - 1, &p, e))
		return -1;
	for (unsigned i = 0; i < s->n; i++) {
		struct writer *w = &s->part[i].out;
		uint64_t begin = s->n > 1 ? i * s->limit : 0;
		uint64_t len = i + 1 < s->n ? s->limit : length - begin;

		if (s->part[i].end < len && ftruncate(w->fd, (off_t)len)) {
			err_write(e, errno, "%s: set the length", w->name);
			return failed(s, e);
		}
		if (s->part[i].end < len)
			s->part[i].end = len;
		if (writer_sync(w, e))
			return failed(s, e);
	}
	return 0;
}

static int open_again(const struct split *s, unsigned i, int flags)
{
	char name[NAME_SIZE];

	return openat(s->dir, name_of(name, s->file, s->numbered ? i + 1 : 0, true),
		      O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags);
}

// What statx(2) fills; its header does not go together with musl's.
struct asked {
	uint32_t head[8];
	uint64_t ino, size, rest[26];
};
_Static_assert(sizeof(struct asked) == 256, "struct statx");

#define ASK_SIZE 0x200
#define ASK_THE_SERVER 0x2000

int split_compare_lengths(struct split *s, struct err *e)
{
	struct asked x;

	for (unsigned i = 0; i < s->n; i++) {
		const struct split_part *p = &s->part[i];
		int fd FD_AUTO = open_again(s, i, 0);

		if (fd < 0 ||
		    syscall(SYS_statx, fd, "", AT_EMPTY_PATH | ASK_THE_SERVER, ASK_SIZE, &x)) {
			err_set(e, errno, "%s: look whether it is there", p->shown);
			return failed(s, e);
		}
		if (x.size != p->end)
			return err_set(e, 0, "%s: %llu bytes of it are there, %llu were written",
				       p->shown, (unsigned long long)x.size,
				       (unsigned long long)p->end);
	}
	return 0;
}

static int reach_again(struct split *s, unsigned i, struct err *e)
{
	if (s->again_is == i + 1)
		return 0;
	close_again(s);
	posix_fadvise(s->part[i].out.fd, 0, 0, POSIX_FADV_DONTNEED);
	// where a part begins, so does a block
	s->again_block = s->numbered && s->limit % BLOCK ? 1 : BLOCK;
	s->again = open_again(s, i, s->again_block > 1 ? O_DIRECT : 0);
	if (s->again < 0 && errno == EINVAL && s->again_block > 1) {
		s->again_block = 1;
		s->again = open_again(s, i, 0);
	}
	if (s->again < 0) {
		err_set(e, errno, "%s: read back", s->part[i].shown);
		return failed(s, e);
	}
	s->again_is = i + 1;
	return 0;
}

int split_read_anew(struct split *s, uint64_t off, void *p, size_t n, struct err *e)
{
	char *to = p;

	while (n) {
		unsigned i = s->limit == UINT64_MAX ? 0 : (unsigned)(off / s->limit);
		size_t k = (size_t)within(s, off, n), want;
		ssize_t got;

		if (i >= s->n)
			return err_set(e, EIO, "%s: read back: it ends", s->shown);
		if (reach_again(s, i, e))
			return -1;
		want = (k + s->again_block - 1) / s->again_block * s->again_block;
		got = pread(s->again, to, want, (off_t)inner(s, off));
		if (got < 0 && errno == EINTR)
			continue;
		if (got >= 0 && (size_t)got < k)
			k = (size_t)got / s->again_block * s->again_block;
		if (got <= 0 || !k) {
			err_set(e, got < 0 ? errno : EIO, "%s: read back at 0x%llx",
				s->part[i].shown, (unsigned long long)inner(s, off));
			return failed(s, e);
		}
		to += k;
		off += k;
		n -= k;
	}
	return 0;
}

// One part that was given a number after all is a plain file. What an older copy of that name has
// left must not be joined to the new one.
int split_finish(struct split *s, struct err *e)
{
	bool alone = s->n == 1;
	char from[NAME_SIZE], to[NAME_SIZE];

	for (unsigned i = 0; i < s->n; i++)
		if (fsync(s->part[i].out.fd))
			return err_write(e, errno, "%s: writing what was buffered",
					 s->part[i].shown);
	if (alone) {
		if (renameat(s->dir, name_of(from, s->file, s->numbered ? 1 : 0, true), s->dir,
			     name_of(to, s->file, 0, false)))
			return err_write(e, errno, "%s: rename to %s", s->part[0].shown, to);
		remove_from(s, 1, false);
	} else {
		unlinkat(s->dir, name_of(from, s->file, 0, false), 0);
		remove_from(s, s->n + 1, false);
		if (rename_all(s->dir, s->file, s->shown, s->n, false, e))
			return -1;
	}
	close_all(s);
	if (fsync(s->dir) && errno != EINVAL) // some network file systems cannot
		return err_write(e, errno, "%s: writing the folder", s->shown);
	return 0;
}

void split_close(struct split *s, bool keep)
{
	bool numbered = s->numbered;
	unsigned n = s->n;
	char name[NAME_SIZE];

	close_all(s);
	for (unsigned k = 1; !keep && !s->gone && k <= n; k++)
		unlinkat(s->dir, name_of(name, s->file, numbered ? k : 0, true), 0);
}
