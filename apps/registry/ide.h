// SPDX-License-Identifier: GPL-2.0-or-later
// What Windows needs to start from an IDE disk of a virtual machine: QEMU's, Hyper-V's, VMware's
// and VirtualBox's are Intel's PIIX3 and PIIX4. Before Vista, a driver is only loaded that early
// when the "critical device database" names the device; Microsoft's article 314082 tells how.
#ifndef REGISTRY_IDE_H
#define REGISTRY_IDE_H

#include <stdbool.h>
#include <stdint.h>

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
// Folders below the system's, where setup and updates leave what they may need again, and the
// cabinets there, the newest first; both end with NULL. To be read by ide_path.
extern const char *const ide_stores[], *const ide_cabinets[];
#define IDE_DRIVER_MAX ((size_t)4 << 20) // bytes

// root/store/name, for a Windows of this architecture; name NULL: without it. False: too long.
bool ide_path(char *path, size_t size, const char *root, const char *store, const char *arch,
	      const char *name);
// Is it a driver for that architecture?
bool ide_fits(const struct buf *file, const char *arch);

// What there is.
enum ide_place { IDE_IN_PLACE, IDE_ELSEWHERE, IDE_IN_CABINET, IDE_NOWHERE };
struct ide_state {
	bool known; // the version of Windows is, and with it what it needs
	bool service[IDE_N_SERVICES], device[IDE_N_DEVICES];
	enum ide_place file[IDE_N_FILES];
	uint8_t cabinet[IDE_N_FILES]; // in ide_cabinets; of those that are in one
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
