// SPDX-License-Identifier: GPL-2.0-or-later
// pwrite, and a window behind it: what lies STEP behind is sent to the medium, what lies WINDOW
// behind is waited for and forgotten. So a slow stick never has more than a few seconds outstanding
// when its sync is due, and a machine with little memory keeps what it needs. The steps are small
// because SMB's client sends within the call: what comes next should be there before the line has
// run dry.
#include "dest/writer.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/size.h"

#define STEP (4 * MIB)
#define WINDOW (64 * MIB)

// A network file system may find out only now that there is no room.
static int late(const struct writer *w, struct err *e)
{
	return err_write(e, errno, "%s: writing what was buffered", w->name);
}

// An error of the medium is told once: to the call that waits for it. What is told here the sync at
// the end does not tell again.
static int push_out(struct writer *w, uint64_t end, struct err *e)
{
	if (end < w->begun + STEP)
		return 0;
	if (sync_file_range(w->fd, (off_t)w->begun, (off_t)(end - w->begun), SYNC_FILE_RANGE_WRITE))
		return late(w, e);
	w->begun = end;
	if (end < w->waited + WINDOW)
		return 0;
	if (sync_file_range(w->fd, (off_t)w->waited, (off_t)(end - WINDOW / 2 - w->waited),
			    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
				    SYNC_FILE_RANGE_WAIT_AFTER))
		return late(w, e);
	if (!w->keep)
		posix_fadvise(w->fd, (off_t)w->waited, (off_t)(end - WINDOW / 2 - w->waited),
			      POSIX_FADV_DONTNEED);
	w->waited = end - WINDOW / 2;
	return 0;
}

int writer_put(struct writer *w, uint64_t off, const void *p, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = pwrite(w->fd, p, n, (off_t)off);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return err_write(e, k ? errno : EIO, "%s: write at %s", w->name,
					 size_show(off).s);
		p = (const char *)p + k;
		off += (uint64_t)k;
		n -= (size_t)k;
	}
	return push_out(w, off, e);
}

int writer_zero(struct writer *w, uint64_t off, uint64_t len, struct err *e)
{
	static char zeros[1 << 16]; // not const: takes no room in the program

	while (len) {
		size_t n = len < sizeof zeros ? (size_t)len : sizeof zeros;

		if (writer_put(w, off, zeros, n, e))
			return -1;
		off += n;
		len -= n;
	}
	return 0;
}

int writer_sync(struct writer *w, struct err *e)
{
	if (fdatasync(w->fd))
		return late(w, e);
	return 0;
}
