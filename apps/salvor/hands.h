// SPDX-License-Identifier: GPL-2.0-or-later
// Remote hands: the ssh server that salvor.ssh= asks for. Whoever has the private half of the key
// gets the dialogs, as at a console; nobody else gets anything.
#ifndef SALVOR_HANDS_H
#define SALVOR_HANDS_H

#include "base/buf.h"

// For init: fetches the key where it is an address, makes a host key, tells its fingerprint to the
// consoles and becomes the server. Returns only when that is not possible, with an exit status.
int hands_main(void);

// What stands on the consoles while the server listens, two lines; nothing without.
void hands_tell(struct buf *out);

#endif
