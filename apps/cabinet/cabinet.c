// SPDX-License-Identifier: GPL-2.0-or-later
// The library's calls for files end here: it sees one to read and one to write, neither of which is
// a file.
#include "cabinet/cabinet.h"

#include <mspack.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

#define PIECE 32768
#define ALLOC_MAX ((size_t)16 << 20) // the largest window of LZX has 2 MiB

struct cabinet {
	struct mspack_system sys; // first: the library hands it back
	struct mscab_decompressor *lib;
	struct mscabd_cabinet *cab;
	const struct cabinet_in *in;
	struct buf *out;
	size_t max;
	int num; // errno of what failed below the library
	char shown[120];
};

struct stream {
	struct mspack_file file; // first: the library hands it back
	struct cabinet *c;
	bool writes;
	uint64_t pos;
};

static struct mspack_file *x_open(struct mspack_system *sys, const char *name, int mode)
{
	struct stream *f = mem_zero(1, sizeof(*f));

	(void)name;
	f->c = (struct cabinet *)sys;
	f->writes = mode != MSPACK_SYS_OPEN_READ;
	return &f->file;
}

static void x_close(struct mspack_file *file)
{
	free(file);
}

static int x_read(struct mspack_file *file, void *p, int bytes)
{
	struct stream *f = (struct stream *)file;
	struct cabinet *c = f->c;
	uint64_t left = f->pos < c->in->size ? c->in->size - f->pos : 0;
	size_t n = bytes < 0 ? 0 : (size_t)bytes;
	int num;

	if (n > left)
		n = (size_t)left;
	if (f->writes || n == 0)
		return f->writes ? -1 : 0;
	num = c->in->read(c->in->arg, f->pos, p, n);
	if (num) {
		c->num = num;
		return -1;
	}
	f->pos += n;
	return (int)n;
}

static int x_write(struct mspack_file *file, void *p, int bytes)
{
	struct stream *f = (struct stream *)file;
	struct cabinet *c = f->c;

	if (!f->writes || bytes < 0 || !c->out || (size_t)bytes > c->max - c->out->len)
		return -1;
	buf_add(c->out, p, (size_t)bytes);
	return bytes;
}

static int x_seek(struct mspack_file *file, off_t to, int mode)
{
	struct stream *f = (struct stream *)file;
	int64_t from = mode == MSPACK_SYS_SEEK_CUR   ? (int64_t)f->pos
		       : mode == MSPACK_SYS_SEEK_END ? (int64_t)f->c->in->size
						     : 0;
	int64_t pos;

	if (__builtin_add_overflow(from, (int64_t)to, &pos) || pos < 0)
		return -1;
	f->pos = (uint64_t)pos;
	return 0;
}

static off_t x_tell(struct mspack_file *file)
{
	struct stream *f = (struct stream *)file;

	return (off_t)f->pos;
}

static void x_message(struct mspack_file *file, const char *format, ...)
{
	(void)file;
	(void)format;
}

static void *x_alloc(struct mspack_system *sys, size_t n)
{
	(void)sys;
	return n <= ALLOC_MAX ? malloc(n) : NULL;
}

static void x_copy(void *from, void *to, size_t n)
{
	memcpy(to, from, n);
}

static const char *reason(int code)
{
	switch (code) {
	case MSPACK_ERR_SIGNATURE: return "is no cabinet";
	case MSPACK_ERR_READ:
	case MSPACK_ERR_SEEK: return "ends too early";
	case MSPACK_ERR_CHECKSUM: return "is damaged: a checksum is wrong";
	case MSPACK_ERR_NOMEMORY: return "wants too much memory";
	default: return "is damaged";
	}
}

static int fail(struct cabinet *c, const char *action, struct err *e)
{
	if (c->num)
		return err_set(e, c->num, "%s: %s", c->shown, action);
	err_set(e, 0, "%s: %s: it %s", c->shown, action, reason(c->lib->last_error(c->lib)));
	if (e)
		e->num = EBADMSG;
	return -1;
}

int cabinet_open(struct cabinet **out, const char *shown, const struct cabinet_in *in,
		 struct err *e)
{
	struct cabinet *c = mem_zero(1, sizeof(*c));

	*out = NULL;
	c->sys = (struct mspack_system){ .open = x_open,
					 .close = x_close,
					 .read = x_read,
					 .write = x_write,
					 .seek = x_seek,
					 .tell = x_tell,
					 .message = x_message,
					 .alloc = x_alloc,
					 .free = free,
					 .copy = x_copy };
	c->in = in;
	str_copy(c->shown, sizeof(c->shown), shown);
	c->lib = mspack_create_cab_decompressor(&c->sys);
	if (!c->lib) {
		free(c);
		return err_set(e, ENOMEM, "%s: open", shown);
	}
	c->lib->set_param(c->lib, MSCABD_PARAM_DECOMPBUF, PIECE);
	c->cab = c->lib->open(c->lib, "in");
	if (!c->cab) {
		fail(c, "open", e);
		cabinet_close(c);
		return -1;
	}
	*out = c;
	return 0;
}

static struct mscabd_file *find(const struct cabinet *c, const char *name, size_t max)
{
	struct mscabd_file *f = c->cab->files;

	while (f && (f->length > max || strcasecmp(f->filename, name)))
		f = f->next;
	return f;
}

bool cabinet_has(const struct cabinet *c, const char *name, size_t max)
{
	return find(c, name, max) != NULL;
}

int cabinet_unpack(struct cabinet *c, const char *name, size_t max, struct buf *out, struct err *e)
{
	struct mscabd_file *f = find(c, name, max);
	struct buf data BUF_AUTO = { 0 };
	int code;

	if (!f)
		return err_set(e, ENOENT, "%s: %s", c->shown, name);
	c->out = &data;
	c->max = max;
	c->num = 0;
	code = c->lib->extract(c->lib, f, "out");
	c->out = NULL;
	if (code != MSPACK_ERR_OK || data.len != f->length)
		return fail(c, name, e);
	buf_add(out, buf_str(&data), data.len);
	return 0;
}

void cabinet_close(struct cabinet *c)
{
	if (!c)
		return;
	if (c->cab)
		c->lib->close(c->lib, c->cab);
	mspack_destroy_cab_decompressor(c->lib);
	free(c);
}
