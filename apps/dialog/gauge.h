// SPDX-License-Identifier: GPL-2.0-or-later
// The gauge's standard input: lines with a number move it; a line XXX, a number, a text of several
// lines and XXX again change the text too. Its end ends the gauge.
#ifndef DIALOG_GAUGE_H
#define DIALOG_GAUGE_H

#include "dialog/widgets.h"

int gauge_open(struct request *r, struct err *e);
int gauge_run(struct box_env *env, struct request *r);
void gauge_close(struct request *r);

#endif
