// SPDX-License-Identifier: GPL-2.0-or-later
// salvor net: the network, from the cable to a server that answers.
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "net/check.h"
#include "net/net.h"
#include "salvor/cmd.h"
#include "salvor/network.h"

#define MAX_WAIT_S 600

struct settings {
	const char *text[NF_COUNT];
	unsigned wait;
};

static const struct opt opts[] = {
	{ "card", OPT_TEXT, offsetof(struct settings, text[NF_LINK]), "CARD[,CARD]", NULL,
	  "set: eth0; several are a bond; without it the first with a cable" },
	{ "bond", OPT_TEXT, offsetof(struct settings, text[NF_BOND]), "MODE", NULL,
	  "set: active-backup (the preset) or 802.3ad" },
	{ "vlan", OPT_TEXT, offsetof(struct settings, text[NF_VLAN]), "N", NULL,
	  "set: in the VLAN of this number" },
	{ "gateway", OPT_TEXT, offsetof(struct settings, text[NF_GATEWAY]), "ADDRESS", NULL,
	  "set: where the way out is" },
	{ "dns", OPT_TEXT, offsetof(struct settings, text[NF_DNS]), "ADDRESS[,ADDRESS]", NULL,
	  "set: name servers" },
	{ "wait", OPT_NUMBER, offsetof(struct settings, wait), "SECONDS", "10",
	  "for a DHCP server; 40 where a switch opens its ports late" },
	{ 0 }
};

static void link_json(struct json *w, const struct net_link *l)
{
	static const char *const kinds[] = { "card", "bond", "vlan" };
	struct net_state s;

	json_object(w, NULL);
	json_text(w, "name", l->name);
	json_text(w, "kind", kinds[l->kind]);
	json_text(w, "mac", l->mac);
	json_text(w, "driver", l->driver[0] ? l->driver : NULL);
	if (l->up)
		json_bool(w, "carrier", l->carrier);
	else
		json_null(w, "carrier");
	if (l->speed)
		json_number(w, "speed", l->speed);
	else
		json_null(w, "speed");
	json_array(w, "addresses");
	for (unsigned i = 0; i < l->n_addr; i++)
		json_text(w, NULL, net_cidr_show(&l->addr[i]).s);
	json_end_array(w);
	json_text(w, "method", !net_state_get(&s, l->name) ? NULL : s.dhcp ? "dhcp" : "static");
	json_end_object(w);
}

static void tell_status(struct job *j)
{
	struct net_addr gateway = net_gateway(NULL), dns[NET_DNS];
	unsigned n_dns = net_resolv_get(dns);
	struct net_links links;
	struct json w;

	net_links(&links, "");
	network_text(&links, &j->text);
	json_begin(&w, &j->fields);
	json_array(&w, "links");
	for (unsigned i = 0; i < links.n; i++)
		link_json(&w, &links.l[i]);
	json_end_array(&w);
	json_text(&w, "gateway", gateway.family ? net_addr_show(&gateway).s : NULL);
	json_array(&w, "dns");
	for (unsigned i = 0; i < n_dns; i++)
		json_text(&w, NULL, net_addr_show(&dns[i]).s);
	json_end_array(&w);
}

static void tell_steps(struct job *j, const struct net_check *c)
{
	struct json w;

	network_steps(c, &j->text);
	if (j->fields.len)
		buf_puts(&j->fields, ", ");
	json_begin(&w, &j->fields);
	json_array(&w, "steps");
	for (unsigned i = 0; i < NS_COUNT; i++) {
		if (!c->step[i].done)
			continue;
		json_object(&w, NULL);
		json_text(&w, "step", net_step_name(i));
		json_bool(&w, "ok", c->step[i].ok);
		json_text(&w, "text", c->step[i].text);
		json_end_object(&w);
	}
	json_end_array(&w);
}

static int fail_of(const struct net_check *c, struct err *e)
{
	for (unsigned i = 0; i < NS_COUNT; i++)
		if (c->step[i].done && !c->step[i].ok)
			return err_set(e, 0, "%s: %s", net_step_name(i), c->step[i].text);
	return 0;
}

