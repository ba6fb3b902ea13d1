// SPDX-License-Identifier: GPL-2.0-or-later
// The settings table and the command line that fills it.
#include "base/opt.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"

static const struct opt *find(const struct opt *table, const char *name, size_t len)
{
	for (const struct opt *o = table; o && o->name; o++)
		if (strlen(o->name) == len && !memcmp(o->name, name, len))
			return o;
	return NULL;
}

static int set_bool(bool *b, const char *name, const char *value, struct err *e)
{
	static const char *const yes[] = { "yes", "true", "on", "1", "" }, *const no[] = {
		"no", "false", "off", "0"
	};

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (!strcmp(value, yes[i]))
			return *b = true, 0;
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (!strcmp(value, no[i]))
			return *b = false, 0;
	return err_usage(e, "%s: \"%s\" is neither yes nor no", name, value);
}

static int set(const struct opt *o, void *settings, const char *value, struct err *e)
{
	char *at = (char *)settings + o->offset, *end;
	unsigned long n;

	switch (o->type) {
	case OPT_BOOL: return set_bool((bool *)(void *)at, o->name, value, e);
	case OPT_TEXT: memcpy(at, &value, sizeof value); return 0;
	case OPT_SIZE:
		if (size_parse(value, (uint64_t *)(void *)at, e))
			return err_prefix(e, "%s", o->name);
		return 0;
	case OPT_NUMBER:
		errno = 0;
		n = strtoul(value, &end, 10);
		if (errno || end == value || *end || *value == '-' || n > UINT_MAX)
			return err_usage(e, "%s: \"%s\" is not a number", o->name, value);
		*(unsigned *)(void *)at = (unsigned)n;
		return 0;
	}
	return 0;
}

int opt_presets(const struct opt *table, void *settings, struct err *e)
{
	for (const struct opt *o = table; o && o->name; o++)
		if (o->preset && set(o, settings, o->preset, e))
			return -1;
	return 0;
}

bool opt_has(const struct opt *table, const char *name)
{
	return find(table, name, strlen(name)) != NULL;
}

int opt_set(const struct opt *table, void *settings, const char *name, const char *value,
	    struct err *e)
{
	const struct opt *o = find(table, name, strlen(name));

	return o ? set(o, settings, value, e) : err_usage(e, "%s: no such setting", name);
}

// One option at argv[*i]; moves *i over a value that stands apart.
static int take(const struct opt_group *groups, unsigned n_groups, int argc, char *const *argv,
		int *i, struct err *e)
{
	const char *a = argv[*i], *value;
	size_t len = a[1] == '-' ? strcspn(a + 2, "=") : 0;
	const struct opt *o = NULL;
	void *settings = NULL;

	for (unsigned g = 0; g < n_groups && !o && len; g++) {
		o = find(groups[g].table, a + 2, len);
		settings = groups[g].settings;
	}
	if (!o)
		return err_usage(e, "%s: no such option", a);
	if (a[2 + len])
		value = a + 3 + len;
	else if (o->type == OPT_BOOL)
		value = "yes";
	else if (*i + 1 < argc)
		value = argv[++*i];
	else
		return err_usage(e, "%s: needs a value (%s)", a, o->arg);
	return set(o, settings, value, e);
}

int opt_parse(const struct opt_group *groups, unsigned n_groups, int argc, char *const *argv,
	      const char **args, struct err *e)
{
	bool options = true;
	int n = 0;

	for (int i = 0; i < argc; i++) {
		if (options && !strcmp(argv[i], "--"))
			options = false;
		else if (!options || argv[i][0] != '-' || !argv[i][1])
			args[n++] = argv[i];
		else if (take(groups, n_groups, argc, argv, &i, e))
			return -1;
	}
	return n;
}
