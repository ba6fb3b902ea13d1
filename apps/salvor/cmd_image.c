// SPDX-License-Identifier: GPL-2.0-or-later
// salvor image: a disk as the image file of a virtual machine; free blocks are left out.
#include <string.h>

#include "base/size.h"
#include "copy/image_target.h"
#include "repair/repair.h"
#include "salvor/cut.h"
#include "salvor/estimate.h"
#include "salvor/kit_files.h"
#include "salvor/prepare.h"
#include "salvor/transfer.h"

struct settings {
	const char *format, *target, *store, *compress, *compat;
	bool fixed, one_partition;
	uint64_t length, split, size;
	const char *read_back;
};

static const struct opt opts[] = {
	{ "format", OPT_TEXT, offsetof(struct settings, format), "NAME", NULL,
	  "qcow2, raw, vhd, vhdx or vmdk; without it the suffix of DEST tells, else qcow2" },
	{ "for", OPT_TEXT, offsetof(struct settings, target), "TARGET", NULL,
	  "kvm, hyperv, vmware, cloud: made fit to start there, in its format, with files "
	  "beside it that make the machine; none: as it is" },
	{ "one-partition", OPT_BOOL, offsetof(struct settings, one_partition), NULL, NULL,
	  "all of its system in one partition of a new disk, with a swap file" },
	{ "size", OPT_SIZE, offsetof(struct settings, size), "BYTES", NULL,
	  "of the disk that --one-partition makes; without it what is in use and some room" },
	{ "store", OPT_TEXT, offsetof(struct settings, store), "DEST", NULL,
	  "with --for, --one-partition: keep what is changed in this new file, not in RAM" },
	{ "compress", OPT_TEXT, offsetof(struct settings, compress), "HOW", NULL,
	  "none, deflate or zstd, where the format has it" },
	{ "fixed", OPT_BOOL, offsetof(struct settings, fixed), NULL, NULL,
	  "free blocks take their room in the file, too (vhd, vhdx)" },
	{ "compat", OPT_TEXT, offsetof(struct settings, compat), "VERSION", NULL,
	  "qcow2: 0.10 for programs older than QEMU 1.1, else 1.1" },
	{ "length", OPT_SIZE, offsetof(struct settings, length), "BYTES", NULL,
	  "only the first part of the disk; never cuts what is in use" },
	{ "split", OPT_SIZE, offsetof(struct settings, split), "BYTES", NULL,
	  "in files of so many bytes at most; on FAT 4095M without being asked" },
	{ "read-back", OPT_TEXT, offsetof(struct settings, read_back), "HOW", "auto",
	  "compare what lies there: auto (on servers), yes, no (its length only)" },
	{ 0 }
};

static int no_such_format(const char *name, struct err *e)
{
	struct buf names BUF_AUTO = { 0 };

	for (const struct image_ops *const *f = image_formats(); *f; f++)
		buf_printf(&names, "%s%s", names.len ? ", " : "", (*f)->name);
	return err_usage(e, "%s: no such image format: there are %s", name, buf_str(&names));
}

static int set_compat(const char *compat, struct image_settings *set, struct err *e)
{
	set->old = !strcmp(compat, "0.10");
	return set->old || !strcmp(compat, "1.1")
		       ? 0
		       : err_usage(e, "--compat %s: 0.10 and 1.1 are possible", compat);
}

// The format asked for, or the one whose suffix the destination has; what is not asked for is the
// format's own choice.
static int pick(const struct settings *s, const char *dest, const struct image_ops **ops,
		struct image_settings *set, struct err *e)
{
	struct image_settings named;
	const struct image_ops *by_name = image_by_name(dest, &named);

	*ops = s->format ? image_find(s->format) : by_name;
	if (s->format && !*ops)
		return no_such_format(s->format, e);
	if (s->target && kit_pick(s->target, ops, e))
		return -1;
	if (!*ops)
		*ops = image_formats()[0];
	*set = *ops == by_name ? named : image_settings(*ops);
	if (s->compress && !packing_find(s->compress, &set->packing))
		return err_usage(e, "--compress %s: none, deflate and zstd are possible",
				 s->compress);
	set->fixed = s->fixed;
	return s->compat ? set_compat(s->compat, set, e) : 0;
}

// Room at the destination: raw images have holes where these are possible; what is packed will be
// about as expected.
static uint64_t need(const struct transfer *t, const struct image_plan *plan,
		     const struct estimate *x)
{
	uint64_t about = x->file + x->file / 8 + 16 * MIB;

	if (plan->pack_max && x->sampled)
		return about < plan->file_size ? about : plan->file_size;
	return plan->ops == &image_raw && t->target.dest->sparse && !plan->pack_max
		       ? map_count(&plan->used, MAP_DONE)
		       : plan->file_size;
}

// Before anything is copied. Measured only where somebody wants to know.
static void expect(struct transfer *t, const struct image_plan *plan, struct estimate *x)
{
	*x = (struct estimate){ 0 };
	if (!t->job->plan && !(plan->pack_max && t->target.dest->beside[0]))
		return;
	estimate_make(x, plan, t->source.src, t->ui);
	estimate_tell(x, plan, &t->notes);
	t->outcome.expected = x->file;
	t->outcome.expected_s = estimate_seconds(x);
}

