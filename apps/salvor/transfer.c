// SPDX-License-Identifier: GPL-2.0-or-later
// A copy from its two words to its report.
#include "salvor/transfer.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/size.h"
#include "block/parts.h"
#include "copy/hash_src.h"
#include "copy/wanted.h"
#include "salvor/boot.h"
#include "salvor/cut.h"
#include "salvor/result.h"

// "web01" of /srv/web01.img; the disk's name and serial number otherwise.
static void default_name(const struct source *s, const char *suffix, char *name, size_t size)
{
	const char *base = strrchr(s->path, '/') ? strrchr(s->path, '/') + 1 : s->path;
	const char *dot = strrchr(base, '.');
	int len = dot && dot > base && s->is_file ? (int)(dot - base) : (int)strlen(base);

	snprintf(name, size, "%.*s%s%s.%s", len, base, s->disk.serial[0] ? "-" : "", s->disk.serial,
		 suffix);
	for (char *p = name; *p; p++)
		if (*p == '/' || *p == ' ')
			*p = '_';
}

// Where the files beside the copy go: beside the file; with a disk or a pipe as destination, beside
// the map.
static int name_base(struct transfer *t, const char *map, struct err *e)
{
	bool beside = t->target.dest->beside[0];
	const char *from = beside || !map ? t->target.dest->beside : map;
	size_t len = strlen(from);

	if (!beside && len > 4 && !strcmp(map + len - 4, ".map"))
		len -= 4;
	if (len >= sizeof t->base - 16)
		return err_usage(e, "%s: the path is too long", from);
	memcpy(t->base, from, len);
	t->base[len] = 0;
	str_copy(t->shown, sizeof t->shown, beside ? t->target.dest->shown : t->base);
	snprintf(t->map_shown, sizeof t->map_shown, "%s.map", t->shown);
	t->own_map = map != NULL;
	if (map)
		str_copy(t->map_path, sizeof t->map_path, map);
	else if (len)
		snprintf(t->map_path, sizeof t->map_path, "%s.map", t->base);
	return 0;
}

int transfer_begin(struct transfer *t, struct job *j, struct ui *ui, const char *suffix,
		   const char *map, struct err *e)
{
	char name[256];

	*t = (struct transfer){ .job = j, .ui = ui };
	if (j->json && !strcmp(j->args[1], "-"))
		return err_usage(e,
				 "-: the copy goes to standard output, --json cannot go there too");
	if (source_open(&t->source, j->args[0], ui, e))
		return -1;
	default_name(&t->source, suffix, name, sizeof name);
	if (target_make(&t->target, j->args[1], name, &t->source, &j->login, ui, e) ||
	    name_base(t, map, e))
		return -1;
	map_init(&t->copy.map, t->source.src->size, MAP_TODO);
	snprintf(t->comment, sizeof t->comment, "Source: %s\nDestination: %s", t->source.identity,
		 t->target.identity);
	t->outcome = (struct outcome){ .source = t->source.path,
				       .dest = j->args[1],
				       .total = t->source.src->size };
	return 0;
}

void transfer_wanted(struct transfer *t, bool used)
{
	if (!used) {
		map_init(&t->wanted, t->source.src->size, MAP_DONE);
		return;
	}
	worth_look(&t->worth, t->source.src, &t->notes);
	map_copy(&t->wanted, &t->worth.used);
	if (t->source.is_file)
		wanted_less_holes(t->source.path, &t->wanted);
}

int transfer_cut(struct transfer *t, uint64_t len, struct err *e)
{
	if (cut_source(&t->source, &t->wanted, len, t->ui, e))
		return -1;
	map_free(&t->copy.map);
	map_init(&t->copy.map, len, MAP_TODO);
	t->outcome.total = len;
	return 0;
}

// What a map at this path is called in messages.
static const char *map_name(const struct transfer *t, const char *path)
{
	return t->own_map ? path : t->map_shown;
}

int transfer_send(struct transfer *t, const char *suffix, struct err *e)
{
	return t->target.dest->beside[0] ? dest_send(t->target.dest, suffix, e) : 0;
}

enum map_owner { MAP_OURS, MAP_OTHERS, MAP_FOREIGN };

