// SPDX-License-Identifier: GPL-2.0-or-later
// salvor verify: is an image or a backup whole, is it still what was written, is it what the source
// holds? When it is not, what is to blame decides what to do next, so there are three answers: the
// image is wrong (make another), the source was changed (the image is an older state of it), or one
// of them cannot be read.
#include <string.h>
#include <sys/stat.h>

#include "base/size.h"
#include "copy/compare.h"
#include "copy/hash_src.h"
#include "copy/readable.h"
#include "copy/wanted.h"
#include "salvor/cut.h"
#include "salvor/opened.h"
#include "salvor/outcome.h"

struct settings {
	const char *source, *map;
};

static const struct opt opts[] = { { "source", OPT_TEXT, offsetof(struct settings, source),
				     "SOURCE", NULL,
				     "compare with this disk, partition or file, too" },
				   { "map", OPT_TEXT, offsetof(struct settings, map), "FILE", NULL,
				     "the map of the copy, where it is not IMAGE.map" },
				   { 0 } };

static const char image_wrong[] = "image wrong", source_changed[] = "source changed",
		  unreadable[] = "unreadable", different[] = "different";

struct verify {
	struct job *job;
	struct ui *ui;
	const struct settings *set;
	struct opened image;
	char sha256[65];     // of the file; "": was not computed
	const char *verdict; // in words, for the report
	struct comparison comparison;
	struct outcome outcome;
};

// Does the error tell about the medium, not about what lies on it?
static bool is_medium(const struct err *e)
{
	static const int nums[] = { EIO, ENODATA, EILSEQ, EREMOTEIO, ETIMEDOUT, ENODEV, ENXIO };

	for (size_t i = 0; i < sizeof nums / sizeof *nums; i++)
		if (e->num == nums[i])
			return true;
	return false;
}

// Reading the image failed.
static int blame_image(struct verify *v, struct err *e)
{
	if (e->kind == ERR_FAILED) {
		v->verdict = is_medium(e) ? unreadable : image_wrong;
		e->kind = is_medium(e) ? ERR_UNREADABLE : ERR_FAILED;
	}
	return -1;
}

static int check_structure(struct verify *v, struct err *e)
{
	const struct image_ops *format;
	struct buf notes BUF_AUTO = { 0 };

	if (opened_look(&v->image, e))
		return blame_image(v, e);
	format = v->image.format;
	v->outcome.total = v->image.guest->size;
	if (!format->check) {
		buf_printf(&v->job->text, "structure    %s: there is none\n", format->name);
		return 0;
	}
	if (format->check(v->image.raw, &notes, e))
		return blame_image(v, e);
	buf_printf(&v->job->text, "structure    %s: whole\n%s", format->name, buf_str(&notes));
	return 0;
}

static int check_hash(struct verify *v, struct err *e)
{
	struct opened *o = &v->image;
	uint64_t len = o->raw->size;
	struct stat st;
	char want[65];
	int known;

	known = opened_hash(o, want, e);
	if (known < 0)
		return -1;
	if (!known) {
		buf_printf(&v->job->text, "checksum     there is no %s.sha256\n", o->shown);
		return 0;
	}
	// a copy on a disk that is larger than the source
	if (!stat(o->file.beside, &st) && S_ISBLK(st.st_mode) && o->copied.size &&
	    o->copied.size < len)
		len = o->copied.size;
	if (hash_src(o->raw, len, v->ui, v->sha256, e))
		return blame_image(v, e);
	if (strcmp(want, v->sha256)) {
		err_set(e, 0, "%s: is not what was written: its sha256 is %s, %s.sha256 says %s",
			o->file.path, v->sha256, o->shown, want);
		return blame_image(v, e);
	}
	buf_printf(&v->job->text, "checksum     sha256 %s: right\n", v->sha256);
	return 0;
}

// Without a checksum: can all that is stored be read, and unpacked?
static int read_stored(struct verify *v, struct err *e)
{
	struct map stored MAP_AUTO = { 0 };

	if (v->sha256[0])
		return 0;
	if (opened_stored(&v->image, &stored, e) || readable_run(v->image.guest, &stored, v->ui, e))
		return blame_image(v, e);
	buf_printf(&v->job->text, "content      %s read: all of it can be\n",
		   size_show(map_count(&stored, MAP_DONE)).s);
	return 0;
}

