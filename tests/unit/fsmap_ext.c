// SPDX-License-Identifier: GPL-2.0-or-later
// ext2, ext3, ext4 of every shape, made by mke2fs: the used map against dumpe2fs, files read back,
// and thousands of damaged images, of which each must end in a result or an error.
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/run.h"
#include "base/size.h"
#include "fsmap/fsmap.h"
#include "test.h"

static char folder[] = "/tmp/salvor-ext.XXXXXX";
static char image[64], tree[64], all[8200];
static struct err e;

static bool run(struct buf *out, const char *const *argv)
{
	static const char *const env[] = { "PATH=/usr/sbin:/sbin:/usr/bin:/bin", "LC_ALL=C",
					   "E2FSPROGS_FAKE_TIME=1500000000", NULL };
	struct run r = { .argv = argv, .env = env, .out = out, .timeout_s = 60 };

	if (run_checked(&r, &e) == 0)
		return true;
	printf("not ok %s: %s\n", argv[0], e.text);
	test_failures++;
	return false;
}

static void write_file(const char *name, const char *text, size_t len)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", tree, name);
	f = fopen(path, "w");
	fwrite(text, 1, len, f);
	fclose(f);
}

static void make_dir(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", tree, name);
	mkdir(path, 0755);
}

static void make_link(const char *to, const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", tree, name);
	CHECK_INT("link made", symlink(to, path), 0);
}

// What the images hold: files small and large, links that lead somewhere, nowhere and in circles.
static void make_tree(void)
{
	char *big = mem_zero(1, 300000), far[90];

	snprintf(image, sizeof image, "%s/image", folder);
	snprintf(tree, sizeof tree, "%s/tree", folder);
	mkdir(tree, 0755);
	make_dir("etc");
	make_dir("usr");
	make_dir("usr/bin");
	make_dir("many");
	write_file("etc/name", "Salvor test\n", 12);
	for (int i = 0; i < 300000; i++)
		big[i] = (char)(i * 7 / 13);
	write_file("big", big, 300000);
	free(big);
	for (int i = 0; i < 200; i++) {
		char name[32];

		snprintf(name, sizeof name, "many/file-%03d", i);
		write_file(name, "x", 1);
	}
	make_link("usr/bin", "bin");
	make_link("/etc/name", "usr/bin/absolute");
	make_link("../../etc/name", "usr/bin/relative");
	make_link("../../../../../../etc/name", "usr/bin/above");
	make_link("circle-2", "circle-1");
	make_link("circle-1", "circle-2");
	make_link("nowhere", "dangling");
	memset(far, '/', sizeof far);
	strcpy(far + sizeof far - 9, "etc/name");
	make_link(far, "far");
}

static bool make(const char *type, const char *options, const char *features, const char *size)
{
	const char *argv[24] = { "mke2fs", "-q", "-F", "-t", type };
	unsigned n = 5;
	char words[128];

	snprintf(words, sizeof words, "%s", options);
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		argv[n++] = w;
	if (*features) {
		argv[n++] = "-O";
		argv[n++] = features;
	}
	argv[n++] = "-d";
	argv[n++] = tree;
	argv[n++] = image;
	argv[n++] = size;
	unlink(image);
	return run(NULL, argv);
}

