// SPDX-License-Identifier: GPL-2.0-or-later
// The map and ddrescue's text form of it. Ranges are kept sorted in one array; map_set rebuilds the
// few around the change, and appending at the end (how maps grow while copying) touches only the
// last.
#include "base/map.h"

#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

#define MAX_RANGES 1000000

void map_init(struct map *m, uint64_t size, enum map_state state)
{
	*m = (struct map){ .size = size, .status = '?', .pass = 1 };
	if (size) {
		m->r = mem_zero(m->cap = 16, sizeof *m->r);
		m->r[m->n++] = (struct range){ 0, size, state };
	}
}

void map_free(struct map *m)
{
	free(m->r);
	*m = (struct map){ 0 };
}

void map_copy(struct map *dst, const struct map *src)
{
	*dst = *src;
	dst->cap = src->n;
	dst->r = mem_zero(src->n, sizeof *src->r);
	if (src->n)
		memcpy(dst->r, src->r, src->n * sizeof *src->r);
}

size_t map_find(const struct map *m, uint64_t off)
{
	size_t lo = 0, hi = m->n;

	if (off >= m->size)
		return m->n;
	if (off >= m->r[m->n - 1].off) // where maps grow
		return m->n - 1;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->r[mid].off <= off)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

enum map_state map_at(const struct map *m, uint64_t off)
{
	size_t i = map_find(m, off);

	return i < m->n ? m->r[i].state : MAP_TODO;
}

// Replaces the ranges [from, to) by the n given ones.
static void replace(struct map *m, size_t from, size_t to, const struct range *with, size_t n)
{
	size_t total = m->n - (to - from) + n;

	if (total > m->cap) {
		m->cap = total * 2;
		m->r = mem_grow(m->r, m->cap, sizeof *m->r);
	}
	memmove(m->r + from + n, m->r + to, (m->n - to) * sizeof *m->r);
	memcpy(m->r + from, with, n * sizeof *with);
	m->n = total;
}

void map_set(struct map *m, uint64_t off, uint64_t len, enum map_state state)
{
	struct range with[3];
	size_t first, last, n = 0;
	uint64_t end;

	if (off >= m->size || !len)
		return;
	if (len > m->size - off)
		len = m->size - off;
	end = off + len;
	first = map_find(m, off);
	last = map_find(m, end - 1);
	if (first == last && m->r[first].state == state)
		return;
	// a neighbour of the same state is taken into the new range
	if (first && m->r[first].off == off && m->r[first - 1].state == state)
		first--;
	if (last + 1 < m->n && m->r[last].off + m->r[last].len == end &&
	    m->r[last + 1].state == state)
		last++;
	struct range a = m->r[first], b = m->r[last];
	struct range mid = { off, len, state };

	if (a.state == state) {
		mid.len += mid.off - a.off;
		mid.off = a.off;
	} else if (a.off < off) {
		with[n++] = (struct range){ a.off, off - a.off, a.state };
	}
	if (b.state == state)
		mid.len = b.off + b.len - mid.off;
	with[n++] = mid;
	if (b.state != state && b.off + b.len > end)
		with[n++] = (struct range){ end, b.off + b.len - end, b.state };
	replace(m, first, last + 1, with, n);
}

bool map_next(const struct map *m, uint64_t off, enum map_state state, struct range *out)
{
	for (size_t i = map_find(m, off); i < m->n; i++) {
		if (m->r[i].state != state)
			continue;
		*out = m->r[i];
		if (out->off < off) {
			out->len -= off - out->off;
			out->off = off;
		}
		return true;
	}
	return false;
}

uint64_t map_count(const struct map *m, enum map_state state)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->r[i].state == state)
			sum += m->r[i].len;
	return sum;
}

static void append(struct map *m, uint64_t off, uint64_t len, enum map_state state)
{
	struct range r = { off, len, state };

	if (m->n && m->r[m->n - 1].state == state)
		m->r[m->n - 1].len += len;
	else
		replace(m, m->n, m->n, &r, 1);
}

void map_cut(struct map *part, const struct map *m, uint64_t off, uint64_t len)
{
	uint64_t end;

	if (off > m->size)
		off = m->size;
	if (len > m->size - off)
		len = m->size - off;
	end = off + len;
	*part = (struct map){ .size = len, .status = '?', .pass = 1 };
	for (size_t i = map_find(m, off); len && i < m->n && m->r[i].off < end; i++) {
		uint64_t from = m->r[i].off > off ? m->r[i].off : off;
		uint64_t to = m->r[i].off + m->r[i].len;

		append(part, from - off, (to < end ? to : end) - from, m->r[i].state);
	}
}

// Bytes at off that have one answer to "is it DONE in part, shifted by at?" *k goes through part.
static uint64_t run(const struct map *part, uint64_t at, uint64_t off, size_t *k, bool *done)
{
	for (; *k < part->n; ++*k) {
		const struct range *r = &part->r[*k];
		uint64_t from, to;

		if (r->off >= UINT64_MAX - at)
			break;
		from = at + r->off;
		to = r->len < UINT64_MAX - from ? from + r->len : UINT64_MAX;
		if (r->state != MAP_DONE || to <= off)
			continue;
		*done = from <= off;
		return *done ? to - off : from - off;
	}
	*done = false;
	return UINT64_MAX;
}

