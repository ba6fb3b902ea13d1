// SPDX-License-Identifier: GPL-2.0-or-later
// The state file: `name=value` lines; a value ends with its line. Unknown names are an error:
// another version's file.
#include "work/state.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

enum kind { TEXT, NUMBER, FLAG };

struct field {
	const char *name;
	enum kind kind;
	size_t offset, size;
};

#define TEXT_FIELD(n, m)                                                                           \
	{                                                                                          \
		n, TEXT, offsetof(struct work_state, m), sizeof((struct work_state *)0)->m         \
	}
#define NUMBER_FIELD(n, m)                                                                         \
	{                                                                                          \
		n, NUMBER, offsetof(struct work_state, m), sizeof(uint64_t)                        \
	}
#define FLAG_FIELD(n, m)                                                                           \
	{                                                                                          \
		n, FLAG, offsetof(struct work_state, m), sizeof(bool)                              \
	}

static const struct field fields[] = {
	TEXT_FIELD("source", w.source.path),
	TEXT_FIELD("source-model", w.source.model),
	TEXT_FIELD("source-serial", w.source.serial),
	NUMBER_FIELD("source-size", w.source.size),
	TEXT_FIELD("disk", w.disk.path),
	TEXT_FIELD("serial", serial),
	TEXT_FIELD("store", w.store),
	FLAG_FIELD("store-in-ram", w.store_in_ram),
	TEXT_FIELD("store-mount", store_fs.dir),
	TEXT_FIELD("store-unlocked", store_fs.unlock.path[0]),
	TEXT_FIELD("store-unlocked-part", store_fs.unlock.path[1]),
	NUMBER_FIELD("store-size", w.store_size),
	NUMBER_FIELD("chunk", w.chunk),
	TEXT_FIELD("commit", w.commit),
	TEXT_FIELD("commit-id", commit_id),
	FLAG_FIELD("in-repair", w.in_repair),
	FLAG_FIELD("open", open),
	TEXT_FIELD("new", new.path),
	TEXT_FIELD("new-serial", new_serial),
	TEXT_FIELD("scratch", scratch),
	FLAG_FIELD("scratch-in-ram", scratch_in_ram),
};
#define FIELDS (sizeof fields / sizeof *fields)

static int take(struct work_state *s, char *line)
{
	char *value = strchr(line, '='), *end;

	if (!value)
		return -1;
	*value++ = 0;
	for (size_t i = 0; i < FIELDS; i++) {
		char *at = (char *)s + fields[i].offset;

		if (strcmp(line, fields[i].name))
			continue;
		if (fields[i].kind == TEXT)
			return str_copy(at, fields[i].size, value) ? 0 : -1;
		uint64_t n = strtoull(value, &end, 10);

		if (end == value || *end)
			return -1;
		if (fields[i].kind == NUMBER)
			memcpy(at, &n, sizeof n);
		else
			*(bool *)at = n != 0;
		return 0;
	}
	return -1;
}

int state_load(struct work_state *s, const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");
	char line[512];
	int rc = 1;

	*s = (struct work_state){ 0 };
	if (!f)
		return errno == ENOENT ? 0 : err_set(e, errno, "%s: open", path);
	while (rc == 1 && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = 0;
		if (take(s, line))
			rc = err_set(e, 0, "%s: damaged at \"%s\"", path, line);
	}
	fclose(f);
	return rc;
}

int state_save(const struct work_state *s, const char *path, struct err *e)
{
	char *temp STR_AUTO = mem_printf("%s.new", path);
	FILE *f = fopen(temp, "we");

	if (!f)
		return err_set(e, errno, "%s: create", temp);
	for (size_t i = 0; i < FIELDS; i++) {
		const char *at = (const char *)s + fields[i].offset;
		uint64_t n = 0;

		if (fields[i].kind == TEXT) {
			fprintf(f, "%s=%s\n", fields[i].name, at);
			continue;
		}
		if (fields[i].kind == NUMBER)
			memcpy(&n, at, sizeof n);
		else
			n = *(const bool *)at;
		fprintf(f, "%s=%" PRIu64 "\n", fields[i].name, n);
	}
	bool bad = fflush(f) != 0;

	if (fclose(f) || bad || rename(temp, path))
		return err_set(e, errno, "%s: write", path);
	return 0;
}
