// SPDX-License-Identifier: GPL-2.0-or-later
// Microsoft Hyper-V. Generation 1 has a BIOS and starts from its IDE, which the driver hv_storvsc
// takes over when it is there; generation 2 has UEFI and SCSI alone. The limit is that of a VHD;
// a VHDX may be larger, but generation 1 starts from a disk with an MBR, which ends there, too.
#include "hyper/hyper.h"

const struct hyper hyper_hyperv = {
	.name = "hyperv",
	.title = "Hyper-V",
	.buses = { { "Hyper-V storage", { DRIVER_HV_VMBUS, DRIVER_HV_STORVSC, DRIVER_SD_MOD }, 3 },
		   { "IDE", { DRIVER_ATA_PIIX, DRIVER_SD_MOD }, 2 },
		   { "IDE", { DRIVER_PIIX, DRIVER_IDE_DISK }, 2 } },
	.n_buses = 3,
	.best = 1,
	.efi_strict = true,
	.cards = { { "Hyper-V network", DRIVER_HV_NETVSC },
		   { "legacy network adapter", DRIVER_TULIP } },
	.n_cards = 2,
	.largest = 64ULL << 40,
	.largest_where = "a VHDX",
	.bios = "generation 1 (2 has UEFI alone)",
	.efi = "generation 2, secure boot off",
};
