// SPDX-License-Identifier: GPL-2.0-or-later
// The sub-commands, in the order of --help.
X(survey)
X(backup)
X(image)
X(verify)
X(lost)
X(nbd)
X(restore)
X(repair)
X(undo)
X(work)
X(net)
X(job)
