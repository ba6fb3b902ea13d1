// SPDX-License-Identifier: GPL-2.0-or-later
// Destinations on a file system that is found and mounted for the job: a loop device stands for the
// USB stick.
#include "dest/dest.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/run.h"
#include "dest/mount.h"
#include "test.h"

struct stick {
	char folder[64], device[32];
};

static int sh(const char *command, struct buf *out)
{
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	struct run r = { .argv = argv, .out = out };
	int status;

	return run_program(&r, &status, NULL) || status;
}

// A small ext4 with a folder and a link that leads out of it, on a loop device that is set
// read-only.
static bool stick_begin(struct stick *s)
{
	struct buf out BUF_AUTO = { 0 };
	char *command STR_AUTO = NULL;

	str_copy(s->folder, sizeof s->folder, "/tmp/salvor-dest.XXXXXX");
	if (!mkdtemp(s->folder))
		return false;
	command = mem_printf("cd %s && mkdir -p tree/backups && ln -s /etc tree/out && "
			     "mke2fs -q -F -t ext4 -L STICK -d tree stick 16m >/dev/null && "
			     "losetup --find --show stick",
			     s->folder);
	if (sh(command, &out))
		return false;
	str_copy(s->device, sizeof s->device, buf_str(&out));
	s->device[strcspn(s->device, "\n")] = 0;
	return true;
}

static void stick_end(struct stick *s)
{
	char *command STR_AUTO = mem_printf("losetup -d %s; rm -rf %s", s->device, s->folder);

	sh(command, NULL);
}

static int read_only(const char *device, int set)
{
	int fd FD_AUTO = open(device, O_RDONLY | O_CLOEXEC), flag = -1;

	if (fd < 0)
		return -1;
	if (set >= 0)
		ioctl(fd, BLKROSET, &set);
	return ioctl(fd, BLKROGET, &flag) ? -1 : flag;
}

static int find_fs(void *arg, const char *key, const char *value, char *device, size_t device_size,
		   char *type, size_t type_size, struct err *e)
{
	const struct stick *s = arg;

	if (strcmp(key, "label") || strcmp(value, "STICK"))
		return err_usage(e, "%s:%s: not here", key, value);
	str_copy(device, device_size, s->device);
	str_copy(type, type_size, "ext4");
	return 0;
}

static bool is_mounted(const char *device)
{
	char *command STR_AUTO = mem_printf("grep -q '^%s ' /proc/self/mounts", device);

	return !sh(command, NULL);
}

static void write_file(struct stick *s, const char *spec, bool whole)
{
	struct dest_env env = { .name = "made.img", .find_fs = find_fs, .arg = s };
	struct dest *d = NULL;
	struct err e = { 0 };

	CHECK_STR("made", dest_make(&d, spec, &env, &e) ? e.text : "", "");
	if (!d)
		return;
	CHECK("mounted", is_mounted(s->device));
	CHECK_INT("unlocked", read_only(s->device, -1), 0);
	CHECK_STR("checked", d->ops->check(d, 1000, &e) ? e.text : "", "");
	CHECK("too much is refused", d->ops->check(d, 1 << 30, NULL) < 0);
	CHECK_STR("opened", d->ops->open(d, 1000, &e) ? e.text : "", "");
	CHECK_STR("written", sink_write(&d->sink, "0123456789", 10, &e) ? e.text : "", "");
	CHECK("not there before it is whole", access(d->beside, F_OK) && !access(d->part, F_OK));
	if (whole)
		CHECK_STR("closed", d->ops->close(d, "", &e) ? e.text : "", "");
	else
		d->ops->abort(d);
	CHECK("then it is there, or nothing is",
	      !access(d->beside, F_OK) == whole && access(d->part, F_OK));
	dest_free(d);
	CHECK("unmounted", !is_mounted(s->device));
	CHECK_INT("locked again", read_only(s->device, -1), 1);
}

static void refuse(struct stick *s, const char *spec, const char *reason)
{
	struct dest_env env = { .name = "made.img", .find_fs = find_fs, .arg = s };
	struct dest *d = NULL;
	struct err e = { 0 };

	CHECK(spec, dest_make(&d, spec, &env, &e) && !d && strstr(e.text, reason));
	CHECK("nothing stays mounted", !is_mounted(s->device));
	CHECK_INT("nothing stays unlocked", read_only(s->device, -1), 1);
}

static void look_back(const struct stick *s)
{
	struct mounted m;
	char path[256];
	struct err e = { 0 };
	struct stat st = { 0 };

	CHECK_STR("mounted to be read", mount_to_read(&m, s->device, "ext4", &e) ? e.text : "", "");
	CHECK_INT("and not unlocked", read_only(s->device, -1), 1);
	CHECK("the file is found",
	      !mount_path(&m, "/backups/made.img", path, sizeof path, NULL) && !stat(path, &st));
	CHECK_INT("it has what was written", st.st_size, 10);
	CHECK("nothing can be written", open(path, O_WRONLY | O_CLOEXEC) < 0);
	CHECK("a link does not lead out",
	      mount_path(&m, "/out/passwd", path, sizeof path, NULL) < 0);
	mount_end(&m);
	CHECK("unmounted after reading", !is_mounted(s->device));
}

// As a power cut leaves it: read-only it cannot be mounted, and as a destination it is replayed.
static void full_journal(struct stick *s)
{
	char *command STR_AUTO = mem_printf(
		"blockdev --setrw %s && debugfs -w -R 'feature needs_recovery' %s && sync",
		s->device, s->device);
	struct mounted m;
	struct err e = { 0 };

	CHECK("a full journal", !sh(command, NULL));
	read_only(s->device, 1);
	CHECK("is not replayed by reading",
	      mount_to_read(&m, s->device, "ext4", &e) && e.num == EROFS);
	CHECK_STR("but by writing", mount_begin(&m, s->device, "ext4", &e) ? e.text : "", "");
	mount_end(&m);
	look_back(s);
}

// Two consoles read the same medium: the end of one takes nothing from the other.
static void two_mounts(const struct stick *s)
{
	struct mounted a, b;
	char path[256];
	struct err e = { 0 };

	CHECK_STR("the first", mount_to_read(&a, s->device, "ext4", &e) ? e.text : "", "");
	CHECK_STR("the second", mount_to_read(&b, s->device, "ext4", &e) ? e.text : "", "");
	mount_end(&a);
	CHECK("the second has its file",
	      !mount_path(&b, "/backups/made.img", path, sizeof path, NULL) && !access(path, R_OK));
	mount_end(&b);
	CHECK("nothing stays mounted", !is_mounted(s->device));
}

int main(void)
{
	struct stick s;

	if (geteuid() || access("/dev/loop-control", F_OK)) {
		printf("ok dest # skip needs root and loop devices\n");
		return 0;
	}
	CHECK("a stick", stick_begin(&s));
	if (test_failures)
		return 1;
	read_only(s.device, 1);
	write_file(&s, "label:STICK/backups/", true);
	write_file(&s, "label:STICK/other.img", false);
	refuse(&s, "label:STICK/out/x.img", "no folder");
	refuse(&s, "label:STICK/none/x.img", "no folder");
	refuse(&s, "label:OTHER/x.img", "not here");
	refuse(&s, "label:/x.img", "write label:NAME/path");
	look_back(&s);
	two_mounts(&s);
	full_journal(&s);
	stick_end(&s);
	TEST_END();
}
