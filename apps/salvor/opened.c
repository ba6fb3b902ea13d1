// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/opened.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "copy/wanted.h"

int opened_begin(struct opened *o, const char *spec, const char *map, struct ui *ui, struct err *e)
{
	char *path STR_AUTO = NULL;
	size_t len;

	if (image_file_find(&o->file, spec, NULL, ui, e) || src_open(&o->raw, o->file.path, e))
		return -1;
	path = mem_printf("%s%s", map ? map : o->file.path, map ? "" : ".map");
	str_copy(o->base, sizeof o->base, path);
	len = strlen(o->base);
	if (len > 4 && !strcmp(o->base + len - 4, ".map"))
		o->base[len - 4] = 0;
	if (!access(path, F_OK))
		return map_load(&o->copied, path, e);
	return map ? err_set(e, errno, "%s: open", map) : 0;
}

int opened_look(struct opened *o, struct err *e)
{
	return image_open(o->raw, &o->guest, &o->format, e);
}

int opened_stored(struct opened *o, struct map *m, struct err *e)
{
	bool tells = o->format->stored != NULL;

	map_init(m, o->guest->size, tells ? MAP_TODO : MAP_DONE);
	if (tells)
		return o->format->stored(o->guest, m, e);
	if (o->guest->size == o->raw->size)
		wanted_less_holes(o->file.path, m);
	return 0;
}

bool opened_hash(const struct opened *o, char hex[65])
{
	char *path STR_AUTO = mem_printf("%s.sha256", o->base);
	FILE *f = fopen(path, "re");
	char line[700];
	bool found = false;

	while (f && !found && fgets(line, sizeof line, f)) {
		found = strspn(line, "0123456789abcdef") == 64 && line[64] == ' ';
		if (found) {
			memcpy(hex, line, 64);
			hex[64] = 0;
		}
	}
	if (f)
		fclose(f);
	return found;
}

void opened_end(struct opened *o)
{
	src_close(o->guest);
	src_close(o->raw);
	map_free(&o->copied);
	image_file_release(&o->file);
	*o = (struct opened){ 0 };
}
