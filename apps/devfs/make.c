// SPDX-License-Identifier: GPL-2.0-or-later
// Making nodes below a descriptor of the foreign /dev.
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "devfs/devfs.h"

static int open_below(int dir, const char *path, uint64_t flags)
{
	struct open_how how = { .flags = flags | O_CLOEXEC,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };

	return (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
}

int devfs_begin(struct devfs_maker *m, int root, struct err *e)
{
	*m = (struct devfs_maker){ .dev = -1, .group_file = -1 };
	if (mkdirat(root, "dev", 0755) && errno != EEXIST)
		return err_set(e, errno, "/dev: make");
	m->dev = open_below(root, "dev", O_RDONLY | O_DIRECTORY);
	if (m->dev < 0)
		return errno == ELOOP ? err_set(e, 0,
						"/dev: it is a symbolic link on this system: "
						"nothing is made through it")
				      : err_set(e, errno, "/dev: open");
	m->group_file = open_below(root, "etc/group", O_RDONLY | O_NONBLOCK);
	return 0;
}

void devfs_end(struct devfs_maker *m)
{
	if (m->dev >= 0)
		close(m->dev);
	if (m->group_file >= 0)
		close(m->group_file);
	m->dev = m->group_file = -1;
}

// Red Hat calls the group of serial lines uucp.
static const char *other_name(const char *group)
{
	return !strcmp(group, "dialout") ? "uucp" : NULL;
}

// The number the system itself gives the group; root's when it has no such group.
static gid_t group_number(int file, const char *group)
{
	size_t n = strlen(group);
	gid_t gid = 0;
	char line[1024];
	FILE *f;

	if (!n || file < 0)
		return 0;
	lseek(file, 0, SEEK_SET);
	f = fdopen(dup(file), "r");
	if (!f)
		return 0;
	while (!gid && fgets(line, sizeof line, f)) {
		char *p = line + n;

		if (strncmp(line, group, n) || *p != ':')
			continue;
		p = strchr(p + 1, ':');
		if (p)
			gid = (gid_t)strtoul(p + 1, NULL, 10);
	}
	fclose(f);
	return !gid && other_name(group) ? group_number(file, other_name(group)) : gid;
}

// The folder a node belongs in; its last name goes to *leaf. Missing folders are made.
static int folder_of(int dev, const char *name, const char **leaf, struct err *e)
{
	int dir = fcntl(dev, F_DUPFD_CLOEXEC, 0);

	for (const char *slash; dir >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
		char part[64];
		int next;

		snprintf(part, sizeof part, "%.*s", (int)(slash - name), name);
		if (mkdirat(dir, part, 0755) && errno != EEXIST) {
			err_set(e, errno, "/dev/%s: make", part);
			close(dir);
			return -1;
		}
		next = open_below(dir, part, O_RDONLY | O_DIRECTORY);
		close(dir);
		dir = next;
	}
	*leaf = name;
	if (dir < 0)
		err_set(e, errno, "/dev/%s: open its folder", name);
	return dir;
}

static bool good_name(const char *name)
{
	size_t n = strlen(name);

	if (!n || name[0] == '/' || name[n - 1] == '/')
		return false;
	for (const char *p = name; *p; p += strcspn(p, "/"), p += *p == '/') {
		size_t k = strcspn(p, "/");

		if (!k || (k == 1 && p[0] == '.') || (k == 2 && p[0] == '.' && p[1] == '.'))
			return false;
	}
	return true;
}

static int make_leaf(int dir, const char *leaf, const struct devfs_node *n)
{
	if (S_ISLNK(n->mode))
		return symlinkat(n->link, dir, leaf);
	if (S_ISDIR(n->mode))
		return mkdirat(dir, leaf, n->mode & 07777);
	return mknodat(dir, leaf, n->mode, makedev(n->major, n->minor));
}

// A plain file where a device belongs: what `>/dev/null` leaves on a system whose /dev was empty.
static bool is_debris(int dir, const char *leaf, const struct devfs_node *n)
{
	struct stat st;

	return (S_ISCHR(n->mode) || S_ISBLK(n->mode)) &&
	       !fstatat(dir, leaf, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode);
}

int devfs_make(struct devfs_maker *m, const struct devfs_node *n, struct err *e)
{
	gid_t gid = n->group[0] ? group_number(m->group_file, n->group) : n->gid;
	const char *leaf;
	int rc;

	if (!good_name(n->name))
		return err_set(e, 0, "/dev/%s: make: not a name below /dev", n->name);
	int dir FD_AUTO = folder_of(m->dev, n->name, &leaf, e);

	if (dir < 0)
		return -1;
	rc = make_leaf(dir, leaf, n);
	if (rc && errno == EEXIST && is_debris(dir, leaf, n) && !unlinkat(dir, leaf, 0))
		rc = make_leaf(dir, leaf, n);
	if (rc && errno == EEXIST) {
		m->kept++;
		return 0;
	}
	if (rc)
		return err_set(e, errno, "/dev/%s: make", n->name);
	// made a moment ago by ourselves: it is no link; the mode again because of the umask
	if (fchownat(dir, leaf, n->uid, gid, AT_SYMLINK_NOFOLLOW) ||
	    (!S_ISLNK(n->mode) && fchmodat(dir, leaf, n->mode & 07777, 0)))
		return err_set(e, errno, "/dev/%s: set owner and mode", n->name);
	m->made++;
	return 0;
}

struct all {
	struct devfs_maker *m;
	const char *name; // only this one; NULL: all
	struct err *e;
};

static int make_one(void *arg, const struct devfs_node *n)
{
	struct all *a = arg;

	return a->name && strcmp(a->name, n->name) ? 0 : devfs_make(a->m, n, a->e);
}

int devfs_make_all(struct devfs_maker *m, struct err *e)
{
	struct all a = { m, NULL, e };

	return devfs_each(make_one, &a);
}

int devfs_make_named(struct devfs_maker *m, const char *name, struct err *e)
{
	struct all a = { m, name, e };

	return devfs_each(make_one, &a);
}
