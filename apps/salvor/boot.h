// SPDX-License-Identifier: GPL-2.0-or-later
// salvor boot: what init needs of the kernel's parameters, before anything else looks at them.
#ifndef SALVOR_BOOT_H
#define SALVOR_BOOT_H

#include <stdbool.h>

#include "base/ui.h"

// Leaves in the folder (NULL: /run/salvor), where only root may look: `cmdline` for salvor job, and
// the folder job for the consoles, when a job is wanted; `ssh` with the key, or its address, that
// remote hands come with. On Salvor itself the passwords are taken out of what can be read:
// /proc/cmdline, and the kernel's messages, which go on in /var/log/messages. Gives an exit status.
int boot_main(const char *cmdline, const char *folder);

// Is this the rescue system itself, not some machine the program was carried to?
bool on_salvor(void);
// There the network is set up, unless it is already, as the kernel's parameters say, else by DHCP.
// Elsewhere there is nothing to do.
int need_network(struct ui *ui, struct err *e);
// There the log is kept in a file that all consoles show.
void open_log(void);

#endif
