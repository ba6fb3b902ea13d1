// SPDX-License-Identifier: GPL-2.0-or-later
// A cloud that imports images: what all of them ask for. Its disks are virtio and nothing else.
#include "hyper/hyper.h"

const struct hyper hyper_cloud = {
	.name = "cloud",
	.title = "Cloud",
	.buses = { { "virtio disk", { DRIVER_VIRTIO_PCI, DRIVER_VIRTIO_BLK }, 2 },
		   { "virtio SCSI", { DRIVER_VIRTIO_PCI, DRIVER_VIRTIO_SCSI, DRIVER_SD_MOD }, 3 } },
	.n_buses = 2,
	.best = 2,
	.strict = true,
	.cards = { { "virtio", DRIVER_VIRTIO_NET } },
	.n_cards = 1,
	.largest = 2ULL << 40,
	.largest_where = "most clouds' import",
	.bios = "BIOS as firmware",
	.efi = "UEFI as firmware, where the cloud has it",
	.cloud = true,
};