// After a setup: it was done as asked; how far it works are warnings.
static int set_up(struct job *j, struct ui *ui, struct err *e)
{
	struct net_check c;

	tell_status(j);
	net_check(&c, NULL, 0, ui);
	if (ui_cancelled(ui))
		return err_stopped(e);
	buf_puts(&j->text, "\n");
	tell_steps(j, &c);
	for (unsigned i = 0; i < NS_COUNT; i++)
		if (c.step[i].done && !c.step[i].ok)
			ui_say(ui, UI_WARN, "%s: %s", net_step_name(i), c.step[i].text);
	return 0;
}

static int run_status(struct job *j, struct ui *ui, struct err *e)
{
	(void)ui;
	(void)e;
	tell_status(j);
	return 0;
}

static int run_up(struct job *j, struct ui *ui, struct err *e)
{
	return net_up(ui, e) ? -1 : set_up(j, ui, e);
}

static int run_dhcp(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;

	if (s->text[NF_LINK] || s->text[NF_BOND] || s->text[NF_VLAN] || s->text[NF_GATEWAY] ||
	    s->text[NF_DNS])
		return err_usage(e, "net dhcp: asks on all cards; on one of them, in a VLAN or on "
				    "a bond ask with: salvor net set dhcp --card eth0");
	return net_dhcp(s->wait, ui, e) ? -1 : set_up(j, ui, e);
}

static int run_set(struct job *j, struct ui *ui, struct err *e)
{
	struct settings *s = j->settings;
	enum net_field bad;
	struct net_conf c;

	s->text[NF_ADDRESS] = j->args[1];
	if (net_conf_read(&c, s->text, &bad, e))
		return -1;
	if (j->plan)
		return run_status(j, ui, e);
	return net_set(&c, s->wait, ui, e) ? -1 : set_up(j, ui, e);
}

static int run_check(struct job *j, struct ui *ui, struct err *e)
{
	char host[254] = "";
	unsigned port = 0;
	struct net_check c;

	if (j->n_args > 1 && !net_target_parse(j->args[1], host, sizeof host, &port))
		return err_usage(e, "net check: %s: it is HOST, HOST:PORT or [IPV6]:PORT",
				 j->args[1]);
	net_check(&c, host[0] ? host : NULL, port, ui);
	if (ui_cancelled(ui))
		return err_stopped(e);
	tell_steps(j, &c);
	return fail_of(&c, e);
}

static int run_down(struct job *j, struct ui *ui, struct err *e)
{
	(void)j;
	return net_down(ui, e);
}

// What init starts in the background: silent when the kernel's parameters ask for nothing.
static int run_boot(struct job *j, struct ui *ui, struct err *e)
{
	char cmdline[4096];
	int fd FD_AUTO = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, cmdline, sizeof cmdline - 1);
	bool asked;

	if (n < 0)
		return err_set(e, errno, "/proc/cmdline: read");
	cmdline[n] = 0;
	int rc = net_boot(cmdline, &asked, ui, e);

	net_problem_put(rc ? e->text : NULL);
	if (rc)
		return -1;
	return asked ? set_up(j, ui, e) : 0;
}

static const struct action {
	const char *name;
	unsigned min_args, max_args;
	int (*run)(struct job *j, struct ui *ui, struct err *e);
} actions[] = {
	{ "status", 1, 1, run_status }, { "up", 1, 1, run_up },	      { "dhcp", 1, 1, run_dhcp },
	{ "set", 2, 2, run_set },	{ "check", 1, 2, run_check }, { "down", 1, 1, run_down },
	{ "boot", 1, 1, run_boot },
};

static int run(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;

	if (s->wait < 1 || s->wait > MAX_WAIT_S)
		return err_usage(e, "net: --wait is from 1 to %d seconds", MAX_WAIT_S);
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		const struct action *a = &actions[i];

		if (strcmp(a->name, j->args[0]))
			continue;
		if (j->n_args < a->min_args || j->n_args > a->max_args)
			return err_usage(e, "net %s: %s", a->name,
					 j->n_args < a->min_args
						 ? "say what: 192.168.1.10/24, or dhcp"
						 : "too many arguments");
		return a->run(j, ui, e);
	}
	return err_usage(e, "net %s: it can status, up, dhcp, set, check, down", j->args[0]);
}

const struct cmd cmd_net = {
	.name = "net",
	.args_help = "status | dhcp | set ADDRESS/BITS | check [HOST[:PORT]] | up | down",
	.help = "the network: addresses, and whether a server answers",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
