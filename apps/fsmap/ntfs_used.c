// SPDX-License-Identifier: GPL-2.0-or-later
// Which clusters of an NTFS are in use: its $Bitmap, and all that any record of its master file
// table lays claim to. libntfs-3g reads both files, over our own source.
//
// The second half makes the map safe when the bitmap is behind, as after a crash under a driver
// that writes no journal, or with the dirty flag set: what chkdsk may bring to light is what the
// records name. A journal that waits to be replayed is another matter. It may allocate clusters
// that neither the bitmap nor a record names yet, and only Windows can read all of it: then
// everything counts as used. The same goes for a volume whose metadata a sleeping Windows holds.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fsmap/ntfs_library.h"
#include "fsmap/used.h"

#include <ntfs-3g/logfile.h>

#define WINDOW 65536u

struct drawing {
	struct src *src;
	struct map *m;
	struct ntfs_own *device;
	uint64_t cluster;  // bytes
	uint64_t clusters; // how many
	uint64_t unread, claimed;
	uint8_t piece[WINDOW];
};

// One phrase on why what lies on the disk is not all there is to know, NULL when it is.
static const char *unsettled_log(ntfs_attr *log)
{
	RESTART_PAGE_HEADER *page = NULL;
	const char *why = NULL;

	if (!ntfs_check_logfile(log, &page))
		why = "the journal of NTFS is damaged";
	else if (page && page->major_ver == const_cpu_to_le16(2))
		why = "NTFS was not unmounted: Windows is suspended or crashed";
	else if (!ntfs_is_logfile_clean(log, page))
		why = "the journal of NTFS waits to be replayed";
	free(page);
	return why;
}

static const char *unsettled(ntfs_volume *vol)
{
	const char *why = "the journal of NTFS is unreadable";
	ntfs_inode *inode = ntfs_inode_open(vol, FILE_LogFile);
	ntfs_attr *log = inode ? ntfs_attr_open(inode, AT_DATA, AT_UNNAMED, 0) : NULL;

	if (log) {
		why = unsettled_log(log);
		ntfs_attr_close(log);
	}
	if (inode)
		ntfs_inode_close(inode);
	if (why || ntfs_volume_check_hiberfile(vol, 0) == 0)
		return why;
	return errno == EPERM ? "Windows is hibernated on this NTFS"
			      : "the root directory of NTFS is damaged";
}

// The first so many bytes of the attribute lie plainly in clusters of the volume. 0 when any of it
// does not: the library gives zeros for that, and zeros would be free clusters.
static uint64_t plain_len(ntfs_attr *na, const struct drawing *d)
{
	uint64_t sum = 0, most = (uint64_t)na->initialized_size;

	if (NAttrCompressed(na) || NAttrEncrypted(na) || NAttrSparse(na))
		return 0;
	if (!NAttrNonResident(na))
		return most;
	if (ntfs_attr_map_whole_runlist(na) < 0 || !na->rl)
		return 0;
	for (const runlist_element *r = na->rl; r->length > 0; r++) {
		if (r->lcn < 0 || (uint64_t)r->lcn > d->clusters ||
		    (uint64_t)r->length > d->clusters - (uint64_t)r->lcn)
			return 0;
		sum += (uint64_t)r->length;
		if (sum > d->clusters)
			return 0;
	}
	return sum * d->cluster < most ? sum * d->cluster : most;
}

// The next piece of an attribute, len bytes at off.
static bool read_piece(struct drawing *d, ntfs_attr *na, uint64_t off, size_t len)
{
	// Each cluster may be a read of its own.
	d->device->budget = NTFS_BUDGET;
	return ntfs_attr_pread(na, (s64)off, (s64)len, d->piece) == (s64)len;
}

