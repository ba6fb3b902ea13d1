// SPDX-License-Identifier: GPL-2.0-or-later
// KVM with QEMU, and what is built on it: Proxmox, oVirt, libvirt.
#include "hyper/hyper.h"

const struct hyper hyper_kvm = {
	.name = "kvm",
	.title = "KVM",
	.buses = { { "virtio disk", { DRIVER_VIRTIO_PCI, DRIVER_VIRTIO_BLK }, 2 },
		   { "virtio SCSI", { DRIVER_VIRTIO_PCI, DRIVER_VIRTIO_SCSI, DRIVER_SD_MOD }, 3 },
		   { "SATA", { DRIVER_AHCI, DRIVER_SD_MOD }, 2 },
		   { "IDE", { DRIVER_ATA_PIIX, DRIVER_SD_MOD }, 2 },
		   { "IDE", { DRIVER_PIIX, DRIVER_IDE_DISK }, 2 } },
	.n_buses = 5,
	.best = 2,
	.cards = { { "virtio", DRIVER_VIRTIO_NET }, { "e1000", DRIVER_E1000 } },
	.n_cards = 2,
	.bios = "SeaBIOS, which is the usual firmware",
	.efi = "OVMF as firmware",
};
