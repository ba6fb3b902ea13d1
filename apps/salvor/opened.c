// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/opened.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "block/parts.h"
#include "copy/wanted.h"

// Beside the file; its small files lie there unless the operator said where the map is.
static int begin_beside(struct opened *o, struct err *e)
{
	str_copy(o->base, sizeof o->base, o->file.beside);
	str_copy(o->shown, sizeof o->shown, o->file.path);
	return image_file_fetch(&o->file, ".map", e);
}

static int begin_at(struct opened *o, const char *map, struct err *e)
{
	size_t len;

	if (access(map, F_OK))
		return err_set(e, errno, "%s: open", map);
	str_copy(o->base, sizeof o->base, map);
	len = strlen(o->base);
	if (len > 4 && !strcmp(o->base + len - 4, ".map"))
		o->base[len - 4] = 0;
	str_copy(o->shown, sizeof o->shown, o->base);
	return 1;
}

// Parts that all fit do not tell whether another one followed: what lies beside them does.
static int check_parts(struct opened *o, struct err *e)
{
	char *path STR_AUTO = mem_printf("%s.sha256", o->file.beside), line[200];
	unsigned long long bytes = o->raw->size;
	FILE *f;

	if (!o->file.real[0] || !access(o->file.beside, F_OK))
		return 0;
	f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f) && sscanf(line, PARTS_NOTE, &bytes) != 1)
		;
	if (f)
		fclose(f);
	return bytes == o->raw->size
		       ? 0
		       : err_set(e, 0,
				 "%s: its parts have %llu bytes together, it was written with "
				 "%llu: the last one is missing or not whole",
				 o->file.path, (unsigned long long)o->raw->size, bytes);
}

int opened_begin(struct opened *o, const char *spec, const char *map, const struct login *login,
		 struct ui *ui, struct err *e)
{
	char *path STR_AUTO = NULL;
	int rc;

	if (image_file_find(&o->file, spec, NULL, login, ui, e) ||
	    image_file_open(&o->file, &o->raw, e) || check_parts(o, e))
		return -1;
	rc = map ? begin_at(o, map, e) : begin_beside(o, e);
	if (rc <= 0)
		return rc;
	o->own_map = map != NULL;
	path = mem_printf("%s%s", map ? map : o->base, map ? "" : ".map");
	return map_load(&o->copied, path, e);
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
		wanted_less_holes(o->file.beside, m);
	return 0;
}

int opened_hash(struct opened *o, char hex[65], struct err *e)
{
	char *path STR_AUTO = mem_printf("%s.sha256", o->base);
	char line[700];
	bool found = false;
	FILE *f;

	if (!o->own_map && image_file_fetch(&o->file, ".sha256", e) < 0)
		return -1;
	f = fopen(path, "re");

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
