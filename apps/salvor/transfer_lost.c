// SPDX-License-Identifier: GPL-2.0-or-later
// After a copy of a disk that could not be read everywhere: which files are damaged. The copy is
// asked, not the disk, which may be dead by now.
#include <unistd.h>

#include "image/image.h"
#include "salvor/lost_report.h"
#include "salvor/transfer.h"

static int find(struct transfer *t, bool image, struct err *e)
{
	struct src *file SRC_AUTO = NULL, *guest SRC_AUTO = NULL, *disk SRC_AUTO = NULL;
	const struct image_ops *format;
	struct map have MAP_AUTO = { 0 };
	uint64_t size = t->copy.map.size;

	if (dest_read(t->target.dest, &file, e) || (image && image_open(file, &guest, &format, e)))
		return -1;
	// Some formats round the size of a disk up.
	disk = src_window(image ? guest : file, 0, size, file->name);
	if (disk->size < size)
		return err_set(e, 0, "%s: is shorter than the disk", file->name);
	lost_have(&have, &t->copy.map, &t->wanted);
	lost_find(&t->lost, disk, &have, t->ui);
	t->lost_known = true;
	return 0;
}

static int save_list(struct transfer *t, const char *path, struct err *e)
{
	char *shown STR_AUTO = mem_printf("%s.lost", t->shown);
	struct buf text BUF_AUTO = { 0 };

	lost_list(&t->lost, &text);
	if (save_text(path, buf_str(&text), e) || transfer_send(t, ".lost", e))
		return -1;
	outcome_file(&t->outcome, shown, text.len, NULL);
	return 0;
}

static bool can_be_asked(const struct transfer *t)
{
	return t->target.dest->beside[0] || t->target.disk.path[0];
}

void transfer_lost(struct transfer *t, bool image)
{
	char *path STR_AUTO = mem_printf("%s.lost", t->base);
	struct err e;

	t->lost_known = !t->job->lossy;
	if (!t->job->lossy && t->base[0]) {
		unlink(path); // of an earlier run, which could read less
		if (t->target.dest->far)
			dest_drop(t->target.dest, ".lost", NULL);
	}
	if (!t->job->lossy || !can_be_asked(t))
		return;
	if (find(t, image, &e) || (t->base[0] && save_list(t, path, &e)))
		ui_say(t->ui, UI_WARN, "which files are damaged is not known: %s", e.text);
}

void transfer_tell_lost(struct transfer *t)
{
	char *path STR_AUTO = mem_printf("%s.lost", t->shown);

	if (t->lost_known)
		lost_fields(&t->lost, t->job);
	if (t->lost.missing)
		lost_tell(&t->lost, t->base[0] ? path : NULL, &t->job->text);
}
