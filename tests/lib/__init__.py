# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests are written with. Whole machines, as in tests/boot/:

    case     Cases: prints `ok NAME` / `not ok NAME: reason`, expect(), equal()
    machine  Machine: one QEMU run (TCG): disks, firmware, media, kernel, QMP, time limit
    line     Line: a serial line; everything that arrives is kept and logged; wait_for(REGEX)
    shell    Shell: a root shell on a Line; sh(COMMAND) gives its status and output; log_in()
    screen   Terminal: a Line read through a terminal emulator; keys("Down Enter"), wait_for(REGEX)
    storage  Fixture (tests/fixtures), disks to save to, sha256, reading files back without mounting
    salvor   Salvor: a Machine that boots build/, with the root shell and the dialogs on it
    dialogs  Person: picks from menus, presses buttons, waits for results, by what the screen shows
    net      Net: a network of the test's own, with other hosts on it; servers, shares: what runs there
    uefi     servers that start by UEFI; cards: those with drivers of network cards

Disks and files on the host, as in tests/cli/:

    server   disk images of dead servers, made in seconds without root
    md, lvm, btrfs, windows, hive, cabinet, vmdk   what such an image may hold, or a file be
    copying, used, lost, rescue, saving            backups, images and what is missing in them
    pty, powershell                                a program on a terminal; tokens of a script

A test is a program that any order and any number of others may run beside. It looks like this:

    #!/usr/bin/python3
    # SPDX-License-Identifier: GPL-2.0-or-later
    import os, sys
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from lib.case import Cases, expect
    from lib.machine import Machine

    cases = Cases("example")
    with cases.case("the server comes up"), Machine("server") as machine:
        machine.disk("disk.img", "sata", serial="WX31A")
        machine.start()
        machine.console.wait_for("login:", 120)
    cases.end()

Nothing sleeps: every wait names what it waits for and ends at once when QEMU does. Time limits are
those of a busy machine; TIMEOUT_SCALE (default 1) multiplies them. What each serial line said stays
in build/test-logs/PROGRAM/. To run one test: `make image`, then tests/boot/NAME.
"""