// What is worth comparing: what the map calls copied; without a map what file systems use, but not
// what is nowhere stored: neither in the image nor in a source that is a sparse file.
static int to_compare(struct verify *v, struct source *s, struct map *m, struct err *e)
{
	struct map stored MAP_AUTO = { 0 }, used MAP_AUTO = { 0 };

	uint64_t copied = v->image.copied.size;

	if (copied) {
		map_copy(m, &v->image.copied);
		return copied < s->src->size ? source_cut(s, copied, NULL, e) : 0;
	}
	if (wanted_used(s->src, &used, NULL, e))
		return -1;
	// an image of its first part
	if (v->image.guest->size < s->src->size &&
	    cut_source(s, &used, v->image.guest->size, v->ui, e))
		return -1;
	map_copy(m, &used);
	if (!s->is_file)
		return 0;
	wanted_less_holes(s->path, m);
	if (opened_stored(&v->image, &stored, e))
		return blame_image(v, e);
	map_common_done(m, &used, &stored);
	return 0;
}

// The contents differ: an image that is as it was written is not to blame.
static int blame_source(struct verify *v, const char *source, struct err *e)
{
	const struct comparison *c = &v->comparison;
	bool known = v->sha256[0];

	v->verdict = known ? source_changed : different;
	err_set(e, 0, "%s: %llu bytes differ from %s, the first at 0x%llx: %s", v->image.file.path,
		(unsigned long long)c->differs, source, (unsigned long long)c->first,
		known ? "the image is as it was written, the source is not any more"
		      : "one of them was changed; without a checksum beside the image nobody can "
			"tell which");
	return -1;
}

static int compare(struct verify *v, struct source *s, struct err *e)
{
	struct map wanted MAP_AUTO = { 0 };
	struct comparison *c = &v->comparison;

	if (v->image.copied.size > s->src->size) {
		v->verdict = source_changed;
		return err_set(e, 0, "%s: has %llu bytes, it had %llu when %s was made", s->path,
			       (unsigned long long)s->src->size,
			       (unsigned long long)v->image.copied.size, v->image.file.path);
	}
	if (to_compare(v, s, &wanted, e))
		return -1;
	if (compare_run(c, v->image.guest, s->src, &wanted, v->ui, e))
		return c->copy_failed ? blame_image(v, e) : -1;
	buf_printf(&v->job->text,
		   "content      %s compared (%s), %llu bytes differ, %llu unreadable in the "
		   "source\n",
		   size_show(c->same + c->differs).s,
		   v->image.copied.size ? "what the map calls copied" : "what file systems use",
		   (unsigned long long)c->differs, (unsigned long long)c->unreadable);
	if (c->differs)
		return blame_source(v, s->path, e);
	v->verdict = c->unreadable ? unreadable : "same";
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
	uint64_t missing = map_count(&v->image.copied, MAP_BAD);

	v->outcome.unreadable = missing + v->comparison.unreadable;
	v->job->lossy = v->outcome.unreadable != 0;
	if (missing)
		ui_say(v->ui, UI_WARN,
		       "%s: %llu BYTES COULD NOT BE READ when it was made: it holds zeros "
		       "there (%s.map; \"salvor lost\" names the files)",
		       v->image.file.path, (unsigned long long)missing, v->image.shown);
	if (v->comparison.unreadable)
		ui_say(v->ui, UI_WARN, "%s: %llu BYTES CANNOT BE READ: they were not compared",
		       v->set->source, (unsigned long long)v->comparison.unreadable);
}

static void fill_report(struct verify *v)
{
	const struct map *copied = &v->image.copied;
	struct json w = { &v->job->fields, true };

	v->outcome.source = v->set->source;
	v->outcome.dest = v->job->args[0];
	v->outcome.used = copied->size ? map_count(copied, MAP_DONE) : v->outcome.total;
	v->outcome.copied = v->comparison.same;
	if (v->image.raw)
		outcome_file(&v->outcome, v->image.file.path, v->image.raw->size, v->sha256);
	outcome_fields(&v->outcome, v->job);
	json_text(&w, "verdict", v->verdict);
	json_number(&w, "bytes_compared", v->comparison.same + v->comparison.differs);
	json_number(&w, "bytes_different", v->comparison.differs);
}

static int check(struct verify *v, struct err *e)
{
	if (check_structure(v, e) || check_hash(v, e))
		return -1;
	v->verdict = "whole";
	return v->set->source ? compare_source(v, e) : read_stored(v, e);
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	struct verify v = { .job = j, .ui = ui, .set = j->settings, .verdict = "not compared" };
	int rc = opened_begin(&v.image, j->args[0], v.set->map, &j->login, ui, e);

	if (!rc && j->plan)
		buf_printf(&j->text, "would check %s%s%s\n", v.image.file.path,
			   v.set->source ? " against " : "", v.set->source ? v.set->source : "");
	if (!rc && !j->plan) {
		rc = check(&v, e);
		tell_bad(&v);
		buf_printf(&j->text, "verdict      %s\n", v.verdict);
	}
	fill_report(&v);
	opened_end(&v.image);
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
	.logs_in = true,
	.run = run,
};
