// SPDX-License-Identifier: GPL-2.0-or-later
// md superblock versions: those at the start of a member, then those at its end.
X(md1_1)
X(md1_2)
X(md1_0)
X(md0)
