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

// --- btrfs

// Metadata is there twice, and space is handed out to it in large pieces.
static uint64_t btrfs_least(uint64_t contents)
{
	return contents + contents / 16 + 320 * MIB;
}

static void btrfs_arguments(const char **argv, const char *uuid, const char *label)
{
	*argv++ = "-f";
	if (uuid) {
		*argv++ = "-U";
		*argv++ = uuid;
	}
	if (*label) {
		*argv++ = "-L";
		*argv++ = label;
	}
}

static const char *const btrfs_rename[] = { "btrfstune", "-f", "-U", NULL };

static const struct onepart_maker makers[] = {
	{ .type = "xfs",
	  .mount = "nouuid",
	  .label_max = 12,
	  .swap_file = "/" ONEPART_SWAP,
	  .least = xfs_least,
	  .arguments = xfs_arguments,
	  .rename = xfs_rename },
	{ .type = "btrfs",
	  .mount = "",
	  .label_max = 63,
	  .subvolumes = true,
	  // of a subvolume that holds an active one there can be no snapshot
	  .swap_file = "/swap/" ONEPART_SWAP,
	  .swap_kernel = 5,
	  .least = btrfs_least,
	  .arguments = btrfs_arguments,
	  .rename = btrfs_rename },
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

static int make(const struct onepart *o, struct patient *p, struct root *root,
		const char *partition, struct ui *ui, struct err *e)
{
	const char *program = p->sys->mkfs;
	unsigned mounts = root->n_mounts;
	struct err other;
	int rc = root_furnish(root, e) || root_new_alone(root, partition, e) ? -1 : 0;

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

// --- subvolumes

// In the order of their paths: one comes before those in it.
static int make_subvolumes(const struct onepart *o, struct err *e)
{
	int top FD_AUTO = open(ROOT_NEW, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *last = "", *next;

	if (top < 0)
		return err_set(e, errno, "%s: open", ROOT_NEW);
	for (;; last = next) {
		next = NULL;
		for (unsigned i = 0; i < o->n; i++)
			if (o->subvolume[i] && strcmp(o->subvolume[i], last) > 0 &&
			    (!next || strcmp(o->subvolume[i], next) < 0))
				next = o->subvolume[i];
		if (!next)
			return 0;
		if (newfs_subvolume(top, next, e))
			return -1;
	}
}

static int folders(const char *dir, struct err *e)
{
	int fd FD_AUTO = open(ROOT_NEW, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "%s: open", ROOT_NEW);
	for (size_t n = 1; dir[n]; n++) {
		n += strcspn(dir + n, "/");
		char *above STR_AUTO = mem_printf("%.*s", (int)n, dir);

		if (file_folder(fd, above, e))
			return -1;
		if (!dir[n])
			break;
	}
	return 0;
}

static int mount_subvolume(const struct onepart *o, struct root *root, unsigned i, struct err *e)
{
	char *options STR_AUTO =
		mem_printf("%s%ssubvol=/%s", o->options, *o->options ? "," : "", o->subvolume[i]);

	return root_mount_new(root, i ? o->mounts[i].dir : "", o->maker->type, options, e);
}

static int by_default(struct err *e)
{
	int fd FD_AUTO = open(ROOT_NEW, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_set(e, errno, "%s: open", ROOT_NEW) : newfs_subvolume_by_default(fd, e);
}

// The new file system as the old one is mounted, subvolume by subvolume.
static int mount_all(const struct onepart *o, struct root *root, struct err *e)
{
	unsigned mounts = root->n_mounts;

	if (root_mount_new(root, "", o->maker->type, o->options, e) || make_subvolumes(o, e))
		return -1;
	if (o->subvolume[0] && (root_release(root, mounts, e) || mount_subvolume(o, root, 0, e)))
		return -1;
	for (unsigned i = 1; i < o->n; i++)
		if (o->subvolume[i] &&
		    (folders(o->mounts[i].dir, e) || mount_subvolume(o, root, i, e)))
			return -1;
	return o->by_default ? by_default(e) : 0;
}

// --- what is copied

static int make_swap(const struct onepart *o, int top, struct ui *ui, struct err *e)
{
	const char *name = strrchr(o->swap_file, '/') + 1;
	char *folder STR_AUTO = mem_printf("%.*s", (int)(name - 1 - o->swap_file), o->swap_file);

	if (!o->swap)
		return 0;
	if (*folder && newfs_subvolume(top, folder, e))
		return -1;
	int in FD_AUTO = openat(top, *folder ? folder + 1 : ".",
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return in < 0 ? err_set(e, errno, "%s: open", folder)
		      : newfs_copy_swap(top, in, name, o->swap, ui, e);
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
	     make_swap(o, top, ui, e);
	if (!rc)
		ui_say(ui, UI_INFO, "%llu files and %llu folders, %s were copied",
		       (unsigned long long)count.files, (unsigned long long)count.folders,
		       size_show(count.copied).s);
	if (!rc && count.snapshots)
		ui_say(ui, UI_WARN, "%llu read-only snapshots were left out",
		       (unsigned long long)count.snapshots);
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
	rc = root_new_node(partition, e) || make(o, p, &root, partition, ui, e) ||
			     mount_all(o, &root, e) || fill(o, &root, ui, e)
		     ? -1
		     : 0;
	if (root_release(&root, mounts, rc ? &other : e))
		rc = -1;
	return root_close(&root, rc ? &other : e) || rc ? -1 : 0;
}
