// SPDX-License-Identifier: GPL-2.0-or-later
// File systems and what else fills a partition, the strictest test first.
X(luks)
X(lvm)
X(btrfs)
X(xfs)
X(ext)
X(swap)
X(iso9660)
X(exfat)
X(ntfs)
X(fat)
