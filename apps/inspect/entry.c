// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/entry.h"

#include <ctype.h>
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

// It becomes a part of paths, too.
bool entry_version(const char *text, size_t len, char *out, size_t size)
{
	size_t n = 0;

	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	while (n < len && (isalnum((unsigned char)text[n]) || strchr("._+~-", text[n])))
		n++;
	if (!n || n < len || n >= size || *text == '.')
		return false;
	memcpy(out, text, n);
	out[n] = 0;
	return true;
}

static bool is_key(const char *line, size_t len, const char *key)
{
	return len == strlen(key) && !strncmp(line, key, len);
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
		if (is_key(line, key, "linux"))
			good &= take_path(value, len, out->kernel);
		else if (is_key(line, key, "efi") || is_key(line, key, "uki"))
			good &= out->program = take_path(value, len, out->kernel);
		else if (is_key(line, key, "version"))
			entry_version(value, len, out->version, sizeof out->version);
		// what the kernel unpacks last is where more can be added
		else if (is_key(line, key, "initrd") && (good &= take_path(value, len, path)) &&
			 !is_microcode(path))
			str_copy(out->initrd, sizeof out->initrd, path);
	}
	return good && *out->kernel;
}
