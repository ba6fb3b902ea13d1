// SPDX-License-Identifier: GPL-2.0-or-later
// Boot loaders that can be put back.
X(grub_legacy)
X(grub2)
X(grub2_esp)
X(systemd_boot)
