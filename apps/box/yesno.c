// SPDX-License-Identifier: GPL-2.0-or-later
// A question. Yes answers BOX_OK, No BOX_CANCEL.
#include "box/buttons.h"

const struct box_ops box_yesno = {
	.name = "yesno",
	.buttons = BUTTONS_YES_NO,
	.hint = "←→ choose   Enter answers   Esc back",
};
