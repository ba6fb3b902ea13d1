// SPDX-License-Identifier: GPL-2.0-or-later
// libext2fs over our own source: an I/O manager that can only read.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fsmap/ext.h"

// The library's open takes a name only; this is the source that ext_open hands over, for the time
// of that call.
static _Thread_local struct ext_io *handed_over;

static errcode_t io_close(io_channel c)
{
	if (--c->refcount > 0)
		return 0;
	free(c->name);
	free(c);
	return 0;
}

static errcode_t io_set_blksize(io_channel c, int size)
{
	c->block_size = size;
	return 0;
}

// count < 0: that many bytes.
static errcode_t io_read64(io_channel c, unsigned long long block, int count, void *data)
{
	struct ext_io *io = c->private_data;
	uint64_t len = count < 0 ? -(int64_t)count : (int64_t)count * c->block_size,
		 cost = len > EXT_IO_LEAST ? len : EXT_IO_LEAST;

	if (block > io->src->size / (unsigned)c->block_size)
		return EXT2_ET_SHORT_READ;
	if (cost > io->budget)
		return EXT2_ET_CORRUPT_SUPERBLOCK;
	io->budget -= cost;
	return src_read(io->src, block * (unsigned)c->block_size, data, len, NULL) < 0
		       ? EXT2_ET_SHORT_READ
		       : 0;
}

static errcode_t io_read(io_channel c, unsigned long block, int count, void *data)
{
	return io_read64(c, block, count, data);
}

static errcode_t io_write64(io_channel c, unsigned long long block, int count, const void *data)
{
	(void)c;
	(void)block;
	(void)count;
	(void)data;
	return EXT2_ET_RO_FILSYS;
}

static errcode_t io_write(io_channel c, unsigned long block, int count, const void *data)
{
	return io_write64(c, block, count, data);
}

static errcode_t io_flush(io_channel c)
{
	(void)c;
	return 0;
}

static errcode_t io_open(const char *name, int flags, io_channel *out);

static struct struct_io_manager manager = {
	.magic = EXT2_ET_MAGIC_IO_MANAGER,
	.name = "source",
	.open = io_open,
	.close = io_close,
	.set_blksize = io_set_blksize,
	.read_blk = io_read,
	.write_blk = io_write,
	.flush = io_flush,
	.read_blk64 = io_read64,
	.write_blk64 = io_write64,
};

static errcode_t io_open(const char *name, int flags, io_channel *out)
{
	io_channel c;

	(void)flags;
	c = mem_zero(1, sizeof(*c));
	c->magic = EXT2_ET_MAGIC_IO_CHANNEL;
	c->manager = &manager;
	c->name = mem_dup(name);
	c->block_size = 1024;
	c->refcount = 1;
	c->private_data = handed_over;
	*out = c;
	return 0;
}

const char *ext_message(errcode_t code)
{
	if (code == EXT2_ET_CORRUPT_SUPERBLOCK)
		return "its structures contradict each other";
	return error_message(code);
}

int ext_errno(errcode_t code)
{
	switch (code) {
	case EXT2_ET_FILE_NOT_FOUND: return ENOENT;
	case EXT2_ET_NO_DIRECTORY: return ENOTDIR;
	case EXT2_ET_SYMLINK_LOOP: return ELOOP;
	default: return EIO;
	}
}

int ext_open(struct src *s, bool strict, struct ext_io *io, ext2_filsys *fs, struct err *e)
{
	int flags = EXT2_FLAG_64BITS | (strict ? 0 : EXT2_FLAG_IGNORE_CSUM_ERRORS);
	const char *why;
	errcode_t code;

	if (!ext_sane(s, &why, e))
		return err_set(e, 0, "%s: ext superblock contradicts itself: %s", s->name, why);
	initialize_ext2_error_table();
	*io = (struct ext_io){ .src = s, .budget = UINT64_MAX };
	handed_over = io;
	code = ext2fs_open2("source", NULL, flags, 0, 0, &manager, fs);
	handed_over = NULL;
	if (code)
		return err_set(e, 0, "%s: open as ext: %s", s->name, ext_message(code));
	return 0;
}
