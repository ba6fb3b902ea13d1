// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and applying undo files. Writing them is in undo_write.c.
#include "work/undo.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "work/undo_disk.h"

#define PIECE (256 * 1024)

static int check_head(struct undo *u, const struct undo_head *h, struct err *e)
{
	uint64_t table;

	if (memcmp(h->magic, UNDO_MAGIC, sizeof h->magic))
		return err_usage(e, "%s: not an undo file", u->path);
	if (le32_get(h->version) != 1 || le32_get(h->head_size) != sizeof *h)
		return err_set(e, 0, "%s: undo file of unknown version %u", u->path,
			       le32_get(h->version));
	u->disk_size = le64_get(h->disk_size);
	u->created = le64_get(h->created);
	u->bytes = le64_get(h->bytes);
	u->n = le64_get(h->ranges);
	memcpy(u->model, h->model, sizeof u->model - 1);
	memcpy(u->serial, h->serial, sizeof u->serial - 1);
	if (u->n > UNDO_RANGES_MAX || u->bytes > u->disk_size)
		return err_set(e, 0, "%s: undo file with %zu ranges of %llu bytes", u->path, u->n,
			       (unsigned long long)u->bytes);
	table = undo_table_size(u->n);
	u->at[UNDO_OLD] = sizeof *h + table;
	u->at[UNDO_NEW] = u->at[UNDO_OLD] + u->bytes;
	if (u->bytes > UINT64_MAX / 4 || u->file->size != u->at[UNDO_NEW] + u->bytes)
		return err_set(e, 0, "%s: undo file of %llu bytes, not %llu: it is not whole",
			       u->path, (unsigned long long)u->file->size,
			       (unsigned long long)(u->at[UNDO_NEW] + u->bytes));
	return 0;
}

static int read_table(struct undo *u, struct err *e)
{
	struct undo_entry *t = mem_zero(u->n, sizeof *t);
	uint64_t end = 0, sum = 0;
	int rc = src_read(u->file, sizeof(struct undo_head), t, u->n * sizeof *t, e);

	u->r = mem_zero(u->n, sizeof *u->r);
	for (size_t i = 0; i < u->n && !rc; i++) {
		struct range r = { le64_get(t[i].off), le64_get(t[i].len), MAP_DONE };

		// the last sector of an image file may be shorter than 512 bytes
		if (r.off < end || r.off % 512 || !r.len || r.off > u->disk_size ||
		    r.len > u->disk_size - r.off || (r.len % 512 && r.off + r.len != u->disk_size))
			rc = err_set(e, 0, "%s: undo file: range %zu is 0x%llx, length 0x%llx",
				     u->path, i, (unsigned long long)r.off,
				     (unsigned long long)r.len);
		u->r[i] = r;
		end = r.off + r.len;
		sum += r.len;
	}
	free(t);
	if (!rc && sum != u->bytes)
		rc = err_set(e, 0, "%s: undo file: the ranges do not add up", u->path);
	return rc;
}

static int check_hash(struct undo *u, const struct undo_head *h, struct ui *ui, struct err *e)
{
	struct undo_head zero = *h;
	struct ui_progress p = { .what = "checking the undo file", .total = u->file->size };
	uint8_t *piece = mem_alloc(PIECE);
	struct sha256 s;
	char hex[65];
	int rc = 0;

	memset(zero.sha256, 0, sizeof zero.sha256);
	sha256_begin(&s);
	sha256_add(&s, &zero, sizeof zero);
	for (uint64_t at = sizeof zero; at < u->file->size && !rc;) {
		size_t k = u->file->size - at < PIECE ? (size_t)(u->file->size - at) : PIECE;

		rc = ui_cancelled(ui) ? err_stopped(e) : src_read(u->file, at, piece, k, e);
		if (!rc)
			sha256_add(&s, piece, k);
		at += k;
		p.done = at;
		ui_progress(ui, &p);
	}
	free(piece);
	sha256_end(&s, hex);
	for (size_t i = 0; i < sizeof h->sha256; i++)
		snprintf(u->id + 2 * i, 3, "%02x", h->sha256[i]);
	if (!rc && strcmp(hex, u->id))
		rc = err_set(e, 0,
			     "%s: undo file: its contents do not match its own hash: it is damaged",
			     u->path);
	return rc;
}

int undo_open(struct undo *u, const char *path, struct ui *ui, struct err *e)
{
	struct undo_head h;

	*u = (struct undo){ 0 };
	str_copy(u->path, sizeof u->path, path);
	if (src_open(&u->file, path, e))
		return -1;
	if (u->file->size < sizeof h) {
		undo_close(u);
		return err_usage(e, "%s: not an undo file", path);
	}
	if (src_read(u->file, 0, &h, sizeof h, e) || check_head(u, &h, e) ||
	    check_hash(u, &h, ui, e) || read_table(u, e)) {
		undo_close(u);
		return -1;
	}
	return 0;
}

