// SPDX-License-Identifier: GPL-2.0-or-later
// The main menu.
#include <stdio.h>

#include "salvor/cmd.h"

int menu_main(void)
{
	fputs("salvor: name a command; salvor --help lists them\n", stderr);
	return ERR_USAGE;
}
