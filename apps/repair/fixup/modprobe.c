// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/modprobe.conf, by which Red Hat 4 and 5 choose the drivers of disks and network cards, also
// when they make an initrd again.
#include <string.h>

#include "repair/conf.h"
#include "repair/fixup/fixup.h"

static const char path[] = "/etc/modprobe.conf";

static bool has_driver(const struct s_kernel *k, enum driver d)
{
	return k->driver[d] >= DRIVER_LOADABLE;
}

// The controller's own driver of the first way that the kernel knows.
static const char *host_driver(const struct hyper *h, const struct s_kernel *k)
{
	for (unsigned b = 0; b < h->best; b++) {
		const char *host = NULL;
		bool all = true;

		for (unsigned i = 0; i < h->buses[b].n; i++) {
			all &= has_driver(k, h->buses[b].needs[i]);
			if (h->buses[b].needs[i] != DRIVER_SD_MOD)
				host = drivers[h->buses[b].needs[i]].module;
		}
		if (all)
			return host;
	}
	return NULL;
}

static const char *card_driver(const struct hyper *h, const struct s_kernel *k)
{
	for (unsigned i = 0; i < h->n_cards; i++)
		if (has_driver(k, h->cards[i].driver))
			return drivers[h->cards[i].driver].module;
	return NULL;
}

static int edit(struct repair *r, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	const char *card, *host;
	struct s_kernel k;
	bool there;

	if (!r->now.sys->n_kernels || step_read(r, path, &old, &there, e))
		return r->now.sys->n_kernels ? -1 : 0;
	if (!there)
		return 0;
	if (fixup_kernel(r, r->now.sys->n_kernels - 1, &k, e))
		return -1;
	if (k.kind == INITRD_SUSE) // its mkinitrd and its udev do not read such aliases
		return 0;
	card = card_driver(r->o->hyper, &k);
	host = host_driver(r->o->hyper, &k);
	if (!conf_modprobe(buf_str(&old), card, host, &new))
		return 0;
	edits_add(r->edits, "modprobe", path, "disks by %s, network cards by %s",
		  host ? host : "what was there", card ? card : "what was there");
	return step_write(r, path, &new, e);
}

const struct step_ops fixup_modprobe = {
	.name = "modprobe",
	.help = "names the target's disk controller and network card in modprobe.conf (Red Hat up "
		"to 5)",
	.why = "by this file the system chooses drivers, also whenever it makes an initrd again",
	.system = true,
	.needed = edit,
	.in_root = edit,
};
