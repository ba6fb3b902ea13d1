// SPDX-License-Identifier: GPL-2.0-or-later
// The image formats, in the order of the menu.
X(qcow2)
X(vhdx)
X(vhd)
X(vmdk)
X(raw)