// Whose map is it? Its text names source and destination, unless another program wrote it.
static enum map_owner owner_of(const char *path, const char *comment)
{
	FILE *f = fopen(path, "re");
	unsigned hits = 0, named = 0;
	char line[700];

	while (f && fgets(line, sizeof line, f) && line[0] == '#') {
		size_t n = strcspn(line, "\n");

		line[n] = 0;
		named += !strncmp(line, "# Source: ", 10) || !strncmp(line, "# Destination: ", 15);
		for (const char *p = comment; *p;) {
			size_t k = strcspn(p, "\n");

			hits += strlen(line) == k + 2 && !memcmp(line + 2, p, k);
			p += k + (p[k] == '\n');
		}
	}
	if (f)
		fclose(f);
	return hits == 2 ? MAP_OURS : named ? MAP_OTHERS : MAP_FOREIGN;
}

static uint64_t end_of_known(const struct map *m)
{
	for (size_t i = m->n; i; i--)
		if (m->r[i - 1].state != MAP_TODO)
			return m->r[i - 1].off + m->r[i - 1].len;
	return 0;
}

// May what lies at the destination be gone on with? path: of its map, which was read.
static int check_owner(struct transfer *t, const char *path, const char *shown, const struct map *m,
		       struct err *e)
{
	enum map_owner owner = owner_of(path, t->comment);
	int answer;

	if (m->size != t->source.src->size || owner == MAP_OTHERS)
		return err_usage(
			e,
			"%s: belongs to another copy, not to one of %s to %s: choose another "
			"name, or remove it",
			shown, t->source.path, t->outcome.dest);
	if (owner == MAP_OURS || t->job->plan)
		return 0;
	answer = t->job->yes ? 1
			     : ui_ask(t->ui,
				      "%s was written by another program. Is it the map of a "
				      "copy of %s to %s?",
				      shown, t->source.path, t->outcome.dest);
	if (answer < 0)
		return err_usage(e, "%s: was written by another program: --yes to go on with it",
				 shown);
	return answer ? 0 : err_stopped(e);
}

int transfer_resume(struct transfer *t, bool asked, struct err *e)
{
	char *bak STR_AUTO = mem_printf("%s.bak", t->map_path);
	struct dest *d = t->target.dest;
	const char *path;
	struct map m;

	if (!d->can_resume || !t->map_path[0])
		return 0;
	if (!t->own_map && dest_fetch(d, ".map", e) < 0)
		return -1;
	path = !access(t->map_path, F_OK) ? t->map_path : bak;
	if (access(path, F_OK))
		return 0;
	if (!d->has_part) {
		if (!asked || !d->beside[0] || !d->is_there)
			return 0;
		t->reopen = true; // a copy that has its final name, but is not complete
	}
	if (map_load(&m, path, e))
		return -1;
	map_free(&t->copy.map);
	t->copy.map = m;
	if (check_owner(t, path, map_name(t, path), &m, e))
		return -1;
	d->resume = t->resumed = true;
	d->resume_at = end_of_known(&t->copy.map);
	return 0;
}

int transfer_split(struct transfer *t, uint64_t bytes, struct err *e)
{
	t->target.dest->split = bytes;
	return !bytes || t->target.dest->can_split
		       ? 0
		       : err_usage(e,
				   "--split: only a file in a folder or on a share can be written "
				   "in parts");
}

int transfer_compare(struct transfer *t, const char *how, struct err *e)
{
	static const char *const words[] = { "auto", "yes", "no" };
	static const enum dest_compare ways[] = { DEST_AS_USUAL, DEST_READ_BACK, DEST_NO_READING };
	struct dest *d = t->target.dest;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (strcmp(how, words[i]))
			continue;
		d->compare = ways[i];
		return d->compare != DEST_READ_BACK || d->ops->read
			       ? 0
			       : err_usage(e, "--read-back: %s cannot be read", d->name);
	}
	return err_usage(e, "--read-back %s: auto, yes and no are possible", how);
}

