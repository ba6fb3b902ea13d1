// SPDX-License-Identifier: GPL-2.0-or-later
// Configuration that lies beside a boot loader on the EFI system partition: all of it with Red Hat
// up to 8 ("/EFI/centos/grub.cfg", or grub.conf of GRUB legacy), with Debian three lines.
#ifndef REPAIR_ESP_H
#define REPAIR_ESP_H

#include "repair/steps/step.h"

// What is named there by an array, or / by a disk's letter, is named by label or UUID. esp: where
// it is mounted; -1: only says what would be changed.
int esp_configure(struct repair *r, int esp, struct err *e);

#endif
