// SPDX-License-Identifier: GPL-2.0-or-later
// The survey: everything Salvor knows about a machine without having written a byte.
#ifndef INSPECT_SURVEY_H
#define INSPECT_SURVEY_H

#include <stdbool.h>

#include "base/json.h"
#include "base/ui.h"
#include "block/disk.h"
#include "block/smart.h"
#include "fsmap/fsmap.h"
#include "fsmap/lvm.h"
#include "hyper/hyper.h"
#include "initrd/initrd.h"
#include "inspect/entry.h"
#include "part/part.h"
#include "raid/raid.h"
#include "registry/windows.h"

enum disk_role { ROLE_PLAIN, ROLE_SURVIVOR, ROLE_MEMBER, ROLE_STALE, ROLE_MEDIUM, ROLE_EMPTY };

// What has contents on a disk: a partition, the disk as a whole, a logical volume, or a subvolume
// of btrfs. The part of a btrfs itself stands for its top, which holds all subvolumes.
struct s_part {
	struct part part; // of a volume: number 0, its size; of a subvolume: nothing
	// "/dev/sdb3"; of an image file "FILE#3"; a volume's is its partition's and its own:
	// "/dev/sdb3:vg/root"; a subvolume's: "/dev/sdb3:@rootfs", "/dev/sdb3:vg/root:@rootfs"
	char path[800];
	bool is_member;
	struct raid_member member; // valid when is_member
	int array;		   // index into survey.arrays, -1: no member
	bool stale;		   // its array went on without it
	int went_on; // the disk on which its file system lives on outside the mirror; -1: none
	bool has_fs;
	struct fs_info fs;	 // of the data behind the md header; valid when has_fs
	uint64_t fs_off, fs_len; // bytes on the disk of that data; of a volume: 0, its size
	char trouble[160];	 // damaged superblock, unreadable sectors, ...; ""
	struct lvm *lvm;	 // a physical volume: what lies on it; NULL
	char unread[160];	 // a physical volume: why that is not known; ""
	bool is_volume;
	unsigned pv;   // of a volume: the part that it lies on
	size_t volume; // and its index in the lvm of that one
	// A system lies in it, or mounts it. Its fs says what it is called; all else is known of
	// the part that it is on.
	bool is_subvolume;
	unsigned on; // a partition, or a volume
	struct fs_subvolume subvolume;
};

// What lies on the EFI system partition.
struct s_efi {
	bool there;
	int part;	   // index
	char loader[96];   // "/EFI/debian/shimx64.efi": what an installation put there; "" nothing
	char second[96];   // what that starts, from its own folder; ""
	char path[32];	   // where a firmware without an entry looks, "/EFI/BOOT/BOOTX64.EFI"; ""
	bool fallback;	   // that is there
	char config[96];   // of GRUB, all of it: "/EFI/redhat/grub.cfg"; ""
	unsigned entries;  // files in /loader/entries, one a kernel
	unsigned unified;  // kernels in /EFI/Linux, each with its initrd inside
	unsigned beyond;   // both on a partition that is for them alone (XBOOTLDR)
	bool systemd_boot; // which systemd-boot reads
};

struct s_disk {
	struct disk disk;
	enum disk_role role;
	struct part_table table;
	struct smart smart; // not known where nobody could say
	char boot_code[12]; // "grub-legacy" "grub2" "syslinux" "windows" "other" "none"
	struct s_efi efi;
	// One for each of the table; for a disk without partitions one that covers it all, number 0
	// (none when the disk is empty). When the disk as a whole is a member of an array, that
	// comes first, the partitions behind it. Then come the logical volumes on them, last the
	// subvolumes that are roots or mounted.
	struct s_part *parts;
	unsigned n;
	char trouble[160]; // could not be read, ...; ""
};

struct s_array {
	char uuid[36];
	char name[40]; // "md2"; what an array of 1.x is called: "md0", "root"
	int level;
	unsigned raid_devices; // members it should have
	unsigned working;      // slots for which an up-to-date member is here
	bool degraded;	       // working < raid_devices
	bool split;	       // two members each went on without the other
	int disk, part;	       // the member its contents are read from; -1: none is fit
};

struct s_mount { // one line of a system's fstab
	char spec[128], dir[128], type[24], options[256];
	char pass[8];	// when fsck checks it, "0" not; "" the line does not say
	int disk, part; // indices, the latter of the subvolume where there are some; -1: not ours
};

enum driver_place { DRIVER_ABSENT, DRIVER_LOADABLE, DRIVER_IN_INITRD, DRIVER_BUILT_IN };

