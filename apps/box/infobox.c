// SPDX-License-Identifier: GPL-2.0-or-later
// A text that stands while something else is done: box_show.
#include "box/box.h"

const struct box_ops box_infobox = {
	.name = "infobox",
	.hint = "",
};
