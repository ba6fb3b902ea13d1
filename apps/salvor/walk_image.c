// SPDX-License-Identifier: GPL-2.0-or-later
// The operator's way to a virtual machine: which state of the disk, which format, where to, the
// image, its check.
#include <stdio.h>
#include <string.h>

#include "image/image.h"
#include "salvor/walk_layout.h"
#include "verdict/verdict.h"
#include "work/work.h"

static const char title[] = "Image for a virtual machine";
static const char help[] =
	"Only used blocks are copied where the file system is understood; everything else is "
	"copied whole.\n\n"
	"For a hypervisor the disk is judged first. Then it is repaired and given the drivers it "
	"takes there, on a work disk that is thrown away when the image is made: the real disk is "
	"never changed.\n\n"
	"Before anything is written you see how large the image will be and how long it takes, "
	"as far as that can be measured.\n\n"
	"After the copy the image is compared with its source. Its checksum (sha256) is shown "
	"and lies beside it.";

static const char intro[] =
	"The disk will be written as one image file that a hypervisor starts as it is.\n"
	"The source is only read: what has to be changed for that is changed in the image, not on "
	"the disk.";

// What the image is for, in the order of the menu; and what follows from that.
static const struct use {
	const char *tag, *text;
	const char *efi_text;	      // where the disk starts by UEFI; NULL: the same
	const char *format, *packing; // packing NULL: asked for; format NULL: is served
	bool fixed;
	const char *target; // of --for
} uses[] = {
	{ "KVM", "KVM, Proxmox, OpenStack (qcow2)", NULL, "qcow2", NULL, false, "kvm" },
	{ "Hyper-V", "Hyper-V, generation 1 (VHDX)", "Hyper-V, generation 2 (VHDX)", "vhdx", "none",
	  false, "hyperv" },
	{ "VMware", "VMware, VirtualBox (VMDK for OVF import)", NULL, "vmdk", "deflate", false,
	  "vmware" },
	{ "Azure", "Azure, Hyper-V before 2012 (fixed VHD)", NULL, "vhd", "none", true, "cloud" },
	{ "Plain", "plain disk, byte for byte (raw)", NULL, "raw", NULL, false, "none" },
	{ "Pull", "that machine pulls it itself, over the network (NBD)", NULL, NULL, NULL, false,
	  NULL },
};

#define USES (sizeof uses / sizeof *uses)

// In the order of the menu.
static const struct way {
	const char *tag, *text;
	enum packing packing;
} ways[] = {
	{ "Plain", "Not packed: as large as what is in use", PACK_NONE },
	{ "zstd", "Packed: a third to a half, quickly (for qcow2: QEMU 5.1, 2020)", PACK_ZSTD },
	{ "deflate", "Packed: as small, slower, every version reads it", PACK_DEFLATE },
};

#define WAYS (sizeof ways / sizeof *ways)

static const struct box_button go_or_back[] = { { "Go on", BOX_OK },
						{ "Back", BOX_CANCEL },
						{ NULL, 0 } };

static int ask(struct face *f, const char *text, struct box_item *items, size_t n)
{
	struct box b = {
		.kind = &box_menu, .title = title, .text = text, .items = items, .n_items = n
	};
	int chosen = face_run(f, &b, help) == BOX_OK ? (int)b.chosen : -1;

	box_free(&b);
	return chosen;
}

static const struct use *choose_use(struct face *f, const struct s_disk *d)
{
	struct box_item items[USES] = { 0 };
	bool efi = survey_starts_by_efi(d);
	int chosen;

	for (size_t i = 0; i < USES; i++)
		items[i] = (struct box_item){ .tag = uses[i].tag,
					      .text = efi && uses[i].efi_text ? uses[i].efi_text
									      : uses[i].text };
	chosen = ask(f, "Where shall the virtual machine run?", items, USES);
	return chosen < 0 ? NULL : &uses[chosen];
}

// Asks where the format leaves a choice. False: back.
static bool choose_packing(struct face *f, const struct use *u, struct image_settings *set)
{
	const struct image_ops *ops = image_find(u->format);
	struct box_item items[WAYS] = { 0 };
	const struct way *offered[WAYS];
	size_t n = 0;
	int chosen;

	*set = image_settings(ops);
	set->fixed = u->fixed;
	if (u->packing)
		return packing_find(u->packing, &set->packing);
	for (size_t i = 0; i < WAYS; i++) {
		if (!(ops->packings & 1u << ways[i].packing))
			continue;
		offered[n] = &ways[i];
		items[n++] = (struct box_item){ .tag = ways[i].tag, .text = ways[i].text };
	}
	if (n < 2)
		return true;
	chosen = ask(f, "Shall what is copied be packed?", items, n);
	if (chosen >= 0)
		set->packing = offered[chosen]->packing;
	return chosen >= 0;
}

// What was chosen, in the words of the command.
struct choice {
	const char *source, *dest, *store;
	const struct use *use;
	struct image_settings set;
	struct layout layout;
};

static int run_image(struct face *f, struct job *j, const struct choice *c, bool plan)
{
	const struct use *u = c->use;
	struct err e;

	if (job_begin(j, cmd_find("image"), &e) || job_arg(j, c->source, &e) ||
	    job_arg(j, c->dest, &e) || job_set(j, "format", u->format, &e) ||
	    job_set(j, "read-back", f->read_back, &e) || job_set(j, "for", u->target, &e) ||
	    job_set(j, "compress", packing_name(c->set.packing), &e) ||
	    job_set(j, "fixed", c->set.fixed ? "yes" : "no", &e) || layout_set(&c->layout, j, &e) ||
	    (c->store && job_set(j, "store", c->store, &e))) {
		j->status = (int)e.kind;
		j->err = e;
		return j->status;
	}
	j->plan = plan;
	j->yes = true;
	return face_job(f, plan ? "Looking which blocks are in use" : "Writing the image", j);
}

