// SPDX-License-Identifier: GPL-2.0-or-later
// Device mapper ioctls (linux/dm-ioctl.h, interface 4). A request is a struct dm_ioctl in a
// buffer; what belongs to the request (the table) or to the answer (the status) follows it in the
// same buffer.
#include "work/dm.h"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "work/pause.h"

#define CONTROL "/dev/mapper/control"

union request {
	struct dm_ioctl head;
	char bytes[4096];
};

static void prepare(union request *r, const char *name)
{
	*r = (union request){ 0 };
	r->head.version[0] = 4;
	r->head.data_size = sizeof *r;
	r->head.data_start = sizeof r->head;
	str_copy(r->head.name, sizeof r->head.name, name);
}

static int control(struct err *e)
{
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		err_set(e, errno, "%s: open (the work disk needs a kernel with device mapper)",
			CONTROL);
	return fd;
}

static int load(int fd, const char *name, const char *target, uint64_t sectors, const char *params,
		struct err *e)
{
	union request r;
	struct dm_target_spec spec = { .length = sectors };
	size_t room = sizeof r - sizeof r.head - sizeof spec;

	prepare(&r, name);
	r.head.target_count = 1;
	str_copy(spec.target_type, sizeof spec.target_type, target);
	memcpy(r.bytes + sizeof r.head, &spec, sizeof spec);
	if (!str_copy(r.bytes + sizeof r.head + sizeof spec, room, params))
		return err_set(e, 0, "%s: load the table: longer than %zu bytes", name, room);
	if (ioctl(fd, DM_TABLE_LOAD, &r))
		return err_set(e, errno, "%s: load the table \"%s %s\"", name, target, params);
	prepare(&r, name);
	if (ioctl(fd, DM_DEV_SUSPEND, &r)) // without DM_SUSPEND_FLAG: start
		return err_set(e, errno, "%s: start", name);
	return 0;
}

int dm_create(const char *name, const char *target, uint64_t sectors, const char *params,
	      unsigned *minor, struct err *e)
{
	int fd FD_AUTO = control(e);
	union request r;

	if (fd < 0)
		return -1;
	prepare(&r, name);
	if (ioctl(fd, DM_DEV_CREATE, &r))
		return err_set(e, errno, "%s: make the device", name);
	// the kernel's wide form of a device number: minor bits 0-7, major from bit 8, the rest
	// of minor from bit 20
	*minor = (unsigned)((r.head.dev & 0xff) | (r.head.dev >> 12 & 0xfff00));
	if (load(fd, name, target, sectors, params, e)) {
		dm_remove(name, NULL);
		return -1;
	}
	return 0;
}

int dm_status(const char *name, char *text, size_t size, struct err *e)
{
	int fd FD_AUTO = control(e);
	struct dm_target_spec spec;
	union request r;
	size_t at;

	if (fd < 0)
		return -1;
	prepare(&r, name);
	if (ioctl(fd, DM_TABLE_STATUS, &r))
		return errno == ENXIO ? 0 : err_set(e, errno, "%s: ask its status", name);
	at = r.head.data_start + sizeof spec;
	if (r.head.target_count != 1 || at >= sizeof r)
		return err_set(e, 0, "%s: ask its status: %u targets, not one", name,
			       r.head.target_count);
	r.bytes[sizeof r - 1] = 0;
	str_copy(text, size, r.bytes + at);
	return 1;
}

int dm_remove(const char *name, struct err *e)
{
	int fd FD_AUTO = control(e);
	union request r;

	if (fd < 0)
		return -1;
	for (int tries = 0;; tries++) {
		prepare(&r, name);
		if (!ioctl(fd, DM_DEV_REMOVE, &r) || errno == ENXIO)
			return 0;
		if (errno != EBUSY || tries == 100)
			return err_set(e, errno, "%s: remove the device", name);
		pause_ms(20);
	}
}
