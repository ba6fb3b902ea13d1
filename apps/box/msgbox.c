// SPDX-License-Identifier: GPL-2.0-or-later
// A text and OK.
#include "box/buttons.h"

const struct box_ops box_msgbox = {
	.name = "msgbox",
	.buttons = BUTTONS_OK,
	.hint = "Enter goes on",
};