// The verdict, before anything else is asked. False: back.
static bool show_verdict(struct face *f, int disk, const struct hyper *h)
{
	static const char name[] = "Will it start there?";
	static const char more[] =
		"PASS: nothing is in the way, or Salvor removes it in the image (after the "
		"arrow).\nWARN: it starts, but something is to be known or done by you.\nSTOP: it "
		"cannot start there; nothing will be copied.";
	struct buf text BUF_AUTO = { 0 };
	struct verdict v;

	verdict_make(&v, &f->survey, disk, h);
	if (!v.n)
		return true;
	verdict_text(&v, 74, &text);
	if (v.worst == VERDICT_STOP) {
		face_text(f, name, buf_str(&text), NULL, more);
		return false;
	}
	return face_text(f, name, buf_str(&text), go_or_back, more) == BOX_OK;
}

// A repair that was rehearsed is in the way of --for, which makes it again. *source: what the image
// is taken from. False: back.
static bool clear_work(struct face *f, const struct use *use, const struct work *w,
		       const char **source)
{
	static const struct box_button buttons[] = { { "Begin anew", BOX_OK },
						     { "As it is", BOX_EXTRA },
						     { "Back", BOX_CANCEL },
						     { NULL, 0 } };
	struct box b = { .kind = &box_msgbox, .title = title, .buttons = buttons, .cols = 76 };
	struct err e;
	int answer;

	*source = "work";
	if (!strcmp(use->target, "none"))
		return true;
	char *text STR_AUTO = mem_printf(
		"A rehearsed repair of %s is open. For a virtual machine it is thrown away and "
		"made "
		"again, with the drivers that it takes there.\n\n"
		"As it is: the image is taken from the rehearsal, without these drivers.",
		w->source.path);

	b.text = text;
	answer = face_run(f, &b, help);
	box_free(&b);
	if (answer != BOX_OK)
		return answer == BOX_EXTRA;
	*source = NULL;
	if (!work_discard(NULL, &e))
		return true;
	box_error(&f->env, &e);
	return false;
}

static bool was_changed(const struct job *j)
{
	return !strstr(buf_str(&j->fields), "\"changes\": []");
}

// source NULL: what it was made from is gone, its own checksum is what there is.
static bool verify(struct face *f, const char *image, const char *source)
{
	struct err e;
	struct job j;
	bool good;

	if (job_begin(&j, cmd_find("verify"), &e) || job_arg(&j, image, &e) ||
	    (source && job_set(&j, "source", source, &e))) {
		j.status = (int)e.kind;
		j.err = e;
	} else {
		face_job(f, source ? "Comparing the image with its source" : "Checking the image",
			 &j);
	}
	good = face_result(f, "Check of the image", &j);
	job_end(&j);
	return good;
}

// What is changed did not fit into memory: once more, with files on a USB disk.
static void again_on_usb(struct face *f, struct job *j, struct choice *c, const struct disk *disk)
{
	char spec[512], name[96];

	if (!box_ask(&f->env, "Not enough memory",
		     "What is changed for the virtual machine did not fit into this machine's "
		     "memory. It can be kept in a file on a USB disk until the image is made.",
		     "Use a USB disk", "Stop"))
		return;
	face_name(disk, "changes", name, sizeof name);
	if (!face_place(f, title, "Where shall the changes be kept?", disk, 0, name, spec,
			sizeof spec))
		return;
	c->store = spec;
	job_end(j);
	run_image(f, j, c, false);
	c->store = NULL;
}

// From the plan to the image and its check.
static bool make(struct face *f, struct choice *c, const struct disk *disk)
{
	bool go, changed;
	struct job j;

	run_image(f, &j, c, true);
	go = face_plan(f, title, &j, "Start", help);
	job_end(&j);
	if (!go)
		return false;
	if (run_image(f, &j, c, false) && j.err.num == ENOMEM)
		again_on_usb(f, &j, c, disk);
	go = face_result(f, title, &j);
	changed = was_changed(&j);
	job_end(&j);
	if (!go || !verify(f, c->dest, changed ? NULL : c->source))
		return false;
	guide_done(f, "image", c->dest);
	return true;
}

bool walk_image(struct face *f)
{
	char spec[512], name[96];
	struct choice c = { .dest = spec };
	struct work w;
	struct err e;
	int index = face_source(f), open = work_get(&w, &e);

	if (open < 0)
		box_error(&f->env, &e);
	if (index < 0 || open < 0 || !face_intro(f, title, intro, help) ||
	    !(c.use = choose_use(f, &f->survey.disks[index])))
		return false;
	const struct disk disk = f->survey.disks[index].disk;

	if (!c.use->format)
		return walk_serve(f, open ? "work" : disk.path);
	if (!show_verdict(f, index, hyper_find(c.use->target)) ||
	    (open && !clear_work(f, c.use, &w, &c.source)) ||
	    (!c.source && !choose_layout(f, title, index, &c.layout)) ||
	    !choose_packing(f, c.use, &c.set))
		return false;
	if (!c.source)
		c.source = disk.path;
	face_name(&disk, image_suffix(image_find(c.use->format), &c.set), name, sizeof name);
	if (!face_place(
		    f, title,
		    strcmp(c.source, "work")
			    ? "Where shall the image go?"
			    : "The image is taken from the rehearsed repair. Where shall it go?",
		    &disk, PLACE_SERVER, name, spec, sizeof spec))
		return false;
	return make(f, &c, &disk);
}
