// SPDX-License-Identifier: GPL-2.0-or-later
// The description of a VMDK disk: lines of text, in the file itself or in one of its own that names
// the files which hold the data. And what to do with files that hold no whole disk.
#include "image/vmdk.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define HEADS 255u // what nearly every BIOS made of a disk that was partitioned through it
#define TRACK 63u
#define MAX_CYLINDERS 65535u

#define SIGNATURE "# Disk DescriptorFile"
#define MAX_TEXT 65536u // bytes of a description in a file of its own
#define NO_PARENT "ffffffff"

// The name in the description. A file that was renamed later is opened all the same by most
// programs, but not by all.
static void write_name(struct buf *b, const char *name)
{
	char clean[256];

	text_clean(clean, sizeof clean, name ? name : "", name ? strlen(name) : 0);
	buf_printf(b, "\"%s\"", *clean && !strchr(clean, '"') ? clean : "disk.vmdk");
}

void vmdk_text_make(struct buf *b, const struct image_plan *p, uint32_t cid)
{
	const struct vmdk_layout *l = p->state;
	uint64_t cylinders = vmdk_div_up(l->sectors, HEADS * TRACK);
	bool packed = p->set.packing != PACK_NONE;

	// ffffffff and fffffffe have meanings of their own
	buf_printf(b, SIGNATURE "\nversion=1\nCID=%08x\nparentCID=" NO_PARENT "\n",
		   cid & 0x7fffffff);
	buf_printf(b, "createType=\"%s\"\n\n# Extent description\n",
		   packed ? "streamOptimized" : "monolithicSparse");
	buf_printf(b, "RW %llu SPARSE ", (unsigned long long)l->sectors);
	write_name(b, p->set.name);
	buf_printf(b, "\n\n# The Disk Data Base\n#DDB\n\n");
	buf_printf(b, "ddb.virtualHWVersion = \"4\"\nddb.adapterType = \"lsilogic\"\n");
	buf_printf(b,
		   "ddb.geometry.cylinders = \"%u\"\nddb.geometry.heads = \"%u\"\n"
		   "ddb.geometry.sectors = \"%u\"\n",
		   cylinders < MAX_CYLINDERS ? (unsigned)cylinders : MAX_CYLINDERS, HEADS, TRACK);
	if (p->set.sector != VMDK_SECTOR)
		buf_printf(b, "ddb.logicalSectorSize = \"%u\"\nddb.physicalSectorSize = \"%u\"\n",
			   p->set.sector, p->set.sector);
}

// The value of a line `key = "value"` or `key=value`; false: it is another line.
static bool value_of(const char *line, const char *key, char *value, size_t size)
{
	size_t n = strlen(key);
	const char *p = line + n;

	if (strncasecmp(line, key, n))
		return false;
	p += strspn(p, " \t");
	if (*p++ != '=')
		return false;
	p += strspn(p, " \t\"");
	text_clean(value, size, p, strcspn(p, "\"\r"));
	return true;
}

// RW 4192256 SPARSE "test-s001.vmdk"
static void parse_extent(struct vmdk_text *t, const char *line)
{
	char access[10], type[16], file[sizeof t->file] = "";
	unsigned long long sectors;

	if (sscanf(line, "%9s %llu %15s \"%127[^\"\r\n]", access, &sectors, type, file) < 3)
		return;
	if (strcmp(access, "RW") && strcmp(access, "RDONLY") && strcmp(access, "NOACCESS"))
		return;
	if (!t->extents++) {
		text_clean(t->file, sizeof t->file, file, strlen(file));
		text_clean(t->access, sizeof t->access, type, strlen(type));
	}
	t->sectors += sectors;
}

static void parse_line(struct vmdk_text *t, const char *line)
{
	char sector[8];

	if (value_of(line, "createType", t->type, sizeof t->type) ||
	    value_of(line, "parentCID", t->parent, sizeof t->parent))
		return;
	if (value_of(line, "ddb.logicalSectorSize", sector, sizeof sector)) {
		if (!strcmp(sector, "4096"))
			t->sector = 4096;
		return;
	}
	parse_extent(t, line);
}

