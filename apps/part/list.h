// SPDX-License-Identifier: GPL-2.0-or-later
// Partition tables, in the order they are tried: a GPT has an MBR in front of it.
X(gpt)
X(mbr)