// Both are gone through once: a set for each range would move the rest of m each time.
void map_merge_done(struct map *m, const struct map *part, uint64_t at)
{
	struct map out = *m;
	size_t k = 0;

	out.r = NULL;
	out.n = out.cap = 0;
	for (size_t i = 0; i < m->n; i++)
		for (struct range r = m->r[i]; r.len;) {
			bool done;
			uint64_t n = run(part, at, r.off, &k, &done);

			n = n < r.len ? n : r.len;
			append(&out, r.off, n, done ? MAP_DONE : r.state);
			r.off += n;
			r.len -= n;
		}
	map_free(m);
	*m = out;
}

void map_common_done(struct map *m, const struct map *a, const struct map *b)
{
	struct range r = { 0 }, q;

	while (map_next(a, r.off + r.len, MAP_DONE, &r)) {
		uint64_t end = r.off + r.len;

		for (q = (struct range){ r.off, 0, MAP_DONE };
		     map_next(b, q.off + q.len, MAP_DONE, &q) && q.off < end;)
			map_set(m, q.off, q.len < end - q.off ? q.len : end - q.off, MAP_DONE);
	}
}

bool map_next_common(const struct map *d, const struct map *m, enum map_state state, uint64_t pos,
		     struct range *out)
{
	size_t i = map_find(d, pos), k = map_find(m, pos);

	while (i < d->n && k < m->n) {
		const struct range *a = &d->r[i], *b = &m->r[k];
		uint64_t a_end = a->off + a->len, b_end = b->off + b->len;
		uint64_t from = a->off > b->off ? a->off : b->off;
		uint64_t to = a_end < b_end ? a_end : b_end;

		from = from > pos ? from : pos;
		if (a->state == MAP_DONE && b->state == state && from < to) {
			*out = (struct range){ from, to - from, state };
			return true;
		}
		i += a_end == to;
		k += b_end == to;
	}
	return false;
}

bool map_last_common(const struct map *d, const struct map *m, enum map_state state, uint64_t pos,
		     struct range *out)
{
	size_t i, k;

	if (pos > m->size)
		pos = m->size;
	if (!pos)
		return false;
	i = map_find(d, pos - 1) + 1;
	k = map_find(m, pos - 1) + 1;
	while (i && k) {
		const struct range *a = &d->r[i - 1], *b = &m->r[k - 1];
		uint64_t a_end = a->off + a->len, b_end = b->off + b->len;
		uint64_t from = a->off > b->off ? a->off : b->off;
		uint64_t to = a_end < b_end ? a_end : b_end;

		to = to < pos ? to : pos;
		if (a->state == MAP_DONE && b->state == state && from < to) {
			*out = (struct range){ from, to - from, state };
			return true;
		}
		i -= a->off == from;
		k -= b->off == from;
	}
	return false;
}

uint64_t map_count_common(const struct map *d, const struct map *m, enum map_state state)
{
	uint64_t sum = 0;

	for (size_t i = 0, k = 0; i < d->n && k < m->n;) {
		const struct range *a = &d->r[i], *b = &m->r[k];
		uint64_t a_end = a->off + a->len, b_end = b->off + b->len;
		uint64_t from = a->off > b->off ? a->off : b->off;
		uint64_t to = a_end < b_end ? a_end : b_end;

		if (a->state == MAP_DONE && b->state == state)
			sum += to - from;
		i += a_end == to;
		k += b_end == to;
	}
	return sum;
}

void map_close_gaps(struct map *m, uint64_t gap)
{
	struct map out MAP_AUTO = *m;

	*m = (struct map){
		.size = out.size, .pos = out.pos, .status = out.status, .pass = out.pass
	};
	for (size_t i = 0; i < out.n; i++) {
		const struct range *r = &out.r[i];
		bool closed = i && i + 1 < out.n && r->len < gap && r[-1].state == MAP_DONE &&
			      r[1].state == MAP_DONE;

		append(m, r->off, r->len, closed ? MAP_DONE : r->state);
	}
}

void map_align_done(struct map *m, uint64_t align)
{
	struct map out MAP_AUTO = { 0 };

	map_init(&out, m->size, MAP_TODO);
	for (size_t i = 0; i < m->n; i++) {
		uint64_t off = m->r[i].off - m->r[i].off % align;
		uint64_t end = m->r[i].off + m->r[i].len;
		uint64_t up = end % align ? align - end % align : 0;

		if (m->r[i].state != MAP_DONE)
			continue;
		end = up > m->size - end ? m->size : end + up;
		map_set(&out, off, end - off, MAP_DONE);
	}
	out.pos = m->pos;
	out.status = m->status;
	out.pass = m->pass;
	map_free(m);
	*m = out;
	out = (struct map){ 0 };
}

