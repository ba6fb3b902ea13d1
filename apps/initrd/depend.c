// SPDX-License-Identifier: GPL-2.0-or-later
// depmod's lists: "PATH: PATH PATH", what is needed behind the colon, what is needed first last.
// Paths are relative to /lib/modules/VERSION, those of depmod before 2009 absolute.
#include <string.h>

#include "initrd/initrd.h"

// From "/lib/modules/2.6.18/kernel/x.ko" to "kernel/x.ko".
static const char *relative(const char *path)
{
	if (!strncmp(path, "/lib/modules/", 13)) {
		path = strchr(path + 13, '/');
		return path ? path + 1 : "";
	}
	return path;
}

// The next word up to a blank, colon or the line's end; returns what follows it.
static const char *word(const char *p, char *out, size_t size)
{
	size_t n;

	p += strspn(p, " \t");
	n = strcspn(p, " \t:\r\n");
	*out = 0;
	if (n < size) {
		memcpy(out, p, n);
		out[n] = 0;
	}
	return p + n;
}

static const char *next_line(const char *p)
{
	p += strcspn(p, "\n");
	return p + (*p == '\n');
}

// The line of a module; what follows its own path. NULL.
static const char *find(const char *dep, const char *module, char *path, size_t size)
{
	char name[128], text[256];

	for (const char *line = dep; *line; line = next_line(line)) {
		const char *rest = word(line, text, sizeof text);

		module_name(text, name, sizeof name);
		if (*rest != ':' || strcmp(name, module))
			continue;
		if (!str_copy(path, size, relative(text)))
			return NULL;
		return rest + 1;
	}
	return NULL;
}

bool depend_path(const char *dep, const char *module, char *path, size_t size)
{
	return find(dep, module, path, size) != NULL;
}

bool depend_order(const char *dep, const char *module, struct text_list *paths)
{
	char own[256], text[256];
	const char *rest = find(dep, module, own, sizeof own);
	struct text_list needs = { 0 };

	if (!rest)
		return false;
	for (;;) {
		rest = word(rest, text, sizeof text);
		if (!*text)
			break;
		text_list_add(&needs, relative(text));
	}
	while (needs.n) {
		const char *path = needs.v[needs.n - 1];

		if (!text_list_has(paths, path))
			text_list_add(paths, path);
		mem_free_ptr(&needs.v[--needs.n]);
	}
	text_list_free(&needs);
	if (!text_list_has(paths, own))
		text_list_add(paths, own);
	return true;
}

bool depend_builtin(const char *builtin, const char *module)
{
	char name[128], text[256];

	for (const char *line = builtin; *line; line = next_line(line)) {
		word(line, text, sizeof text);
		module_name(text, name, sizeof name);
		if (!strcmp(name, module))
			return true;
	}
	return false;
}

bool config_builtin(const char *config, const char *symbol)
{
	size_t n = strlen(symbol);

	for (const char *line = config; n && *line; line = next_line(line))
		if (!strncmp(line, symbol, n) && !strncmp(line + n, "=y", 2))
			return true;
	return false;
}