// A pipe does for most; the others say so before anything is read.
static int check_patches(const struct transfer *t, const struct image_plan *plan, struct err *e)
{
	if (!plan->patches || t->target.dest->can_patch)
		return 0;
	return err_usage(
		e,
		"%s: a packed %s is changed at its beginning when all is written, which is "
		"not possible there: --compress none does, or --format vmdk, which is packed",
		t->outcome.dest, plan->ops->name);
}

static int copy(struct transfer *t, struct image_plan *plan, struct kit_job *files, struct err *e)
{
	struct image_target target;
	int rc;

	// the plan's clusters, not single blocks
	map_free(&t->wanted);
	map_copy(&t->wanted, &plan->used);
	t->target.dest->keep = false; // a stream cannot be gone on with
	if (transfer_open(t, plan->pack_max ? UINT64_MAX : plan->file_size, plan->patches, e))
		return -1;
	if (files->target) {
		t->beside = kit_files;
		t->beside_arg = files;
	}
	image_target_begin(&target, plan, &t->hash.sink);
	rc = plan->ops->begin(plan, &t->hash.sink, e) || transfer_copy(t, &target.target, e) ||
	     plan->ops->finish(plan, &t->hash.sink, e);
	return rc ? -1 : transfer_finish(t, "image", e);
}

// The last part of a path; NULL when there is none.
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	path = slash ? slash + 1 : path;
	return *path ? path : NULL;
}

// What is known to be zeros need not be read: the image has them where it stores nothing. A whole
// disk as destination has not.
static void leave_zeros(struct transfer *t, const struct map *data)
{
	struct map both = { 0 };

	if (data->size != t->wanted.size || t->target.disk.path[0])
		return;
	map_init(&both, data->size, MAP_TODO);
	map_common_done(&both, &t->wanted, data);
	map_free(&t->wanted);
	t->wanted = both;
}

static int begin(struct transfer *t, const struct settings *s, const struct prepared *p,
		 const struct image_ops *ops, struct image_settings *set, struct image_plan *plan,
		 struct err *e)
{
	struct map used = { 0 };

	if (transfer_begin(t, t->job, t->ui, image_suffix(ops, set), NULL, e))
		return -1;
	if (p->changes) {
		t->outcome.source = p->disk.path;
		t->outcome.changes = &p->edits;
	}
	if (p->hyper)
		t->outcome.verdict = &p->verdict;
	transfer_wanted(t, true);
	leave_zeros(t, &p->data);
	cut_warn_short(&t->source, t->ui);
	if (s->length && transfer_cut(t, s->length, e))
		return err_prefix(e, "--length");
	if (transfer_split(t, s->split, e) || transfer_compare(t, s->read_back, e))
		return -1;
	set->sector = t->source.src->sector;
	set->name = base_name(t->target.dest->beside);
	map_copy(&used, &t->wanted);
	return image_plan(plan, ops, set, t->source.src->size, &used, e);
}

static int make(struct job *j, const struct prepared *p, const struct image_ops *ops,
		struct image_settings *set, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	struct transfer t = { .job = j, .ui = ui };
	struct image_plan plan = { 0 };
	struct estimate x;
	int rc;

	rc = begin(&t, s, p, ops, set, &plan, e);
	if (!rc)
		rc = check_patches(&t, &plan, e);
	if (!rc) {
		expect(&t, &plan, &x);
		if (j->plan)
			prepare_tell(p, &t.notes);
		rc = transfer_check(&t, need(&t, &plan, &x), e);
	}
	if (!rc && !j->plan)
		rc = copy(&t, &plan, &(struct kit_job){ s->target, &plan, p }, e);
	if (!rc && !j->plan && j->text.len)
		prepare_tell(p, &j->text);
	image_plan_free(&plan);
	transfer_end(&t);
	return rc ? -1 : 0;
}

// A folder as destination: the name of the real disk, not of the work disk that it is read through.
// NULL: the destination is fine as it is.
static char *name_in(const char *dest, const struct prepared *p, const char *suffix)
{
	size_t n = strlen(dest);
	const char *serial = p->disk.serial;
	char *path;

	if (!p->open || !n || dest[n - 1] != '/')
		return NULL;
	path = mem_printf("%s%s%s%s.%s", dest, p->disk.name, *serial ? "-" : "", serial, suffix);
	for (char *c = path + n; *c; c++)
		if (*c == '/' || *c == ' ')
			*c = '_';
	return path;
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	const char *source = j->args[0], *dest = j->args[1];
	char *named STR_AUTO = NULL;
	const struct image_ops *ops;
	struct image_settings set;
	struct prepared p;
	struct prepare_options how = { .target = s->target,
				       .store = s->store,
				       .one_partition = s->one_partition,
				       .size = s->size };
	int rc;

	if (pick(s, j->args[1], &ops, &set, e))
		return -1;
	rc = prepare(&p, j, &how, ui, e);
	if (!rc && p.changes) {
		named = name_in(dest, &p, image_suffix(ops, &set));
		j->args[0] = p.source;
		j->args[1] = named ? named : dest;
	}
	if (!rc)
		rc = make(j, &p, ops, &set, ui, e);
	j->args[0] = source;
	j->args[1] = dest;
	prepare_end(&p, ui);
	return rc;
}

static void more(struct buf *out)
{
	buf_puts(out, "What --for changes in the image besides a repair's steps:\n");
	repair_steps_text(true, 79, out);
}

const struct cmd cmd_image = {
	.name = "image",
	.args_help = "SOURCE DEST",
	.help = "make the disk of a virtual machine",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 2,
	.max_args = 2,
	.logs_in = true,
	.run = run,
	.more = more,
};