// The free blocks as dumpe2fs lists them ("  Free blocks: 10-20, 33"), as a map. With clusters each
// number is the first block of one.
static void judge_map(struct map *m, uint64_t size)
{
	struct buf out BUF_AUTO = { 0 };
	uint64_t block = 0, cluster = 0;

	map_init(m, size, MAP_DONE);
	if (!run(&out, (const char *const[]){ "dumpe2fs", image, NULL }))
		return;
	for (char *save, *line = strtok_r(out.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *p = strstr(line, "  Free blocks: ");

		if (strncmp(line, "Block size:", 11) == 0)
			cluster = block = strtoull(line + 11, NULL, 10);
		if (strncmp(line, "Cluster size:", 13) == 0)
			cluster = strtoull(line + 13, NULL, 10);
		if (!p || p != line)
			continue;
		for (p += 15; *p >= '0' && *p <= '9'; p += strspn(p, ", ")) {
			uint64_t first = strtoull(p, &p, 10);
			uint64_t last = *p == '-' ? strtoull(p + 1, &p, 10) : first;

			map_set(m, first * block, (last - first) * block + cluster, MAP_TODO);
		}
	}
}

static bool same_map(const struct map *a, const struct map *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = a->r[i].off == b->r[i].off && a->r[i].state == b->r[i].state;
	for (size_t i = 0; !same && i < a->n && i < b->n; i++) {
		if (a->r[i].off == b->r[i].off && a->r[i].state == b->r[i].state)
			continue;
		printf("# range %zu: 0x%llx %c, not 0x%llx %c\n", i,
		       (unsigned long long)a->r[i].off, a->r[i].state,
		       (unsigned long long)b->r[i].off, b->r[i].state);
		break;
	}
	return same;
}

static void check_used(const char *what)
{
	struct map used MAP_AUTO = { 0 }, wanted MAP_AUTO = { 0 };
	struct src *s SRC_AUTO = NULL;
	char name[96], why[160];

	if (src_open(&s, image, &e) < 0)
		return;
	fs_used(s, &used, why, sizeof why, &e);
	judge_map(&wanted, s->size);
	snprintf(name, sizeof name, "%s: nothing is wrong with it", what);
	CHECK_STR(name, why, "");
	snprintf(name, sizeof name, "%s: used as dumpe2fs says", what);
	CHECK(name, same_map(&used, &wanted));
	snprintf(name, sizeof name, "%s: something is free", what);
	CHECK(name, map_count(&used, MAP_TODO) > 0);
}

static int count(void *arg, const char *name, unsigned type)
{
	unsigned *n = arg;

	*n += strncmp(name, "file-", 5) == 0 && type == DT_REG;
	return 0;
}

static int stop(void *arg, const char *name, unsigned type)
{
	(void)name;
	(void)type;
	return ++*(unsigned *)arg == 3;
}

static int errno_of(struct fs *fs, const char *path)
{
	struct stat st;

	e.num = 0;
	return fs_stat(fs, path, &st, &e) == 0 ? 0 : e.num;
}

static void check_text(struct fs *fs, const char *what, const char *path)
{
	struct buf b BUF_AUTO = { 0 };
	char name[96];

	snprintf(name, sizeof name, "%s: %s", what, path);
	fs_read_file(fs, path, 100, &b, &e);
	CHECK_STR(name, buf_str(&b), "Salvor test\n");
}

static void check_files(const char *what)
{
	struct src *s SRC_AUTO = NULL;
	struct buf big BUF_AUTO = { 0 };
	char name[96], text[200];
	struct fs *fs = NULL;
	unsigned n = 0;
	bool right = true;

	src_open(&s, image, &e);
	snprintf(name, sizeof name, "%s: opened", what);
	CHECK_INT(name, fs_open(s, &fs, &e), 0);
	if (!fs)
		return;
	check_text(fs, what, "/etc/name");
	check_text(fs, what, "/bin/absolute");
	check_text(fs, what, "/bin/relative");
	check_text(fs, what, "/usr/bin/above");
	check_text(fs, what, "/far");
	fs_read_file(fs, "/big", 1000000, &big, &e);
	for (size_t i = 0; i < big.len; i++)
		right = right && big.s[i] == (char)((int)i * 7 / 13);
	snprintf(name, sizeof name, "%s: a large file", what);
	CHECK(name, big.len == 300000 && right);
	buf_clear(&big);
	fs_read_file(fs, "/big", 1000, &big, &e);
	snprintf(name, sizeof name, "%s: its beginning only", what);
	CHECK_INT(name, big.len, 1000);
	fs_list(fs, "/many", count, &n, &e);
	snprintf(name, sizeof name, "%s: a folder listed", what);
	CHECK_INT(name, n, 200);
	snprintf(name, sizeof name, "%s: circles, dead ends, files as folders", what);
	CHECK(name, errno_of(fs, "/circle-1") == ELOOP && errno_of(fs, "/dangling") == ENOENT &&
			    errno_of(fs, "/etc/name/x") == ENOTDIR &&
			    errno_of(fs, "/none") == ENOENT);
	snprintf(name, sizeof name, "%s: a link's text", what);
	CHECK(name, fs_readlink(fs, "/bin", text, sizeof text, &e) == 0 &&
			    !strcmp(text, "usr/bin") &&
			    fs_readlink(fs, "/far", text, sizeof text, &e) == 0 &&
			    strlen(text) == 89 && fs_readlink(fs, "/far", text, 10, &e) < 0 &&
			    fs_readlink(fs, "/etc", text, 10, &e) < 0);
	fs_close(fs);
}

static void test_shapes(void)
{
	static const struct {
		const char *what, *type, *options, *features, *size, *name;
	} shapes[] = {
		{ "ext2, blocks of 1 KiB", "ext2", "-b 1024", "", "8M", "ext2" },
		{ "ext3 of CentOS 5", "ext3", "-I 128 -b 1024", "^ext_attr", "16M", "ext3" },
		{ "ext3, blocks of 4 KiB", "ext3", "-b 4096", "", "40M", "ext3" },
		{ "ext4", "ext4", "-b 4096", "", "64M", "ext4" },
		{ "ext4, blocks of 1 KiB", "ext4", "-b 1024", "", "64M", "ext4" },
		{ "ext4 in many groups", "ext4", "-b 1024 -g 512", "", "32M", "ext4" },
		{ "ext4, group checksums of old", "ext4", "-b 1024", "^metadata_csum,uninit_bg",
		  "64M", "ext4" },
		{ "ext4 without flex_bg", "ext4", "-b 1024", "^flex_bg", "64M", "ext4" },
		{ "ext4 with meta_bg", "ext4", "-b 1024", "meta_bg,^resize_inode", "64M", "ext4" },
		{ "ext4 with clusters", "ext4", "-b 1024 -C 16384", "bigalloc", "64M", "ext4" },
		{ "ext4, inline data", "ext4", "-b 1024", "inline_data", "16M", "ext4" },
		{ "ext4, sparse_super2", "ext4", "-b 1024 -g 1024", "sparse_super2", "32M",
		  "ext4" },
	};

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct src *s SRC_AUTO = NULL;
		struct fs_info info = { 0 };
		char name[96];

		if (!make(shapes[i].type, shapes[i].options, shapes[i].features, shapes[i].size))
			continue;
		src_open(&s, image, &e);
		fs_probe(s, &info, &e);
		snprintf(name, sizeof name, "%s: name", shapes[i].what);
		CHECK_STR(name, info.type, shapes[i].name);
		snprintf(name, sizeof name, "%s: clean", shapes[i].what);
		CHECK(name,
		      info.clean && !info.damaged && info.used < info.size && info.size <= s->size);
		check_used(shapes[i].what);
		check_files(shapes[i].what);
	}
}

