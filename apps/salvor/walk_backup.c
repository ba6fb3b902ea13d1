// SPDX-License-Identifier: GPL-2.0-or-later
// The operator's way through a backup: what it does, how the disk feels and what is needed of it,
// where to, the plan, the copy, the result.
#include "salvor/face.h"

static const char title[] = "Back up the survivor";
static const char help[] = "The whole disk is copied, also what cannot be understood. What cannot "
			   "be read is filled with zeros and listed in the "
			   "map beside the copy (NAME.map, the format of GNU ddrescue); the result "
			   "then says loudly that something is missing.\n\n"
			   "NAME.sha256 holds the checksum, NAME.json the report, NAME.log what "
			   "was done, and NAME.lost the names of the files that are damaged. A "
			   "backup that was stopped goes on where it "
			   "was when you choose the same place and name again.";

static const char intro[] = "The surviving disk will be copied to another disk or to a file "
			    "on a USB disk; bad sectors are passed over and listed.\n"
			    "Do this first: it is the only copy of the data, and with a backup "
			    "nothing that follows can lose it.";

// The two questions that matter, in one menu; the options follow from the answer.
static const struct way {
	const char *tag, *text;
	bool failing, used;
} ways[] = {
	{ "Everything", "It reads well. All of it, also what is not in use", false, false },
	{ "Used data", "It reads well. Only what is in use: quicker", false, true },
	{ "Careful", "It is noisy, slow or drops out. What is in use first", true, false },
	{ "Urgent", "It is noisy, slow or drops out. Only what is in use", true, true },
};

#define WAYS (sizeof ways / sizeof *ways)
#define CAREFUL 2

static const char ways_help[] =
	"A disk that reads well is copied from its beginning to its end. Should it fail on "
	"the way, what is in use comes first from then on.\n\n"
	"A disk that makes noises, is slow or drops out may not have long to live. Partition "
	"tables and the file systems' own tables are copied first, then what is in use, then "
	"the rest; places that fail are left for later, and tried once more at the end.\n\n"
	"Where no file system can be understood, all of it counts as in use.";

// NULL: back.
static const struct way *choose_way(struct face *f, const struct s_disk *d)
{
	bool bad = smart_is_bad(&d->smart) || d->trouble[0];
	struct box_item items[WAYS] = { 0 };
	const struct way *chosen = NULL;
	char health[160];

	smart_text(&d->smart, NULL, health, sizeof health);
	char *below STR_AUTO = mem_printf(MARK_WARN "The disk is not well: %s" MARK_PLAIN,
					  d->trouble[0] ? d->trouble : health);
	struct box b = {
		.kind = &box_menu,
		.title = title,
		.text = "Is the disk making noises, slow, or dropping out? And do you need "
			"everything, or what is in use?",
		.below = bad ? below : NULL,
		.items = items,
		.n_items = WAYS,
		.chosen = bad ? CAREFUL : 0
	};

	for (size_t i = 0; i < WAYS; i++)
		items[i] = (struct box_item){ .tag = ways[i].tag, .text = ways[i].text };
	if (face_run(f, &b, ways_help) == BOX_OK)
		chosen = &ways[b.chosen];
	box_free(&b);
	return chosen;
}

static int set_way(struct job *j, const struct way *w, struct err *e)
{
	if (w->used && job_set(j, "used", "yes", e))
		return -1;
	return w->failing && (job_set(j, "order", "worth", e) || job_set(j, "retries", "1", e)) ? -1
												: 0;
}

// Plan or copy; j stays for the caller to end.
static int run(struct face *f, struct job *j, const struct way *w, const char *source,
	       const char *dest, bool plan)
{
	struct err e;

	if (job_begin(j, cmd_find("backup"), &e) || job_arg(j, source, &e) ||
	    job_arg(j, dest, &e) || job_set(j, "read-back", f->read_back, &e) ||
	    set_way(j, w, &e)) {
		j->status = (int)e.kind;
		j->err = e;
		return j->status;
	}
	j->plan = plan;
	j->yes = true; // the questions were asked here
	return face_job(f, plan ? "Checking source and destination" : title, j);
}

bool walk_backup(struct face *f)
{
	char spec[512], name[96];
	const struct way *way;
	struct job j;
	int source = face_source(f), dest;
	bool go;

	if (source < 0 || !face_intro(f, title, intro, help) ||
	    !(way = choose_way(f, &f->survey.disks[source])))
		return false;
	const struct disk disk = f->survey.disks[source].disk;

	face_name(&disk, "img", name, sizeof name);
	if (!face_place(f, title, "Where shall the copy go?", &disk, PLACE_DISK | PLACE_SERVER,
			name, spec, sizeof spec))
		return false;
	run(f, &j, way, disk.path, spec, true);
	go = face_plan(f, title, &j, "Start", help);
	job_end(&j);
	dest = survey_disk(&f->survey, spec);
	if (!go ||
	    (dest >= 0 &&
	     !face_confirm(f, title, &f->survey.disks[dest].disk,
			   MARK_STOP "Everything on this disk will be replaced:" MARK_PLAIN)))
		return false;
	run(f, &j, way, disk.path, spec, false);
	go = face_result(f, title, &j);
	job_end(&j);
	if (go)
		guide_done(f, "backup", spec);
	return go;
}
