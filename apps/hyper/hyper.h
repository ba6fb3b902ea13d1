// SPDX-License-Identifier: GPL-2.0-or-later
// What an image is for: hypervisors as the system inside sees them. One file each; order of list.h:
// order of every table shown. Nothing but facts.
#ifndef HYPER_HYPER_H
#define HYPER_HYPER_H

#include <stdbool.h>
#include <stdint.h>

enum driver {
#define X(name, module, config) DRIVER_##name,
#include "hyper/drivers.h"
#undef X
	DRIVERS
};
struct driver_facts {
	const char *module, *config;
};
extern const struct driver_facts drivers[DRIVERS];

#define HYPER_NEEDS 3
#define HYPER_BUSES 6
#define HYPER_CARDS 4

struct hyper {
	const char *name;  // of --for
	const char *title; // "VMware"
	// Ways a disk can be attached, and the drivers that each takes, all of them. Those it is
	// best at come first: `best` of them; the others are ways out.
	struct hyper_bus {
		const char *name;
		enum driver needs[HYPER_NEEDS];
		unsigned n;
	} buses[HYPER_BUSES];
	unsigned n_buses, best;
	bool strict;	 // the ways out do not exist there
	bool efi_strict; // nor where it starts by UEFI
	// Network cards, the best first.
	struct hyper_card {
		const char *name;
		enum driver driver;
	} cards[HYPER_CARDS];
	unsigned n_cards;
	uint64_t largest;	   // bytes a disk may have, 0: no limit that matters
	const char *largest_where; // what sets it
	const char *bios,
		*efi; // what to choose for a system that starts by BIOS, by UEFI; NULL: no
	bool cloud;   // started from an image many times, administered from outside
};

const struct hyper *hyper_find(const char *name); // NULL: none of that name
const struct hyper *const *hyper_all(void);	  // ends with NULL

#define X(n) extern const struct hyper hyper_##n;
#include "hyper/list.h"
#undef X

#endif
