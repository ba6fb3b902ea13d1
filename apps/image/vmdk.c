// SPDX-License-Identifier: GPL-2.0-or-later
// VMDK: what both kinds of files have in common when they are written.
//
// The guest's disk has as many sectors as the source. The specification wants whole grains, but no
// reader does (VMware's own tools write disks of any size), and metadata that is counted from the
// end of a disk is found again only when the end stays where it is.
#include "image/vmdk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/size.h"

#define MAX_DISK (64 * TIB)
#define MAX_FILE ((1ull << 32) * VMDK_SECTOR) // what entries of 32 bits can tell

bool vmdk_under(const struct image_plan *p, uint64_t i, struct range *r)
{
	return map_next(&p->used, i * VMDK_SPAN, MAP_DONE, r) && r->off < (i + 1) * VMDK_SPAN;
}

static bool is_packed(const struct image_plan *p)
{
	return p->set.packing != PACK_NONE;
}

static int plan(struct image_plan *p, struct err *e)
{
	struct vmdk_layout *l;

	if (!p->disk_size || p->disk_size > MAX_DISK)
		return err_usage(
			e,
			"vmdk: a disk of %llu bytes is not possible, %s are the most there can be",
			(unsigned long long)p->disk_size, size_show(MAX_DISK).s);
	image_plan_align(p);
	p->state = l = mem_zero(1, sizeof *l);
	l->sectors = vmdk_div_up(p->disk_size, VMDK_SECTOR);
	l->tables = vmdk_div_up(p->disk_size, VMDK_SPAN);
	l->dir_sectors = vmdk_div_up(l->tables * 4, VMDK_SECTOR);
	l->grains = vmdk_div_up(map_count(&p->used, MAP_DONE), VMDK_GRAIN);
	if (is_packed(p))
		vmdk_stream_plan(p);
	else
		vmdk_plain_plan(p);
	if (p->file_size > MAX_FILE)
		return err_usage(
			e,
			"vmdk: the file can become %s large, and its tables reach %s only: "
			"choose qcow2 or vhdx",
			size_show(p->file_size).s, size_show(MAX_FILE).s);
	return 0;
}

int vmdk_write_head(const struct image_plan *p, struct sink *s, const struct vmdk_header *h,
		    struct err *e)
{
	struct buf text BUF_AUTO = { 0 };
	uint32_t cid;

	if (getrandom(&cid, sizeof cid, 0) != sizeof cid)
		return err_set(e, errno, "vmdk: random numbers");
	vmdk_text_make(&text, p, cid);
	return sink_write(s, h, sizeof *h, e) || sink_write(s, text.s, text.len, e) ||
			       sink_align(s, (1 + VMDK_TEXT_SECTORS) * VMDK_SECTOR, e)
		       ? -1
		       : 0;
}

static int begin(struct image_plan *p, struct sink *s, struct err *e)
{
	return is_packed(p) ? vmdk_stream_begin(p, s, e) : vmdk_plain_begin(p, s, e);
}

static int put(struct image_plan *p, struct sink *s, uint64_t off, const void *data, size_t len,
	       struct err *e)
{
	if (off % VMDK_GRAIN)
		return err_set(e, 0, "vmdk: 0x%llx is not the start of a grain",
			       (unsigned long long)off);
	return is_packed(p) ? vmdk_stream_put(p, s, off, data, len, e)
			    : vmdk_plain_put(s, data, len, e);
}

static int finish(struct image_plan *p, struct sink *s, struct err *e)
{
	if (is_packed(p) && vmdk_stream_finish(p, s, e))
		return -1;
	if (s->pos > p->file_size || (!is_packed(p) && s->pos < p->file_size))
		return err_set(e, 0, "vmdk: %llu bytes were written, %llu planned",
			       (unsigned long long)s->pos, (unsigned long long)p->file_size);
	return 0;
}

static void release(struct image_plan *p)
{
	struct vmdk_layout *l = p->state;

	if (l)
		free(l->dir);
	free(l);
}

const struct image_ops image_vmdk = {
	.name = "vmdk",
	.suffix = "vmdk",
	.help = "VMware, VirtualBox; packed for OVF import",
	.granule = VMDK_GRAIN,
	.packing = PACK_DEFLATE,
	.packings = 1u << PACK_NONE | 1u << PACK_DEFLATE,
	.plan = plan,
	.begin = begin,
	.put = put,
	.pack = vmdk_stream_pack,
	.finish = finish,
	.release = release,
	.open = vmdk_open,
	.stored = vmdk_stored,
	.check = vmdk_check,
};