void vmdk_text_parse(struct vmdk_text *t, const char *text, size_t len)
{
	char *copy = mem_alloc(len + 1), *rest = copy, *line;

	*t = (struct vmdk_text){ .parent = NO_PARENT, .sector = VMDK_SECTOR };
	memcpy(copy, text, len);
	copy[len] = 0;
	while ((line = strsep(&rest, "\n")))
		parse_line(t, line);
	free(copy);
}

static int tell_snapshot(const struct vmdk_text *t, const char *name, struct err *e)
{
	return err_set(
		e, 0,
		"%s: vmdk: holds only what has changed since a snapshot (its parent has the "
		"ID %s): consolidate the snapshots first, or let qemu-img convert the newest "
		"file",
		name, t->parent);
}

int vmdk_text_check(const struct vmdk_text *t, const char *name, struct err *e)
{
	if (strcasecmp(t->parent, NO_PARENT))
		return tell_snapshot(t, name, e);
	if (!*t->type)
		return err_set(e, 0,
			       "%s: vmdk: has no description of its disk: one of the parts of a "
			       "split disk? Let qemu-img convert the .vmdk file that names the "
			       "parts",
			       name);
	if (strcasecmp(t->type, "monolithicSparse") && strcasecmp(t->type, "streamOptimized"))
		return err_set(e, 0,
			       "%s: vmdk: is of the kind %s, which is not in one file: let "
			       "qemu-img convert it",
			       name, t->type);
	return 0;
}

// A description in a file of its own.
static int tell_parts(const struct vmdk_text *t, const char *name, struct err *e)
{
	if (strcasecmp(t->parent, NO_PARENT))
		return tell_snapshot(t, name, e);
	if (t->extents > 1)
		return err_set(e, 0,
			       "%s: vmdk: only describes a disk (%s), whose data is split into %u "
			       "files, the first is %s: let qemu-img convert %s, with all of them "
			       "beside it",
			       name, t->type, t->extents, t->file, name);
	if (!strcmp(t->access, "FLAT") || !strcmp(t->access, "VMFS"))
		return err_set(e, 0,
			       "%s: vmdk: only describes a disk (%s), whose data is in %s: take "
			       "that file, it is a raw image",
			       name, t->type, t->file);
	return err_set(e, 0,
		       "%s: vmdk: only describes a disk (%s), whose data is in %s: let qemu-img "
		       "convert %s, with that file beside it",
		       name, t->type, t->file, name);
}

static int read_parts(struct src *file, struct err *e)
{
	size_t n = file->size < MAX_TEXT ? (size_t)file->size : MAX_TEXT;
	char *text STR_AUTO = mem_alloc(n);
	struct vmdk_text t;

	if (src_read(file, 0, text, n, e))
		return -1;
	vmdk_text_parse(&t, text, n);
	tell_parts(&t, file->name, e);
	return 1;
}

int vmdk_foreign(struct src *file, struct err *e)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *what;
	} extents[] = {
		{ "COWD\1\0\0\0", 8, "an ESX disk or snapshot" },
		{ "\xbe\xba\xfe\xca\0\0\0\0", 8, "an ESXi snapshot" }, // SESPARSE
	};
	char start[sizeof SIGNATURE - 1];

	if (file->size < sizeof start)
		return 0;
	if (src_read(file, 0, start, sizeof start, e))
		return -1;
	if (!strncasecmp(start, SIGNATURE, sizeof start))
		return read_parts(file, e);
	for (size_t i = 0; i < sizeof extents / sizeof *extents; i++)
		if (!memcmp(start, extents[i].bytes, extents[i].n)) {
			err_set(e, 0,
				"%s: vmdk: is the data of %s without its description: let qemu-img "
				"convert the .vmdk file that names this one",
				file->name, extents[i].what);
			return 1;
		}
	return 0;
}
