// SPDX-License-Identifier: GPL-2.0-or-later
// libntfs-3g with its own access to the device: mounting it by its rules settles the journal.
#include "repair/ntfs.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/stat.h>

#include <ntfs-3g/attrib.h>
#include <ntfs-3g/dir.h>
#include <ntfs-3g/inode.h>
#include <ntfs-3g/logging.h>
#include <ntfs-3g/unistr.h>
#include <ntfs-3g/volume.h>

struct ntfs_files {
	ntfs_volume *vol;
	char device[272];
};

static const char *reason(int num)
{
	switch (num) {
	case EPERM: return "Windows is hibernated on it";
	case EOPNOTSUPP: return "its journal waits to be replayed: only Windows does that";
	case 0: return "it is damaged";
	default: return strerror(num);
	}
}

int ntfs_files_open(struct ntfs_files **out, const char *device, struct err *e)
{
	struct ntfs_files *f = mem_zero(1, sizeof *f);

	*out = NULL;
	str_copy(f->device, sizeof f->device, device);
	ntfs_log_set_handler(ntfs_log_handler_null);
	errno = 0;
	f->vol = ntfs_mount(device, NTFS_MNT_EXCLUSIVE);
	if (f->vol && !ntfs_set_ignore_case(f->vol)) {
		*out = f;
		return 0;
	}
	err_set(e, 0, "%s: change files of NTFS: %s", device, reason(errno));
	if (f->vol)
		ntfs_umount(f->vol, FALSE);
	free(f);
	return -1;
}

static int fail(const struct ntfs_files *f, const char *path, const char *action, struct err *e)
{
	return err_set(e, errno ? errno : EIO, "%s: %s: %s", f->device, path, action);
}

int ntfs_files_read(struct ntfs_files *f, const char *path, size_t max, struct buf *out,
		    struct err *e)
{
	ntfs_inode *inode = ntfs_pathname_to_inode(f->vol, NULL, path);
	ntfs_attr *na = inode ? ntfs_attr_open(inode, AT_DATA, AT_UNNAMED, 0) : NULL;
	char *data = NULL;
	int rc = -1;

	if (!na) {
		fail(f, path, "read", e);
	} else if (na->data_size < 0 || (uint64_t)na->data_size > max) {
		err_set(e, EFBIG, "%s: %s: read", f->device, path);
	} else {
		data = mem_alloc((size_t)na->data_size + 1);
		rc = ntfs_attr_pread(na, 0, na->data_size, data) == na->data_size
			     ? 0
			     : fail(f, path, "read", e);
		if (!rc)
			buf_add(out, data, (size_t)na->data_size);
	}
	free(data);
	if (na)
		ntfs_attr_close(na);
	if (inode)
		ntfs_inode_close(inode);
	return rc;
}

struct ntfs_file {
	ntfs_inode *inode;
	ntfs_attr *na;
};

int ntfs_file_open(struct ntfs_file **out, struct ntfs_files *f, const char *path, uint64_t *size,
		   struct err *e)
{
	struct ntfs_file *x = mem_zero(1, sizeof *x);

	x->inode = ntfs_pathname_to_inode(f->vol, NULL, path);
	x->na = x->inode ? ntfs_attr_open(x->inode, AT_DATA, AT_UNNAMED, 0) : NULL;
	if (!x->na || x->na->data_size < 0) {
		fail(f, path, "open", e);
		ntfs_file_close(x);
		return -1;
	}
	*size = (uint64_t)x->na->data_size;
	*out = x;
	return 0;
}

int ntfs_file_read(struct ntfs_file *x, uint64_t off, void *p, size_t n)
{
	errno = 0;
	if (ntfs_attr_pread(x->na, (s64)off, (s64)n, p) == (s64)n)
		return 0;
	return errno ? errno : EIO;
}

void ntfs_file_close(struct ntfs_file *x)
{
	if (x && x->na)
		ntfs_attr_close(x->na);
	if (x && x->inode)
		ntfs_inode_close(x->inode);
	free(x);
}

// In the folder of its path, which must be there.
static ntfs_inode *make(struct ntfs_files *f, const char *path)
{
	char *folder STR_AUTO = mem_dup(path), *slash = strrchr(folder, '/');
	ntfs_inode *dir, *inode = NULL;
	ntfschar *name = NULL;
	int len;

	if (!slash)
		return NULL;
	*slash = '\0';
	dir = ntfs_pathname_to_inode(f->vol, NULL, folder);
	if (!dir)
		return NULL;
	len = ntfs_mbstoucs(slash + 1, &name);
	if (len > 0 && len < 256)
		inode = ntfs_create(dir, const_cpu_to_le32(0), name, (u8)len, S_IFREG);
	free(name);
	if (ntfs_inode_close(dir) && inode) {
		ntfs_inode_close(inode);
		inode = NULL;
	}
	return inode;
}

static int fill(ntfs_attr *na, const struct buf *data)
{
	s64 len = (s64)data->len;

	if (NAttrCompressed(na) || NAttrEncrypted(na)) {
		errno = ENOTSUP;
		return -1;
	}
	// The room first: a disk that is full leaves the file as it was.
	if (len > na->data_size && ntfs_attr_truncate_solid(na, len))
		return -1;
	if (ntfs_attr_pwrite(na, 0, len, buf_str(data)) != len)
		return -1;
	return len < na->data_size ? ntfs_attr_truncate(na, len) : 0;
}

int ntfs_files_write(struct ntfs_files *f, const char *path, const struct buf *data, struct err *e)
{
	ntfs_inode *inode = ntfs_pathname_to_inode(f->vol, NULL, path);
	ntfs_attr *na;
	int rc;

	if (!inode && errno == ENOENT)
		inode = make(f, path);
	na = inode ? ntfs_attr_open(inode, AT_DATA, AT_UNNAMED, 0) : NULL;
	rc = !na || fill(na, data) ? fail(f, path, "write", e) : 0;
	if (na)
		ntfs_attr_close(na);
	if (inode) {
		NInoFileNameSetDirty(inode);
		ntfs_inode_update_times(inode, NTFS_UPDATE_MCTIME);
		if (ntfs_inode_close(inode) && !rc)
			rc = fail(f, path, "write", e);
	}
	return rc;
}

int ntfs_files_close(struct ntfs_files *f, struct err *e)
{
	int rc = ntfs_umount(f->vol, FALSE)
			 ? err_set(e, errno, "%s: change files of NTFS: close", f->device)
			 : 0;

	free(f);
	return rc;
}
