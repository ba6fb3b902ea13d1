// SPDX-License-Identifier: GPL-2.0-or-later
// Inside inspect/: the parts of a survey, in the order they are made.
#ifndef INSPECT_LOOK_H
#define INSPECT_LOOK_H

#include "inspect/survey.h"

// A survey in the making: the disks are open, file systems are opened when they are first asked
// for.
struct look {
	struct survey *s;
	struct src **src;	 // s->n_disks of them; NULL: could not be opened
	struct smartctl **smart; // as many questions after their health; NULL: not asked
	struct look_fs {
		int disk, part;
		struct src *window, *below;
		struct fs *fs; // NULL: cannot be read here; of a subvolume: entered
		struct fs_subvolumes *subvolumes; // NULL: not asked for
	} * open;
	unsigned n_open;
	struct ui *ui;
};

// machine.c: what the running kernel knows.
void look_machine(struct s_machine *m);

// disks.c: partition table, members, file systems of one disk; s may be NULL when it could not be
// opened.
void look_disk(struct s_disk *d, struct src *s);

// volumes.c: the logical volumes on it; and, when the arrays are known, which of them are old.
void look_volumes(struct s_disk *d, struct src *s);
void look_stale_volumes(struct survey *s);

// boot_code.c: what is in the boot sector; text as in s_disk.boot_code.
void look_boot_code(struct s_disk *d, struct src *s);

// survivor.c: groups members into arrays, finds the stale, gives every disk its role (but for those
// of look_disk: boot medium, empty). Pure.
void look_arrays(struct survey *s);

// The file system in a partition, NULL when it cannot be read. Stays open until the survey is done.
struct fs *look_open(struct look *l, int disk, int part);

// The subvolumes of a file system; NULL: cannot be read.
const struct fs_subvolumes *look_all_subvolumes(struct look *l, int disk, int part);

// subvolumes.c: the part that a mount with these options shows of a file system, itself where it
// has no subvolumes; -1: one that is not there.
int look_subvolume(struct look *l, int disk, int part, const char *options);
// Calls add for every subvolume of a btrfs that is a system's root.
void look_subvolume_systems(struct look *l, int disk, int part,
			    void (*add)(struct look *l, int disk, int part, struct fs *fs));

// system.c: every installed system. Uses those below.
void look_systems(struct look *l);
// windows.c: the Windows in a partition, when there is one.
void look_windows(struct look *l, int disk, int part);
// Does the file system look like the root of a Linux?
bool look_is_root(struct fs *fs);
// mounts.c: the next line of an fstab that mounts something, not resolved. False: there is none.
bool look_fstab_line(const char **text, struct s_mount *m);
// fstab, resolved.
void look_mounts(struct look *l, struct s_system *sys, struct fs *root);
// boot_loader.c: where /boot lies, which loader, which configuration, which kernels.
void look_boot(struct look *l, struct s_system *sys, struct fs *root);
// installed.c: the kernels in the folder dir of boot; with systemd-boot those that it starts.
void look_installed(struct look *l, struct s_system *sys, struct fs *root, struct fs *boot,
		    const char *dir);
// entries.c: adds those that entries on a file system name: the EFI system partition, or /boot.
void look_entries(struct s_system *sys, struct fs *root, struct fs *fs, bool on_esp);
#define MAX_KERNELS 64
#define KERNEL_SETUP_MAX (64U * 512) // the part of a kernel for real mode
// The version that a kernel's first 32 KiB say. False: it is no kernel for PCs, or says none.
bool look_kernel_says(struct view setup, char *version, size_t size);
// efi.c: what a disk's EFI system partition holds.
void look_efi(struct look *l, int disk);
// kernels.c: what every kernel brings along.
void look_kernels(struct look *l);

// The first `max` bytes of a file as text; "" when it is not there. To be freed by buf_free.
struct buf look_file(struct fs *fs, const char *path, size_t max);
bool look_exists(struct fs *fs, const char *path);
bool look_is_dir(struct fs *fs, const char *path);

#endif
