// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/network.h"

#include "net/net.h"

void network_text(const struct net_links *links, struct buf *out)
{
	struct buf line BUF_AUTO = { 0 };

	for (unsigned i = 0; i < links->n; i++) {
		// the kernel's bond that nobody uses
		if (links->l[i].kind == NK_BOND && !links->l[i].up)
			continue;
		buf_printf(out, "%-6s  ", links->l[i].name);
		net_link_text(&links->l[i], out);
		buf_puts(out, "\n");
	}
	if (!out->len)
		buf_puts(out, "This machine has no network card that is known here.\n");
	net_line(&line);
	buf_printf(out, "%s\n", line.len ? line.s : "No address.");
}

void network_steps(const struct net_check *c, struct buf *out)
{
	for (unsigned i = 0; i < NS_COUNT; i++)
		if (c->step[i].done)
			buf_printf(out, "%-4s  %-7s  %s\n", c->step[i].ok ? "ok" : "FAIL",
				   net_step_name(i), c->step[i].text);
	for (unsigned i = 0; i < NS_COUNT; i++)
		buf_printf(out, "%s%s %s", i ? "   " : "", net_step_name(i),
			   !c->step[i].done ? "-"
			   : c->step[i].ok  ? "ok"
					    : "FAILS");
	buf_puts(out, "\n");
}
