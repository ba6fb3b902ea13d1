// SPDX-License-Identifier: GPL-2.0-or-later
// Hives, the files of Windows' registry, read and changed by hivex. A hive comes from a disk that
// may be hostile, and hivex is C: what is not a test runs it in base/apart.
#ifndef REGISTRY_HIVE_H
#define REGISTRY_HIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct hive;
typedef size_t hive_key; // 0: no such key

// The bytes of the whole file are copied. name: for messages.
int hive_open(struct hive **out, const struct buf *file, const char *name, bool change,
	      struct err *e);
void hive_close(struct hive *h); // NULL is fine

// The last write to it was cut: Windows would put it right from its log before it uses it.
bool hive_torn(const struct buf *file);

hive_key hive_root(struct hive *h);
// Names with \ between them, in any case, as Windows takes them.
hive_key hive_find(struct hive *h, hive_key from, const char *path);
// Calls each for every key below, up to 4096 of them, until it returns non-zero.
void hive_each(struct hive *h, hive_key key, int (*each)(void *arg, hive_key key, const char *name),
	       void *arg);

// Values. False (and the output empty) when there is none of that name and kind.
bool hive_number(struct hive *h, hive_key key, const char *name, uint32_t *number);
// The first text of a list, too. Cleaned as base/text does it.
bool hive_text(struct hive *h, hive_key key, const char *name, char *text, size_t size);

// Changes, of a hive that was opened for that. All tell what went wrong by 0 or -1 and *e.
hive_key hive_make(struct hive *h, hive_key from, const char *path, struct err *e);
int hive_set_number(struct hive *h, hive_key key, const char *name, uint32_t number, struct err *e);
// ASCII alone. expand: variables in it mean something.
int hive_set_text(struct hive *h, hive_key key, const char *name, const char *text, bool expand,
		  struct err *e);
// All of the changed hive.
int hive_save(struct hive *h, struct buf *out, struct err *e);

#endif
