// SPDX-License-Identifier: GPL-2.0-or-later
// Initrds made by cpio and every packer, read; what is added to them, read by
// cpio again; hostile ones.
#include "initrd/initrd.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cpio.h"
#include "test.h"

static char top[] = "/tmp/salvor-initrd-XXXXXX";

static void sh(const char *script)
{
	char *command STR_AUTO = mem_printf("cd %s && %s", top, script);

	if (system(command)) {
		printf("not ok command: %s\n", script);
		exit(1);
	}
}

static struct buf load(const char *name)
{
	char *path STR_AUTO = mem_printf("%s/%s", top, name);
	FILE *f = fopen(path, "r");
	struct buf b = { 0 };
	char piece[4096];
	size_t n;

	while (f && (n = fread(piece, 1, sizeof piece, f)))
		buf_add(&b, piece, n);
	if (f)
		fclose(f);
	return b;
}

static void save(const char *name, const struct buf *b)
{
	char *path STR_AUTO = mem_printf("%s/%s", top, name);
	FILE *f = fopen(path, "w");

	fwrite(b->s, 1, b->len, f);
	fclose(f);
}

static int read_it(struct initrd *i, const struct buf *b, struct err *e)
{
	return initrd_read(i, view_of(b->s, b->len), "test", e);
}

static void make_trees(void)
{
	sh("mkdir -p a/lib/modules/6.1/kernel a/scripts a/conf a/bin && "
	   "echo x >a/lib/modules/6.1/kernel/virtio-blk.ko && echo virtio_net "
	   ">a/conf/modules && "
	   "echo >a/scripts/functions && dd if=/dev/zero of=a/bin/big bs=1M count=2 "
	   "2>/dev/null "
	   "&& "
	   "head -c 300000 /dev/urandom >a/bin/noise && >a/bin/lvm && printf '#!/bin/sh\\n' "
	   ">a/init");
	sh("mkdir -p b/kernel/x86/microcode && head -c 5001 /dev/urandom "
	   ">b/kernel/x86/microcode/GenuineIntel.bin");
	sh("mkdir -p n/lib n/bin && for m in scsi_mod sd_mod ata_piix; do echo $m "
	   ">n/lib/$m.ko; "
	   "done && printf '#!/bin/nash\\nmount -t proc /proc /proc\\necho "
	   "Loading\\ninsmod "
	   "/lib/scsi_mod.ko\\ninsmod /lib/sd_mod.ko\\ninsmod "
	   "/lib/ata_piix.ko\\nmkblkdevs\\n"
	   "switchroot\\n' >n/init");
	// told of arrays, and told that they are gone
	sh("mkdir -p w/etc/cmdline.d g/etc/cmdline.d && echo ' rd.md.uuid=1:2:3:4 ' "
	   ">w/" INITRD_MD_WAIT " && >g/" INITRD_MD_WAIT);
	sh("for d in a b n w g; do (cd $d && find . | sort | cpio -o -H newc --quiet) "
	   ">$d.cpio; done");
}

