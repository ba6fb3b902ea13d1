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
#define TABLE_MAX (64U << 20) // bytes of a table: a million targets, which is what the kernel takes

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

// Kept open: in the namespace of an installed system /dev is another one.
static int control(struct err *e)
{
	static int fd = -1;

	if (fd < 0)
		fd = open(CONTROL, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err_set(e, errno, "%s: open (the work disk needs a kernel with device mapper)",
			CONTROL);
	return fd;
}

int dm_add(struct dm_table *t, uint64_t sectors, const char *target, const char *params,
	   struct err *e)
{
	struct dm_target_spec spec = { .sector_start = t->sectors, .length = sectors };
	size_t text = strlen(params) + 1, room = (text + 7) & ~(size_t)7;

	if (t->lines.len > TABLE_MAX)
		return err_set(e, 0, "device mapper: a table of more than %u targets", t->n);
	spec.next = (uint32_t)(sizeof spec + room);
	str_copy(spec.target_type, sizeof spec.target_type, target);
	buf_add(&t->lines, &spec, sizeof spec);
	buf_add(&t->lines, params, text);
	for (; text < room; text++)
		buf_add(&t->lines, "", 1);
	t->sectors += sectors;
	t->n++;
	return 0;
}

void dm_free(struct dm_table *t)
{
	buf_free(&t->lines);
}

static int load(int fd, const char *name, const struct dm_table *t, struct err *e)
{
	struct buf request BUF_AUTO = { 0 };
	union request r;

	prepare(&r, name);
	r.head.target_count = t->n;
	r.head.data_size = (uint32_t)(sizeof r.head + t->lines.len);
	buf_add(&request, &r.head, sizeof r.head);
	buf_add(&request, t->lines.s, t->lines.len);
	if (ioctl(fd, DM_TABLE_LOAD, request.s))
		return err_set(e, errno, "%s: load the table (%u targets)", name, t->n);
	prepare(&r, name);
	if (ioctl(fd, DM_DEV_SUSPEND, &r)) // without DM_SUSPEND_FLAG: start
		return err_set(e, errno, "%s: start", name);
	return 0;
}

int dm_start(const char *name, const char *uuid, const struct dm_table *t, unsigned *minor,
	     struct err *e)
{
	int fd = control(e);
	union request r;

	if (fd < 0)
		return -1;
	prepare(&r, name);
	str_copy(r.head.uuid, sizeof r.head.uuid, uuid);
	if (ioctl(fd, DM_DEV_CREATE, &r))
		return err_set(e, errno, "%s: make the device", name);
	// the kernel's wide form of a device number: minor bits 0-7, major from bit 8, the rest
	// of minor from bit 20
	*minor = (unsigned)((r.head.dev & 0xff) | (r.head.dev >> 12 & 0xfff00));
	if (load(fd, name, t, e)) {
		dm_remove(name, NULL);
		return -1;
	}
	return 0;
}

int dm_create(const char *name, const char *target, uint64_t sectors, const char *params,
	      unsigned *minor, struct err *e)
{
	struct dm_table t = { 0 };
	int rc =
		dm_add(&t, sectors, target, params, e) || dm_start(name, "", &t, minor, e) ? -1 : 0;

	dm_free(&t);
	return rc;
}

int dm_status(const char *name, char *text, size_t size, struct err *e)
{
	int fd = control(e);
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
	int fd = control(e);
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
