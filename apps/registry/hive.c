// SPDX-License-Identifier: GPL-2.0-or-later
// hivex opens files by their name: the hive gets one in memory.
#include "registry/hive.h"

#include <fcntl.h>
#include <hivex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/endian.h"
#include "base/text.h"

#define MAX_KEYS 4096
#define MAX_VALUE 65536 // bytes of a value that anybody here wants

struct hive {
	hive_h *h;
	int fd; // of the file in memory
	char path[40];
};

struct hive_head {
	uint8_t id[4];	   // 00  "regf"
	le32 begun, ended; // 04  counted up before and after each write
};

static int fill(int fd, const struct buf *file)
{
	for (size_t at = 0; at < file->len;) {
		ssize_t n = write(fd, file->s + at, file->len - at);

		if (n < 0 && errno != EINTR)
			return -1;
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int hive_open(struct hive **out, const struct buf *file, const char *name, bool change,
	      struct err *e)
{
	struct hive *h = mem_zero(1, sizeof(*h));

	*out = NULL;
	h->fd = memfd_create("hive", MFD_CLOEXEC);
	if (h->fd < 0 || fill(h->fd, file)) {
		err_set(e, errno, "%s: hold the registry in memory", name);
		hive_close(h);
		return -1;
	}
	snprintf(h->path, sizeof(h->path), "/proc/self/fd/%d", h->fd);
	h->h = hivex_open(h->path, change ? HIVEX_OPEN_WRITE : 0);
	if (!h->h) {
		err_set(e, 0, "%s: read the registry: %s", name,
			errno == ENOTSUP || errno == EINVAL ? "it is damaged, or none"
							    : strerror(errno));
		hive_close(h);
		return -1;
	}
	*out = h;
	return 0;
}

void hive_close(struct hive *h)
{
	if (!h)
		return;
	if (h->h)
		hivex_close(h->h);
	if (h->fd >= 0)
		close(h->fd);
	free(h);
}

bool hive_torn(const struct buf *file)
{
	struct hive_head head;

	if (file->len < sizeof(head))
		return true;
	memcpy(&head, file->s, sizeof(head));
	return le32_get(head.begun) != le32_get(head.ended);
}

hive_key hive_root(struct hive *h)
{
	return hivex_root(h->h);
}

hive_key hive_find(struct hive *h, hive_key from, const char *path)
{
	while (from && *path) {
		size_t len = strcspn(path, "\\");
		char name[256];

		if (len >= sizeof(name))
			return 0;
		memcpy(name, path, len);
		name[len] = '\0';
		from = hivex_node_get_child(h->h, from, name);
		path += len + (path[len] == '\\');
	}
	return from;
}

void hive_each(struct hive *h, hive_key key, int (*each)(void *arg, hive_key key, const char *name),
	       void *arg)
{
	hive_node_h *keys = key ? hivex_node_children(h->h, key) : NULL;
	bool more = true;

	for (size_t i = 0; keys && keys[i] && i < MAX_KEYS && more; i++) {
		char *name = hivex_node_name(h->h, keys[i]);

		if (name)
			more = each(arg, keys[i], name) == 0;
		free(name);
	}
	free(keys);
}

// The bytes of a value, to be freed; NULL: none, or a larger one than anybody wants.
static char *value(struct hive *h, hive_key key, const char *name, hive_type *type, size_t *len)
{
	hive_value_h v = key ? hivex_node_get_value(h->h, key, name) : 0;

	if (!v || hivex_value_type(h->h, v, type, len) < 0 || *len > MAX_VALUE)
		return NULL;
	return hivex_value_value(h->h, v, type, len);
}

bool hive_number(struct hive *h, hive_key key, const char *name, uint32_t *number)
{
	hive_type type;
	size_t len;
	char *p = value(h, key, name, &type, &len);
	bool found = p && type == hive_t_dword && len == sizeof(le32);
	le32 n;

	*number = 0;
	if (found) {
		memcpy(&n, p, sizeof(n));
		*number = le32_get(n);
	}
	free(p);
	return found;
}

bool hive_text(struct hive *h, hive_key key, const char *name, char *text, size_t size)
{
	hive_type type;
	size_t len;
	char *p = value(h, key, name, &type, &len);

	text[0] = '\0';
	if (p && (type == hive_t_string || type == hive_t_expand_string ||
		  type == hive_t_multiple_strings))
		text_clean16(text, size, p, len / 2, 0);
	free(p);
	return text[0] != '\0';
}

static int fail(const char *what, struct err *e)
{
	return err_set(e, errno, "SYSTEM: change the registry: %s", what);
}

hive_key hive_make(struct hive *h, hive_key from, const char *path, struct err *e)
{
	while (from && *path) {
		size_t len = strcspn(path, "\\");
		char name[64];
		hive_key next;

		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		next = hivex_node_get_child(h->h, from, name);
		from = next ? next : hivex_node_add_child(h->h, from, name);
		if (!from)
			fail(name, e);
		path += len + (path[len] == '\\');
	}
	return from;
}

static int set(struct hive *h, hive_key key, const char *name, hive_type type, const void *p,
	       size_t len, struct err *e)
{
	char *key_name STR_AUTO = mem_dup(name), *value STR_AUTO = mem_alloc(len);
	hive_set_value v = { .key = key_name, .t = type, .len = len, .value = value };

	memcpy(value, p, len);
	return hivex_node_set_value(h->h, key, &v, 0) < 0 ? fail(name, e) : 0;
}

int hive_set_number(struct hive *h, hive_key key, const char *name, uint32_t number, struct err *e)
{
	le32 n = le32_put(number);

	return set(h, key, name, hive_t_dword, &n, sizeof(n), e);
}

int hive_set_text(struct hive *h, hive_key key, const char *name, const char *text, bool expand,
		  struct err *e)
{
	struct buf wide BUF_AUTO = { 0 };

	for (const char *p = text;; p++) {
		buf_add(&wide, p, 1);
		buf_add(&wide, "", 1);
		if (!*p)
			break;
	}
	return set(h, key, name, expand ? hive_t_expand_string : hive_t_string, wide.s, wide.len,
		   e);
}

int hive_save(struct hive *h, struct buf *out, struct err *e)
{
	int fd FD_AUTO = memfd_create("changed", MFD_CLOEXEC);
	char path[40], piece[65536];
	ssize_t n = 0;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || hivex_commit(h->h, path, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return fail("write it", e);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(out, piece, (size_t)n);
	return n < 0 ? fail("read it back", e) : 0;
}
