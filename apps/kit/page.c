// SPDX-License-Identifier: GPL-2.0-or-later
// One page for people: what the image is, what was changed in it and why, what is left to do.
#include <string.h>

#include "base/paragraph.h"
#include "base/size.h"
#include "kit/kit.h"

#define WIDTH 78
#define FOLDER "/etc/systemd/network"

static void heading(struct buf *out, const char *text)
{
	buf_printf(out, "\n%s\n", text);
	for (size_t i = strlen(text); i; i--)
		buf_puts(out, "-");
	buf_puts(out, "\n\n");
}

static void lines(struct buf *out, const char *text, const char *first, const char *others)
{
	struct buf clean BUF_AUTO = { 0 };

	quote_plain(&clean, text);
	paragraph(out, first, others, buf_str(&clean), WIDTH);
}

static void point(struct buf *out, const char *text)
{
	lines(out, text, "- ", "  ");
}

static void put_facts(const struct kit *k, struct buf *out)
{
	char name[64];

	kit_name(k, name, sizeof name);
	buf_puts(out, "Image      ");
	quote_plain(out, k->image);
	buf_printf(out, "\n           %s, a disk of %s\n", k->format, size_show(k->disk_size).s);
	buf_puts(out, "System     ");
	quote_plain(out, *k->system ? k->system : "none was found");
	buf_puts(out, "\nFrom       ");
	quote_plain(out, k->disk);
	buf_printf(out, "\nMachine    %s: %u processor%s, %s of memory%s, starts by %s\n", name,
		   kit_cpus(k), kit_cpus(k) == 1 ? "" : "s", size_show(kit_memory(k)).s,
		   k->memory ? "" : " (a guess)", k->efi ? "UEFI" : "BIOS");
	if (k->bus || k->card)
		buf_printf(out, "Attach     %s%s%s%s%s\n", k->bus ? "the disk as " : "",
			   k->bus ? k->bus : "", k->bus && k->card ? "; " : "",
			   k->card ? "network card: " : "", k->card ? k->card : "");
	for (unsigned i = 0; i < k->n_cards; i++) {
		buf_puts(out, i ? "           " : "MAC        ");
		quote_plain(out, k->cards[i].mac);
		buf_puts(out, "\n");
	}
}

static void put_changes(const struct kit *k, struct buf *out)
{
	heading(out, "What was changed in the image, and why");
	if (!k->n_changes)
		buf_puts(out, "Nothing: it is what the disk was.\n");
	for (unsigned i = 0; i < k->n_changes; i++) {
		const struct kit_change *c = &k->changes[i];
		char *line STR_AUTO = mem_printf("%s: %s", c->subject, c->text);

		if (!i || strcmp(c->step, c[-1].step)) {
			char *head STR_AUTO = mem_printf("%s%s%s.", c->step, c->why ? ": " : "",
							 c->why ? c->why : "");

			buf_puts(out, i ? "\n" : "");
			lines(out, head, "", "");
		}
		point(out, line);
	}
	buf_puts(out, "\nThe disk it was made from is as it was.\n");
}

// How to get it in where the files beside it are of no use.
static void put_others(const struct kit *k, struct buf *out)
{
	struct buf word BUF_AUTO = { 0 };
	char image[512], name[64];

	kit_image(k, image, sizeof image);
	quote_shell(&word, image);
	kit_name(k, name, sizeof name);
	if (!strcmp(k->target, "kvm")) {
		char *line STR_AUTO = mem_printf("Proxmox VE: qm importdisk VMID %s STORAGE, for a "
						 "machine as described above.",
						 buf_str(&word));

		point(out, line);
	} else if (!strcmp(k->target, "cloud")) {
		char *line STR_AUTO = mem_printf(
			"OpenStack: openstack image create --disk-format %s --container-format "
			"bare%s --file %s %s",
			k->format, k->efi ? " --property hw_firmware_type=uefi" : "",
			buf_str(&word), name);

		point(out, line);
	}
}

static void put_format_advice(const struct kit *k, struct buf *out)
{
	if (k->split) {
		struct buf word BUF_AUTO = { 0 };

		quote_shell(&word, k->image);
		char *line STR_AUTO =
			mem_printf("The image lies in parts. Join them first, in the order of "
				   "their numbers: cat %s.[0-9]* > %s (on Windows: copy /b "
				   "with + between them).",
				   buf_str(&word), buf_str(&word));

		point(out, line);
	}
	if (k->packed && strcmp(k->format, "vmdk"))
		point(out, "The image is packed: unpack it first with zstd -d.");
	else if (k->packed)
		point(out, "The disk is packed for import (stream-optimized): import the OVF, or "
			   "unpack it on ESXi with vmkfstools -i. It cannot be started as it is.");
	if (!strcmp(k->format, "vhd") || !strcmp(k->format, "vhdx"))
		point(out,
		      "When Windows says 0xC03A001A, the file became sparse on its way: fsutil "
		      "sparse setflag FILE 0.");
	if (k->windows)
		point(out,
		      "Do not attach the image to the machine it comes from: two disks with one "
		      "signature confuse Windows.");
	if (k->no_acpi)
		point(out,
		      "This Windows was set up for a machine without ACPI: the machine must have "
		      "none, and does not switch itself off.");
	if (k->pinned && strcmp(k->target, "cloud"))
		point(out,
		      "Network cards keep the names that the system knows by their old MAC "
		      "addresses: " FOLDER
		      "/10-salvor-NAME.link. Where the machine gets others, write them there.");
	else if (k->n_cards && strcmp(k->target, "cloud"))
		point(out, "The files here give the machine its old MAC addresses. With others, "
			   "whatever knows it by them takes it for another: DHCP servers, "
			   "licences, a configuration that names a card by its address.");
	point(out, "Only one of the two machines may be on: both have the same addresses.");
}

static void make(const struct kit *k, struct buf *out)
{
	unsigned at = 0;

	put_facts(k, out);
	put_changes(k, out);
	heading(out, "What is left to do");
	for (const struct kit_ops *m; (m = kit_next(k, &at));) {
		char *line STR_AUTO = mem_printf("%s%s: %s.", k->image, m->suffix, m->help);

		if (m != &kit_page)
			point(out, line);
	}
	put_others(k, out);
	for (unsigned i = 0; i < k->n_advice; i++)
		point(out, k->advice[i]);
	put_format_advice(k, out);
	buf_puts(out, "\nMade by Salvor ");
	quote_plain(out, k->version);
	buf_puts(out, ".\n");
}

const struct kit_ops kit_page = {
	.suffix = ".txt",
	.targets = " kvm hyperv vmware cloud ",
	.help = "this page",
	.make = make,
};