int map_write(const struct map *m, FILE *f, const char *comment, struct err *e)
{
	fprintf(f, "# Mapfile. Created by Salvor\n");
	for (const char *p = comment; p && *p;) {
		size_t n = strcspn(p, "\n");

		fprintf(f, "# %.*s\n", (int)n, p);
		p += n + (p[n] == '\n');
	}
	fprintf(f, "# current_pos  current_status  current_pass\n");
	fprintf(f, "0x%08" PRIX64 "     %c               %u\n", m->pos, m->status ? m->status : '?',
		m->pass);
	fprintf(f, "#      pos        size  status\n");
	for (size_t i = 0; i < m->n; i++)
		fprintf(f, "0x%08" PRIX64 "  0x%08" PRIX64 "  %c\n", m->r[i].off, m->r[i].len,
			m->r[i].state);
	if (ferror(f))
		return err_set(e, errno, "mapfile: write");
	return 0;
}

// One `pos size state` line appended to the map.
static int take_range(struct map *m, const char *name, unsigned line, const char *text,
		      struct err *e)
{
	unsigned long long off, len;
	char *end, *end2;

	errno = 0;
	off = strtoull(text, &end, 0);
	len = strtoull(end, &end2, 0);
	while (*end2 == ' ' || *end2 == '\t')
		end2++;
	if (errno || end == text || end2 == end || !*end2 || !strchr("?*/-+", *end2))
		return err_set(e, 0, "%s: line %u: not \"position size status\"", name, line);
	if (off != m->size || !len || len > UINT64_MAX - off)
		return err_set(e, 0, "%s: line %u: the ranges have a gap or an overlap at 0x%llx",
			       name, line, off);
	if (m->n >= MAX_RANGES)
		return err_set(e, 0, "%s: more than %d ranges", name, MAX_RANGES);
	if (m->n && m->r[m->n - 1].state == (enum map_state) * end2) {
		m->r[m->n - 1].len += len;
	} else {
		struct range r = { off, len, (enum map_state) * end2 };

		replace(m, m->n, m->n, &r, 1);
	}
	m->size += len;
	return 0;
}

static int take_status(struct map *m, const char *name, unsigned line, const char *text,
		       struct err *e)
{
	char *end;

	errno = 0;
	m->pos = strtoull(text, &end, 0);
	while (*end == ' ' || *end == '\t')
		end++;
	if (errno || end == text || !*end || !strchr("?*/-FG+", *end))
		return err_set(e, 0, "%s: line %u: no status line of a mapfile", name, line);
	m->status = *end++;
	m->pass = (unsigned)strtoul(end, NULL, 10);
	if (!m->pass)
		m->pass = 1;
	return 0;
}

int map_read(struct map *m, FILE *f, const char *name, struct err *e)
{
	char text[256];
	bool status = false;
	unsigned line = 0;

	*m = (struct map){ .status = '?', .pass = 1 };
	while (fgets(text, sizeof text, f)) {
		char *p = text + strspn(text, " \t");
		bool whole = strchr(text, '\n') || feof(f);
		int rc;

		line++;
		p[strcspn(p, "#\r\n")] = 0;
		if (!whole) { // only a comment may be this long
			int c;

			while ((c = getc(f)) != EOF && c != '\n')
				;
		}
		if (!*p)
			continue;
		rc = status ? take_range(m, name, line, p, e) : take_status(m, name, line, p, e);
		status = true;
		if (rc) {
			map_free(m);
			return -1;
		}
	}
	if (ferror(f)) {
		map_free(m);
		return err_set(e, errno, "%s: read", name);
	}
	if (!m->n)
		return err_set(e, 0, "%s: not a mapfile: it has no ranges", name);
	return 0;
}

static int sync_folder(const char *path)
{
	char *copy STR_AUTO = mem_dup(path);
	int fd FD_AUTO = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -1 : fsync(fd);
}

int map_save(const struct map *m, const char *path, const char *comment, struct err *e)
{
	char *temp STR_AUTO = mem_printf("%s.new", path);
	char *bak STR_AUTO = mem_printf("%s.bak", path);
	FILE *f = fopen(temp, "we");

	if (!f)
		return err_set(e, errno, "%s: create", temp);
	int rc = map_write(m, f, comment, e);

	if (!rc && (fflush(f) || fsync(fileno(f))))
		rc = err_set(e, errno, "%s: write", temp);
	if (fclose(f) && !rc)
		rc = err_set(e, errno, "%s: write", temp);
	if (rc) {
		unlink(temp);
		return -1;
	}
	if (rename(path, bak) && errno != ENOENT)
		return err_set(e, errno, "%s: rename to %s", path, bak);
	if (rename(temp, path))
		return err_set(e, errno, "%s: rename to %s", temp, path);
	sync_folder(path);
	return 0;
}

int map_load(struct map *m, const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");

	*m = (struct map){ 0 };
	if (!f)
		return err_set(e, errno, "%s: open", path);
	int rc = map_read(m, f, path, e);

	fclose(f);
	return rc;
}
