// SPDX-License-Identifier: GPL-2.0-or-later
// Names by which a configuration knows its network cards, when they come from the cards' places
// (enp2s0) or from a rule that goes: as a virtual machine's they would be others. A .link file
// gives the name to the card with the old address, which the import kit gives to the virtual one.
// Where the machine has one card and one name, a second file gives that to whatever card is there,
// should its address be another. A cloud chooses the address itself: there the only name goes to
// the only card, known by its driver.
#include <stdio.h>
#include <string.h>

#include "inspect/nics.h"
#include "repair/file.h"
#include "repair/fixup/fixup.h"

static bool exists(struct repair *r, const char *path, struct err *e)
{
	struct buf ignored BUF_AUTO = { 0 };
	bool there = false;

	return !step_read(r, path, &ignored, &there, e) && there;
}

static void match_drivers(const struct hyper *h, struct buf *out)
{
	buf_puts(out, "Driver=");
	for (unsigned i = 0; i < h->n_cards; i++)
		buf_printf(out, "%s%s", i ? " " : "", drivers[h->cards[i].driver].module);
}

// A card that got its name in the initrd keeps it: udev before 240 gives none twice.
static int put_in_initrds(struct repair *r, const char *path, const struct buf *text, struct err *e)
{
	for (unsigned i = 0; i < r->now.sys->n_kernels; i++) {
		struct s_kernel k;

		if (fixup_kernel(r, i, &k, e))
			return -1;
		if (!k.names_cards)
			continue;
		if (fixup_append_file(r, &k, path + 1, text, e))
			return -1;
		edits_add(r->edits, "network", k.initrd,
			  "gets this file, too: cards are named there; the old one is kept as "
			  "*" FIXUP_OLD);
	}
	return 0;
}

static int put(struct repair *r, const struct s_nic *nic, const char *prefix, const char *match,
	       const char *what, struct err *e)
{
	char *path STR_AUTO = mem_printf(FIXUP_LINKS "%s%s.link", prefix, nic->name);
	struct buf text BUF_AUTO = { 0 };

	if (exists(r, path, e))
		return 0;
	buf_printf(&text,
		   "# Salvor: as a virtual machine's the card has another place, and would get "
		   "another name\n[Match]\n%s\n\n[Link]\nName=%s\n",
		   match, nic->name);
	edits_add(r->edits, "network", path, "%s the name %s", what, nic->name);
	if (r->root && (file_folder(r->root->fd, "/etc/systemd", e) ||
			file_folder(r->root->fd, FIXUP_LINKS, e)))
		return -1;
	if (step_write(r, path, &text, e))
		return -1;
	return r->root ? put_in_initrds(r, path, &text, e) : 0;
}

// single: the machine has no other card. Only what is a device on a bus has a path, which older
// ones of udev compare with one pattern alone.
static int pin(struct repair *r, const struct s_nic *nic, bool single, struct err *e)
{
	struct buf match BUF_AUTO = { 0 };

	if (r->o->hyper->cloud) {
		match_drivers(r->o->hyper, &match);
		char *what STR_AUTO =
			mem_printf("the card with %s keeps", strchr(buf_str(&match), '=') + 1);

		return put(r, nic, FIXUP_BY_ADDRESS, buf_str(&match), what, e);
	}
	buf_printf(&match, "MACAddress=%s", nic->mac);
	char *what STR_AUTO = mem_printf("the card with the address %s keeps", nic->mac);

	if (put(r, nic, FIXUP_BY_ADDRESS, buf_str(&match), what, e))
		return -1;
	return single ? put(r, nic, FIXUP_ANY, "Path=*", "a card with another address gets", e) : 0;
}

int fixup_pin_cards(struct repair *r, struct err *e)
{
	struct s_nic v[SYSTEM_NICS];
	const struct s_machine *m;
	unsigned n;

	if (!r->first.sys->links || !r->machine)
		return 0;
	m = strcmp(r->real.transport, "file") ? &r->machine->machine : NULL;
	n = nics_by_place(r->first.sys, m, v);
	for (unsigned i = 0; i < n; i++) {
		if (r->o->hyper->cloud ? n == 1 : v[i].mac[0] != 0) {
			if (pin(r, &v[i], nics_single(r->first.sys, m), e))
				return -1;
		} else if (!r->again && !r->root) {
			ui_say(r->ui, UI_WARN,
			       "network card %s: %s: as a virtual machine's it gets another name, "
			       "put that into the configuration then",
			       v[i].name,
			       r->o->hyper->cloud
				       ? "it is one of several, and a cloud chooses their "
					 "addresses"
				       : "which card of this machine it is could not be found "
					 "out");
		}
	}
	return 0;
}
