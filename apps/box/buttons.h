// SPDX-License-Identifier: GPL-2.0-or-later
// The usual sets of buttons.
#ifndef BOX_BUTTONS_H
#define BOX_BUTTONS_H

#include "box/box.h"

#define BUTTONS_OK                                                                                 \
	(const struct box_button[])                                                                \
	{                                                                                          \
		{ "OK", BOX_OK },                                                                  \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}
#define BUTTONS_OK_CANCEL                                                                          \
	(const struct box_button[])                                                                \
	{                                                                                          \
		{ "OK", BOX_OK }, { "Cancel", BOX_CANCEL },                                        \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}
#define BUTTONS_YES_NO                                                                             \
	(const struct box_button[])                                                                \
	{                                                                                          \
		{ "Yes", BOX_OK }, { "No", BOX_CANCEL },                                           \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

#endif