static void packings(void)
{
	static const struct {
		const char *name, *program;
	} ways[] = {
		{ "none", "cat" },
		{ "gzip", "gzip -9" },
		{ "bzip2", "bzip2" },
		{ "xz", "xz --check=crc32 --lzma2=dict=1MiB" },
		{ "lzma", "xz --format=lzma" },
		{ "zstd", "zstd -q -19" },
		{ "lz4", "lz4 -q -l" },
	};

	for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
		char *command STR_AUTO =
			mem_printf("%s <a.cpio >a.packed && { cat b.cpio; head -c 1024 /dev/zero; "
				   "cat a.packed; head -c 3 /dev/zero; } >both",
				   ways[k].program);
		char *packing STR_AUTO = mem_printf("none, %s", ways[k].name);
		struct initrd i;
		struct err e = { 0 };

		sh(command);
		for (int both = 0; both < 2; both++) {
			struct buf b BUF_AUTO = load(both ? "both" : "a.packed");

			CHECK_INT(ways[k].name, read_it(&i, &b, &e), 0);
			CHECK_STR("its packing", i.packing, both ? packing : ways[k].name);
			CHECK_INT("archives", i.archives, both ? 2 : 1);
			CHECK("a module", initrd_has(&i, "virtio_blk"));
			CHECK("none that is not there", !initrd_has(&i, "virtio_net"));
			CHECK_INT("its maker", i.kind, INITRD_TOOLS);
			CHECK_STR("conf/modules", buf_str(&i.conf_modules), "virtio_net\n");
			CHECK("LVM's program", i.lvm);
			CHECK("no junk", !i.junk);
			initrd_free(&i);

			// cut anywhere it is an error, or at least none of it is invented
			for (size_t cut = 7; cut < b.len; cut += b.len / 12) {
				struct buf half = { b.s, cut, cut };

				if (!read_it(&i, &half, &e))
					initrd_free(&i);
			}
			b.len -= 400; // of the packed one, whose end is noise or its sum
			CHECK_INT("cut", read_it(&i, &b, &e), -1);
		}
	}
}

static void bombs(void)
{
	struct initrd i;
	struct err e;

	sh("{ cat a.cpio; head -c 1100000000 /dev/zero; } | zstd -q >bomb");
	struct buf b BUF_AUTO = load("bomb");

	CHECK_INT("a bomb", read_it(&i, &b, &e), -1);
	CHECK("says so", strstr(e.text, "larger than 1 GiB") != NULL);
	struct buf none BUF_AUTO = { 0 };

	CHECK_INT("nothing", read_it(&i, &none, &e), -1);
	buf_puts(&none, "neither nor, but long enough to be one");
	CHECK_INT("text", read_it(&i, &none, &e), -1);
	struct buf junk BUF_AUTO = load("a.cpio");

	buf_puts(&junk, "what comes behind");
	CHECK_INT("junk behind an archive", read_it(&i, &junk, &e), 0);
	CHECK("is known as such", i.junk);
	struct buf out BUF_AUTO = { 0 };

	CHECK_INT("and nothing is added", initrd_append(&i, junk.len, NULL, 0, &out, &e), -1);
	initrd_free(&i);
}

static const char dep[] =
	"/lib/modules/2.6.18/kernel/drivers/block/virtio_blk.ko: "
	"/lib/modules/2.6.18/kernel/drivers/virtio/virtio_ring.ko "
	"/lib/modules/2.6.18/kernel/drivers/virtio/virtio.ko\n"
	"/lib/modules/2.6.18/kernel/drivers/virtio/virtio.ko:\n"
	"kernel/drivers/virtio/virtio-pci.ko.xz: kernel/drivers/virtio/virtio.ko\n";

// Each line names what is to be loaded last first.
static const char fusion[] =
	"/lib/modules/2.6.18-398.el5/kernel/drivers/message/fusion/mptspi.ko: "
	"/lib/modules/2.6.18-398.el5/kernel/drivers/message/fusion/mptscsih.ko "
	"/lib/modules/2.6.18-398.el5/kernel/drivers/message/fusion/mptbase.ko "
	"/lib/modules/2.6.18-398.el5/kernel/drivers/scsi/scsi_transport_spi.ko "
	"/lib/modules/2.6.18-398.el5/kernel/drivers/scsi/scsi_mod.ko\n"
	"/lib/modules/2.6.18-398.el5/kernel/drivers/scsi/scsi_mod.ko:\n";
static const char *const in_order[] = {
	"kernel/drivers/scsi/scsi_mod.ko",	    "kernel/drivers/scsi/scsi_transport_spi.ko",
	"kernel/drivers/message/fusion/mptbase.ko", "kernel/drivers/message/fusion/mptscsih.ko",
	"kernel/drivers/message/fusion/mptspi.ko",
};

