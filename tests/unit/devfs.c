// SPDX-License-Identifier: GPL-2.0-or-later
// Device nodes inside a foreign root: the set, what is kept, and the traps of a
// hostile root or archive.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "devfs/devfs.h"
#include "test.h"

static char top[] = "/tmp/salvor-devfs-XXXXXX";

static char *in(const char *path)
{
	return mem_printf("%s/%s", top, path);
}

static bool is_node(const char *path, mode_t mode, unsigned major, unsigned minor, gid_t gid)
{
	char *full STR_AUTO = in(path);
	struct stat st;

	return !lstat(full, &st) && st.st_mode == mode && st.st_rdev == makedev(major, minor) &&
	       st.st_gid == gid;
}

static void clear(void)
{
	char *command STR_AUTO = mem_printf("rm -rf %s && mkdir -p %s/etc", top, top);

	CHECK_INT("clear", system(command), 0);
}

static void put(const char *path, const char *text)
{
	char *full STR_AUTO = in(path);
	FILE *f = fopen(full, "w");

	fputs(text, f);
	fclose(f);
}

static int begin(struct devfs_maker *m, struct err *e)
{
	int root = open(top, O_RDONLY | O_DIRECTORY);
	int rc = devfs_begin(m, root, e);

	close(root);
	return rc;
}

static int make_all(struct devfs_maker *m, struct err *e)
{
	int rc = begin(m, e) || devfs_make_all(m, e) ? -1 : 0;

	devfs_end(m);
	return rc;
}

static void test_set(void)
{
	char *sda STR_AUTO = in("dev/sda"), *fd STR_AUTO = in("dev/fd");
	char *folder STR_AUTO = in("dev");
	struct devfs_maker m;
	char link[64] = "";
	struct err e;

	clear();
	put("etc/group", "root:x:0:\ntty:x:5:\ndisk:x:6:\nuucp:x:14:\nbad\nkmem:x:9:root\n");
	mkdir(folder, 0755);
	put("dev/null", "someone wrote to it\n");
	mknod(sda, S_IFBLK | 0600, makedev(8, 0));
	umask(077);
	CHECK_INT("made", make_all(&m, &e), 0);
	CHECK_INT("made and kept are the set", m.made + m.kept, devfs_count());
	CHECK_INT("kept", m.kept, 1);
	CHECK("console", is_node("dev/console", S_IFCHR | 0600, 5, 1, 0));
	CHECK("null in place of a file", is_node("dev/null", S_IFCHR | 0666, 1, 3, 0));
	CHECK("existing node kept", is_node("dev/sda", S_IFBLK | 0600, 8, 0, 0));
	CHECK("sdb15", is_node("dev/sdb15", S_IFBLK | 0660, 8, 31, 6));
	CHECK("sdp1", is_node("dev/sdp1", S_IFBLK | 0660, 8, 241, 6));
	CHECK("hdc2", is_node("dev/hdc2", S_IFBLK | 0660, 22, 2, 6));
	CHECK("md31", is_node("dev/md31", S_IFBLK | 0660, 9, 31, 6));
	CHECK("tty63", is_node("dev/tty63", S_IFCHR | 0620, 4, 63, 5));
	CHECK("group by its other name", is_node("dev/ttyS1", S_IFCHR | 0660, 4, 65, 14));
	CHECK("cciss", is_node("dev/cciss/c0d1p2", S_IFBLK | 0660, 104, 18, 6));
	CHECK("nvme", is_node("dev/nvme0n1p1", S_IFBLK | 0660, 259, 1, 6));
	CHECK("group unknown there", is_node("dev/fb0", S_IFCHR | 0660, 29, 0, 0));
	CHECK("fd", readlink(fd, link, sizeof link - 1) > 0 && !strcmp(link, "/proc/self/fd"));
	CHECK_INT("again", make_all(&m, &e), 0);
	CHECK_INT("again: nothing made", m.made, 0);
	umask(022);
}

static void test_traps(void)
{
	char *outside STR_AUTO = mem_printf("%s-outside", top), *dev STR_AUTO = in("dev");
	char *cciss STR_AUTO = in("dev/cciss"), *escaped STR_AUTO = mem_printf("%s/c0d0", outside);
	struct devfs_node dots = { .name = "../x", .mode = S_IFCHR | 0600 };
	struct devfs_maker m;
	struct err e;

	mkdir(outside, 0755);
	clear();
	CHECK_INT("link", symlink(outside, dev), 0);
	CHECK_INT("/dev is a link: refused", make_all(&m, &e), -1);
	CHECK("/dev is a link: said so", strstr(e.text, "symbolic link"));
	clear();
	mkdir(dev, 0755);
	CHECK_INT("link", symlink(outside, cciss), 0);
	CHECK_INT("a folder is a link: refused", make_all(&m, &e), -1);
	CHECK("nothing outside", access(escaped, F_OK));
	CHECK_INT("begin", begin(&m, &e), 0);
	CHECK_INT("dots refused", devfs_make(&m, &dots, &e), -1);
	str_copy(dots.name, sizeof dots.name, "a//b");
	CHECK_INT("empty part refused", devfs_make(&m, &dots, &e), -1);
	devfs_end(&m);
	CHECK_INT("outside is empty", rmdir(outside), 0);
}