static void tell_plan(struct transfer *t, uint64_t need)
{
	struct buf *b = &t->job->text;

	buf_printf(b, "Source       %s\n             %s\n", t->source.path, t->source.identity);
	buf_printf(b, "Destination  %s\n", t->outcome.dest);
	if (t->target.disk.path[0])
		buf_printf(b, "             %s\n", t->target.identity);
	buf_printf(b, "To copy      %s of %s (%llu of %llu bytes)\n", size_show(t->outcome.used).s,
		   size_show(t->outcome.total).s, (unsigned long long)t->outcome.used,
		   (unsigned long long)t->outcome.total);
	buf_printf(b, "Needed       %s at the destination\n", size_show(need).s);
	if (t->resumed)
		buf_printf(b, "Resumed      %s are there from an earlier run\n",
			   size_show(map_count(&t->copy.map, MAP_DONE)).s);
	if (dest_compares(t->target.dest))
		buf_printf(b, "Compared     %s\n", dest_compares(t->target.dest));
	if (t->target.dest->breaks)
		buf_printf(b, "To know      %s\n", t->target.dest->breaks);
	buf_puts(b, buf_str(&t->order));
	buf_puts(b, buf_str(&t->notes));
}

int transfer_check(struct transfer *t, uint64_t need, struct err *e)
{
	struct dest *d = t->target.dest;

	t->outcome.used = map_count(&t->wanted, MAP_DONE);
	t->outcome.contents = buf_str(&t->notes);
	outcome_fields(&t->outcome, t->job);
	tell_plan(t, need);
	d->keep = d->can_resume && t->map_path[0];
	if (t->job->plan) {
		d->overwrite = true; // it would be asked for
		return d->ops->check(d, need, e);
	}
	log_line("plan:\n%s", buf_str(&t->job->text));
	buf_clear(&t->job->text);
	if (t->target.disk.path[0] && !t->map_path[0])
		ui_say(t->ui, UI_WARN,
		       "no --map FILE: a copy that is stopped cannot be gone on with, and what "
		       "could not be read will stand nowhere");
	if (t->reopen) // nothing is lost
		d->overwrite = true;
	else if (target_confirm(&t->target, t->job->yes, e))
		return -1;
	return d->ops->check(d, need, e);
}

int transfer_open(struct transfer *t, uint64_t size, bool patches, struct err *e)
{
	struct dest *d = t->target.dest;
	char *hash STR_AUTO = mem_printf("%s.sha256", t->base);

	if (t->base[0] && d->overwrite) {
		unlink(hash); // of what is being replaced
		if (d->beside[0] && dest_drop(d, ".sha256", e))
			return -1;
	}
	if (t->reopen && d->ops->reopen(d, e))
		return -1;
	d->read_soon = patches; // for its hash
	if (d->ops->open(d, size, e))
		return -1;
	t->is_open = true;
	if (t->resumed) {
		if (d->sink.pos < d->resume_at)
			map_set(&t->copy.map, d->sink.pos, t->copy.map.size, MAP_TODO);
		ui_say(t->ui, UI_INFO,
		       "going on where an earlier run stopped: %s are copied already",
		       size_show(map_count(&t->copy.map, MAP_DONE)).s);
	}
	if (hash_sink_begin(&t->hash, &d->sink, t->ui, !patches, e))
		return -1;
	t->is_hashing = true;
	return 0;
}

static int sync_dest(void *arg, struct err *e)
{
	struct transfer *t = arg;

	return hash_sink_flush(&t->hash, e) || dest_sync(t->target.dest, e) ? -1 : 0;
}

// Where a run can be gone on with only by what lies over there, the map goes there each time.
static int saved(void *arg, struct err *e)
{
	struct transfer *t = arg;
	struct dest *d = t->target.dest;

	return d->far && d->keep && !t->own_map ? dest_send(d, ".map", e) : 0;
}

static void count(struct transfer *t)
{
	uint64_t unreadable = copy_unreadable(&t->copy);

	t->outcome.unreadable = unreadable;
	t->outcome.copied = copy_done(&t->copy);
	t->outcome.missing = map_count(&t->wanted, MAP_DONE) - t->outcome.copied;
	t->job->lossy = t->outcome.missing != 0;
	outcome_fields(&t->outcome, t->job);
}