static void lists(void)
{
	struct text_list order = { 0 };
	char path[256];

	CHECK("path", depend_path(dep, "virtio_blk", path, sizeof path));
	CHECK_STR("without the folder", path, "kernel/drivers/block/virtio_blk.ko");
	CHECK("order", depend_order(dep, "virtio_blk", &order));
	CHECK("of another", depend_order(dep, "virtio_pci", &order));
	CHECK("of none", !depend_order(dep, "virtio_scsi", &order));
	CHECK_INT("each once", order.n, 4);
	CHECK_STR("first", order.v[0], "kernel/drivers/virtio/virtio.ko");
	CHECK_STR("second", order.v[1], "kernel/drivers/virtio/virtio_ring.ko");
	CHECK_STR("last", order.v[3], "kernel/drivers/virtio/virtio-pci.ko.xz");
	text_list_free(&order);
	CHECK("VMware's, of 2.6.18", depend_order(fusion, "mptspi", &order));
	for (unsigned i = 0; i < 5; i++)
		CHECK_STR("in order", order.n == 5 ? order.v[i] : "", in_order[i]);
	CHECK("2.6.18 has none for Hyper-V", !depend_order(fusion, "hv_storvsc", &order));
	text_list_free(&order);
	CHECK("built in", depend_builtin("kernel/drivers/ata/ata-piix.ko\n", "ata_piix"));
	CHECK("not built in", !depend_builtin("kernel/drivers/ata/ata-piix.ko\n", "piix"));
	CHECK("by configuration",
	      config_builtin("# x\nCONFIG_PIIX=m\nCONFIG_IDE=y\n", "CONFIG_IDE"));
	CHECK("a module", !config_builtin("CONFIG_PIIX=m\n", "CONFIG_PIIX"));
	CHECK("no prefix", !config_builtin("CONFIG_IDE_X=y\n", "CONFIG_IDE"));
}

// Of several lists of arrays the last one counts.
static void waiting(void)
{
	static const struct {
		const char *what, *parts;
		bool waits;
	} cases[] = { { "not told", "a.cpio", false },
		      { "told", "a.cpio w.cpio", true },
		      { "told otherwise", "w.cpio g.cpio", false },
		      { "told again", "g.cpio w.cpio", true } };

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		char *command STR_AUTO = mem_printf("cat %s >waiting", cases[k].parts);
		struct initrd i;
		struct err e;

		sh(command);
		struct buf file BUF_AUTO = load("waiting");

		CHECK_INT("read", read_it(&i, &file, &e), 0);
		CHECK_INT(cases[k].what, i.waits_md, cases[k].waits);
		initrd_free(&i);
	}
}

// What the kernel would see, unpacked by cpio in the order of the archives.
static void adding(void)
{
	struct buf file BUF_AUTO = load("n.cpio"), more BUF_AUTO = { 0 }, init BUF_AUTO = { 0 };
	struct text_list names = { 0 };
	struct initrd i, again;
	char place[256];
	struct err e;

	CHECK_INT("nash", read_it(&i, &file, &e), 0);
	CHECK_INT("its maker", i.kind, INITRD_NASH);
	CHECK("no LVM", !i.lvm);
	initrd_place(&i, "2.6.18", place, sizeof place);
	CHECK_STR("where modules lie", place, "lib/");
	text_list_add(&names, "virtio.ko");
	text_list_add(&names, "virtio_blk.ko");
	CHECK("script", initrd_nash_load(&i, &names, &init));
	CHECK("after its own", strstr(buf_str(&init), "ata_piix.ko\ninsmod /lib/virtio.ko\n"
						      "insmod /lib/virtio_blk.ko\nmkblkdevs"));
	struct initrd_file files[] = {
		{ "lib/virtio_blk.ko", "abcde", 5, 0644 },
		{ "new/folder/file", "x", 1, 0600 },
		{ "init", init.s, init.len, 0755 },
	};

	sh("gzip -9 <n.cpio >n.gz");
	struct buf packed BUF_AUTO = load("n.gz");

	CHECK_INT("append", initrd_append(&i, packed.len, files, 3, &more, &e), 0);
	size_t zeros = (4 - packed.len % 4) % 4;

	buf_add(&packed, more.s, more.len);
	CHECK_INT("read again", read_it(&again, &packed, &e), 0);
	CHECK_INT("archives", again.archives, 2);
	CHECK("what was added", initrd_has(&again, "virtio_blk"));
	CHECK("what was there", initrd_has(&again, "sd_mod"));
	CHECK_STR("the script replaced", buf_str(&again.init), init.s);
	initrd_free(&again);
	memmove(more.s, more.s + zeros, more.len - zeros);
	more.len -= zeros;
	save("more.cpio", &more);
	sh("rm -rf out && mkdir out && cd out && cpio -idmu --quiet <../n.cpio && "
	   "cpio -idmu "
	   "--quiet "
	   "<../more.cpio && [ $(stat -c %a init) = 755 ] && [ $(cat "
	   "lib/virtio_blk.ko) = abcde ] "
	   "&& "
	   "[ -s lib/sd_mod.ko ] && [ $(stat -c %a new/folder/file) = 600 ] && "
	   "! cpio -t --quiet <../more.cpio | grep -x lib");
	text_list_free(&names);
	initrd_free(&i);
}

