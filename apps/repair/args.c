// SPDX-License-Identifier: GPL-2.0-or-later
// Names of arrays and disks in kernel arguments.
#include "repair/args.h"

#include <ctype.h>
#include <string.h>

#include "repair/text.h"

bool args_array(struct args_place *p, const char *key, const char *value, char *to, size_t size)
{
	int part = patient_array(&p->r->first, value);

	if (part < 0 && !strncmp(value, "/dev/md", 7) && !strcmp(key, "root"))
		part = p->r->first.sys->part;
	if (part < 0)
		return false;
	names_best(&p->r->names, part, to, size);
	edits_add(p->r->edits, p->step, p->path, "%s%s%s -> %s", key, *key ? "=" : "", value, to);
	return true;
}

// The part that root= and resume= mean by a disk's name; -1: none of this disk.
static int named(const struct repair *r, const char *key, const char *value)
{
	const struct s_disk *d = r->first.disk;
	bool link = !strncmp(value, "/dev/disk/", 10);
	size_t n;
	unsigned number = survey_part_number(value, &n);

	// a link is as good as ever in the same machine
	if (!number || (link && !r->o->hyper))
		return -1;
	if (!strcmp(key, "root"))
		return r->first.sys->part;
	for (unsigned i = 0; i < d->n && survey_names_own(r->first.sys, r->real.serial, value); i++)
		if (d->parts[i].part.number == number && !strcmp(d->parts[i].fs.type, "swap"))
			return (int)i;
	return -1;
}

static bool by_device(void *arg, const char *key, const char *value, char *to, size_t size)
{
	struct args_place *p = arg;
	struct repair *r = p->r;
	int part = named(r, key, value);

	if (part < 0)
		return false;
	names_best(&r->names, part, to, size);
	if (!strcmp(to, value))
		return false;
	edits_add(r->edits, p->step, p->path, "%s=%s -> %s", key, value, to);
	return true;
}

static bool array(void *arg, const char *key, const char *value, char *to, size_t size)
{
	return args_array(arg, key, value, to, size);
}

static void hex_digits(const char *text, char out[33])
{
	size_t n = 0;

	for (; *text && n < 32; text++)
		if (isxdigit((unsigned char)*text))
			out[n++] = (char)tolower((unsigned char)*text);
	out[n] = 0;
}

static bool waits_for(void *arg, const char *key, const char *value)
{
	struct args_place *p = arg;
	const struct patient *first = &p->r->first;
	char uuid[33], own[33];

	hex_digits(value, uuid);
	for (unsigned i = 0; i < first->disk->n; i++) {
		int array = first->disk->parts[i].array;

		if (array < 0)
			continue;
		hex_digits(first->s.arrays[array].uuid, own);
		if (strcmp(uuid, own))
			continue;
		edits_add(p->r->edits, p->step, p->path, "%s=%s taken out", key, value);
		return true;
	}
	return false;
}

// What is too long for an environment block is not changed.
static bool kept_short(struct args_place *p, const char *text, struct buf *out)
{
	if (text_env_block(text, out))
		return true;
	ui_say(p->r->ui, UI_WARN, "%s: the new arguments are too long for it: it stays as it is",
	       p->path);
	buf_clear(out);
	buf_puts(out, text);
	return false;
}

bool args_edit(struct args_place *p, const char *text, struct buf *out)
{
	static const char *const keys[] = { "rd.md.uuid", "rd_MD_UUID", NULL };
	struct buf named BUF_AUTO = { 0 };
	bool changed = text_kernel_args(text, array, p, &named);

	changed |= text_drop_args(buf_str(&named), keys, waits_for, p, out);
	return changed && kept_short(p, text, out);
}

bool args_edit_devices(struct args_place *p, const char *text, struct buf *out)
{
	return text_kernel_args(text, by_device, p, out) && kept_short(p, text, out);
}