// The source is looked after while it is read.
static int copy_with_care(struct transfer *t, struct err *e)
{
	char change[160];
	int rc;

	care_begin(&t->care, &t->source);
	rc = copy_run(&t->copy, e);
	care_end(&t->care, change, sizeof change);
	if (change[0])
		ui_say(t->ui, UI_WARN, "%s: the disk got worse while it was read: %s",
		       t->source.path, change);
	return rc;
}

// One more of it stays here: where the copy lies may be gone when somebody asks for help.
static void keep_map(struct transfer *t)
{
	char *path STR_AUTO = mem_printf(MAPS_FOLDER "/%s.map", t->source.disk.name);

	if (on_salvor() && (!mkdir(MAPS_FOLDER, 0700) || errno == EEXIST))
		map_save(&t->copy.map, path, t->comment, NULL);
}

int transfer_copy(struct transfer *t, struct copy_target *target, struct err *e)
{
	struct copy *c = &t->copy;
	int rc;

	c->src = t->source.src;
	c->wanted = &t->wanted;
	c->target = target;
	c->ui = t->ui;
	c->map_path = t->map_path[0] ? t->map_path : NULL;
	c->map_comment = t->comment;
	c->sync = sync_dest;
	c->saved = saved;
	c->sync_arg = t;
	c->hash = &t->hash;
	rc = copy_with_care(t, e);
	count(t);
	keep_map(t);
	if (rc && t->target.dest->keep)
		ui_say(t->ui, UI_INFO,
		       "what was copied is kept in %s%s: the same command goes on with it",
		       t->target.dest->shown, t->target.disk.path[0] ? "" : ".part");
	return rc;
}

// The hash of what was not written in one go, read back from where it lies now.
static int read_back(struct transfer *t, struct err *e)
{
	bool is_disk = t->target.disk.path[0];
	struct src *s SRC_AUTO = NULL;
	int rc = dest_hash(t->target.dest, t->sha256, e);

	if (rc)
		return rc < 0 ? -1 : 0;
	if (dest_read(t->target.dest, &s, e))
		return -1;
	return hash_src(s, is_disk ? t->outcome.total : s->size, t->ui, t->sha256, e);
}

// One line for sha256sum -c. On a disk that is larger than the copy it is the hash of its
// beginning, which sha256sum can only be given through a pipe.
static int save_hash(struct transfer *t, struct err *e)
{
	char *path STR_AUTO = mem_printf("%s.sha256", t->base), *text STR_AUTO = NULL;
	char *beside STR_AUTO = mem_dup(t->target.dest->beside);

	if (!t->base[0])
		return 0;
	if (t->target.dest->parts)
		text = mem_printf(PARTS_NOTE ": cat %s.[0-9]* | sha256sum -c %s.sha256\n%s  -\n",
				  (unsigned long long)t->target.dest->sink.pos, basename(beside),
				  basename(beside), t->sha256);
	else if (t->target.dest->beside[0])
		text = mem_printf("%s  %s\n", t->sha256, basename(beside));
	else if (t->target.disk.path[0] && t->target.disk.size == t->outcome.total)
		text = mem_printf("%s  %s\n", t->sha256, t->target.disk.path);
	else
		text = mem_printf("# head -c %llu %s | sha256sum -c %s\n%s  -\n",
				  (unsigned long long)t->outcome.total,
				  t->target.disk.path[0] ? t->target.disk.path : "FILE", path,
				  t->sha256);
	return save_text(path, text, e) || transfer_send(t, ".sha256", e) ? -1 : 0;
}

static void tell_missing(struct transfer *t, struct buf *b)
{
	unsigned long long unreadable = t->outcome.unreadable;
	unsigned long long untried = t->outcome.missing - t->outcome.unreadable;
	char *text STR_AUTO = NULL;
	size_t places = 0;

	for (size_t i = 0; i < t->copy.map.n; i++)
		places += t->copy.map.r[i].state != MAP_DONE && t->copy.map.r[i].state != MAP_TODO;
	if (untried)
		text = mem_printf("%llu BYTES (%s) WERE NOT COPIED", untried, size_show(untried).s);
	if (unreadable) {
		char *more = mem_printf("%s%s%llu BYTES IN %zu PLACE%s COULD NOT BE READ",
					text ? text : "", text ? ", " : "", unreadable, places,
					places == 1 ? "" : "S");

		free(text);
		text = more;
	}
	ui_say(t->ui, UI_WARN, "%s: %s. The copy holds zeros there%s%s", t->source.path, text,
	       t->map_path[0] ? "; which places they are stands in " : "",
	       map_name(t, t->map_path));
	buf_printf(b, "%s. The copy holds zeros there.\n", text);
	if (t->target.dest->can_resume && t->map_path[0] && t->target.disk.path[0])
		buf_puts(b, "The same command with the same map goes on with it.\n");
}

