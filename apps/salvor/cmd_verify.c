// SPDX-License-Identifier: GPL-2.0-or-later
// salvor verify: is an image or a backup whole, is it still what was written, is it what the source
// holds?
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/size.h"
#include "copy/compare.h"
#include "copy/hash_src.h"
#include "copy/wanted.h"
#include "image/image.h"
#include "salvor/cut.h"
#include "salvor/outcome.h"
#include "salvor/target.h"

struct settings {
	const char *source, *map;
};

static const struct opt opts[] = { { "source", OPT_TEXT, offsetof(struct settings, source),
				     "SOURCE", NULL,
				     "compare with this disk, partition or file, too" },
				   { "map", OPT_TEXT, offsetof(struct settings, map), "FILE", NULL,
				     "the map of the copy, where it is not IMAGE.map" },
				   { 0 } };

struct verify {
	struct job *job;
	struct ui *ui;
	const struct settings *set;
	struct image_file file;
	struct src *raw, *guest; // the file's bytes, the disk's
	const struct image_ops *format;
	struct map map; // of the copy; size 0: there is none
	char base[520]; // of the files beside it
	char sha256[65];
	const char *verdict;
	struct comparison comparison;
	struct outcome outcome;
};

static int open_image(struct verify *v, struct err *e)
{
	char *map STR_AUTO = NULL;
	size_t len;

	if (image_file_find(&v->file, v->job->args[0], NULL, v->ui, e) ||
	    src_open(&v->raw, v->file.path, e))
		return -1;
	map = mem_printf("%s%s", v->set->map ? v->set->map : v->file.path,
			 v->set->map ? "" : ".map");
	str_copy(v->base, sizeof v->base, map);
	len = strlen(v->base);
	if (len > 4 && !strcmp(v->base + len - 4, ".map"))
		v->base[len - 4] = 0;
	if (!access(map, F_OK))
		return map_load(&v->map, map, e);
	return v->set->map ? err_set(e, errno, "%s: open", map) : 0;
}

static int check_structure(struct verify *v, struct err *e)
{
	struct buf notes BUF_AUTO = { 0 };

	v->verdict = "image wrong";
	if (image_open(v->raw, &v->guest, &v->format, e))
		return -1;
	v->outcome.total = v->guest->size;
	if (!v->format->check) {
		buf_printf(&v->job->text, "structure    %s: there is none\n", v->format->name);
		return 0;
	}
	if (v->format->check(v->raw, &notes, e))
		return -1;
	buf_printf(&v->job->text, "structure    %s: whole\n%s", v->format->name, buf_str(&notes));
	return 0;
}

// The digits of the first line that has some; false: there is no such file.
static bool read_hash(const char *path, char hex[65])
{
	FILE *f = fopen(path, "re");
	char line[700];
	bool found = false;

	while (f && !found && fgets(line, sizeof line, f)) {
		found = strspn(line, "0123456789abcdef") == 64 && line[64] == ' ';
		if (found) {
			memcpy(hex, line, 64);
			hex[64] = 0;
		}
	}
	if (f)
		fclose(f);
	return found;
}

static int check_hash(struct verify *v, struct err *e)
{
	char *path STR_AUTO = mem_printf("%s.sha256", v->base);
	struct stat st;
	uint64_t len = v->raw->size;
	char want[65];

	if (!read_hash(path, want)) {
		buf_printf(&v->job->text, "checksum     there is no %s\n", path);
		return 0;
	}
	// a copy on a disk that is larger than the source
	if (!stat(v->file.path, &st) && S_ISBLK(st.st_mode) && v->map.size && v->map.size < len)
		len = v->map.size;
	if (hash_src(v->raw, len, v->ui, v->sha256, e))
		return -1;
	if (strcmp(want, v->sha256))
		return err_set(e, 0, "%s: is not what was written: its sha256 is %s, %s says %s",
			       v->file.path, v->sha256, path, want);
	buf_printf(&v->job->text, "checksum     sha256 %s: right\n", v->sha256);
	return 0;
}

