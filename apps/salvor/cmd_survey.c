// SPDX-License-Identifier: GPL-2.0-or-later
// salvor survey [DISK...]: what is in this machine, or in these disks and image files, and what is
// wrong.
#include <string.h>

#include "inspect/survey.h"
#include "salvor/cmd.h"
#include "salvor/as_vm.h"

static int run(struct job *j, struct ui *ui, struct err *e)
{
	struct buf text BUF_AUTO = { 0 };
	struct survey s;
	struct json w;

	if (survey_make_whole(&s, j->args, j->n_args, ui, e) < 0)
		return -1;
	survey_text(&s, &j->text);
	as_vm_text(&s, &j->text);
	json_begin(&w, &text);
	survey_json(&s, &w, NULL);
	// Its members, without the braces: they become members of the report.
	buf_add(&j->fields, buf_str(&text) + 1, text.len - 2);
	w = (struct json){ &j->fields, true };
	as_vm_json(&s, &w);
	survey_free(&s);
	return 0;
}

static const struct opt opts[] = { { 0 } };

const struct cmd cmd_survey = {
	.name = "survey",
	.args_help = "[DISK...]",
	.help = "machine, disks, members of mirrors, systems, findings; changes nothing",
	.opts = opts,
	.settings_size = 1,
	.max_args = JOB_ARGS,
	.run = run,
};
