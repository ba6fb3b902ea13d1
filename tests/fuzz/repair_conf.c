// SPDX-License-Identifier: GPL-2.0-or-later
// Configuration files: what was changed once is right, nothing is found a second time.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "repair/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const names[] = { "virtio_pci", "virtio_blk" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf a BUF_AUTO = { 0 }, b BUF_AUTO = { 0 };
	char *text = mem_alloc(len + 1);

	memcpy(text, data, len);
	text[len] = 0;
	for (int way = 0; way < 6; way++) {
		buf_clear(&a);
		buf_clear(&b);
		if (way == 0) {
			conf_comment_all(text, "why", &a);
			if (conf_comment_all(buf_str(&a), "why", &b))
				abort();
		} else if (way == 1) {
			conf_comment_key(text, "HWADDR", "[b", "why", &a);
			if (conf_comment_key(buf_str(&a), "HWADDR", "[b", "why", &b))
				abort();
		} else if (way == 2) {
			conf_modprobe(text, "virtio_net", "virtio_blk", &a);
			if (conf_modprobe(buf_str(&a), "virtio_net", "virtio_blk", &b))
				abort();
		} else if (way == 3) {
			conf_lvm_filter(text, "sd", "why", &a);
			if (conf_lvm_filter(buf_str(&a), "sd", "why", &b))
				abort();
		} else if (way == 4) {
			conf_shell_add(text, "INITRD_MODULES", names, 2, &a);
			if (conf_shell_add(buf_str(&a), "INITRD_MODULES", names, 2, &b))
				abort();
		} else {
			conf_add_modules(text, names, 2, &a);
			if (conf_add_modules(buf_str(&a), names, 2, &b))
				abort();
		}
	}
	free(text);
	return 0;
}
