// SPDX-License-Identifier: GPL-2.0-or-later
#include "newfs/swap.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "newfs/newfs.h"

#define PIECE (1u << 20)

// Version 1 (Linux, include/linux/swap.h): from 1024 on version, last page, bad pages, UUID; the
// magic at the end.
void swap_page(uint8_t *page, uint64_t size, const uint8_t id[16])
{
	uint32_t head[3] = { 1, (uint32_t)(size / SWAP_PAGE - 1), 0 };

	memcpy(page + 1024, head, sizeof head);
	memcpy(page + 1036, id, 16);
	memcpy(page + 4086, "SWAPSPACE2", 10);
}

// Writes the first bytes of one of that size.
static int fill(int fd, uint8_t *piece, uint64_t bytes, uint64_t size, struct ui *ui, struct err *e)
{
	uint8_t id[16];

	if (getrandom(id, sizeof id, 0) != (ssize_t)sizeof id)
		return err_set(e, errno, "swap file: make an identity");
	swap_page(piece, size, id);
	for (uint64_t at = 0; at < bytes; at += PIECE) {
		size_t n = bytes - at < PIECE ? (size_t)(bytes - at) : PIECE;

		if (ui_cancelled(ui))
			return err_stopped(e);
		ui_progress(ui, &(struct ui_progress){ .what = "making the swap file",
						       .done = at,
						       .total = bytes });
		if (pwrite(fd, piece, n, (off_t)at) != (ssize_t)n)
			return err_set(e, errno, "swap file: write");
		if (!at)
			memset(piece, 0, SWAP_PAGE);
	}
	return 0;
}

// False: its file system cannot, unlike btrfs.
static bool not_copied_on_write(int fd)
{
	int flags;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags))
		return false;
	flags |= FS_NOCOW_FL;
	return !ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

int newfs_copy_swap(int top, int to, const char *name, uint64_t size, struct ui *ui, struct err *e)
{
	int rc, fd FD_AUTO = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	uint8_t *piece;
	char text[256];

	if (fd < 0)
		return err_set(e, errno, "/%s: make the swap file", name);
	if (fgetxattr(top, "security.selinux", text, sizeof text) >= 0 &&
	    fsetxattr(fd, "security.selinux", SWAP_LABEL, sizeof SWAP_LABEL, 0))
		return err_set(e, errno, "/%s: give it its label", name);
	piece = mem_zero(1, PIECE);
	size = size / SWAP_PAGE * SWAP_PAGE;
	if (not_copied_on_write(fd))
		rc = fallocate(fd, 0, 0, (off_t)size)
			     ? err_set(e, errno, "/%s: set its room aside (a larger --size?)", name)
			     : fill(fd, piece, SWAP_PAGE, size, ui, e);
	else
		rc = fill(fd, piece, size, size, ui, e);
	free(piece);
	return rc;
}
