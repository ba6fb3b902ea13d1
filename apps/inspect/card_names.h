// SPDX-License-Identifier: GPL-2.0-or-later
// What udev would call a network card of this machine by its place.
#ifndef INSPECT_CARD_NAMES_H
#define INSPECT_CARD_NAMES_H

#include "inspect/survey.h"

// Fills c->names for the card c->name with the address c->mac. root: before /sys, "" the running
// system's.
void card_names(const char *root, struct s_card *c);

#endif