static void draw_bitmap(struct drawing *d, ntfs_attr *na, uint64_t len)
{
	for (uint64_t at = 0; at < d->clusters; at += 8 * WINDOW) {
		uint64_t n = d->clusters - at < 8 * WINDOW ? d->clusters - at : 8 * WINDOW;

		if (at / 8 + (n + 7) / 8 <= len && read_piece(d, na, at / 8, (n + 7) / 8)) {
			used_bits(d->m, at * d->cluster, d->cluster, d->piece, n);
		} else {
			used_add(d->m, at * d->cluster, n * d->cluster);
			d->unread += n * d->cluster;
		}
	}
}

static void claim(void *arg, const struct ntfs_run *run)
{
	struct drawing *d = arg;
	uint64_t found = 0;
	struct range r;

	if (run->cluster > d->clusters || run->n > d->clusters - run->cluster)
		return;
	uint64_t off = run->cluster * d->cluster, end = off + run->n * d->cluster;

	for (uint64_t at = off; at < end && map_next(d->m, at, MAP_TODO, &r) && r.off < end;
	     at = r.off + r.len)
		found += (r.off + r.len < end ? r.off + r.len : end) - r.off;
	if (found == 0)
		return;
	used_add(d->m, off, end - off);
	d->claimed += found;
}

// Records that are unreadable or torn lay claim to nothing: for chkdsk, too.
static void draw_records(struct drawing *d, const ntfs_volume *vol, uint64_t end)
{
	size_t size = vol->mft_record_size;

	for (uint64_t at = 0; at < end; at += WINDOW) {
		size_t len = end - at < WINDOW ? (size_t)(end - at) : WINDOW;

		if (!read_piece(d, vol->mft_na, at, len))
			continue;
		for (size_t k = 0; k + size <= len; k += size)
			if (ntfs_unfix(d->piece + k, size, "FILE"))
				ntfs_record_runs(d->piece + k, size, claim, d);
	}
}

// NULL or what is wrong.
static const char *draw(struct drawing *d, ntfs_volume *vol)
{
	const char *why = unsettled(vol);

	if (why)
		return why;
	d->cluster = vol->cluster_size;
	d->clusters = (uint64_t)vol->nr_clusters;
	if (d->clusters > d->src->size / d->cluster)
		return "NTFS is larger than its place";
	ntfs_inode *inode = ntfs_inode_open(vol, FILE_Bitmap);
	ntfs_attr *na = inode ? ntfs_attr_open(inode, AT_DATA, AT_UNNAMED, 0) : NULL;

	uint64_t len = na ? plain_len(na, d) : 0, table = plain_len(vol->mft_na, d);

	if (len == 0 || table == 0) {
		why = "the bitmap or the file table of NTFS is damaged";
	} else {
		draw_bitmap(d, na, len);
		draw_records(d, vol, table);
		// The copy of the boot sector, and what we do not know.
		used_add(d->m, d->clusters * d->cluster, d->src->size - d->clusters * d->cluster);
	}
	if (na)
		ntfs_attr_close(na);
	if (inode)
		ntfs_inode_close(inode);
	return why;
}

int ntfs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e)
{
	struct ntfs_own device = { .src = s };
	struct doubt doubt = { 0 };
	const char *wrong;

	if (!ntfs_sane(s))
		return err_set(e, 0, "boot sector or file table of NTFS contradict themselves");
	ntfs_volume *vol = ntfs_library_open(&device);

	if (!vol)
		return err_set(e, 0, "the system files of NTFS are damaged: %s", strerror(errno));
	struct drawing *d = mem_zero(1, sizeof(*d));

	d->src = s;
	d->m = m;
	d->device = &device;
	wrong = draw(d, vol);
	if (d->unread)
		used_doubt(&doubt, d->unread, "a part of the bitmap is unreadable");
	if (d->claimed)
		used_doubt(&doubt, d->claimed, "files lie where the bitmap says free");
	free(d);
	device.budget = NTFS_BUDGET;
	ntfs_umount(vol, FALSE);
	if (wrong)
		return err_set(e, 0, "%s", wrong);
	used_tell(&doubt, why, why_size);
	return 0;
}
