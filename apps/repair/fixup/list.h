// SPDX-License-Identifier: GPL-2.0-or-later
// What makes a system fit for another machine, in order of application, behind the repair steps.
X(modprobe)
X(network)
X(initrd)
X(identity)
X(windows_ide)
