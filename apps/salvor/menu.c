// SPDX-License-Identifier: GPL-2.0-or-later
// The main menu: what can be done here, and in a few lines what was found.
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/size.h"
#include "net/net.h"
#include "salvor/as_vm.h"
#include "salvor/boot.h"
#include "salvor/hands.h"
#include "salvor/walk_job.h"

static const char help[] =
	"Salvor brings a server back whose RAID-1 mirror has lost a disk and which no longer "
	"starts, or turns it into a "
	"virtual machine.\n\n"
	"Guide leads through all of it in the right order and remembers where you were. The other "
	"entries are the same steps one by "
	"one.\n\n"
	"Nothing is written to any disk of this machine before you have seen what would change and "
	"typed the disk's serial "
	"number. Every change can be undone with the undo file that is written first.\n\n"
	"Keys everywhere: arrows choose, Enter goes on, Esc goes back, Tab walks the buttons, F2 "
	"opens a shell, F3 shows the "
	"log, Ctrl-L draws the screen anew. On the VGA console Alt-F2 is a second screen with a "
	"shell.\n\n"
	"The boot medium is not needed any more: Salvor runs from memory.";

static bool show_survey(struct face *f)
{
	static const struct box_button buttons[] = { { "Back", BOX_OK },
						     { "Look again", BOX_EXTRA },
						     { NULL, 0 } };
	struct buf text BUF_AUTO = { 0 };
	int answer = BOX_OK;

	do {
		if ((answer == BOX_EXTRA || !f->surveyed) && face_survey(f)) {
			box_error(&f->env, &f->survey_err);
			return false;
		}
		buf_clear(&text);
		survey_text(&f->survey, &text);
		as_vm_text(&f->survey, &text);
		answer =
			face_text(f, "What is in this machine", buf_str(&text), buttons,
				  "STOP: the machine will not start while this is so, or a disk is "
				  "dying. WARN: worth knowing before you go on. What stands "
				  "at the right cures it.\n\nAll of this was read; nothing was "
				  "changed, assembled or mounted.");
	} while (answer == BOX_EXTRA);
	return true;
}

static bool show_shell(struct face *f)
{
	face_shell(f);
	return true;
}

static const struct entry {
	const char *tag, *text;
	bool (*go)(struct face *f);
} entries[] = {
	{ "Guide", "Lead me through: look, back up, repair, or move to a VM", guide },
	{ "Survey", "What is in this machine and what is wrong (changes nothing)", show_survey },
	{ "Backup", "Copy the surviving disk somewhere safe", walk_backup },
	{ "Repair", "Make the survivor boot on its own", walk_commit },
	{ "Undo", "Take a repair back, sector for sector", walk_undo },
	{ "Image", "Turn the disk into a virtual machine", walk_image },
	{ "Restore", "Write a backup or an image onto a disk", walk_restore },
	{ "Network", "An address, and whether a server can be reached", walk_network },
	{ "Stick", "What it keeps over a restart: the keys of ssh servers", walk_stick },
	{ "Report", "Survey, logs and health of the disks in one file, for who helps",
	  walk_report },
	{ "Shell", "A command line; \"salvor --help\" lists what it can do", show_shell },
	{ "Finish", "Restart or power off", walk_finish },
};

#define ENTRIES (sizeof entries / sizeof *entries)

// What has an address; or why there is none although the kernel's parameters asked for one.
static void add_network(struct buf *out)
{
	char problem[200];

	net_problem_get(problem, sizeof problem);
	if (out->len && out->s[out->len - 1] != '\n' && (net_works() || problem[0]))
		buf_puts(out, "\n");
	if (net_works()) {
		buf_puts(out, "Network: ");
		net_line(out);
	} else if (problem[0]) {
		buf_printf(out, MARK_WARN "Network: %s" MARK_PLAIN, problem);
	}
}

