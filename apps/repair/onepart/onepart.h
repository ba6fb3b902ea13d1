// SPDX-License-Identifier: GPL-2.0-or-later
// The installed tree in one partition of a new disk, with a swap file: what goes in is planned from
// the survey, put together from the work disk (newfs, work/new_disk.h), then its own configuration
// and boot loader are made to fit.
#ifndef REPAIR_ONEPART_ONEPART_H
#define REPAIR_ONEPART_ONEPART_H

#include "newfs/newfs.h"
#include "repair/repair.h"
#include "repair/root.h"
#include "repair/text.h"

#define ONEPART_STEP "layout"	// what edits call it
#define ONEPART_SWAP "swapfile" // name of the swap file
#define ONEPART_BEYOND 8	// subvolumes that are named one by one
// The first partition; GRUB of a BIOS machine lies in front of it.
#define ONEPART_START (1u << 20)

struct repair;

// What is planned for one system.
struct onepart {
	struct root_mount mounts[ROOT_MOUNTS]; // in order; dir: of the patient's survey
	const char *subvolume[ROOT_MOUNTS];    // its path in the new one, too; NULL: a folder
	unsigned n;
	struct newfs_kind kind;
	const struct onepart_maker *maker; // NULL: an ext, which is made here
	char options[128];		   // of its mount while it is filled
	bool by_default;		   // the subvolume of / is what a plain mount shows
	char uuid[40], label[64];
	uint64_t used, inodes; // of the tree
	uint64_t swap;	       // bytes of the swap file, 0: none
	unsigned swaps;	       // partitions it takes the place of
	char swap_file[64];    // its path, seen from /; what is there already keeps its name
	char no_swap[32];      // the kernel that cannot swap to one; "" it can
	uint64_t swap_lost;    // bytes of swap that it had, then
	uint64_t least, size;  // bytes the disk needs, and gets
	uint64_t scratch;      // bytes that are written for it, about
	bool own_boot;	       // /boot was a partition of its own, and is a folder now
	char boot_uuid[40];    // of the file system that had it
	char boot[280];	       // what it is called in the new one: "/boot", "/@rootfs/boot"
	bool bls;	       // GRUB reads a file for each kernel in it
	bool gpt;	       // the new disk has one; else an MBR
	int esp;	   // the EFI system partition (index), which comes along as it is; -1: none
	uint64_t esp_len;  // bytes
	uint64_t start;	   // of the partition on the new disk
	char esp_dir[128]; // where fstab mounts it
	bool loader_stays; // of UEFI: it looks for nothing but what lies on that partition
	bool inside;	   // GRUB there has a volume or an array inside, on which its files were
	unsigned stubs;	   // files on the EFI system partition that say where GRUB's others lie
	bool has_resume;   // its initrd looks for a partition to resume from
	bool had_lvm;	   // its initrd, dracut's, looks for logical volumes
	struct {
		char path[256];
	} beyond[ONEPART_BEYOND]; // subvolumes that no line of fstab mounts, in none that one does
	unsigned n_beyond, snapshots; // snapshots: in those that are mounted
};

// What would be done with the system on p. size: of the disk, 0: what it needs and some room. A
// usage error where it cannot be done, or not in so few bytes.
int onepart_plan(struct onepart *o, struct patient *p, uint64_t size, struct err *e);
// The plan for people: what goes in, what is left out, the new disk; and the room that it takes
// meanwhile.
void onepart_tell(const struct onepart *o, const struct patient *p, struct edits *out);
void onepart_tell_scratch(const struct onepart *o, struct edits *out);

// conf.c: fstab, the boot loader's configuration and what tells a system of its partitions, in the
// mounted root of the new disk.
int onepart_configure(struct repair *r, const struct onepart *o, struct err *e);

// Arguments of kernels: nothing is to be waited for but the one partition. kernels: of lines that
// start one, which get what no initrd of the system can be told otherwise. True when changed.
bool onepart_arguments(struct repair *r, const struct onepart *o, const char *path,
		       const char *text, bool kernels, struct buf *out);
// The same in GRUB's block of variables, with where it finds a file for each kernel.
bool onepart_variables(struct repair *r, const struct onepart *o, const char *path,
		       const char *text, struct buf *out);

// made.c: file systems that the installed system's own program makes, as its kernel and its boot
// loader know it; files are copied.
struct onepart_maker {
	const char *type;
	const char *mount; // options while it is filled
	unsigned label_max;
	bool subvolumes;
	const char *swap_file;		      // where one belongs, seen from /
	unsigned swap_kernel;		      // since when a kernel can swap to one; 0: all can
	uint64_t (*least)(uint64_t contents); // bytes of a partition for so many
	// Its arguments behind the program, before the device. uuid: NULL: its own choice.
	void (*arguments)(const char **argv, const char *uuid, const char *label);
	// What gives it the UUID afterwards, where its program is too old to be told. NULL: none.
	const char *const *rename;
};
// NULL: there is none for this type.
const struct onepart_maker *onepart_maker(const char *type);
// The open root as what a new file system is made of. mounted: room for ROOT_MOUNTS.
int onepart_tree(const struct onepart *o, const struct root *root, dev_t *mounted,
		 struct newfs_tree *tree, struct err *e);
// Makes the file system in the partition of the new disk, and copies the tree into it.
int onepart_made(const struct onepart *o, struct patient *p, const struct names *names,
		 const struct disk *new, struct ui *ui, struct err *e);

// table.c: the new disk's partition table, in its file; and in pieces what is taken over as it is.
int onepart_table(const struct onepart *o, const struct patient *p, const char *file,
		  struct pieces *pieces, struct ui *ui, struct err *e);

// esp.c: what boot loaders read on the EFI system partition. To plan: what tells GRUB where /boot
// is is counted, and refused where it cannot be told. Then changed in the new disk's, with its root
// mounted; and looked at again.
int onepart_esp_plan(struct onepart *o, struct patient *p, struct err *e);
int onepart_esp_change(struct repair *r, const struct onepart *o, struct err *e);
int onepart_esp_check(struct repair *r, const struct onepart *o, struct err *e);

// places.c: the numbers of a partition's device, for a piece.
int onepart_number(const struct s_part *sp, unsigned *major, unsigned *minor, struct err *e);
// Pieces on volumes of the open root become pieces on the partition beneath.
int onepart_settle(const struct root *root, const struct patient *p, struct pieces *pieces,
		   struct err *e);

// run.c: only says what would be done, read-only.
int onepart_show(const char *disk, uint64_t size, struct edits *plan, struct err *e);
// How large the new disk has to be at least, and will be, in bytes. size as for onepart_plan.
int onepart_size(const char *disk, uint64_t size, uint64_t *least, uint64_t *chosen, struct err *e);
// Is it possible, and is there room for what is written for it? store: where, NULL: in memory.
int onepart_check(const char *disk, uint64_t size, const char *store, struct err *e);

struct onepart_disk {
	char path[256];
	struct map data; // MAP_DONE where it holds anything but zeros
};

// Makes the new disk over the work disk. done gets what was done. On failure the work disk is to be
// thrown away. disk->data is to be freed in any case.
int onepart_run(const struct work *w, const struct repair_options *ro, uint64_t size,
		struct edits *done, struct onepart_disk *disk, struct ui *ui, struct err *e);

#endif
