// SPDX-License-Identifier: GPL-2.0-or-later
// What a survey says of its disks as virtual machines.
#ifndef SALVOR_AS_VM_H
#define SALVOR_AS_VM_H

#include "inspect/survey.h"

// For people: of the survivor, or of the one disk that has a system on it. Nothing when there are
// several, or none.
void as_vm_text(const struct survey *s, struct buf *out);
// "targets": [{"disk", "verdicts": [...]}], of every disk with a system on it.
void as_vm_json(const struct survey *s, struct json *j);

#endif
