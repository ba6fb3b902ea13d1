// SPDX-License-Identifier: GPL-2.0-or-later
// What the stick keeps over a restart: a place for it, and keys that are to be forgotten.
#include <string.h>

#include "salvor/face.h"
#include "salvor/stick.h"

#define MAX_SERVERS 100

static const char title[] = "Stick";
static const char help[] =
	"Salvor runs from memory; what it learns is gone after a restart. The stick it was started "
	"from can keep the keys of ssh servers that you have said yes to. Then nothing is asked at "
	"the next start, and a server with another key is refused.\n\n"
	"Make room adds a small partition (FAT, SALVOR-SET) behind Salvor's image on the stick. "
	"The "
	"image stays as it is, the stick goes on starting by BIOS and UEFI, and a newer image "
	"written over the old one leaves that partition alone: Make room finds it again.\n\n"
	"Forget takes a server's key out, here and on the stick: when the server was installed "
	"anew, or another one has its address.\n\n"
	"The stick may be pulled whenever nothing of this is being done.";

static int run(struct job *j, struct face *f, const char *screen, const char *verb,
	       const char *server, bool plan)
{
	struct err e;

	if (job_begin(j, cmd_find("stick"), &e) || job_arg(j, verb, &e) ||
	    (server && job_arg(j, server, &e))) {
		j->status = (int)e.kind;
		j->err = e;
		return j->status;
	}
	j->plan = plan;
	j->yes = true; // asked for here
	return face_job(f, screen, j);
}

static void make_room(struct face *f)
{
	struct job j;
	bool go;

	run(&j, f, "Looking at the stick", "make", NULL, true);
	go = face_plan(f, "Make room", &j, "Write", help);
	job_end(&j);
	if (!go)
		return;
	run(&j, f, "Writing to the stick", "make", NULL, false);
	face_result(f, "Make room", &j);
	job_end(&j);
}

static void forget(struct face *f)
{
	struct box_item items[MAX_SERVERS] = { 0 };
	struct buf known BUF_AUTO = { 0 };
	struct box b = { .kind = &box_menu,
			 .title = "Forget",
			 .text = "Whose key shall be forgotten?",
			 .items = items,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX };
	struct job j;

	stick_known(&known);
	for (char *line = known.s; line && *line && b.n_items < MAX_SERVERS; b.n_items++) {
		char *end = strchr(line, '\n'), *space = strchr(line, ' ');

		*end = *space = 0;
		items[b.n_items].tag = line;
		items[b.n_items].text = space + 1;
		line = end + 1;
	}
	if (!b.n_items) {
		box_say(&f->env, "Forget", "No server's key is known.");
		return;
	}
	if (face_run(f, &b, help) == BOX_OK) {
		run(&j, f, "Forget", "forget", items[b.chosen].tag, false);
		face_result(f, "Forget", &j);
		job_end(&j);
	}
	box_free(&b);
}

static const struct entry {
	const char *tag, *text;
	void (*go)(struct face *f);
} entries[] = {
	{ "Make room", "A small partition for it, behind the image on the stick", make_room },
	{ "Forget", "A server has another key now, and that is right", forget },
};

#define ENTRIES (sizeof entries / sizeof *entries)

bool walk_stick(struct face *f)
{
	struct box_item items[ENTRIES];
	struct box b = { .kind = &box_menu,
			 .title = title,
			 .items = items,
			 .n_items = ENTRIES,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX };
	bool go = true;

	for (size_t i = 0; i < ENTRIES; i++)
		items[i] = (struct box_item){ .tag = entries[i].tag, .text = entries[i].text };
	while (go && !f->gone) {
		struct job j;

		run(&j, f, "Looking at the stick", "status", NULL, false);
		b.below = j.err.kind ? j.err.text : buf_str(&j.text);
		go = face_run(f, &b, help) == BOX_OK;
		job_end(&j);
		if (go)
			entries[b.chosen].go(f);
	}
	box_free(&b);
	return true;
}
