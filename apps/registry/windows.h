// SPDX-License-Identifier: GPL-2.0-or-later
// What an installed Windows is, and what of it will not survive the move to another machine: read
// from its registry. Flat, so that a process apart can hand it over as it is.
#ifndef REGISTRY_WINDOWS_H
#define REGISTRY_WINDOWS_H

#include <stdbool.h>

#include "registry/hive.h"
#include "registry/ide.h"

#define WINDOWS_ADDRESSES 8
#define WINDOWS_DRIVERS 16

struct windows_address {
	char adapter[64]; // "Local Area Connection", or a GUID
	char address[48], mask[48], gateway[48];
};

struct windows {
	char product[96];      // "Windows Server 2003 R2"
	char service_pack[48]; // "Service Pack 2"; ""
	char version[32];      // "5.2.3790"; "" not known
	unsigned major, minor, build;
	char arch[12];	   // "i386" "x86_64" "aarch64" "ia64" "unknown"
	char hal[12];	   // "acpi" "standard" "mps" "other"; "" not known
	char hal_name[64]; // as its device manager calls it
	struct windows_driver {
		char name[16];
		unsigned start;	    // 0 boot ... 4 never
	} drivers[WINDOWS_DRIVERS]; // of disks in virtual machines, those that are there
	unsigned n_drivers;
	struct ide_state ide_state;
	char ide[200]; // what it lacks to start from an IDE disk, with commas; ""
	char root[16]; // its folder: "/WINDOWS"
	struct windows_address addresses[WINDOWS_ADDRESSES]; // those not from DHCP
	unsigned n_addresses;
	bool torn;	   // the registry is to be put right from its log first
	bool hibernated;   // or shut down by "fast startup"
	char trouble[160]; // why not everything is known; ""
};

// Fills *w from the hive SYSTEM; from SOFTWARE and hal.dll, too, where these have bytes. What is
// not known stays empty. -1 when SYSTEM is no registry.
int windows_read(struct windows *w, const struct buf *system, const struct buf *software,
		 const struct buf *hal, struct err *e);

// ControlSet00N, the one that is used next; 0: there is none.
hive_key windows_control_set(struct hive *h);

// Fills w->ide from w->ide_state.
void windows_ide_tell(struct windows *w);

#endif
