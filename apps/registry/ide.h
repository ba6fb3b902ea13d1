// SPDX-License-Identifier: GPL-2.0-or-later
// What Windows needs to start from an IDE disk of a virtual machine: QEMU's, Hyper-V's, VMware's
// and VirtualBox's are Intel's PIIX3 and PIIX4. Before Vista, a driver is only loaded that early
// when the "critical device database" names the device; Microsoft's article 314082 tells how.
#ifndef REGISTRY_IDE_H
#define REGISTRY_IDE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum { IDE_ATAPI, IDE_INTELIDE, IDE_PCIIDE, IDE_N_SERVICES };
// Both bus drivers are built on a library, pciidex.sys, which is no service.
enum { IDE_LIBRARY = IDE_N_SERVICES, IDE_N_FILES };
enum { IDE_N_DEVICES = 7 };

struct ide_service {
	const char *name, *title;
	const char *group; // when it is loaded, and its number there
	unsigned tag;
};
struct ide_device {
	const char *name; // in the database
	const char *service, *class;
};
extern const struct ide_service ide_services[IDE_N_SERVICES];
extern const struct ide_device ide_devices[IDE_N_DEVICES];
extern const char *const ide_files[IDE_N_FILES]; // in System32\drivers
// Folders below the system's, where setup and updates leave what they may need again; ends with
// NULL. Cabinets are not looked into.
extern const char *const ide_stores[];

// What there is.
enum ide_place { IDE_IN_PLACE, IDE_ELSEWHERE, IDE_NOWHERE };
struct ide_state {
	bool known; // the version of Windows is, and with it what it needs
	bool service[IDE_N_SERVICES], device[IDE_N_DEVICES];
	enum ide_place file[IDE_N_FILES];
};

// What of the rest can be put right. A service whose file is nowhere is left as it is: Windows
// would not start at all.
struct ide_cure {
	bool service[IDE_N_SERVICES], device[IDE_N_DEVICES], copy[IDE_N_FILES];
	bool registry, any; // one of the first two; one of all
};
void ide_curable(const struct ide_state *s, struct ide_cure *c);

// SYSTEM with the services and devices of the cure in it.
int ide_merge(const struct buf *system, const struct ide_cure *c, struct buf *out, struct err *e);

#endif
