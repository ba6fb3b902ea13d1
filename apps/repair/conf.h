// SPDX-License-Identifier: GPL-2.0-or-later
// Changing what ties a system's configuration to one machine's hardware. Pure; what is not changed
// is copied byte for byte.
#ifndef REPAIR_CONF_H
#define REPAIR_CONF_H

#include <stdbool.h>

#include "base/buf.h"

// Every line that is neither empty nor a comment becomes a comment, under a line with the reason.
// Returns how many.
unsigned conf_comment_all(const char *text, const char *why, struct buf *out);

// The same for lines that set key: "HWADDR=...", "mac-address = ...", but in the section except,
// "[bridge]"; NULL: in all.
unsigned conf_comment_key(const char *text, const char *key, const char *except, const char *why,
			  struct buf *out);

// lvm.conf: filters that let LVM see no disk of this kind ("sd") become comments, under a line with
// the reason. Returns how many.
unsigned conf_lvm_filter(const char *text, const char *kind, const char *why, struct buf *out);

// modprobe.conf of Red Hat up to 5: aliases of network cards (ethN) become those of `card` (NULL:
// stay), and for the disk controller `host` (NULL: none) there is a scsi_hostadapter at the end.
// Returns how many lines were changed or added.
unsigned conf_modprobe(const char *text, const char *card, const char *host, struct buf *out);

// Names, one a line, that are not in the text yet (/etc/initramfs-tools/modules, conf/modules),
// added at its end. Returns how many.
unsigned conf_add_modules(const char *text, const char *const *names, unsigned n, struct buf *out);

// A file of a shell that sets key to a list of words (INITRD_MODULES="a b"): the names that the
// last line that does so lacks are added there, or behind all of it where a shell would have to
// work out what it says. Returns how many.
unsigned conf_shell_add(const char *text, const char *key, const char *const *names, unsigned n,
			struct buf *out);

#endif
