// SPDX-License-Identifier: GPL-2.0-or-later
// The image formats, in the order of the menu.
X(qcow2)
X(vmdk)
X(vhd)
X(vhdx)
X(raw)
