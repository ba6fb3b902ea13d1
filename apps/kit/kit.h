// SPDX-License-Identifier: GPL-2.0-or-later
// The import kit: small files beside an image from which a hypervisor makes the machine around it.
// One member per file; each is a function of the facts alone. Names of files, machines, systems and
// disks come from anywhere: they are quoted as each language wants it.
#ifndef KIT_KIT_H
#define KIT_KIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define KIT_CARDS 8

struct kit_change {
	const char *step, *subject, *text;
	const char *why; // of the whole step; NULL: not known
};

struct kit {
	const char *target; // "kvm" "hyperv" "vmware" "cloud"
	const char *image;  // the file beside which the kit lies, without folder
	const char *format; // "qcow2" "raw" "vhd" "vhdx" "vmdk"
	bool packed;	    // stream-optimized, or a stream of zstd: not to be started as it is
	bool split;	    // it lies in parts, NAME.001 and so on
	uint64_t disk_size, file_size; // bytes
	uint64_t memory;	       // bytes of the machine; 0 not known
	unsigned cpus;		       // 0 not known
	bool efi;		       // starts by UEFI
	bool windows;
	unsigned nt; // its version: 52 is Windows NT 5.2
	bool bits_64;
	bool no_acpi;	    // it is a Windows that was set up for a machine without
	const char *bus;    // how the disk is attached: see kit_bus; NULL: nobody has looked
	const char *card;   // network card, in the same way
	const char *system; // "CentOS release 5.11 (Final)"; "" none was found
	const char *disk;   // where it comes from: model and serial number
	struct kit_card {
		char mac[18];
	} cards[KIT_CARDS]; // of the machine
	unsigned n_cards;
	bool pinned; // cards' names are tied to these addresses in files of systemd's
	const struct kit_change *changes;
	unsigned n_changes;
	const char *const *advice; // what is left to do, sentences
	unsigned n_advice;
	const char *version; // of Salvor
};

struct kit_ops {
	const char *suffix;		     // of its name, behind the image's: ".xml"
	const char *targets;		     // with blanks around each: " kvm cloud "
	const char *help;		     // what it is for, one line
	bool (*wanted)(const struct kit *k); // NULL: always
	void (*make)(const struct kit *k, struct buf *out);
};

// The members for k->target, one after the other: *at is 0 at first. NULL: no more.
const struct kit_ops *kit_next(const struct kit *k, unsigned *at);

// The image formats a target can import, with blanks between, the first of them the one to choose.
// NULL: there is no such target.
const char *kit_formats(const char *target);

// Inside kit/: what the members share.

// Bytes, rounded up to a multiple of a power of two, by a sixteenth at most: of what a machine has,
// its firmware and its kernel keep a part back. 2 GiB when nobody knows.
uint64_t kit_memory(const struct kit *k);
unsigned kit_cpus(const struct kit *k);
// The machine's name: the image's, with plain characters only.
void kit_name(const struct kit *k, char *name, size_t size);
// The image as the hypervisor will see it: without the suffix of a stream that is unpacked first.
void kit_image(const struct kit *k, char *name, size_t size);

// What VMware and CIM's schema call the system.
struct kit_guest {
	const char *vmx, *ovf;
	unsigned cim;
};
const struct kit_guest *kit_guest(const struct kit *k);

// The version of VMware's virtual hardware: the oldest that has what is needed, for any product to
// read.
unsigned kit_vmware_version(const struct kit *k);

// Ways to attach a disk, and network cards, as everybody here calls them.
enum kit_bus {
	BUS_VIRTIO,
	BUS_VIRTIO_SCSI,
	BUS_SATA,
	BUS_IDE,
	BUS_HYPERV,
	BUS_PVSCSI,
	BUS_LSI_SAS,
	BUS_LSI,
};
enum kit_nic { NIC_VIRTIO, NIC_E1000, NIC_VMXNET3, NIC_PCNET, NIC_HYPERV, NIC_TULIP };
// What every system has a driver for when nobody has looked.
enum kit_bus kit_bus(const struct kit *k);
enum kit_nic kit_nic(const struct kit *k);

// quote.c: add a text that has become harmless. Characters that control anything become '?' first.
void quote_plain(struct buf *out, const char *text);
void quote_xml(struct buf *out, const char *text);	  // inside '...', "..." or an element
void quote_powershell(struct buf *out, const char *text); // with the '...' around it
void quote_vmx(struct buf *out, const char *text);	  // with the "..." around it
void quote_shell(struct buf *out, const char *text);	  // one word of sh's
void quote_uri(struct buf *out, const char *text);	  // a file's name as a relative reference

#define X(n) extern const struct kit_ops kit_##n;
#include "kit/list.h"
#undef X

#endif
