// SPDX-License-Identifier: GPL-2.0-or-later
// A destination's file system, mounted for the time of a job.
#ifndef DEST_MOUNT_H
#define DEST_MOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "dest/unlock.h"
#include "far/login.h"

struct mounted {
	char dir[128]; // where it is; "" not mounted
	struct unlock unlock;
	struct forcer *forcer; // see mount_abandon
};

// type as blkid names it. Unlocks the device and mounts it under /run/salvor/mnt.
int mount_begin(struct mounted *m, const char *device, const char *type, struct err *e);
// The same for reading: nothing is unlocked, nothing written. e->num is EROFS when the journal
// must be replayed first.
int mount_to_read(struct mounted *m, const char *device, const char *type, struct err *e);

// The folder of a server, by its address (share/share.h). inside: what of the address is a path
// below what is mounted, from a / on.
int mount_share(struct mounted *m, const char *address, const struct login *login, bool write,
		struct ui *ui, char *inside, size_t size, struct err *e);

// The folder `path` of the mounted file system, opened: links on it lead nowhere but inside. -1:
// errno tells.
int mount_open_folder(const struct mounted *m, const char *path);
// The plain path, from outside, of the file `path` on the mounted file system.
int mount_path(const struct mounted *m, const char *path, char *out, size_t size, struct err *e);

// Its server has gone: what still waits for it, in any thread, fails soon, up to mount_end, which
// writes nothing out then.
void mount_abandon(struct mounted *m);

// Writes everything out, unmounts, locks the device again.
void mount_end(struct mounted *m);

#endif