// Changes one byte of the image.
static void poke(uint64_t at, uint8_t value)
{
	FILE *f = fopen(image, "r+");

	fseek(f, (long)at, SEEK_SET);
	fputc(value, f);
	fclose(f);
}

static void all_used(const char *name, const char *reason)
{
	struct map used MAP_AUTO = { 0 };
	struct src *s SRC_AUTO = NULL;
	char why[160];

	src_open(&s, image, &e);
	fs_used(s, &used, why, sizeof why, &e);
	if (!strstr(why, reason))
		printf("# why: %s\n", why);
	CHECK(name, map_count(&used, MAP_DONE) == s->size && strstr(why, reason));
}

static void test_distrust(void)
{
	struct map used MAP_AUTO = { 0 };
	struct src *s SRC_AUTO = NULL;
	struct stat st;
	struct fs *fs;
	unsigned n = 0;
	char why[160];

	make("ext3", "-b 1024", "", "20M");
	poke(1024 + 0x60, 6);
	check_used("a journal that is empty");
	poke(1024 + 0xe0, 0);
	all_used("journal elsewhere: everything is used", "on another device");
	poke(1024 + 0xe0, 11);
	all_used("no journal: everything is used", "journal");
	make("ext2", "-b 1024", "", "20M");
	poke(1024 + 0x3a, 0);
	all_used("not unmounted: everything is used", "not unmounted");
	poke(1024 + 0x3a, 3);
	all_used("errors recorded: everything is used", "errors");
	poke(1024 + 0x3a, 1);
	poke(1024 + 0x18, 9);
	all_used("absurd block size: everything is used", "block size");
	make("ext4", "-b 1024", "", "20M");
	poke(1024 + 0x70, 0x55);
	all_used("wrong checksum: everything is used", "checksum");

	make("ext2", "-b 1024 -g 1024", "^resize_inode", "20M");
	src_open(&s, image, &e);
	// Descriptor of group 5 (in block 2): its free blocks, which now disagree with its bitmap.
	poke(2048 + 5 * 32 + 12, 0x11);
	fs_used(s, &used, why, sizeof why, &e);
	CHECK("a group that contradicts itself: used whole",
	      map_count(&used, MAP_TODO) > 0 && map_at(&used, (1 + 5 * 1024) * 1024) == MAP_DONE &&
		      map_find(&used, (1 + 5 * 1024) * 1024) ==
			      map_find(&used, (1 + 6 * 1024) * 1024 - 1));
	CHECK_STR("a group that contradicts itself: told", why,
		  "1.0 MiB kept because group 5's bitmap is damaged");

	fs_open(s, &fs, &e);
	fs_list(fs, "/many", stop, &n, &e);
	CHECK_INT("a listing that is stopped", n, 3);
	CHECK("a folder is no file",
	      fs_read_file(fs, "/etc", 10, &(struct buf){ 0 }, &e) < 0 && e.num == EISDIR);
	CHECK("status",
	      fs_stat(fs, "/etc/name", &st, &e) == 0 && S_ISREG(st.st_mode) && st.st_size == 12);
	fs_close(fs);
	CHECK_INT("cut short", truncate(image, 10 << 20), 0);
	all_used("cut short: everything is used", "place has only");
}