static void cpio_entry(struct buf *b, const char *name, unsigned mode, unsigned major,
		       unsigned minor, const char *data)
{
	buf_printf(b, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 1, mode, 0, 6,
		   1, 0, strlen(data), 0, 0, major, minor, strlen(name) + 1, 0);
	buf_add(b, name, strlen(name) + 1);
	buf_add(b, "\0\0\0", (4 - b->len % 4) % 4);
	buf_puts(b, data);
	buf_add(b, "\0\0\0", (4 - b->len % 4) % 4);
}

static int from_cpio(const struct buf *b, struct devfs_maker *m, struct err *e)
{
	char *path STR_AUTO = in("archive");
	FILE *f = fopen(path, "w");
	int rc;

	fwrite(b->s, 1, b->len, f);
	fclose(f);
	rc = begin(m, e) || devfs_make_from(m, path, e) ? -1 : 0;
	devfs_end(m);
	return rc;
}

static void test_cpio(void)
{
	struct buf b BUF_AUTO = { 0 };
	char *etc STR_AUTO = in("dev/etc"), *passwd STR_AUTO = in("dev/passwd");
	struct devfs_maker m;
	struct err e;
	int bad = 0;

	clear();
	cpio_entry(&b, ".", S_IFDIR | 0755, 0, 0, "");
	cpio_entry(&b, "etc/passwd", S_IFREG | 0644, 0, 0, "root\n");
	cpio_entry(&b, "./dev", S_IFDIR | 0755, 0, 0, "");
	cpio_entry(&b, "./dev/input", S_IFDIR | 0750, 0, 0, "");
	cpio_entry(&b, "./dev/input/mice", S_IFCHR | 0640, 13, 63, "");
	cpio_entry(&b, "/dev/sda", S_IFBLK | 0660, 8, 0, "");
	cpio_entry(&b, "dev/stdin", S_IFLNK | 0777, 0, 0, "fd/0");
	cpio_entry(&b, "dev/passwd", S_IFREG | 0644, 0, 0, "text");
	cpio_entry(&b, "TRAILER!!!", 0, 0, 0, "");
	CHECK_INT("archive", from_cpio(&b, &m, &e), 0);
	CHECK_INT("archive: nodes", m.made, 4);
	CHECK("archive: mice", is_node("dev/input/mice", S_IFCHR | 0640, 13, 63, 6));
	CHECK("archive: sda", is_node("dev/sda", S_IFBLK | 0660, 8, 0, 6));
	CHECK("archive: no files", access(passwd, F_OK) && access(etc, F_OK));
	for (size_t n = b.len; n > 0; n -= n > 13 ? 13 : n) {
		struct buf part = { b.s, n - 1, n };

		// what follows the trailer's name is padding only
		bad += n < b.len - 4 && from_cpio(&part, &m, &e) == 0;
	}
	CHECK_INT("cut archives accepted", bad, 0);
	buf_clear(&b);
	cpio_entry(&b, "dev/../../x", S_IFCHR | 0600, 1, 3, "");
	CHECK_INT("archive with dots", from_cpio(&b, &m, &e), -1);
	buf_clear(&b);
	buf_puts(&b, "\x1f\x8b");
	for (int i = 0; i < 200; i++)
		buf_puts(&b, "x");
	CHECK_INT("compressed archive", from_cpio(&b, &m, &e), -1);
	CHECK("compressed archive: says so", strstr(e.text, "gunzip"));
}

static void test_folder(void)
{
	char *reference STR_AUTO = mem_printf("%s-reference", top);
	char *command STR_AUTO =
		mem_printf("mkdir -p %s/dev/a/b && mknod -m 640 %s/dev/a/b/n c 1 3 && "
			   "ln -s /etc %s/dev/a/link && echo x >%s/dev/a/file",
			   reference, reference, reference, reference);
	char *remove STR_AUTO = mem_printf("rm -rf %s", reference),
		     *file STR_AUTO = in("dev/a/file");
	struct devfs_maker m;
	struct err e;

	clear();
	CHECK_INT("reference", system(command), 0);
	CHECK_INT("begin", begin(&m, &e), 0);
	CHECK_INT("copied", devfs_make_from(&m, reference, &e), 0);
	devfs_end(&m);
	CHECK_INT("copied: how many", m.made, 4);
	CHECK("copied: node", is_node("dev/a/b/n", S_IFCHR | 0640, 1, 3, 0));
	CHECK("copied: no file", access(file, F_OK));
	CHECK_INT("removed", system(remove), 0);
	CHECK_INT("begin", begin(&m, &e), 0);
	CHECK("the rescue system itself", devfs_make_from(&m, "/", &e) && e.kind == ERR_USAGE);
	devfs_end(&m);
}

int main(void)
{
	if (geteuid()) {
		printf("ok devfs # skip only root makes device nodes\n");
		return 0;
	}
	if (!mkdtemp(top))
		return 1;
	char *remove STR_AUTO = mem_printf("rm -rf %s", top);

	test_set();
	test_traps();
	test_cpio();
	test_folder();
	CHECK_INT("cleaned up", system(remove), 0);
	TEST_END();
}
