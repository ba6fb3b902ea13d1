// SPDX-License-Identifier: GPL-2.0-or-later
// Parsers for GRUB legacy, version 0.97 and the distributions' patched ones.
#include "repair/boot/legacy_conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A command at the start of a line: its argument, or NULL. "default=0", "default 0" and "default
// =  0" are one.
static const char *argument(const char *line, const char *command)
{
	size_t n = strlen(command);

	line += strspn(line, " \t");
	if (strncmp(line, command, n) || !strchr(" \t=\r\n", line[n]))
		return NULL;
	return line + n + strspn(line + n, " \t=");
}

static void take_text(const char *p, const char *end_at, char *out, size_t size)
{
	size_t n = strcspn(p, end_at);

	snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), p);
}

// "(hd0,0)/vmlinuz": the drive may stand in front of the path.
static void take_path(const char *p, struct legacy_entry *e, char *out, size_t size)
{
	int n = 0;

	while (!strncmp(p, "--", 2)) // kernel --no-mem-option /vmlinuz
		p += strcspn(p, " \t\r\n"), p += strspn(p, " \t");
	if (sscanf(p, "(hd%u,%u)%n", &e->drive, &e->part, &n) == 2 && n) {
		e->has_root = true;
		p += n;
	}
	take_text(p, " \t\r\n", out, size);
}

static void take_line(const char *line, struct legacy_entry *e)
{
	static const char *const roots[] = { "root", "rootnoverify" };
	const char *p;

	for (size_t i = 0; i < 2; i++) {
		p = argument(line, roots[i]);
		if (p && sscanf(p, "(hd%u,%u)", &e->drive, &e->part) == 2)
			e->has_root = true;
	}
	p = argument(line, "kernel");
	if (p)
		take_path(p, e, e->kernel, sizeof e->kernel);
	p = argument(line, "initrd");
	if (p)
		take_path(p, e, e->initrd, sizeof e->initrd);
}

static const char *next_line(const char *p)
{
	p += strcspn(p, "\n");
	return p + (*p == '\n');
}

bool legacy_default(const char *conf, struct legacy_entry *e)
{
	unsigned long wanted = 0, at = 0;
	bool in = false, found = false;
	const char *p;

	*e = (struct legacy_entry){ 0 };
	for (const char *line = conf; *line; line = next_line(line)) {
		p = argument(line, "default");
		if (p)
			wanted = strtoul(p, NULL, 10); // "saved" counts as the first
	}
	for (const char *line = conf; *line; line = next_line(line)) {
		p = argument(line, "title");
		if (p) {
			in = at++ == wanted;
			found |= in;
			if (in)
				take_text(p, "\r\n", e->title, sizeof e->title);
		} else if (in) {
			take_line(line, e);
		}
	}
	return found;
}

static const char *explain(unsigned number)
{
	static const struct {
		unsigned number;
		const char *text;
	} known[] = {
		{ 2, "a file or folder GRUB cannot read: an ext file system with 256-byte inodes "
		     "needs a "
		     "GRUB that knows them" },
		{ 15, "its files are not in /boot/grub" },
		{ 16, "the file system contradicts itself: check it" },
		{ 17, "GRUB cannot read the file system, or the partition's type is not that of "
		      "Linux" },
		{ 18, "the partition lies beyond what the BIOS can reach" },
		{ 21, "the disk is not in GRUB's map" },
		{ 22, "there is no such partition" },
		{ 23, "the device map cannot be understood" },
		{ 24, "the disk could not be read" },
		{ 25, "the disk could not be read" },
		{ 29, "the disk could not be written" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].number == number)
			return known[i].text;
	return NULL;
}

bool legacy_succeeded(const char *output, char *why, size_t size)
{
	const char *install = strstr(output, "Running \"install "), *done;
	unsigned number;

	for (const char *p = output; (p = strstr(p, "Error ")); p += 6) {
		char text[160];

		if (sscanf(p, "Error %u:", &number) != 1)
			continue;
		take_text(p, "\r\n", text, sizeof text);
		snprintf(why, size, "GRUB says \"%s\"%s%s", text, explain(number) ? ": " : "",
			 explain(number) ? explain(number) : "");
		return false;
	}
	done = install ? strstr(install, "succeeded") : NULL;
	if (done)
		return true;
	snprintf(why, size, "GRUB did not say that stage 1 was installed");
	return false;
}
