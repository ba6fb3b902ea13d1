// SPDX-License-Identifier: GPL-2.0-or-later
// LVM physical volumes, recognised. The label is in one of the first four sectors; the header it
// points to begins with the volume's UUID and size. What is on them is looked into by their users
// (fsmap/lvm.h), for logical volumes may hold anything.
#include <string.h>

#include "fsmap/lvm.h"
#include "fsmap/lvm_disk.h"

// Groups of 6-4-4-4-4-4-6 characters.
static void show_uuid(char *out, size_t size, const char id[32])
{
	char text[40];
	size_t n = 0;

	for (int k = 0; k < 32; k++) {
		if (k == 6 || (k > 6 && k < 30 && (k - 6) % 4 == 0))
			text[n++] = '-';
		text[n++] = id[k];
	}
	text_clean(out, size, text, n);
}

int lvm_label_read(struct src *s, uint8_t sector[512], struct err *e)
{
	for (uint64_t n = 0; n < 4; n++) {
		struct lvm_label l;
		int r = probe_read(s, n * 512, sector, 512, e);

		if (r <= 0)
			return r;
		memcpy(&l, sector, sizeof(l));
		if (memcmp(l.id, "LABELONE", 8) == 0 && memcmp(l.type, "LVM2 001", 8) == 0 &&
		    le64_get(l.sector) == n)
			return 1;
	}
	return 0;
}

const struct lvm_header *lvm_header_of(const uint8_t sector[512])
{
	struct lvm_label l;

	memcpy(&l, sector, sizeof(l));
	return view_at(view_of(sector, 512), le32_get(l.header), sizeof(struct lvm_header));
}

bool lvm_plain(const struct lvm *l, const struct lvm_volume *v)
{
	return v->n_legs == 1 && &l->volumes[v->legs[0]] == v;
}

void lvm_mapper_name(const char *name, char *out, size_t size)
{
	size_t n = 0;
	bool group = true;

	for (; *name && n + 2 < size; name++) {
		if (*name == '-')
			out[n++] = '-';
		out[n++] = group && *name == '/' ? '-' : *name;
		group = group && *name != '/';
	}
	out[n] = '\0';
}

bool lvm_called(const char *name, const char *device)
{
	char mapper[300];

	if (strncmp(device, "/dev/", 5) != 0)
		return false;
	lvm_mapper_name(name, mapper, sizeof(mapper));
	device += 5;
	return strcmp(device, name) == 0 ||
	       (strncmp(device, "mapper/", 7) == 0 && strcmp(device + 7, mapper) == 0);
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	const struct lvm_header *h;
	uint8_t sector[512];
	int r = lvm_label_read(s, sector, e);

	if (r <= 0)
		return r;
	probe_begin(i, "LVM2_member");
	h = lvm_header_of(sector);
	if (h) {
		show_uuid(i->uuid, sizeof(i->uuid), h->uuid);
		i->size = le64_get(h->size);
		probe_size(s, i);
	}
	return 1;
}

const struct fs_ops fsmap_lvm = { .name = "lvm", .probe = probe };
