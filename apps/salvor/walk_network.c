// SPDX-License-Identifier: GPL-2.0-or-later
// The operator's way to a network: what is plugged in, an address from a server or by hand, and how
// far it works.
#include "salvor/form.h"

#include <string.h>

#include "net/check.h"
#include "net/net.h"
#include "salvor/boot.h"
#include "salvor/network.h"

static const char title[] = "Network";
static const char help[] =
	"Until you come here nothing is sent to any network. This screen switches the cards on, so "
	"that their cables can be seen.\n\n"
	"Automatic asks for an address on every card with a cable at once (DHCP); that takes ten "
	"seconds at most.\n\n"
	"By hand sets address, gateway and name servers on one card, also in a VLAN, or on several "
	"cards as a bond; with the word dhcp as address it asks there.\n\n"
	"Test goes from the cable to a server and says which step fails.\n\n"
	"Off takes all addresses away and switches the cards off.";

static const char by_hand[] = "Network by hand";
static const char form_help[] =
	"Card: the name of a network card, as listed above. Two with a comma between are used as "
	"one (a bond).\n\n"
	"Bond: active-backup uses one card and takes the other when its cable is dead, and needs "
	"nothing of the switch. 802.3ad (LACP) uses both; the switch must be set up for it.\n\n"
	"VLAN: only where the switch expects tagged frames; ask who runs it.\n\n"
	"Address: with the size of the network behind a slash; 255.255.255.0 is /24, 255.255.0.0 "
	"is /16. It must be one that nobody else has. IPv6 is fine.\n\n"
	"Gateway: the router. Without it only machines in the same network can be reached.\n\n"
	"Name servers: with commas between. Without them servers are named by their address.";

// What was typed last, for the next time.
static char typed[NF_COUNT][128];

// The form, until what stands there makes sense. False: back.
static bool ask_form(struct face *f, const char *cards, const char *text[NF_COUNT])
{
	struct form form = { by_hand, cards, form_help, .n = NF_COUNT, .at = NF_ADDRESS };
	struct err e = { 0 };
	enum net_field bad;
	struct net_conf c;

	for (unsigned i = 0; i < NF_COUNT; i++) {
		form.fields[i] =
			(struct form_field){ net_field_help[i].name, net_field_help[i].example,
					     net_field_help[i].help, typed[i], sizeof typed[i] };
		text[i] = typed[i];
	}
	while (face_form(f, &form, &e)) {
		if (!net_conf_read(&c, text, &bad, &e))
			return true;
		form.at = bad;
	}
	return false;
}

static void cards_text(struct buf *out)
{
	struct net_links links;

	net_links(&links, "");
	network_text(&links, out);
}

// A job of the command net, and its result on the screen.
static bool run(struct face *f, const char *name, const char *const *args, const char *const *text)
{
	static const char *const options[NF_COUNT] = { [NF_LINK] = "card",
						       [NF_BOND] = "bond",
						       [NF_VLAN] = "vlan",
						       [NF_GATEWAY] = "gateway",
						       [NF_DNS] = "dns" };
	struct err e;
	struct job j;
	int rc = job_begin(&j, cmd_find("net"), &e);
	bool done;

	for (; !rc && *args; args++)
		rc = job_arg(&j, *args, &e);
	for (unsigned i = 0; !rc && text && i < NF_COUNT; i++)
		if (options[i] && text[i][0])
			rc = job_set(&j, options[i], text[i], &e);
	if (rc) {
		j.status = (int)e.kind;
		j.err = e;
	} else {
		face_job(f, name, &j);
	}
	done = face_result(f, name, &j);
	job_end(&j);
	return done;
}

static bool automatic(struct face *f)
{
	return run(f, "Automatic address", (const char *const[]){ "dhcp", NULL }, NULL);
}

static bool manual(struct face *f)
{
	struct buf cards BUF_AUTO = { 0 };
	const char *text[NF_COUNT];

	cards_text(&cards);
	for (;;) {
		if (!ask_form(f, buf_str(&cards), text))
			return false;
		if (run(f, by_hand, (const char *const[]){ "set", text[NF_ADDRESS], NULL }, text))
			return true;
		if (f->gone)
			return false;
	}
}

static bool test(struct face *f)
{
	static char target[256];
	char host[254];
	unsigned port;
	bool ok;

	for (;;) {
		struct box b = { .kind = &box_inputbox,
				 .title = "Test the network",
				 .text = "Which server? Its name or address, and the port if you "
					 "know it: backup.example.org:22, 192.168.1.9:445. Empty: "
					 "as far as the name servers.",
				 .init = target,
				 .max = sizeof target - 1 };

		ok = face_run(f, &b, help) == BOX_OK;
		str_copy(target, sizeof target, ok && b.value ? b.value : target);
		box_free(&b);
		if (!ok)
			return false;
		if (!target[0] || net_target_parse(target, host, sizeof host, &port))
			break;
		box_say(&f->env, "Test the network",
			"%s: it is a name or an address, with a port behind a colon or without: "
			"192.168.1.9:445",
			target);
	}
	return run(f, "Test the network",
		   (const char *const[]){ "check", target[0] ? target : NULL, NULL }, NULL);
}

static bool off(struct face *f)
{
	return run(f, "Network off", (const char *const[]){ "down", NULL }, NULL);
}

static const struct entry {
	const char *tag, *text;
	bool (*go)(struct face *f);
} entries[] = {
	{ "Automatic", "Ask for an address on every cable (DHCP)", automatic },
	{ "By hand", "Address, gateway, name servers; VLAN, bond", manual },
	{ "Test", "Does it work as far as a server, and if not, why?", test },
	{ "Off", "Take all addresses away", off },
};

#define ENTRIES (sizeof entries / sizeof *entries)

static int look(void *arg, struct ui *ui, struct err *e)
{
	(void)arg;
	return net_look(ui, e);
}

// A cable that is plugged in while somebody looks is seen; some cards need seconds to tell.
static int watch(struct box *b)
{
	struct buf *state = b->arg;

	buf_clear(state);
	cards_text(state);
	b->below = buf_str(state);
	return BOX_STAY;
}

// why: whom the network is for, NULL: for itself. Returns when it works and that is all that was
// wanted, or when the operator leaves.
static bool dialog(struct face *f, const char *why)
{
	struct box_item items[ENTRIES];
	struct buf state BUF_AUTO = { 0 };
	struct err e;
	struct box b = { .kind = &box_menu,
			 .title = title,
			 .text = why,
			 .items = items,
			 .n_items = ENTRIES,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX,
			 .update = watch,
			 .arg = &state };
	bool up = false;

	for (size_t i = 0; i < ENTRIES; i++)
		items[i] = (struct box_item){ .tag = entries[i].tag, .text = entries[i].text };
	if (face_engine(f, "Looking for cables", look, NULL, &e) && !f->gone)
		box_error(&f->env, &e);
	while (!f->gone && !(up && why)) {
		watch(&b);
		if (face_run(f, &b, help) != BOX_OK)
			break;
		entries[b.chosen].go(f);
		up = net_works();
	}
	box_free(&b);
	return up;
}

bool walk_network(struct face *f)
{
	return dialog(f, NULL);
}

bool face_network(struct face *f)
{
	return !on_salvor() || net_works() ||
	       dialog(f, "A server can only be reached by a network, and no card has an address "
			 "yet. Choose how to get one; Automatic is right in most places.");
}
