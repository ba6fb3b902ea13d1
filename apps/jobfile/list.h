// SPDX-License-Identifier: GPL-2.0-or-later
// Whose kernel parameters are understood besides our own.
X(ocs)
X(p2v)