void undo_close(struct undo *u)
{
	src_close(u->file);
	free(u->r);
	*u = (struct undo){ 0 };
}

int undo_check_disk(const struct undo *u, const struct disk *d, struct err *e)
{
	if (u->disk_size != d->size)
		return err_set(
			e, 0,
			"%s: %s: another disk: it has %llu bytes, the undo file is for one of %llu",
			u->path, d->path, (unsigned long long)d->size,
			(unsigned long long)u->disk_size);
	if (u->serial[0] && d->serial[0] && strcmp(u->serial, d->serial))
		return err_set(e, 0,
			       "%s: %s: another disk: its serial number is %s, the undo file is "
			       "for %s (%s)",
			       u->path, d->path, d->serial, u->serial, u->model);
	return 0;
}

// Walks all ranges in pieces; for each calls `each` with its place on the disk and both contents.
struct walk {
	const struct undo *u;
	struct real *t;
	struct ui *ui;
	const char *what;
	int (*each)(struct walk *w, uint64_t off, const uint8_t *side[2], size_t n, struct err *e);
	enum undo_side side;
	uint64_t count, first;
	uint8_t *disk; // PIECE bytes for each() to use
};

static int walk(struct walk *w, struct err *e)
{
	struct ui_progress p = { .what = w->what, .total = w->u->bytes };
	uint8_t *old = mem_alloc(PIECE), *new = mem_alloc(PIECE);
	const uint8_t *side[2] = { old, new };
	uint64_t in = 0;
	int rc = 0;

	w->disk = mem_alloc(PIECE);
	for (size_t i = 0; i < w->u->n && !rc; i++)
		for (uint64_t at = 0; at < w->u->r[i].len && !rc;) {
			uint64_t left = w->u->r[i].len - at;
			size_t k = left < PIECE ? (size_t)left : PIECE;

			rc = src_read(w->u->file, w->u->at[UNDO_OLD] + in, old, k, e) ||
					     src_read(w->u->file, w->u->at[UNDO_NEW] + in, new, k,
						      e) ||
					     w->each(w, w->u->r[i].off + at, side, k, e)
				     ? -1
				     : 0;
			at += k;
			in += k;
			p.done = in;
			ui_progress(w->ui, &p);
		}
	free(old);
	free(new);
	free(w->disk);
	return rc;
}

static int each_foreign(struct walk *w, uint64_t off, const uint8_t *side[2], size_t n,
			struct err *e)
{
	if (w->t->ops->read(w->t, off, w->disk, n, e))
		return -1;
	for (size_t s = 0; s < n; s += 512) {
		size_t k = n - s < 512 ? n - s : 512;

		if (memcmp(w->disk + s, side[0] + s, k) && memcmp(w->disk + s, side[1] + s, k) &&
		    !w->count++)
			w->first = off + s;
	}
	return 0;
}

int undo_foreign(const struct undo *u, struct real *t, uint64_t *count, uint64_t *first,
		 struct ui *ui, struct err *e)
{
	struct walk w = {
		.u = u, .t = t, .ui = ui, .what = "comparing the disk", .each = each_foreign
	};

	if (walk(&w, e))
		return -1;
	*count = w.count;
	*first = w.first;
	return 0;
}

static int each_write(struct walk *w, uint64_t off, const uint8_t *side[2], size_t n, struct err *e)
{
	return w->t->ops->write(w->t, off, side[w->side], n, e);
}

static int each_compare(struct walk *w, uint64_t off, const uint8_t *side[2], size_t n,
			struct err *e)
{
	if (w->t->ops->read(w->t, off, w->disk, n, e))
		return -1;
	if (memcmp(w->disk, side[w->side], n))
		return err_set(e, 0, "%s: read back at 0x%llx: not what was written", w->t->name,
			       (unsigned long long)off);
	return 0;
}

int undo_apply(const struct undo *u, enum undo_side side, struct real *t, struct ui *ui,
	       struct err *e)
{
	struct walk w = { .u = u, .t = t, .ui = ui, .side = side };

	// from here on it is not cancelled: a disk half changed is the one thing nobody wants
	w.what = side == UNDO_OLD ? "putting the old sectors back" : "writing the changed sectors";
	w.each = each_write;
	if (walk(&w, e) || t->ops->flush(t, e))
		return -1;
	w.what = "reading back";
	w.each = each_compare;
	return walk(&w, e);
}
