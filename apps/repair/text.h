// SPDX-License-Identifier: GPL-2.0-or-later
// Changing configuration files and nothing else in them: blanks, comments and order stay. Pure.
#ifndef REPAIR_TEXT_H
#define REPAIR_TEXT_H

#include <stdbool.h>

#include "base/buf.h"

// spec and dir are plain: escapes (\040) and quotes (LABEL="/") are undone.
struct fstab_line {
	char spec[256], dir[256], type[32], options[256];
};

enum fstab_verdict {
	FSTAB_KEEP,
	FSTAB_RENAME,  // `to` is the new first field
	FSTAB_OPTIONS, // `to` is the new fourth field, of an fstab
	FSTAB_DROP,    // the line becomes a comment; `to` is the reason, on a line before it
};

typedef enum fstab_verdict fstab_judge(void *arg, const struct fstab_line *l, char *to,
				       size_t size);

// Asks judge about every entry of an fstab or mtab. True when something was changed; out has the
// new text either way.
bool text_fstab(const char *text, fstab_judge *judge, void *arg, struct buf *out);

// The same for crypttab(5): spec is the device, dir the name it gets; type is one of these two.
#define CRYPT_KEY "crypt-key"
#define CRYPT_RANDOM "crypt-random" // a new key each time: what was there before is overwritten
bool text_crypttab(const char *text, fstab_judge *judge, void *arg, struct buf *out);

// The entries' fields one after the other; each returns non-zero to end.
int text_fstab_each(const char *text, int (*each)(void *arg, const struct fstab_line *l),
		    void *arg);
int text_crypttab_each(const char *text, int (*each)(void *arg, const struct fstab_line *l),
		       void *arg);

// Kernel arguments root=, resume= and RESUME= in a boot loader's configuration or a file of shell
// variables: map is asked with the value and gives the new one, or returns false. Comments are
// left alone but those that update-grub of GRUB legacy reads ("# kopt=", "# groot=").
typedef bool text_map(void *arg, const char *key, const char *value, char *to, size_t size);
bool text_kernel_args(const char *text, text_map *map, void *arg, struct buf *out);

// Kernel arguments of one of these keys ("rd.md.uuid", NULL at the end) are taken out when `ours`
// says so of their value. True when one was. Comments as above.
typedef bool text_match(void *arg, const char *key, const char *value);
bool text_drop_args(const char *text, const char *const *keys, text_match *ours, void *arg,
		    struct buf *out);

// GRUB legacy's drives: (hdN,M) becomes (hd0,M). True when something was changed.
bool text_grub_drives(const char *text, struct buf *out);

// Paths that a boot loader's configuration names, seen from the partition of /boot, become those
// seen from where boot is its path: "/boot", or "/@rootfs/boot" with / in a subvolume; "kernel
// /vmlinuz" -> "kernel /boot/vmlinuz". Those that begin with it stay. True when something was
// changed.
bool text_boot_paths(const char *text, const char *boot, struct buf *out);

// GRUB's few lines on an EFI system partition that say where its configuration lies: the file
// system of that UUID becomes another, and its paths change as above; boot NULL: they stay. True
// when something was changed.
bool text_grub_stub(const char *text, const char *uuid, const char *to, const char *boot,
		    struct buf *out);

// GRUB 2: "set root='mduuid/...'" (also md/0, (md0)) becomes a search for the file system with this
// UUID. True when something was changed.
bool text_grub_array_root(const char *text, const char *uuid, struct buf *out);

// When old is an environment block of GRUB 2 (grubenv), which has a fixed size, so is text made.
// False when what it holds is too long for that.
bool text_env_block(const char *old, struct buf *text);

// A variable of GRUB 2 gets a value in such a block, which has another size then. True when it had
// not that value; any other text stays as it is.
bool text_grub_variable(const char *text, const char *name, const char *value, struct buf *out);

// A further kernel argument in /etc/default/grub. True when it was not there.
bool text_grub_argument(const char *text, const char *argument, struct buf *out);

// The same for every kernel that a configuration of GRUB (both) or an entry of the boot loader
// specification starts.
bool text_kernel_argument(const char *text, const char *argument, struct buf *out);

// mdadm.conf: ARRAY lines and what continues them become comments. Returns how many arrays.
unsigned text_mdadm_conf(const char *text, struct buf *out);

#endif
