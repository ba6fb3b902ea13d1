// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/entry.h"

#include <string.h>

#include "base/buf.h"
#include "initrd/initrd.h"

// It becomes an argument of programs and a path in a foreign root: nothing in it may lead elsewhere
// or need quoting. Firmware takes a backslash as well.
static bool take_path(const char *value, size_t len, char *out)
{
	char text[ENTRY_PATH];
	size_t n = 0;

	*out = 0;
	if (!len || len > ENTRY_PATH - 2)
		return false;
	if (*value != '/' && *value != '\\')
		text[n++] = '/';
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)value[i];

		if (c < 0x21 || c > 0x7e)
			return false;
		text[n++] = c == '\\' ? '/' : (char)c;
	}
	text[n] = 0;
	for (const char *p = strstr(text, "/."); p; p = strstr(p + 1, "/."))
		if (p[2] == '/' || !p[2] || (p[2] == '.' && (p[3] == '/' || !p[3])))
			return false;
	memcpy(out, text, n + 1);
	return true;
}

// Firmware for the processor: "intel-ucode.img", which comes before the initrd proper.
static bool is_microcode(const char *path)
{
	const char *name = strrchr(path, '/');

	return strstr(name, "ucode") || strstr(name, "microcode");
}

// A part of paths, too.
static bool take_version(const char *value, size_t len, char *out, size_t size)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._+~-";

	if (!len || len >= size || *value == '.' || strspn(value, allowed) < len)
		return false;
	memcpy(out, value, len);
	out[len] = 0;
	return true;
}

bool entry_read(const char *text, struct loader_entry *out)
{
	bool good = true;

	*out = (struct loader_entry){ 0 };
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t key, len;
		const char *value;
		char path[ENTRY_PATH];

		line += strspn(line, " \t\r");
		key = strcspn(line, " \t\r\n");
		value = line + key + strspn(line + key, " \t\r");
		len = strcspn(value, "\n");
		while (len && strchr(" \t\r", value[len - 1]))
			len--;
		if (key == 5 && !strncmp(line, "linux", key))
			good &= take_path(value, len, out->kernel);
		else if (key == 7 && !strncmp(line, "version", key))
			take_version(value, len, out->version, sizeof out->version);
		// what the kernel unpacks last is where more can be added
		else if (key == 6 && !strncmp(line, "initrd", key) &&
			 (good &= take_path(value, len, path)) && !is_microcode(path))
			str_copy(out->initrd, sizeof out->initrd, path);
	}
	return good && *out->kernel;
}
