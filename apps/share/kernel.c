// SPDX-License-Identifier: GPL-2.0-or-later
// Mounting by fsopen, one option at a time: no commas to be escaped in a password, no text that
// holds it, and the kernel answers in words. What the drivers say in its log comes from there.
#include <ctype.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "share/share.h"

#define ATTRIBUTES (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOATIME)
#define LINE 1024

static int fsconfig(int fs, unsigned command, const char *name, const void *value)
{
	return (int)syscall(SYS_fsconfig, fs, command, name, value, 0);
}

static int configure(int fs, const struct share *s, const struct share_option *o)
{
	for (; o->name; o++)
		if (fsconfig(fs, o->value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, o->name,
			     o->value))
			return -1;
	if (!s->write && fsconfig(fs, FSCONFIG_SET_FLAG, "ro", NULL))
		return -1;
	return fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL);
}

static int attach(int fs, const struct share *s)
{
	int mnt FD_AUTO = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC,
				       ATTRIBUTES | (s->write ? 0 : MOUNT_ATTR_RDONLY));

	return mnt < 0 ? -1
		       : (int)syscall(SYS_move_mount, mnt, "", AT_FDCWD, s->dir,
				      MOVE_MOUNT_F_EMPTY_PATH);
}

// Where the kernel's log ends now; -1: it cannot be read.
static int log_end(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

// What the driver has said since: the line that names a status of the server, else the last one but
// the sum ("mount failed").
static void listen(int log, const char *type, char *said, size_t size)
{
	char line[LINE];
	bool named = false;
	ssize_t n;

	while (log >= 0 && ((n = read(log, line, sizeof line - 1)) > 0 || errno == EPIPE)) {
		char *text, *end;

		if (n <= 0) // overwritten before it was read
			continue;
		line[n] = 0;
		text = strchr(line, ';');
		if (!text || strncasecmp(text + 1, type, strlen(type)))
			continue;
		text += 1 + strcspn(text + 1, " ");
		text += strspn(text, " ");
		end = text + strcspn(text, "\n");
		*end = 0;
		log_line("kernel: %s: %s", type, text);
		if (named || strstr(text, "Attempting to mount") || strstr(text, "mount failed") ||
		    strstr(text, "_mount failed"))
			continue;
		named = strstr(text, "STATUS_") || strstr(text, "BAD_NETWORK_NAME");
		str_copy(said, size, text);
	}
}

// What the mount itself said ("e cifs: ...").
static void hear(int fs, char *said, size_t size)
{
	char line[LINE];
	ssize_t n;

	while (!*said && (n = read(fs, line, sizeof line - 1)) > 0) {
		line[n] = 0;
		line[strcspn(line, "\n")] = 0;
		if (line[0] == 'e' && line[1] == ' ')
			str_copy(said, size, line + 2);
	}
}

int share_kernel_mount(const struct share *s, const char *type, const struct share_option *options,
		       char *said, size_t size)
{
	int log FD_AUTO = log_end();
	int fs FD_AUTO = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
	int num = 0;

	*said = 0;
	if (fs < 0 || configure(fs, s, options) || attach(fs, s))
		num = errno;
	if (!num)
		return 0;
	listen(log, type, said, size);
	if (fs >= 0)
		hear(fs, said, size);
	for (char *p = said; *p; p++)
		if (!isprint((unsigned char)*p))
			*p = '?';
	return num;
}
