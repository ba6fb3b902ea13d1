// SPDX-License-Identifier: GPL-2.0-or-later
// Loop devices by their ioctls (linux/loop.h).
#include "work/loop.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"

#define CONTROL "/dev/loop-control"

int loop_attach(const char *file, unsigned *major, unsigned *minor, struct err *e)
{
	char name[32];
	int control FD_AUTO = open(CONTROL, O_RDWR | O_CLOEXEC);
	int backing FD_AUTO = open(file, O_RDWR | O_CLOEXEC);
	struct loop_config c = { .fd = (unsigned)backing,
				 .block_size = 512,
				 .info.lo_flags = LO_FLAGS_AUTOCLEAR };
	struct stat st;

	if (control < 0)
		return err_set(e, errno,
			       "%s: open (the work disk needs a kernel with loop devices)",
			       CONTROL);
	if (backing < 0)
		return err_set(e, errno, "%s: open", file);
	// between asking for a free one and taking it another program may have been quicker
	for (int tries = 0; tries < 16; tries++) {
		int n = ioctl(control, LOOP_CTL_GET_FREE), held;

		if (n < 0)
			return err_set(e, errno, "%s: ask for a free device", CONTROL);
		snprintf(name, sizeof name, "/dev/loop%d", n);
		int fd FD_AUTO = open(name, O_RDWR | O_CLOEXEC);

		if (fd < 0 || fstat(fd, &st))
			return err_set(e, errno, "%s: open", name);
		if (!ioctl(fd, LOOP_CONFIGURE, &c)) {
			*major = major(st.st_rdev);
			*minor = minor(st.st_rdev);
			held = fd;
			fd = -1;
			return held;
		}
		if (errno != EBUSY)
			return err_set(e, errno, "%s: put behind %s", file, name);
	}
	return err_set(e, EBUSY, "%s: put behind a loop device", file);
}
