// SPDX-License-Identifier: GPL-2.0-or-later
// The guided walk: the steps in their order, what each has come to, and where to go on. It can be
// left at any point: what was done is derived from the machine (survey, work disk) or kept in
// /run/salvor/guide.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "salvor/face.h"
#include "work/work.h"

#define STATE_DIR "/run/salvor/guide"

static const char help[] =
	"The steps stand in the order in which they are safe. Enter starts the one under the "
	"cursor; each tells first what it will do "
	"and why, and can be left with Esc.\n\n"
	"The cursor stands on the step that comes next. A step that is done can be done again.\n\n"
	"To move the server into a virtual machine without changing its disk: steps 1, 2, 3 and 6.";

void guide_done(const struct face *face, const char *step, const char *where)
{
	char *path STR_AUTO = mem_printf(STATE_DIR "/%s", step);
	FILE *f;

	if (face->n_paths) // that was not this machine
		return;
	mkdir("/run/salvor", 0700);
	mkdir(STATE_DIR, 0700);
	f = fopen(path, "we");
	if (!f)
		return; // not on our image: then nothing is remembered, and nothing else is lost
	fputs(where, f);
	fclose(f);
}

static bool was_done(const char *step, char *where, size_t size)
{
	char *path STR_AUTO = mem_printf(STATE_DIR "/%s", step);
	FILE *f = fopen(path, "re");

	where[0] = 0;
	if (!f)
		return false;
	if (!fgets(where, (int)size, f))
		where[0] = 0;
	fclose(f);
	return true;
}

static bool look(struct face *f)
{
	struct buf text BUF_AUTO = { 0 };

	if (face_survey(f)) {
		box_error(&f->env, &f->survey_err);
		return false;
	}
	survey_text(&f->survey, &text);
	face_text(f, "What is in this machine", buf_str(&text), NULL, help);
	return true;
}

static bool looked(struct face *f, char *state, size_t size)
{
	unsigned stops = 0;
	struct err e;
	int i;

	if (!f->surveyed)
		return false;
	for (unsigned k = 0; k < f->survey.n_findings; k++)
		stops += f->survey.findings[k].level == FINDING_STOP;
	i = survey_survivor(&f->survey, &e);
	snprintf(state, size, "%s%s, %u thing%s in the way",
		 i >= 0 ? "survivor " : "no clear survivor",
		 i >= 0 ? f->survey.disks[i].disk.path : "", stops, stops == 1 ? "" : "s");
	return true;
}

static bool backed_up(struct face *f, char *state, size_t size)
{
	(void)f;
	return was_done("backup", state, size);
}

static bool rehearsed(struct face *f, char *state, size_t size)
{
	struct work w;
	struct err e;

	(void)f;
	if (work_get(&w, &e) == 1) {
		snprintf(state, size, "%swork disk %s is open", w.in_repair ? "cut short, " : "",
			 w.disk.path);
		return !w.in_repair;
	}
	return was_done("commit", state, size);
}

static bool committed(struct face *f, char *state, size_t size)
{
	struct work w;
	struct err e;

	(void)f;
	return was_done("commit", state, size) && work_get(&w, &e) != 1;
}

static bool imaged(struct face *f, char *state, size_t size)
{
	(void)f;
	return was_done("image", state, size);
}

static bool never(struct face *f, char *state, size_t size)
{
	(void)f;
	snprintf(state, size, "%s", "");
	return false;
}

static const struct step {
	const char *text;
	bool (*done)(struct face *f, char *state,
		     size_t size); // state: a few words on how it came out
	bool (*go)(struct face *f);
} steps[] = {
	{ "Look at this machine", looked, look },
	{ "Back up the survivor", backed_up, walk_backup },
	{ "Rehearse the repair", rehearsed, walk_rehearse },
	{ "Write it to the disk", committed, walk_commit },
	{ "Restart from the disk", never, walk_finish },
	{ "Make a VM image", imaged, walk_image },
};

#define STEPS (sizeof steps / sizeof *steps)

bool guide(struct face *f)
{
	char tags[STEPS][4], texts[STEPS][160], state[100];
	struct box_item items[STEPS];
	struct box b = { .kind = &box_menu,
			 .title = "Guide",
			 .items = items,
			 .n_items = STEPS,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX,
			 .text = "From a broken mirror to a server that starts. Nothing is written "
				 "to the surviving disk before step 4.",
			 .below = "Step 6 stands for itself: a virtual machine instead of, or "
				  "beside, the repaired server. Esc leaves the guide; "
				  "it goes on from here." };

	while (!f->gone) {
		size_t next = STEPS;

		for (size_t i = 0; i < STEPS; i++) {
			bool done;

			state[0] = 0;
			done = steps[i].done(f, state, sizeof state);

			if (!done && next == STEPS)
				next = i;
			snprintf(tags[i], sizeof tags[i], "%u", (unsigned)i + 1);
			snprintf(texts[i], sizeof texts[i], "%-22s %-6s%s", steps[i].text,
				 done	     ? "done"
				 : i == next ? "next"
					     : "",
				 state);
			items[i] = (struct box_item){ tags[i], texts[i], NULL, false, false };
		}
		b.chosen = next < STEPS ? next : STEPS - 1;
		if (face_run(f, &b, help) != BOX_OK)
			break;
		steps[b.chosen].go(f);
	}
	box_free(&b);
	return true;
}
