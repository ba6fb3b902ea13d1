// SPDX-License-Identifier: GPL-2.0-or-later
// The kinds of servers.
X(ssh)
X(http)