// What was found, in a few lines under the menu.
static void summary(struct face *f, struct buf *out)
{
	unsigned shown = 0;
	size_t before;

	buf_clear(out);
	hands_tell(out);
	before = out->len;
	if (!f->surveyed) {
		buf_printf(out, MARK_WARN "The machine could not be looked at: %s" MARK_PLAIN,
			   f->survey_err.text);
		return;
	}
	for (unsigned i = 0; i < f->survey.n_disks; i++) {
		const struct s_disk *d = &f->survey.disks[i];

		if (d->role == ROLE_SURVIVOR)
			buf_printf(out,
				   "The survivor is " MARK_STRONG "%s" MARK_PLAIN
				   " (%s%s%s, %s).\n",
				   d->disk.path, d->disk.model, d->disk.serial[0] ? " s/n " : "",
				   d->disk.serial, size_show(d->disk.size).s);
	}
	for (unsigned i = 0; i < f->survey.n_findings && shown < 4; i++) {
		const struct finding *n = &f->survey.findings[i];

		if (n->level != FINDING_STOP)
			continue;
		buf_printf(out, MARK_STOP "STOP" MARK_PLAIN "  %s\n", n->text);
		shown++;
	}
	if (out->len == before)
		buf_puts(out, f->survey.n_disks
				      ? "Nothing that keeps this machine from starting was found."
				      : MARK_WARN
				      "No disk was found. Check cables and power." MARK_PLAIN);
	add_network(out);
}

// The top line: which machine this is, and how long it has been up.
static void refresh(struct box_env *env)
{
	struct face *f = env->arg;
	const struct s_machine *m = &f->survey.machine;
	struct timespec up;

	clock_gettime(CLOCK_BOOTTIME, &up);
	snprintf(f->left, sizeof f->left, "Salvor %s%s%s%s", SALVOR_VERSION,
		 f->surveyed ? "  " : "", f->surveyed && m->product[0] ? m->product : "",
		 f->surveyed ? m->efi ? " · UEFI" : " · BIOS" : "");
	snprintf(f->right, sizeof f->right, "up %s", time_show((uint64_t)up.tv_sec).s);
	env->left = f->left;
	env->right = f->right;
}

static void main_menu(struct face *f)
{
	struct box_item items[ENTRIES];
	struct buf found BUF_AUTO = { 0 };
	struct box b = { .kind = &box_menu,
			 .title = "What now?",
			 .items = items,
			 .n_items = ENTRIES,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX };

	for (size_t i = 0; i < ENTRIES; i++)
		items[i] = (struct box_item){ entries[i].tag, entries[i].text, NULL, false, false };
	if (face_survey(f) && !f->gone)
		box_error(&f->env, &f->survey_err);
	while (!f->gone) {
		summary(f, &found);
		b.below = buf_str(&found);
		int answer = face_run(f, &b, help);

		if (answer == BOX_OK)
			entries[b.chosen].go(f);
		else if (walk_finish(f))
			break;
	}
	box_free(&b);
}

int menu_main(const char *const *paths, unsigned n_paths)
{
	static const int keys[] = { KEY_F1, KEY_F2, KEY_F3, 0 };
	struct face f = { .paths = paths,
			  .n_paths = n_paths,
			  .read_back = "auto",
			  .env = { .keys = keys,
				   .keys_hint = "F1 help  F2 shell  F3 log",
				   .refresh = refresh } };
	struct err e;

	f.env.arg = &f;
	if (!isatty(0) || !isatty(1)) {
		fputs("salvor: the dialogs need a terminal; salvor --help lists the commands\n",
		      stderr);
		return ERR_USAGE;
	}
	open_log();
	if (!n_paths)
		job_lines();
	if (box_open(&f.env, &e)) {
		fprintf(stderr, "salvor: %s\n", e.text);
		return (int)e.kind;
	}
	if (!n_paths)
		walk_job(&f);
	main_menu(&f);
	box_close(&f.env);
	if (f.surveyed)
		survey_free(&f.survey);
	return 0;
}
