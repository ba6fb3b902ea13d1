// SPDX-License-Identifier: GPL-2.0-or-later
// usage: dm create NAME "START LENGTH TARGET PARAMETERS"... | dm message NAME TEXT | dm remove NAME
// Makes disks that fail or are slow inside Salvor, with the kernel's own device mapper; START and
// LENGTH are sectors. Prints the path of what it makes. Linux, uapi/linux/dm-ioctl.h.
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

static union {
	struct dm_ioctl h;
	char room[16384];
} io;

static int control;

static int call(unsigned long request, const char *name)
{
	io.h.version[0] = DM_VERSION_MAJOR;
	io.h.data_size = sizeof io;
	io.h.data_start = sizeof io.h;
	snprintf(io.h.name, sizeof io.h.name, "%s", name);
	if (!ioctl(control, request, &io))
		return 0;
	perror("dm: ioctl");
	return 1;
}

static int load(const char *name, int n, char **lines)
{
	char *p = (char *)&io + sizeof io.h;

	memset(&io, 0, sizeof io);
	io.h.target_count = (unsigned)n;
	for (int i = 0; i < n; i++) {
		struct dm_target_spec *t = (struct dm_target_spec *)p;
		unsigned long long start, length;
		int end = 0;

		if (sscanf(lines[i], "%llu %llu %15s %n", &start, &length, t->target_type, &end) <
		    3)
			return fprintf(stderr, "dm: %s: no table\n", lines[i]) > 0;
		t->sector_start = start;
		t->length = length;
		t->next = (unsigned)(sizeof *t + strlen(lines[i] + end) + 8) & ~7u;
		strcpy(p + sizeof *t, lines[i] + end);
		p += t->next;
	}
	return call(DM_TABLE_LOAD, name);
}

static int create(const char *name, int n, char **lines)
{
	if (call(DM_DEV_CREATE, name))
		return 1;
	unsigned number = minor(io.h.dev);

	if (load(name, n, lines))
		return 1;
	memset(&io, 0, sizeof io);
	if (call(DM_DEV_SUSPEND, name)) // without the flag that resumes it
		return 1;
	printf("/dev/dm-%u\n", number);
	return 0;
}

static int message(const char *name, const char *text)
{
	struct dm_target_msg *m = (struct dm_target_msg *)((char *)&io + sizeof io.h);

	strcpy(m->message, text);
	return call(DM_TARGET_MSG, name);
}

int main(int argc, char **argv)
{
	control = open("/dev/mapper/control", O_RDWR);
	if (control < 0) {
		perror("dm: /dev/mapper/control");
		return 1;
	}
	if (argc > 3 && !strcmp(argv[1], "create"))
		return create(argv[2], argc - 3, argv + 3);
	if (argc == 4 && !strcmp(argv[1], "message"))
		return message(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "remove"))
		return call(DM_DEV_REMOVE, argv[2]);
	fputs("dm: create, message or remove\n", stderr);
	return 2;
}
