// SPDX-License-Identifier: GPL-2.0-or-later
X(kvm)
X(hyperv)
X(vmware)
X(cloud)
X(none)
