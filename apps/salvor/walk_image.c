// SPDX-License-Identifier: GPL-2.0-or-later
// The operator's way to a virtual machine: which state of the disk, which format, where to, the
// image, its check.
#include <stdio.h>
#include <string.h>

#include "image/image.h"
#include "salvor/face.h"
#include "work/work.h"

static const char title[] = "Image for a virtual machine";
static const char help[] = "Only used blocks are copied where the file system is understood (ext2, "
			   "ext3, ext4); everything else is copied whole.\n\n"
			   "When a repair has been rehearsed, the image is taken from the work "
			   "disk: the virtual machine then starts although the real "
			   "disk was never changed.\n\n"
			   "After the copy the image is compared with its source.";

static const char intro[] =
	"The disk will be written as one image file that a hypervisor starts as it is.\n"
	"The source is only read; a repair that has been rehearsed but not written goes into the "
	"image, not onto the disk.";

#define MAX_FORMATS 16

static const struct image_ops *choose_format(struct face *f)
{
	struct box_item items[MAX_FORMATS] = { 0 };
	const struct image_ops *const *all = image_formats();
	const struct image_ops *chosen = NULL;
	size_t n = 0;

	for (; all[n] && n < MAX_FORMATS; n++)
		items[n] = (struct box_item){ all[n]->name, all[n]->help, NULL, false, false };
	struct box b = { .kind = &box_menu,
			 .title = title,
			 .text = "Which format?",
			 .items = items,
			 .n_items = n };

	for (size_t i = 0; i < n; i++)
		if (!strcmp(all[i]->name, "qcow2"))
			b.chosen = i;
	if (face_run(f, &b, help) == BOX_OK)
		chosen = all[b.chosen];
	box_free(&b);
	return chosen;
}

static int run_image(struct face *f, struct job *j, const char *source, const char *dest,
		     const char *format, bool plan)
{
	struct err e;

	if (job_begin(j, cmd_find("image"), &e) || job_arg(j, source, &e) || job_arg(j, dest, &e) ||
	    job_set(j, "format", format, &e)) {
		j->status = (int)e.kind;
		j->err = e;
		return j->status;
	}
	j->plan = plan;
	j->yes = true;
	return face_job(f, plan ? "Looking which blocks are in use" : "Writing the image", j);
}

static bool verify(struct face *f, const char *image, const char *source)
{
	struct err e;
	struct job j;
	bool good;

	if (job_begin(&j, cmd_find("verify"), &e) || job_arg(&j, image, &e) ||
	    job_set(&j, "source", source, &e)) {
		j.status = (int)e.kind;
		j.err = e;
	} else {
		face_job(f, "Comparing the image with its source", &j);
	}
	good = face_result(f, "Check of the image", &j);
	job_end(&j);
	return good;
}

bool walk_image(struct face *f)
{
	const struct image_ops *format;
	char spec[512], name[96];
	const char *source;
	struct work w;
	struct err e;
	struct job j;
	int index = face_source(f), open = work_get(&w, &e);
	bool go;

	if (open < 0)
		box_error(&f->env, &e);
	if (index < 0 || open < 0 || !face_intro(f, title, intro, help) ||
	    !(format = choose_format(f)))
		return false;
	const struct disk disk = f->survey.disks[index].disk;

	source = open ? "work" : disk.path;
	face_name(&disk, format->suffix, name, sizeof name);
	if (!face_place(f, title,
			open ? "The image is taken from the rehearsed repair. Where shall it go?"
			     : "The image is taken from the disk as it is. Where shall it go?",
			&disk, false, name, spec, sizeof spec))
		return false;
	run_image(f, &j, source, spec, format->name, true);
	go = face_plan(f, title, &j, "Start", help);
	job_end(&j);
	if (!go)
		return false;
	run_image(f, &j, source, spec, format->name, false);
	go = face_result(f, title, &j);
	job_end(&j);
	if (!go || !verify(f, spec, source))
		return false;
	guide_done("image", spec);
	return true;
}
