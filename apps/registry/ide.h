// SPDX-License-Identifier: GPL-2.0-or-later
// What Windows needs to start from an IDE disk of a virtual machine: QEMU's, Hyper-V's, VMware's
// and VirtualBox's are Intel's PIIX3 and PIIX4. Before Vista, a driver is only loaded that early
// when the "critical device database" names the device; Microsoft's article 314082 tells how.
#ifndef REGISTRY_IDE_H
#define REGISTRY_IDE_H

#define IDE_CLASS "{4D36E96A-E325-11CE-BFC1-08002BE10318}"
#define DISK_CLASS "{4D36E967-E325-11CE-BFC1-08002BE10318}"

// Name of the service, file in System32\drivers, its group in the order of loading.
#define IDE_SERVICES(X)                                                                            \
	X("atapi", "atapi.sys", "SCSI miniport")                                                   \
	X("intelide", "intelide.sys", "System Bus Extender")                                       \
	X("pciide", "pciide.sys", "System Bus Extender")
// Both bus drivers are built on this one, which is no service.
#define IDE_LIBRARY "pciidex.sys"

// Key in the database, its service, its class.
#define IDE_DEVICES(X)                                                                             \
	X("pci#ven_8086&dev_7010", "intelide", IDE_CLASS)                                          \
	X("pci#ven_8086&dev_7111", "intelide", IDE_CLASS)                                          \
	X("pci#cc_0101", "pciide", IDE_CLASS)                                                      \
	X("primary_ide_channel", "atapi", IDE_CLASS)                                               \
	X("secondary_ide_channel", "atapi", IDE_CLASS)                                             \
	X("*pnp0600", "atapi", IDE_CLASS)                                                          \
	X("gendisk", "disk", DISK_CLASS)

#endif
