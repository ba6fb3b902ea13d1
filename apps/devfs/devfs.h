// SPDX-License-Identifier: GPL-2.0-or-later
// The device nodes an installed system has on disk: a table of all that MAKEDEV would make, and
// making them inside a foreign root. Nothing that lies in that root can lead the way out of it:
// folders are opened below a descriptor, symbolic links on the way are refused.
#ifndef DEVFS_DEVFS_H
#define DEVFS_DEVFS_H

#include <stdio.h>
#include <sys/types.h>

#include "base/err.h"

struct devfs_node {
	char name[160]; // below /dev: "input/mice"
	mode_t mode;	// type and permissions: S_IFCHR | 0660, S_IFLNK, S_IFDIR
	unsigned major, minor;
	char group[16]; // name of its group; "" root
	gid_t gid;	// used when group is ""; uid likewise
	uid_t uid;
	char link[160]; // where a link points
};

// Calls each for every node of the built-in set, folders before what is in them. Returns the
// first non-zero answer.
int devfs_each(int (*each)(void *arg, const struct devfs_node *n), void *arg);
unsigned devfs_count(void);

// Makes nodes inside a root.
struct devfs_maker {
	int dev;	     // descriptor of the root's /dev
	int group_file;	     // of its /etc/group, -1 none
	unsigned made, kept; // how many were made, how many names were there already
};

// root: a descriptor of the root folder. /dev is made when it is missing; a /dev that is a link
// is an error.
int devfs_begin(struct devfs_maker *m, int root, struct err *e);
void devfs_end(struct devfs_maker *m);
// One node. A name that exists is kept as it is, but for a plain file in the place of a device.
// Missing folders on the way are made.
int devfs_make(struct devfs_maker *m, const struct devfs_node *n, struct err *e);

// One of the built-in set by its name.
int devfs_make_named(struct devfs_maker *m, const char *name, struct err *e);
// The built-in set.
int devfs_make_all(struct devfs_maker *m, struct err *e);
// Those of a reference: a root folder (its dev/ is copied; a folder without dev/ is itself taken
// for one) or a cpio archive in the new ASCII form. Only nodes, folders and links are taken.
int devfs_make_from(struct devfs_maker *m, const char *reference, struct err *e);

// A cpio archive's entries under dev/. name: for messages. f is read to its trailer.
int devfs_cpio(FILE *f, const char *name,
	       int (*each)(void *arg, const struct devfs_node *n, struct err *e), void *arg,
	       struct err *e);

#endif
