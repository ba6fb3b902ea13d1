// SPDX-License-Identifier: GPL-2.0-or-later
// Files of the import kit, in the order in which they are written.
X(libvirt)
X(hyperv)
X(ovf)
X(vmx)
X(physical)
X(page)
