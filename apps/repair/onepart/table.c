// SPDX-License-Identifier: GPL-2.0-or-later
// The new disk's partition table, by sfdisk: an MBR with one partition; or a GPT, where UEFI starts
// the system or the disk is too large for an MBR. Its EFI system partition is that of the old disk,
// byte by byte and under the same PARTUUID.
#include "repair/onepart/onepart.h"

#include <string.h>

#include "base/buf.h"
#include "base/run.h"

static void line(struct buf *b, uint64_t start, uint64_t len, const char *type)
{
	buf_printf(b, "start=%llu, size=%llu, type=%s", (unsigned long long)start / 512,
		   (unsigned long long)len / 512, type);
}

// The PARTUUID that a part has in a GPT: what names it by that goes on to.
static void same_id(struct buf *b, const struct patient *p, const struct s_part *sp)
{
	if (!strcmp(p->disk->table.kind, "gpt") && sp->part.id[0])
		buf_printf(b, ", uuid=%s", sp->part.id);
}

static void describe(const struct onepart *o, const struct patient *p, struct buf *b)
{
	uint64_t len = o->size - o->start - (o->gpt ? ONEPART_START : 0);

	if (!o->gpt) {
		buf_puts(b, "label: dos\n");
		line(b, o->start, len, "83");
		buf_puts(b, ", bootable\n");
		return;
	}
	buf_puts(b, "label: gpt\n");
	if (o->esp >= 0) {
		line(b, ONEPART_START, o->esp_len, GUID_ESP);
		same_id(b, p, &p->disk->parts[o->esp]);
	} else {
		line(b, ONEPART_START, o->start - ONEPART_START, GUID_BIOS_BOOT);
	}
	buf_puts(b, "\n");
	line(b, o->start, len, GUID_LINUX);
	same_id(b, p, &p->disk->parts[p->sys->part]);
	buf_puts(b, "\n");
}

static int take_esp(const struct onepart *o, const struct patient *p, struct pieces *pieces,
		    struct err *e)
{
	const struct s_part *sp = &p->disk->parts[o->esp];
	struct piece x = { .at = ONEPART_START,
			   .len = o->esp_len,
			   .from = sp->fs_off - sp->part.off };

	if (onepart_number(sp, &x.major, &x.minor, e))
		return -1;
	pieces_add(pieces, &x);
	return 0;
}

int onepart_table(const struct onepart *o, const struct patient *p, const char *file,
		  struct pieces *pieces, struct ui *ui, struct err *e)
{
	const char *const argv[] = { "sfdisk", "--quiet", "--wipe", "never", file, NULL };
	struct buf text BUF_AUTO = { 0 };

	describe(o, p, &text);
	if (run_checked(&(struct run){ .argv = argv, .input = buf_str(&text), .ui = ui }, e))
		return -1;
	return o->esp < 0 ? 0 : take_esp(o, p, pieces, e);
}
