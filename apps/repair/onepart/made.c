// SPDX-License-Identifier: GPL-2.0-or-later
// A file system that is not made here: mkfs of the installed system knows what its kernel and its
// GRUB can read. It runs in the chroot, the new partition being the only other device there; then
// the tree is copied.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/run.h"
#include "base/size.h"
#include "repair/file.h"
#include "repair/onepart/onepart.h"

// --- XFS

// Log, tables, what it keeps for itself; xfsprogs since 5.19 makes none below 300 MiB.
static uint64_t xfs_least(uint64_t contents)
{
	uint64_t size = contents + contents / 32 + 128 * MIB;

	return size < 320 * MIB ? 320 * MIB : size;
}

static void xfs_arguments(const char **argv, const char *uuid, const char *label)
{
	static char id[48], name[16];

	*argv++ = "-q";
	*argv++ = "-f";
	if (uuid) {
		snprintf(id, sizeof id, "uuid=%s", uuid);
		*argv++ = "-m";
		*argv++ = id;
	}
	if (*label) {
		str_copy(name, sizeof name, label);
		*argv++ = "-L";
		*argv++ = name;
	}
}

static const char *const xfs_rename[] = { "xfs_admin", "-U", NULL };

static const struct onepart_maker makers[] = {
	{ .type = "xfs",
	  .mount = "nouuid",
	  .label_max = 12,
	  .least = xfs_least,
	  .arguments = xfs_arguments,
	  .rename = xfs_rename },
};

const struct onepart_maker *onepart_maker(const char *type)
{
	for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
		if (!strcmp(makers[i].type, type))
			return &makers[i];
	return NULL;
}

static int run(const struct root *root, const char *const *argv, struct buf *out, int *status,
	       struct ui *ui, struct err *e)
{
	ui_say(ui, UI_INFO, "running %s of the installed system", argv[0]);
	buf_clear(out);
	return run_program(
		&(struct run){
			.argv = argv, .root = root->path, .out = out, .ui = ui, .timeout_s = 1800 },
		status, e);
}

static int make_empty(const struct onepart *o, const struct root *root, const char *program,
		      bool tell, struct ui *ui, struct err *e)
{
	const char *argv[16] = { program };
	struct buf out BUF_AUTO = { 0 };
	unsigned n = 1;
	int status;

	o->maker->arguments(argv + 1, tell ? o->uuid : NULL, o->label);
	while (argv[n])
		n++;
	argv[n] = ROOT_NEW_DEVICE;
	if (run(root, argv, &out, &status, ui, e))
		return -1;
	return status ? err_set(e, 0, "%s: ended with status %d: %.200s", program, status,
				buf_str(&out))
		      : 0;
}

// Old ones cannot be told the UUID.
static int make_and_rename(const struct onepart *o, const struct root *root, const char *program,
			   struct ui *ui, struct err *e)
{
	const char *argv[8] = { NULL };
	struct buf out BUF_AUTO = { 0 };
	unsigned n = 0;
	int status;

	if (make_empty(o, root, program, false, ui, e))
		return -1;
	for (; o->maker->rename[n]; n++)
		argv[n] = o->maker->rename[n];
	argv[n++] = o->uuid;
	argv[n] = ROOT_NEW_DEVICE;
	if (run(root, argv, &out, &status, ui, e))
		return -1;
	return status ? err_set(e, 0, "%s: ended with status %d: %.200s", argv[0], status,
				buf_str(&out))
		      : 0;
}

static int make(const struct onepart *o, struct patient *p, struct root *root, struct ui *ui,
		struct err *e)
{
	const char *program = p->sys->mkfs;
	unsigned mounts = root->n_mounts;
	struct err other;
	int rc = root_furnish(root, e);

	if (!rc && make_empty(o, root, program, true, ui, &other))
		rc = o->maker->rename ? make_and_rename(o, root, program, ui, e) : (*e = other, -1);
	return root_release(root, mounts, rc ? &other : e) || rc ? -1 : 0;
}

int onepart_tree(const struct onepart *o, const struct root *root, dev_t *mounted,
		 struct newfs_tree *tree, struct err *e)
{
	*tree = (struct newfs_tree){ .root = root->fd, .total = o->used, .mounted = mounted };
	for (unsigned i = 0; i < o->n; i++) {
		int fd FD_AUTO = file_open(root->fd, o->mounts[i].dir, O_PATH | O_DIRECTORY);
		struct stat st;

		if (fd < 0 || fstat(fd, &st))
			return err_set(e, errno, "%s: look at it", o->mounts[i].dir);
		mounted[tree->n_mounted++] = st.st_dev;
	}
	return 0;
}

static int fill(const struct onepart *o, struct root *root, struct ui *ui, struct err *e)
{
	int rc, top FD_AUTO = open(ROOT_NEW, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dev_t mounted[ROOT_MOUNTS];
	struct newfs_tree tree = { .mounted = mounted };
	struct newfs_count count;

	if (top < 0)
		return err_set(e, errno, "%s: open", ROOT_NEW);
	// a swap file has the label that SELinux asks for where the tree has labels
	rc = onepart_tree(o, root, mounted, &tree, e) || newfs_copy(&tree, top, &count, ui, e) ||
	     (o->swap && newfs_copy_swap(top, top, ONEPART_SWAP, o->swap, ui, e));
	if (!rc)
		ui_say(ui, UI_INFO, "%llu files and %llu folders, %s were copied",
		       (unsigned long long)count.files, (unsigned long long)count.folders,
		       size_show(count.copied).s);
	return rc ? -1 : 0;
}

int onepart_made(const struct onepart *o, struct patient *p, const struct names *names,
		 const struct disk *new, struct ui *ui, struct err *e)
{
	char *partition STR_AUTO = mem_printf("%s%d", new->name, o->gpt ? 2 : 1);
	struct err other;
	struct root root;
	unsigned mounts;
	int rc;

	if (root_open_to_read(&root, p, names, o->mounts, o->n, e))
		return -1;
	mounts = root.n_mounts;
	rc = root_new_node(partition, e) || make(o, p, &root, ui, e) ||
			     root_mount_new(&root, o->maker->type, o->maker->mount, e) ||
			     fill(o, &root, ui, e)
		     ? -1
		     : 0;
	if (root_release(&root, mounts, rc ? &other : e))
		rc = -1;
	return root_close(&root, rc ? &other : e) || rc ? -1 : 0;
}
