// SPDX-License-Identifier: GPL-2.0-or-later
// What a kernel finds in its initrd, and adding to it. A file holds archives one behind the other,
// each plain or packed, with zeros between them (kernel: init/initramfs.c). Pure: the file's
// bytes come as a view.
#ifndef INITRD_INITRD_H
#define INITRD_INITRD_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/view.h"

// Who made it: that decides who makes it anew, and what makes its init load a driver.
enum initrd_kind {
	INITRD_OTHER,
	INITRD_NASH,   // mkinitrd of Red Hat 4 and 5: init is a script with one insmod per driver
	INITRD_SUSE,   // mkinitrd of SUSE up to 11
	INITRD_TOOLS,  // initramfs-tools of Debian and Ubuntu
	INITRD_DRACUT, // dracut
};

// Kernel arguments that dracut writes down when it makes an initrd for one machine (hostonly): of
// arrays, "rd.md.uuid=...".
#define INITRD_MD_WAIT "etc/cmdline.d/90mdraid.conf"

struct text_list { // texts, each once is the caller's business
	char **v;
	unsigned n, cap;
};
void text_list_add(struct text_list *l, const char *text);
bool text_list_has(const struct text_list *l, const char *text);
void text_list_free(struct text_list *l);

struct initrd {
	enum initrd_kind kind;
	unsigned archives;
	uint64_t unpacked;	  // bytes of its archives
	char packing[64];	  // of its archives, in order: "none, zstd"
	bool lvm;		  // LVM's program is in it
	bool waits_md;		  // dracut's: for arrays that INITRD_MD_WAIT names
	bool card_rule;		  // its udev names network cards by .link files
	bool junk;		  // ends with what no kernel understands: nothing behind it counts
	size_t lz4_off, lz4_len;  // the first archive packed by lz4; no length: there is none
	struct text_list modules; // paths: "lib/modules/VERSION/kernel/..../ext4.ko"
	struct text_list folders, links;
	struct buf init;	 // the script, when it is one
	struct buf conf_modules; // of initramfs-tools: conf/modules
};

// name: for messages. On failure nothing is to be freed.
int initrd_read(struct initrd *i, struct view file, const char *name, struct err *e);
void initrd_free(struct initrd *i);

// "virtio_blk" for ".../virtio-blk.ko.xz"; "" when it is no module.
void module_name(const char *path, char *name, size_t size);
bool initrd_has(const struct initrd *i, const char *module);

// --- what a kernel's own lists say; text: of /lib/modules/VERSION/modules.dep and the like

// The module's path, seen from /lib/modules/VERSION ("kernel/..."). False: there is none.
bool depend_path(const char *dep, const char *module, char *path, size_t size);
// Adds the paths of all modules that it needs and its own, in the order of loading.
bool depend_order(const char *dep, const char *module, struct text_list *paths);
// modules.builtin; a kernel's configuration ("CONFIG_VIRTIO_BLK").
bool depend_builtin(const char *builtin, const char *module);
bool config_builtin(const char *config, const char *symbol);

// --- adding

struct initrd_file {
	const char *path; // in the archive
	const void *data;
	size_t len;
	unsigned mode;
};

// A stream packed by lz4 has no end mark: kernels before 5.13 take what comes behind it for damage.
// Packs that of i by gzip instead, in file; what i holds is of the old file then.
int initrd_pack_anew(const struct initrd *i, struct buf *file, struct err *e);

// Writes an archive of these files to out, to be put behind the initrd's file_len bytes (zeros
// that align it come first). Folders that the initrd does not have are made; a link of it stays
// what it is.
int initrd_append(const struct initrd *i, uint64_t file_len, const struct initrd_file *files,
		  unsigned n, struct buf *out, struct err *e);

// Where the modules of this initrd lie, and so where more of them go: "lib/" or
// "usr/lib/modules/VERSION/".
void initrd_place(const struct initrd *i, const char *version, char *out, size_t size);

// The init script of INITRD_NASH that loads these modules, too (names of files in lib/).
// False: the script has no place for it.
bool initrd_nash_load(const struct initrd *i, const struct text_list *files, struct buf *out);

#endif