// What a kernel brings along before it sees its disk.
struct s_kernel {
	char initrd[320];  // seen from /: "/boot/initrd-2.6.18.img"; "" none
	char packing[64];  // "gzip"
	char trouble[160]; // why its initrd could not be read; ""
	enum initrd_kind kind;
	bool unified;		 // it is a part of the kernel's own file, and stays as it is
	bool lvm;		 // which has LVM's program
	bool waits_md;		 // which waits for arrays by their UUIDs
	bool names_cards;	 // which loads drivers of network cards and names these
	bool modules;		 // /lib/modules/VERSION is there
	uint8_t driver[DRIVERS]; // enum driver_place
};

// The files of a kernel. Most are named by its version; where not, what it says of itself counts.
struct s_installed {
	char version[96]; // of its folder in /lib/modules
	char tag[96];	  // what its files in /boot have in their names: "vmlinuz-TAG"; "" nothing
	char name[96];	  // the version, or what it is called where another has that, too
	// An entry of systemd-boot names them, in the file system it is on itself; tag is its name
	// then. "" they are in /boot, and found by their names.
	char file[ENTRY_PATH], initrd[ENTRY_PATH];
	bool on_esp;   // on the EFI system partition, else in /boot
	bool unified;  // file has the initrd inside; initrd is the same
	char root[96]; // of one: the argument there that names an array or a disk; ""
};

// A network card as a system's configuration knows it.
struct s_nic {
	char name[16], mac[18]; // mac: "" it does not say
	bool rule;		// named by a udev rule for its address
};
#define SYSTEM_NICS 16

// Where a system has the loader itself, to be put on the EFI system partition.
#define SYSTEMD_BOOT "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"

struct s_system {
	int disk, part;	 // where its / lies: the subvolume, where there are some
	char name[96];	 // "CentOS release 5.11 (Final)", at least "Linux"
	char arch[12];	 // "i386" "x86_64"
	char family[12]; // "linux" "windows"
	// "grub-legacy" "grub2" "syslinux" "ntldr" "bootmgr" "none"; with all of their
	// configuration on the EFI system partition "grub2-esp" "systemd-boot"
	char boot_loader[16];
	char boot_config[96];	     // path seen from /: "/boot/grub/grub.conf"; "" none found
	int boot_disk, boot_part;    // where /boot lies; the same as / without its own
	char esp_at[128];	     // where the EFI system partition is mounted: "/boot/efi"
	struct s_installed *kernels; // newest last
	unsigned n_kernels;
	struct s_kernel *starts; // as many as kernels; NULL: not looked at
	struct s_mount *mounts;
	unsigned n_mounts;
	struct s_nic nics[SYSTEM_NICS];
	char by_address[96]; // the file that means a network card by its address; "" none
	unsigned n_nics;
	bool grub_efi;		 // it has GRUB's modules for UEFI
	bool systemd_boot;	 // it has systemd-boot as a file (SYSTEMD_BOOT)
	char mkfs[32];		 // path of what makes a file system of the kind of its /; "" none
	bool links;		 // its udev reads .link files (systemd since 209)
	struct windows *windows; // NULL: it is none
};

enum finding_level { FINDING_OK, FINDING_WARN, FINDING_STOP };
struct finding {
	enum finding_level level;
	char code[24];	  // "dev-empty"
	char subject[80]; // "/dev/sdb", "md2"
	char text[240];	  // one sentence for the operator
	char cure[24];	  // the repair step that removes it, "" none
	bool for_vm;	  // matters only when the system shall become a virtual machine
};

#define MACHINE_CARDS 8
#define CARD_NAMES 8

struct s_machine {
	char vendor[64], product[64], serial[64];
	bool efi; // started by UEFI
	bool acpi;
	unsigned bits, cpus; // bits: of the running programs
	uint64_t memory;     // bytes
	struct s_card {	     // network cards that are hardware
		char name[16], mac[18];
		char names[CARD_NAMES][16]; // what udev may call it by its place
		unsigned n_names;
	} cards[MACHINE_CARDS];
	unsigned n_cards;
};

struct survey {
	struct s_machine machine;
	struct s_disk *disks;
	unsigned n_disks;
	struct s_array *arrays;
	unsigned n_arrays;
	struct s_system *systems; // those of Linux first
	unsigned n_systems;
	struct finding *findings;
	unsigned n_findings;
};

// Looks at the given disks (or image files), or at all of this machine when n_paths is 0. A disk
// that cannot be read is in the result with its trouble; -1 only when nothing can be told at all.
int survey_make(struct survey *s, const char *const *paths, unsigned n_paths, struct ui *ui,
		struct err *e);
// The same, and what the kernels' initrds hold, which may take some seconds.
int survey_make_whole(struct survey *s, const char *const *paths, unsigned n_paths, struct ui *ui,
		      struct err *e);
