// SPDX-License-Identifier: GPL-2.0-or-later
// Which names of network cards a system's configuration speaks of, and which cards those are.
#ifndef INSPECT_NICS_H
#define INSPECT_NICS_H

#include "inspect/survey.h"

enum nics_kind {
	NICS_IFCFG,
	NICS_INTERFACES,
	NICS_NETPLAN,
	NICS_NETWORKD,
	NICS_KEYFILE,
	NICS_RULES
};

struct nics {
	struct s_nic v[SYSTEM_NICS];
	unsigned n;
};

// Adds what one file says; pure. file: its name, for those that are named after the card.
void nics_read(enum nics_kind kind, const char *file, const char *text, struct nics *n);

// Does it mean a card by its address, and stays so? Those of other kinds lose that as a virtual
// machine's.
bool nics_by_address(enum nics_kind kind, const char *text);

// All that lie in a system's /etc, into sys->nics and sys->by_address.
void look_nics(struct s_system *sys, struct fs *root);

// The names that hang on the card's place and thus will be others in a virtual machine, each with
// the address of its card; "" where that is not known. m: the machine whose disk it is, NULL not
// known (an image file). pinned: out, SYSTEM_NICS. Returns how many.
unsigned nics_by_place(const struct s_system *sys, const struct s_machine *m, struct s_nic *pinned);

// Are there one name and one card alone, so that any card is the one?
bool nics_single(const struct s_system *sys, const struct s_machine *m);

#endif
