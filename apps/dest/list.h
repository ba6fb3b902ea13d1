// SPDX-License-Identifier: GPL-2.0-or-later
// The destinations; the first that takes a specification for its own gets it, so file (any path) is
// last.
X(stdout)
X(disk)
X(share)
X(far)
X(file)
