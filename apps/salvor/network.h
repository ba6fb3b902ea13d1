// SPDX-License-Identifier: GPL-2.0-or-later
// The network as lines for people.
#ifndef SALVOR_NETWORK_H
#define SALVOR_NETWORK_H

#include "net/check.h"
#include "net/link.h"

// A line for each card, and one for the way out.
void network_text(const struct net_links *links, struct buf *out);
// A line for each step that was done, and one that shows at a glance how far it works.
void network_steps(const struct net_check *c, struct buf *out);

#endif
