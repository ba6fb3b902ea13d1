// SPDX-License-Identifier: GPL-2.0-or-later
// VMware ESXi, Workstation; VirtualBox has the same controllers but for the first. Systems were
// seen to start from PVSCSI, LSI Logic SAS, SATA and IDE as QEMU has them; of parallel LSI Logic
// it has none (its LSI is another chip with its own driver): there the driver was seen to load.
#include "hyper/hyper.h"

const struct hyper hyper_vmware = {
	.name = "vmware",
	.title = "VMware",
	.buses = { { "PVSCSI", { DRIVER_PVSCSI, DRIVER_SD_MOD }, 2 },
		   { "LSI Logic SAS", { DRIVER_MPTSAS, DRIVER_SD_MOD }, 2 },
		   { "LSI Logic", { DRIVER_MPTSPI, DRIVER_SD_MOD }, 2 },
		   { "SATA", { DRIVER_AHCI, DRIVER_SD_MOD }, 2 },
		   { "IDE", { DRIVER_ATA_PIIX, DRIVER_SD_MOD }, 2 },
		   { "IDE", { DRIVER_PIIX, DRIVER_IDE_DISK }, 2 } },
	.n_buses = 6,
	.best = 3,
	.cards = { { "VMXNET 3", DRIVER_VMXNET3 },
		   { "E1000", DRIVER_E1000 },
		   { "flexible", DRIVER_PCNET32 } },
	.n_cards = 3,
	.largest = 62ULL << 40,
	.largest_where = "a VMDK of ESXi",
	.bios = "BIOS as firmware",
	.efi = "EFI as firmware",
};