static int compare(struct verify *v, struct source *s, struct err *e)
{
	struct map wanted MAP_AUTO = { 0 };
	struct comparison *c = &v->comparison;

	if (v->map.size)
		map_copy(&wanted, &v->map);
	else if (wanted_used(s->src, &wanted, NULL, e))
		return -1;
	// an image of its first part
	if (v->guest->size < s->src->size && !v->map.size &&
	    cut_source(s, &wanted, v->guest->size, v->ui, e))
		return -1;
	if (compare_run(c, v->guest, s->src, &wanted, v->ui, e))
		return -1;
	buf_printf(
		&v->job->text,
		"content      %s compared (%s), %llu bytes differ, %llu unreadable in the source\n",
		size_show(c->same + c->differs).s,
		v->map.size ? "what the map calls copied" : "what file systems use",
		(unsigned long long)c->differs, (unsigned long long)c->unreadable);
	v->verdict = c->differs ? "source differs" : c->unreadable ? "source unreadable" : "same";
	if (c->differs)
		return err_set(e, 0,
			       "%s: %llu bytes differ from %s, the first at 0x%llx: the source was "
			       "changed since, or one of them is going bad",
			       v->file.path, (unsigned long long)c->differs, s->path,
			       (unsigned long long)c->first);
	return 0;
}

static int compare_source(struct verify *v, struct err *e)
{
	struct source s;
	int rc;

	v->verdict = "not compared";
	rc = source_open(&s, v->set->source, v->ui, e) || compare(v, &s, e);
	source_close(&s);
	return rc ? -1 : 0;
}

// What is known to be missing in the copy is no fault of the copy, but must be said every time.
static void tell_bad(struct verify *v)
{
	uint64_t bad = map_count(&v->map, MAP_BAD) + v->comparison.unreadable;

	v->outcome.unreadable = bad;
	v->job->lossy = bad != 0;
	if (map_count(&v->map, MAP_BAD))
		ui_say(v->ui, UI_WARN,
		       "%s: %llu BYTES COULD NOT BE READ when it was made: it holds zeros "
		       "there (%s.map)",
		       v->file.path, (unsigned long long)map_count(&v->map, MAP_BAD), v->base);
}

static void fill_report(struct verify *v)
{
	struct json w = { &v->job->fields, true };

	v->outcome.source = v->set->source;
	v->outcome.dest = v->job->args[0];
	v->outcome.used = v->map.size ? map_count(&v->map, MAP_DONE) : v->outcome.total;
	v->outcome.copied = v->comparison.same;
	outcome_file(&v->outcome, v->file.path, v->sha256);
	outcome_fields(&v->outcome, v->job);
	json_text(&w, "verdict", v->verdict);
	json_number(&w, "bytes_compared", v->comparison.same + v->comparison.differs);
	json_number(&w, "bytes_different", v->comparison.differs);
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	struct verify v = { .job = j, .ui = ui, .set = j->settings, .verdict = "not compared" };
	int rc = open_image(&v, e);

	if (!rc && j->plan)
		buf_printf(&j->text, "would check %s%s%s\n", v.file.path,
			   v.set->source ? " against " : "", v.set->source ? v.set->source : "");
	if (!rc && !j->plan) {
		rc = check_structure(&v, e) || check_hash(&v, e);
		if (!rc)
			v.verdict = "whole";
		if (!rc && v.set->source)
			rc = compare_source(&v, e);
		tell_bad(&v);
		if (!rc)
			buf_printf(&j->text, "verdict      %s\n", v.verdict);
	}
	fill_report(&v);
	src_close(v.guest);
	src_close(v.raw);
	map_free(&v.map);
	image_file_release(&v.file);
	return rc ? -1 : 0;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.args_help = "IMAGE",
	.help = "check a backup or an image, also against its source",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
