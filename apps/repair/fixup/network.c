// SPDX-License-Identifier: GPL-2.0-or-later
// Names of network cards and CD drives that are tied to this machine's: with other hardware eth0
// would be eth1, and the address of the old card is asked for in vain.
#include <string.h>

#include "repair/conf.h"
#include "initrd/initrd.h"
#include "repair/fixup/fixup.h"

#define WHY "was tied to the hardware of the machine this disk comes from"

static const char *const rules[] = {
	"/etc/udev/rules.d/70-persistent-net.rules",
	"/etc/udev/rules.d/70-persistent-cd.rules",
	"/etc/udev/rules.d/z25_persistent-net.rules",
	"/etc/udev/rules.d/30-net_persistent_names.rules",
	"/etc/iftab",
};

// Folders with a file for each connection, what these begin with, what names the card in them, and
// the section where that gives an address.
static const struct place {
	const char *folder, *prefix, *key, *except;
} places[] = {
	{ "/etc/sysconfig/network-scripts", "ifcfg-", "HWADDR", NULL },
	{ "/etc/sysconfig/network", "ifcfg-", "HWADDR", NULL },
	{ "/etc/NetworkManager/system-connections", "", "mac-address", "[bridge]" },
};

// key NULL: all of it is commented out.
static int edit_file(struct repair *r, const char *path, const char *key, const char *except,
		     struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	struct err why;
	bool there;
	unsigned n;

	if (step_read(r, path, &old, &there, &why)) // a folder of that name, an unreadable one
		return 0;
	if (!there)
		return 0;
	n = key ? conf_comment_key(buf_str(&old), key, except, WHY, &new)
		: conf_comment_all(buf_str(&old), WHY, &new);
	if (!n)
		return 0;
	edits_add(r->edits, "network", path, "%s%s%u line%s commented out", key ? key : "",
		  key ? ": " : "", n, n == 1 ? "" : "s");
	return step_write(r, path, &new, e);
}

struct names_found {
	const struct place *p;
	struct text_list list;
};

static int take(void *arg, const char *name, unsigned type)
{
	struct names_found *f = arg;

	(void)type;
	if (name[0] != '.' && !strncmp(name, f->p->prefix, strlen(f->p->prefix)) &&
	    !strchr(name, '~') && f->list.n < 200) {
		char *path STR_AUTO = mem_printf("%s/%s", f->p->folder, name);

		text_list_add(&f->list, path);
	}
	return 0;
}

static int edit(struct repair *r, struct err *e)
{
	int rc = fixup_pin_cards(r, e);

	for (size_t i = 0; i < sizeof rules / sizeof *rules && !rc; i++)
		rc = edit_file(r, rules[i], NULL, NULL, e);
	for (size_t i = 0; i < sizeof places / sizeof *places && !rc; i++) {
		struct names_found f = { .p = &places[i] };

		rc = step_list(r, places[i].folder, take, &f, e);
		for (unsigned k = 0; k < f.list.n && !rc; k++)
			rc = edit_file(r, f.list.v[k], places[i].key, places[i].except, e);
		text_list_free(&f.list);
	}
	return rc;
}

const struct step_ops fixup_network = {
	.name = "network",
	.help = "frees names of network cards and drives from this machine's hardware, keeps those "
		"by which the system's configuration knows them",
	.why = "network cards have other places and may have other addresses there",
	.system = true,
	.needed = edit,
	.in_root = edit,
};