void survey_free(struct survey *s);
// True when disks have come or gone since (a survey of this machine, not of named disks). Looks
// at /sys only.
bool survey_outdated(const struct survey *s);

// The index of the one survivor; -1 with *e telling that there is none, or which ones there are.
int survey_survivor(const struct survey *s, struct err *e);
// The system that a repair or an image of a disk is about: of several a Linux that has a boot
// loader, else the first. NULL: none.
const struct s_system *survey_system(const struct survey *s, int disk);
// The disk with this path, or of which this is a partition; -1.
int survey_disk(const struct survey *s, const char *path);
// An EFI system partition, and no boot code that a BIOS would start.
bool survey_starts_by_efi(const struct s_disk *d);
// Is the EFI system partition mounted as /boot, so that kernels lie on it?
bool survey_boot_is_esp(const struct s_disk *d, const struct s_system *sys);
// Is /boot a partition that systemd-boot reads, too (XBOOTLDR)?
bool survey_boot_is_extended(const struct s_disk *d, const struct s_system *sys);
// Is this one of the file systems that make up its tree, besides that of /? Swap and an EFI system
// partition are not.
bool survey_in_tree(const struct s_disk *d, const struct s_system *sys, const struct s_mount *m);
// Could all of its tree lie in one partition of a new disk? why: one phrase.
bool survey_can_join(const struct survey *s, const struct s_system *sys, char *why, size_t size);
// The contents of a part, from its disk; to be closed, then *below, which is NULL but for a volume.
// Of a subvolume: all of its file system.
struct src *survey_open_part(const struct s_disk *d, unsigned part, struct src *disk,
			     struct src **below);
// The part that a part's bytes are those of: of a subvolume what it is on, else itself.
unsigned survey_carrier(const struct s_disk *d, unsigned part);
// A name that does not depend on the disk's: LABEL=, UUID=, PARTLABEL=, PARTUUID= and the links to
// them in /dev/disk.
enum survey_tag_kind { TAG_LABEL, TAG_UUID, TAG_PARTLABEL, TAG_PARTUUID };
struct survey_tag {
	enum survey_tag_kind kind;
	const char *value; // the end of the spec
};
// False: it is none of these, or empty.
bool survey_tag(const char *spec, struct survey_tag *t);
bool survey_has_tag(const struct s_part *p, const struct survey_tag *t);
// The number of a partition that a name of its disk ends with: "/dev/sdb3", a link in
// /dev/disk/by-id or by-path. 0: it is none. *disk: how much of it is the disk's.
unsigned survey_part_number(const char *spec, size_t *disk);
// Is that for certain a name of the disk that a system lies on: by its serial number, as / is
// called, or the first one's where / is not called by a disk's name?
bool survey_names_own(const struct s_system *sys, const char *serial, const char *spec);
// Does it lie in a logical volume, or is it one?
bool survey_in_lvm(const struct s_disk *d, int part);
// Is it of a kind that has subvolumes? A mount then says which one it means.
bool survey_has_subvolumes(const struct s_part *p);
// What LVM says about a part that is a logical volume or lies in one; NULL: it does not.
const struct lvm_volume *survey_volume(const struct s_disk *d, unsigned part);
// What a part is called where its disk is known, or is the work disk, which nobody knows:
// "partition 3", "the whole disk", "vg/root", "@rootfs".
struct survey_name {
	char s[96];
} survey_name(const struct s_disk *d, const struct s_part *p);
// How many physical volumes of that group are here, old halves of mirrors apart.
unsigned survey_group_disks(const struct survey *s, const struct lvm *l);
void survey_free_volumes(struct s_disk *d);
// True when the disk is one that must never be a destination for work on `source`: itself, a member
// of the same array (its twin), the boot medium.  why: one phrase.
bool survey_forbidden(const struct survey *s, int source, int dest, char *why, size_t size);

// kernels.c: one kernel of a system. root: its /; files: where the kernel's own files are.
struct kernel_place {
	struct fs *fs;
	const char *dir; // the folder in it: "/boot", or "" for its top
	const char *at;	 // the same seen from /: "/boot", "/boot/efi"
};
void kernel_look(struct fs *root, const struct kernel_place *files, const struct s_installed *of,
		 struct s_kernel *k);

// The `survey --json` object as a value under key.
void survey_json(const struct survey *s, struct json *j, const char *key);
// For a terminal or the text viewer; no line longer than 75 columns.
void survey_text(const struct survey *s, struct buf *out);

#define PART_XBOOTLDR "bc13c2ff-59e6-4262-a352-b275fd6f7172" // type in a GPT

const char *role_name(enum disk_role r);
const char *finding_level_name(enum finding_level l);

#endif