static void tell_result(struct transfer *t, const char *kind)
{
	struct buf *b = &t->job->text;

	buf_clear(b);
	buf_printf(b, "The %s is %s: %s\n", kind, t->job->lossy ? "NOT COMPLETE" : "complete",
		   t->target.dest->beside[0] ? t->target.dest->shown : t->outcome.dest);
	if (t->target.dest->parts)
		buf_printf(b,
			   "It lies in %u files, .001 to .%03u: restore, verify and lost join them "
			   "again by themselves\n",
			   t->target.dest->parts, t->target.dest->parts);
	buf_printf(b, "%s copied, sha256 %s\n", size_show(t->outcome.copied).s, t->sha256);
	if (t->target.dest->compared)
		buf_printf(b, "What lies there was compared: %s\n", t->target.dest->compared);
	if (t->job->lossy)
		tell_missing(t, b);
}

int transfer_finish(struct transfer *t, const char *kind, struct err *e)
{
	char *bak STR_AUTO = mem_printf("%s.bak", t->map_path);
	struct dest *d = t->target.dest;
	const char *agreed = t->sha256;
	bool known;

	if (sync_dest(t, e))
		return -1;
	t->is_hashing = false;
	known = hash_sink_end(&t->hash, t->sha256);
	if (!known && read_back(t, e))
		return -1;
	if (save_hash(t, e))
		return -1;
	// a hash of what lies there says nothing about what was written
	if (!known && d->compare != DEST_READ_BACK && (d->far || !d->read_soon))
		agreed = "";
	if (d->ops->close(d, agreed, e)) {
		dest_drop(d, ".sha256", NULL); // of nothing
		return -1;
	}
	t->is_open = false;
	t->outcome.compared = d->compared;
	unlink(bak);
	if (t->map_path[0] && !t->own_map && transfer_send(t, ".map", e))
		return -1;
	if (d->beside[0] || t->target.disk.path[0])
		outcome_file(&t->outcome, d->shown,
			     t->target.disk.path[0] ? t->outcome.total : d->sink.pos, t->sha256);
	if (t->map_path[0])
		outcome_file(&t->outcome, map_name(t, t->map_path), file_size(t->map_path), NULL);
	if (t->beside && t->base[0] && t->beside(t, t->beside_arg, e))
		return -1;
	transfer_lost(t, !strcmp(kind, "image"));
	outcome_fields(&t->outcome, t->job);
	tell_result(t, kind);
	transfer_tell_lost(t);
	if (!strcmp(d->name, "-"))
		buf_clear(&t->job->text); // it would go into the copy
	if (!t->base[0])
		return 0;
	return outcome_save(t->job, t->base, &t->source.survey, e) ||
			       transfer_send(t, ".json", e) || transfer_send(t, ".log", e)
		       ? -1
		       : 0;
}

static void forget_map(struct transfer *t)
{
	unlink(t->map_path);
	if (!t->own_map && t->target.dest->far && t->target.dest->can_resume)
		dest_drop(t->target.dest, ".map", NULL);
}

void transfer_end(struct transfer *t)
{
	if (t->is_hashing)
		hash_sink_end(&t->hash, t->sha256);
	if (t->is_open) {
		t->target.dest->ops->abort(t->target.dest);
		if (!t->target.dest->keep && t->map_path[0])
			forget_map(t); // of nothing
	}
	target_free(&t->target);
	source_close(&t->source);
	map_free(&t->wanted);
	worth_free(&t->worth);
	map_free(&t->copy.map);
	lost_free(&t->lost);
	buf_free(&t->notes);
	buf_free(&t->order);
}
