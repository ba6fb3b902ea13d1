// SPDX-License-Identifier: GPL-2.0-or-later
// The face of an unattended job: what it does is told every five seconds as a line of JSON, in a
// file that consoles show and to a server that wants to know. Whoever listens never holds the job
// up: the clock and the server have threads of their own. Messages and progress go on to the face
// behind. Questions are answered by what was said beforehand, or by nobody.
#ifndef SALVOR_TICKER_H
#define SALVOR_TICKER_H

#include "base/ui.h"

#define TICKER_SECONDS 5

struct ticker;

// folder: gets the file "progress" with the newest line, NULL: none. url: each line is POSTed
// there, NULL: none. Both outlive it.
struct ticker *ticker_begin(struct ui *behind, const char *folder, const char *url);
struct ui *ticker_ui(struct ticker *t);
// From now on it is step n of so many; yes: what is asked is answered with yes. command is not
// copied.
void ticker_step(struct ticker *t, unsigned n, unsigned of, const char *command, bool yes);
// How it has ended, told at once: state "done", "lossy", "failed" or "stopped"; reason: NULL none.
// Waits a moment for the server to take it; false: it has not, the log says why.
bool ticker_tell(struct ticker *t, const char *state, int status, const char *reason);
// t is gone afterwards.
void ticker_end(struct ticker *t);

#endif