// lib is a link to usr/lib: a folder of that name would take its place.
static void links(void)
{
	struct buf more BUF_AUTO = { 0 };
	struct initrd i;
	char place[256];
	struct err e;

	sh("mkdir -p l/usr/lib/modules/6.1/kernel && ln -s usr/lib l/lib && echo "
	   ">l/usr/lib/modules/6.1/kernel/ext4.ko && (cd l && find . | cpio -o -H "
	   "newc --quiet) "
	   ">l.cpio");
	struct buf file BUF_AUTO = load("l.cpio");

	CHECK_INT("linked", read_it(&i, &file, &e), 0);
	initrd_place(&i, "6.1", place, sizeof place);
	CHECK_STR("place", place, "usr/lib/modules/6.1/");
	struct initrd_file f = { "lib/modules/6.2/x.ko", "", 0, 0644 };

	CHECK_INT("append", initrd_append(&i, 0, &f, 1, &more, &e), 0);
	save("more.cpio", &more);
	sh("! cpio -t --quiet <more.cpio | grep -x lib");
	initrd_free(&i);
}

// Between a plain archive and one that follows: both stay what they are, and
// where the kernel looks.
static void anew(void)
{
	struct buf file BUF_AUTO = { 0 };
	struct initrd i, again;
	struct err e = { 0 };

	sh("lz4 -q -l <a.cpio >a.lz4 && { cat b.cpio; head -c 1024 /dev/zero; cat "
	   "a.lz4; head -c "
	   "$((8 - $(stat -c %s a.lz4) % 4)) /dev/zero; cat n.cpio; } >three");
	file = load("three");
	CHECK_INT("lz4", read_it(&i, &file, &e), 0);
	CHECK_STR("its packing", i.packing, "none, lz4, none");
	CHECK_INT("packed anew", initrd_pack_anew(&i, &file, &e), 0);
	CHECK_INT("read again", read_it(&again, &file, &e), 0);
	CHECK_STR("no lz4 is left", again.packing, "none, gzip, none");
	CHECK_INT("all archives", again.archives, i.archives);
	CHECK_INT("all modules", again.modules.n, i.modules.n);
	CHECK_INT("none is by lz4", again.lz4_len, 0);
	save("anew", &file);
	sh("[ $(head -c $(stat -c %s b.cpio) anew | cmp - b.cpio && echo same) = "
	   "same ] && "
	   "tail -c +$(($(stat -c %s b.cpio) + 1025)) anew | gzip -dcq 2>/dev/null | "
	   "cmp - a.cpio && "
	   "tail -c $(stat -c %s n.cpio) anew | cmp - n.cpio");
	initrd_free(&i);
	initrd_free(&again);
}

int main(void)
{
	if (!mkdtemp(top))
		return 1;
	make_trees();
	packings();
	bombs();
	lists();
	waiting();
	adding();
	links();
	anew();
	sh("rm -rf *");
	rmdir(top);
	TEST_END();
}
