// SPDX-License-Identifier: GPL-2.0-or-later
// One more archive behind an initrd. It is plain: every kernel reads it, whatever the others are
// packed with, and it may begin at any multiple of four.
#include <string.h>
#include <sys/stat.h>

#include "base/cpio.h"
#include "initrd/initrd.h"

// Is this a link of the initrd, or below one? Then what is there already must not be replaced by
// a folder: the kernel would remove the link and all that is reached by it.
static bool is_link(const struct initrd *i, const char *path)
{
	return text_list_has(&i->links, path);
}

static void put_folder(const char *path, struct buf *out)
{
	struct cpio_entry x = { .mode = S_IFDIR | 0755, .nlink = 2 };

	if (str_copy(x.name, sizeof x.name, path))
		cpio_put(out, &x, NULL);
}

// The folders on the way to path that are neither in the initrd nor made already.
static void put_folders(const struct initrd *i, const char *path, struct text_list *made,
			struct buf *out)
{
	char *copy STR_AUTO = mem_dup(path);

	for (char *p = copy; (p = strchr(p, '/')); p++) {
		*p = 0;
		if (*copy && !is_link(i, copy) && !text_list_has(&i->folders, copy) &&
		    !text_list_has(made, copy)) {
			put_folder(copy, out);
			text_list_add(made, copy);
		}
		*p = '/';
	}
}

int initrd_append(const struct initrd *i, uint64_t file_len, const struct initrd_file *files,
		  unsigned n, struct buf *out, struct err *e)
{
	struct text_list made = { 0 };
	struct buf archive BUF_AUTO = { 0 };
	int rc = 0;

	if (i->junk)
		return err_set(e, 0,
			       "initrd: add drivers: it ends with data that no kernel "
			       "understands; what comes behind them would not be read");
	for (unsigned k = 0; k < n && !rc; k++) {
		struct cpio_entry x = { .ino = k + 1,
					.mode = S_IFREG | (files[k].mode & 07777),
					.nlink = 1,
					.size = (uint32_t)files[k].len };

		put_folders(i, files[k].path, &made, &archive);
		if (files[k].len > UINT32_MAX || !str_copy(x.name, sizeof x.name, files[k].path))
			rc = err_set(e, 0, "initrd: add %s: it is too large", files[k].path);
		else
			cpio_put(&archive, &x, files[k].data);
	}
	cpio_end(&archive);
	buf_add(out, "\0\0\0", (4 - file_len % 4) % 4);
	buf_add(out, buf_str(&archive), archive.len);
	text_list_free(&made);
	return rc;
}

void initrd_place(const struct initrd *i, const char *version, char *out, size_t size)
{
	char *tail STR_AUTO = mem_printf("lib/modules/%s/", version);

	for (unsigned k = 0; k < i->modules.n; k++) {
		const char *path = i->modules.v[k], *at = strstr(path, tail);
		const char *slash = strrchr(path, '/');

		if (at && (size_t)(at - path) + strlen(tail) < size) {
			size_t n = (size_t)(at - path) + strlen(tail);

			memcpy(out, path, n);
			out[n] = 0;
			return;
		}
		if (!at && slash && (size_t)(slash - path) + 1 < size &&
		    !strncmp(path, "lib/", 4)) {
			memcpy(out, path, (size_t)(slash - path) + 1);
			out[slash - path + 1] = 0;
			return;
		}
	}
	str_copy(out, size, i->kind == INITRD_NASH ? "lib/" : tail);
}

// Behind the last of the script's own insmods; a script that has none gets them before it looks
// for its disks.
bool initrd_nash_load(const struct initrd *i, const struct text_list *files, struct buf *out)
{
	const char *script = buf_str(&i->init), *at = NULL;

	for (const char *p = script; *p;) {
		const char *end = p + strcspn(p, "\n");

		end += *end == '\n';
		if (!strncmp(p, "insmod ", 7))
			at = end;
		else if (!at && !strncmp(p, "mkblkdevs", 9)) {
			at = p;
			break;
		}
		p = end;
	}
	if (!at || strncmp(script, "#!", 2))
		return false;
	buf_add(out, script, (size_t)(at - script));
	for (unsigned k = 0; k < files->n; k++)
		buf_printf(out, "insmod /lib/%s\n", files->v[k]);
	buf_puts(out, at);
	return true;
}
