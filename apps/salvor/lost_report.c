// SPDX-License-Identifier: GPL-2.0-or-later
// What was lost, in words and in JSON.
#include "salvor/lost_report.h"

#include <string.h>

#include "base/size.h"
#include "base/text.h"

void lost_have(struct map *have, const struct map *copied, const struct map *wanted)
{
	struct map unwanted MAP_AUTO = { 0 };

	map_init(&unwanted, wanted->size, MAP_TODO);
	for (size_t i = 0; i < wanted->n; i++)
		if (wanted->r[i].state == MAP_TODO)
			map_set(&unwanted, wanted->r[i].off, wanted->r[i].len, MAP_DONE);
	map_copy(have, copied);
	map_merge_done(have, &unwanted, 0);
}

void lost_fields(const struct lost *l, struct job *j)
{
	struct json w = { &j->fields, j->fields.len > 0 };
	struct lost_sums sums = lost_sums(l);

	json_array(&w, "damaged");
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->v[i].loss.n; k++) {
			const struct fs_lost *f = &l->v[i].loss.v[k];

			json_object(&w, NULL);
			json_text(&w, "path", f->path);
			json_text(&w, "kind", f->kind);
			if (f->gone)
				json_null(&w, "bytes");
			else
				json_number(&w, "bytes", f->bytes);
			json_bool(&w, "attributes", f->attributes);
			json_text(&w, "partition", l->v[i].name);
			json_number(&w, "inode", f->inode);
			json_end_object(&w);
		}
	json_end_array(&w);
	json_object(&w, "lost");
	json_number(&w, "files", sums.files);
	json_number(&w, "directories", sums.directories);
	json_number(&w, "bytes", l->missing);
	json_number(&w, "bytes_contents", sums.contents);
	json_number(&w, "bytes_metadata", sums.metadata);
	json_number(&w, "bytes_free", sums.free);
	json_number(&w, "bytes_unknown", sums.unknown);
	json_number(&w, "bytes_outside", l->around);
	json_array(&w, "places");
	for (size_t i = 0; i < l->n; i++) {
		json_object(&w, NULL);
		json_text(&w, "partition", l->v[i].name);
		json_text(&w, "fs", l->v[i].loss.type[0] ? l->v[i].loss.type : NULL);
		json_number(&w, "bytes_unknown", l->v[i].loss.unknown);
		json_text(&w, "why", l->v[i].loss.why[0] ? l->v[i].loss.why : NULL);
		json_end_object(&w);
	}
	json_end_array(&w);
	json_end_object(&w);
}

// "/etc/passwd (512 bytes)", "/home (directory, all of it)".
static void tell_one(const struct fs_lost *f, struct buf *out)
{
	char path[4096];

	text_clean(path, sizeof path, f->path, strlen(f->path));
	buf_printf(out, "%s (", path);
	if (strcmp(f->kind, "file"))
		buf_printf(out, "%s, ", f->kind);
	if (f->gone)
		buf_puts(out, "all of it");
	else if (f->attributes && !f->bytes)
		buf_puts(out, "access rights and attributes");
	else
		buf_printf(out, "%llu bytes", (unsigned long long)f->bytes);
	if (!strcmp(f->kind, "directory"))
		buf_puts(out, ": names are missing");
	buf_puts(out, ")\n");
}

// How many places have damaged files?
static unsigned with_names(const struct lost *l)
{
	unsigned n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->v[i].loss.n > 0;
	return n;
}

// total: how many are damaged, whether they have a place in l or not.
static void tell_names(const struct lost *l, uint64_t total, const char *list, struct buf *out)
{
	bool prefix = with_names(l) > 1;
	size_t told = 0;

	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->v[i].loss.n && told < LOST_LINES; k++, told++) {
			buf_printf(out, "  %s%s", prefix ? l->v[i].name : "", prefix ? ": " : "");
			tell_one(&l->v[i].loss.v[k], out);
		}
	if (told == total)
		return;
	buf_printf(out, "  and %llu more", (unsigned long long)(total - told));
	if (list && l->named == total)
		buf_printf(out, ": %s has all of them", list);
	else if (list)
		buf_printf(out, ": %s has the first %zu", list, l->named);
	buf_puts(out, "\n");
}

static void count(uint64_t n, const char *one, const char *many, struct buf *out)
{
	buf_printf(out, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

static void tell_headline(const struct lost *l, const struct lost_sums *s, struct buf *out)
{
	bool empty = l->named == 0 && s->files == 0;

	if (s->files || !s->directories)
		count(s->files, "file", "files", out);
	if (s->files && s->directories)
		buf_puts(out, " and ");
	if (s->directories)
		count(s->directories, "directory", "directories", out);
	buf_printf(out, " damaged%s\n", empty ? s->unknown ? " as far as is known" : "" : ":");
}

void lost_tell(const struct lost *l, const char *list, struct buf *out)
{
	struct lost_sums s = lost_sums(l);

	tell_headline(l, &s, out);
	tell_names(l, s.files + s.directories, list, out);
	if (s.metadata)
		buf_printf(out, "%s of the file systems' own tables are missing\n",
			   size_show(s.metadata).s);
	if (l->around)
		buf_printf(out, "%s are missing outside of file systems\n", size_show(l->around).s);
	if (s.free)
		buf_printf(out, "%s that are missing were in no use\n", size_show(s.free).s);
	for (size_t i = 0; i < l->n; i++) {
		const struct lost_place *p = &l->v[i];

		if (p->loss.unknown)
			buf_printf(out, "%s%s%s may be anybody's: %s\n", p->name,
				   p->name[0] ? ": " : "", size_show(p->loss.unknown).s,
				   p->loss.why);
		else if (p->loss.why[0])
			buf_printf(out, "%s%s%s\n", p->name, p->name[0] ? ": " : "", p->loss.why);
	}
}

void lost_list(const struct lost *l, struct buf *out)
{
	struct buf told BUF_AUTO = { 0 };

	lost_tell(l, NULL, &told);
	buf_puts(out, "# What could not be read lies in these files and directories.\n"
		      "# Bytes (all: the whole of it), kind, partition, name.\n");
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->v[i].loss.n; k++) {
			const struct fs_lost *f = &l->v[i].loss.v[k];
			char path[4096];

			text_clean(path, sizeof path, f->path, strlen(f->path));
			if (f->gone)
				buf_puts(out, "all");
			else
				buf_printf(out, "%llu", (unsigned long long)f->bytes);
			buf_printf(out, "\t%s\t%s\t%s\n", f->kind, l->v[i].name, path);
		}
	for (const char *p = buf_str(&told); *p;) {
		size_t n = strcspn(p, "\n");

		// The names stand above.
		if (*p != ' ')
			buf_printf(out, "# %.*s\n", (int)n, p);
		p += n + (p[n] == '\n');
	}
}
