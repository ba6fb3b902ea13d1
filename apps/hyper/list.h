// SPDX-License-Identifier: GPL-2.0-or-later
// In the order of every table shown; "none" comes last.
X(kvm)
X(hyperv)
X(vmware)
X(cloud)
X(none)
