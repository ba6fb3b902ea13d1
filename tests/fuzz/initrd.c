// SPDX-License-Identifier: GPL-2.0-or-later
// Initrds: whatever was read can be added to, and is read again with what was added.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "initrd/initrd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void add(const struct initrd *i, const uint8_t *data, size_t len)
{
	static const struct initrd_file file = { "lib/salvor_test.ko", "x", 1, 0644 };
	struct buf whole BUF_AUTO = { 0 }, script BUF_AUTO = { 0 };
	struct text_list names = { 0 };
	struct initrd again;
	char place[256];

	initrd_place(i, "6.1", place, sizeof place);
	text_list_add(&names, "x.ko");
	initrd_nash_load(i, &names, &script);
	text_list_free(&names);
	buf_add(&whole, data, len);
	if (initrd_append(i, len, &file, 1, &whole, NULL))
		return;
	if (initrd_read(&again, view_of(whole.s, whole.len), "fuzz", NULL))
		abort();
	if (!initrd_has(&again, "salvor_test"))
		abort();
	initrd_free(&again);
}

// What is in it stays in it.
static void pack(const struct initrd *i, const uint8_t *data, size_t len)
{
	struct buf whole BUF_AUTO = { 0 };
	struct initrd again;

	buf_add(&whole, data, len);
	if (initrd_pack_anew(i, &whole, NULL) ||
	    initrd_read(&again, view_of(whole.s, whole.len), "fuzz", NULL))
		abort();
	if (again.modules.n != i->modules.n || again.archives != i->archives)
		abort();
	initrd_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1), path[64];
	struct text_list order = { 0 };
	struct initrd i;

	if (!initrd_read(&i, view_of(data, len), "fuzz", NULL)) {
		add(&i, data, len);
		if (i.lz4_len)
			pack(&i, data, len);
		initrd_free(&i);
	}
	memcpy(text, data, len);
	text[len] = 0;
	depend_path(text, "virtio_blk", path, sizeof path);
	depend_order(text, "virtio_blk", &order);
	depend_builtin(text, "virtio_blk");
	config_builtin(text, "CONFIG_VIRTIO_BLK");
	text_list_free(&order);
	free(text);
	return 0;
}