static void test_devices(void)
{
	struct src *s SRC_AUTO = NULL;
	struct stat st;
	struct fs *fs;

	make("ext3", "-b 1024", "", "8M");
	if (!run(NULL,
		 (const char *const[]){ "debugfs", "-w", "-R", "mknod node c 5 1", image, NULL }))
		return;
	src_open(&s, image, &e);
	fs_open(s, &fs, &e);
	CHECK("a device node", fs_stat(fs, "/node", &st, &e) == 0 && S_ISCHR(st.st_mode) &&
				       st.st_rdev == makedev(5, 1));
	fs_close(fs);
}

// An initrd where blocks are small and lie behind lists of lists: each of its blocks is looked up.
static void test_large(void)
{
	struct buf made BUF_AUTO = { 0 }, read BUF_AUTO = { 0 };
	struct src *s SRC_AUTO = NULL;
	char *from STR_AUTO = mem_printf("%s/large", folder),
		   *write STR_AUTO = mem_printf("write %s large", from);
	FILE *f = fopen(from, "w");
	struct fs *fs;

	for (unsigned i = 0; i < 5 << 20; i++)
		buf_printf(&made, "%c%c%c%c", 'a' + i % 7, 'b', i % 251 + 1, 'c');
	fwrite(made.s, 1, made.len, f);
	fclose(f);
	make("ext3", "-b 1024", "", "40M");
	if (!run(NULL, (const char *const[]){ "debugfs", "-w", "-R", write, image, NULL }))
		return;
	src_open(&s, image, &e);
	fs_open(s, &fs, &e);
	CHECK_INT("20 MiB in blocks of 1 KiB", fs_read_file(fs, "/large", 96 << 20, &read, &e), 0);
	CHECK("what was read", read.len == made.len && !memcmp(read.s, made.s, made.len));
	fs_close(fs);
}

// A small generator, so that a failing round can be repeated (Knuth, MMIX).
static uint32_t next(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

static int ask_all(void *arg, const char *name, unsigned type)
{
	struct buf b BUF_AUTO = { 0 };
	struct fs *fs = arg;
	char text[300];
	struct stat st;

	(void)type;
	snprintf(text, sizeof text, "/%s", name);
	fs_stat(fs, text, &st, NULL);
	fs_read_file(fs, text, 100000, &b, NULL);
	fs_readlink(fs, text, text, sizeof text, NULL);
	return 0;
}

struct memory {
	struct src src;
	uint8_t *data;
};

static int memory_read(struct src *s, uint64_t off, void *p, size_t n, struct err *x)
{
	(void)x;
	memcpy(p, ((struct memory *)s)->data + off, n);
	return 0;
}

// Changes bytes all over the metadata; the superblock is spared in half of the rounds, so that more
// is reached.
static void test_mutations(const char *what, unsigned rounds)
{
	static const struct src_ops ops = { memory_read, NULL };
	struct src *s SRC_AUTO = NULL;
	struct memory m = { .src = { .ops = &ops, .sector = 512, .name = "mutant" } };
	uint8_t *whole;
	uint64_t state = 20261121;
	char why[160];

	src_open(&s, image, &e);
	m.src.size = s->size;
	whole = mem_alloc(s->size);
	m.data = mem_alloc(s->size);
	src_read(s, 0, whole, s->size, &e);
	for (unsigned i = 0; i < rounds; i++) {
		struct map used MAP_AUTO = { 0 };
		struct fs *fs = NULL;

		memcpy(m.data, whole, s->size);
		for (unsigned k = next(&state) % 40 + 1; k > 0; k--) {
			uint32_t at = next(&state) % (k % 3 ? 400000 : 4096);

			if (i % 2 == 0 || at < 1024 || at >= 2048)
				m.data[at] = (uint8_t)next(&state);
		}
		fs_used(&m.src, &used, why, sizeof why, &e);
		if (fs_open(&m.src, &fs, &e) < 0)
			continue;
		fs_list(fs, "/", ask_all, fs, NULL);
		fs_list(fs, "/many", ask_all, fs, NULL);
		ask_all(fs, "usr/bin/absolute", 0);
		fs_close(fs);
	}
	CHECK(what, true);
	free(whole);
	free(m.data);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	make_tree();
	test_shapes();
	test_distrust();
	test_devices();
	test_large();
	make("ext3", "-b 1024 -I 128", "", "4M");
	test_mutations("400 damaged ext3 each end in a result or an error", 400);
	make("ext4", "-b 1024", "^metadata_csum", "4M");
	test_mutations("400 damaged ext4 each end in a result or an error", 400);
	snprintf(all, sizeof all, "%s", folder);
	run(NULL, (const char *const[]){ "rm", "-rf", all, NULL });
	TEST_END();
}
