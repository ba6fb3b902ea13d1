// SPDX-License-Identifier: GPL-2.0-or-later
// What is known of ssh servers' keys: a text of lines "NAME TYPE BASE64", as the client writes it.
// Where it is kept for longer than until the machine is restarted is somebody else's business.
#ifndef FAR_HOST_KEYS_H
#define FAR_HOST_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ui.h"

#define HOST_KEYS_FILE "/run/salvor/known_hosts"
#define HOST_KEYS_MAX (64 * 1024) // bytes of such a text

// Adds to out the lines of a text from anywhere that have that shape and nothing else: no patterns
// that many servers match, no marks that make an authority of a key. Returns how many were left
// out.
unsigned host_keys_take(const char *text, size_t n, struct buf *out);
// Adds those lines of more whose server out says nothing of, as long as they fit.
void host_keys_merge(struct buf *out, const char *more);
// Adds to out what is left without a server: "HOST", or "[HOST]:PORT". Returns how many lines are
// missing in it.
unsigned host_keys_forget(const char *text, const char *host, struct buf *out);

// Who keeps them. Both may take some seconds.
struct host_keys_keeper {
	void (*wanted)(struct ui *ui);	 // HOST_KEYS_FILE is about to be read
	void (*accepted)(struct ui *ui); // a key was added to it
};
// Called once, before anything is opened.
void host_keys_kept_by(const struct host_keys_keeper *k);
void host_keys_wanted(struct ui *ui);
void host_keys_accepted(struct ui *ui);

#endif
