// SPDX-License-Identifier: GPL-2.0-or-later
// The repair steps, in order of application.
X(detach)
X(fsck)
X(label)
X(devnodes)
X(fstab)
X(initrd)
X(grub)
X(efi)
