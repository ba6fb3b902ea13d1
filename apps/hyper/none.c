// SPDX-License-Identifier: GPL-2.0-or-later
// The disk as it is, for whatever it may be.
#include "hyper/hyper.h"

const struct hyper hyper_none = {
	.name = "none",
	.title = "as it is",
	.bios = "as it is",
	.efi = "as it is",
};
