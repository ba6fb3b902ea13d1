# SPDX-License-Identifier: GPL-2.0-or-later
# What tests need on this machine.

TESTS_READY := $(BUILD)/.tests-ready
$(TESTS_READY): tests/host-packages.list rootfs/host-packages.sh | $(HOST_READY)
	@rootfs/host-packages.sh tests/host-packages.list
	@touch $@

.PHONY: test-deps
test-deps: $(TESTS_READY)
