// SPDX-License-Identifier: GPL-2.0-or-later
// The system on the work disk, mounted in a mount namespace of our own. Nothing outside sees
// these mounts; when the process dies, however it dies, the kernel takes them down.
//
// In that namespace /dev is ours: it holds the work disk and no other, under the name it will
// have when it is alone. So what is mounted is called /dev/sda3 in /proc/self/mountinfo, as the
// repaired system will call it, and a boot loader's installer in the chroot can find no second
// disk.
#ifndef REPAIR_ROOT_H
#define REPAIR_ROOT_H

#include "repair/names.h"
#include "repair/volumes.h"

#define ROOT_PATH "/run/salvor/root"
#define ROOT_MOUNTS 64
#define ROOT_BESIDE "/run/salvor/esp"

struct root {
	int fd;			   // of the mounted root
	const char *path;	   // ROOT_PATH
	int outside, cwd;	   // namespace and folder to go back to
	char *mounts[ROOT_MOUNTS]; // undone in reverse
	unsigned n_mounts;
	struct volumes volumes; // open as long as it is
	unsigned long flags;	// of the mounts
};

struct root_mount {
	int part; // index
	const char *dir;
};

// Enters the namespace and mounts / and, when they are file systems of their own on this disk,
// /boot, /usr and /var; the EFI system partition when kernels lie on it. p: the work disk as it is
// now. On failure everything is as before.
int root_open(struct root *r, const struct patient *p, const struct names *n, struct err *e);
// The same to look only, with just these mounted, in this order; the first is that of /.
int root_open_to_read(struct root *r, const struct patient *p, const struct names *n,
		      const struct root_mount *v, unsigned n_mounts, struct err *e);

// Puts our /dev, a proc, a read-only sysfs and an empty /run over those of the root, for programs
// that run in the chroot. root_release takes them away again.
int root_furnish(struct root *r, struct err *e);
int root_release(struct root *r, unsigned mounts, struct err *e);

// Mounts one more partition on a folder of the root, or (dir NULL) beside it on ROOT_BESIDE. Undone
// by root_release.
int root_mount_more(struct root *r, const struct patient *p, const struct names *n, int part,
		    const char *dir, struct err *e);

// A partition of another disk of ours, by its kernel name ("sdc1"), gets a node in our /dev; in a
// furnished root a /dev of its own, in which there is no other: what makes a file system may refuse
// to when it sees another with the same UUID. And it is mounted (type) on a folder ("" the first)
// of ROOT_NEW. The latter two are undone by root_release.
#define ROOT_NEW "/run/salvor/new"
#define ROOT_NEW_DEVICE "/dev/salvor-new"
int root_new_node(const char *kernel_name, struct err *e);
int root_new_alone(struct root *r, const char *kernel_name, struct err *e);
int root_mount_new(struct root *r, const char *dir, const char *type, const char *options,
		   struct err *e);

// Ends what still runs in the chroot, unmounts all, leaves the namespace. To be called after
// every root_open that succeeded; its own error means that the file systems could not be
// unmounted properly.
int root_close(struct root *r, struct err *e);

// Is there a program at this path, resolved inside the root? True when it is a plain executable
// file.
bool root_has_program(const struct root *r, const char *path);

// private_dev.c: fills a folder (a fresh tmpfs) with the nodes described above, those of the
// volumes, and links by UUID and label.
int private_dev_fill(int dir, const struct volumes *v, const struct names *n, struct err *e);
// Those alone that are no disks.
int private_dev_basics(int dir, struct err *e);

#endif
