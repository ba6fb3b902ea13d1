// SPDX-License-Identifier: GPL-2.0-or-later
// Configuration files changed in one place and nowhere else; what GRUB legacy
// says and reads.
#include "repair/boot/legacy_conf.h"
#include "repair/names.h"
#include "repair/text.h"
#include "test.h"

// md2 -> LABEL=/, md1 -> a long UUID, sdb2 is gone.
static enum fstab_verdict judge(void *arg, const struct fstab_line *l, char *to, size_t size)
{
	(void)arg;
	if (!strcmp(l->spec, "/dev/md2")) {
		snprintf(to, size, "LABEL=/");
		return FSTAB_RENAME;
	}
	if (!strcmp(l->spec, "/dev/md1")) {
		snprintf(to, size, "UUID=5c1f0d4e-0000-4000-8000-000000000002");
		return FSTAB_RENAME;
	}
	if (!strcmp(l->spec, "/dev/sdc1")) {
		snprintf(to, size, "subvol=@");
		return FSTAB_OPTIONS;
	}
	if (!strcmp(l->spec, "LABEL=my data") && !strcmp(l->dir, "/srv/my data")) {
		snprintf(to, size, "UUID=x");
		return FSTAB_RENAME;
	}
	if (!strcmp(l->spec, "/dev/sdb2")) {
		snprintf(to, size, "gone");
		return FSTAB_DROP;
	}
	return FSTAB_KEEP;
}

static const struct {
	const char *name, *in, *out;
} fstabs[] = {
	{ "columns stay", "/dev/md2                /   ext3 defaults 1 1\n",
	  "LABEL=/                 /   ext3 defaults 1 1\n" },
	{ "a longer name pushes", "/dev/md1        none swap sw 0 0\n",
	  "UUID=5c1f0d4e-0000-4000-8000-000000000002 none swap sw 0 0\n" },
	{ "one blank, tabs", "/dev/md2 / ext3\n/dev/md2\t/\text3\n",
	  "LABEL=/ / ext3\nLABEL=/\t/\text3\n" },
	{ "comments and empty lines", "# /dev/md2 / ext3\n\n  # x\n",
	  "# /dev/md2 / ext3\n\n  # x\n" },
	{ "leading blanks, no end of line", "  /dev/md2 / ext3", "  LABEL=/ / ext3" },
	{ "a line becomes a comment", "/dev/sdb2 swap swap sw 0 0\n/dev/sda1 /boot ext3\n",
	  "# Salvor: gone\n#/dev/sdb2 swap swap sw 0 0\n/dev/sda1 /boot ext3\n" },
	{ "other options, columns stay", "/dev/sdc1 / btrfs subvol=@,subvolid=256   0 0\n",
	  "/dev/sdc1 / btrfs subvol=@                0 0\n" },
	{ "escaped blanks", "LABEL=my\\040data /srv/my\\040data ext3\n",
	  "UUID=x /srv/my\\040data ext3\n" },
	{ "quotes of both kinds",
	  "LABEL='my\\040data' /srv/my\\040data ext3\nLABEL=\"my\\040data\" "
	  "/srv/my\\040data a\n",
	  "UUID=x /srv/my\\040data ext3\nUUID=x /srv/my\\040data a\n" },
	{ "half a quote, half an escape", "LABEL=' / ext3\nLABEL=\\04 / ext3\nLABEL=\" / a\n",
	  "LABEL=' / ext3\nLABEL=\\04 / ext3\nLABEL=\" / a\n" },
	{ "two fields are no entry", "/dev/md2 /\n", "/dev/md2 /\n" },
	{ "carriage returns", "/dev/md2 / ext3\r\n", "LABEL=/ / ext3\r\n" },
	{ "nothing", "", "" },
};

static bool map(void *arg, const char *key, const char *value, char *to, size_t size)
{
	(void)arg;
	snprintf(to, size, "%s", !strcmp(key, "root") ? "LABEL=/" : "LABEL=SWAP");
	return !strncmp(value, "/dev/md", 7);
}

static const struct {
	const char *name, *in, *out;
} args[] = {
	{ "root and resume", "\tkernel /vmlinuz ro root=/dev/md2 resume=/dev/md1 quiet\n",
	  "\tkernel /vmlinuz ro root=LABEL=/ resume=LABEL=SWAP quiet\n" },
	{ "other roots",
	  "\tkernel /v root=LABEL=/ nfsroot=/dev/md2 real_root=/dev/md2 "
	  "xroot=/dev/md2\n",
	  "\tkernel /v root=LABEL=/ nfsroot=/dev/md2 real_root=/dev/md2 "
	  "xroot=/dev/md2\n" },
	{ "comment", "#\tkernel /v root=/dev/md2\n", "#\tkernel /v root=/dev/md2\n" },
	{ "update-grub's comment", "# kopt=root=/dev/md2 ro\n", "# kopt=root=LABEL=/ ro\n" },
	{ "quotes", "GRUB_CMDLINE_LINUX=\"root=/dev/md2\"\n",
	  "GRUB_CMDLINE_LINUX=\"root=LABEL=/\"\n" },
	{ "a file of variables", "RESUME=/dev/md1", "RESUME=LABEL=SWAP" },
	{ "root (hd0,0) is a command", "\troot (hd0,0)\n", "\troot (hd0,0)\n" },
};

static const struct {
	const char *name, *in, *out;
} drives[] = {
	{ "second drive", "root (hd1,0)\nsplashimage=(hd1,0)/grub/splash.xpm.gz\n",
	  "root (hd0,0)\nsplashimage=(hd0,0)/grub/splash.xpm.gz\n" },
	{ "tenth drive", "root (hd10,4)\n", "root (hd0,4)\n" },
	{ "first drive", "root (hd0,2)\n", "root (hd0,2)\n" },
	{ "floppy, nonsense", "root (fd0)\nroot (hd,0)\nroot (hd1\n",
	  "root (fd0)\nroot (hd,0)\nroot (hd1\n" },
	{ "comments", "# root (hd1,0)\n# groot=(hd1,0)\n", "# root (hd1,0)\n# groot=(hd0,0)\n" },
};

static void test_tables(void)
{
	struct buf out BUF_AUTO = { 0 };

	for (size_t i = 0; i < sizeof fstabs / sizeof *fstabs; i++) {
		bool changed = text_fstab(fstabs[i].in, judge, NULL, &out);

		CHECK_STR(fstabs[i].name, buf_str(&out), fstabs[i].out);
		CHECK(fstabs[i].name, changed == (strcmp(fstabs[i].in, fstabs[i].out) != 0));
		buf_clear(&out);
	}
	for (size_t i = 0; i < sizeof args / sizeof *args; i++) {
		bool changed = text_kernel_args(args[i].in, map, NULL, &out);

		CHECK_STR(args[i].name, buf_str(&out), args[i].out);
		CHECK(args[i].name, changed == (strcmp(args[i].in, args[i].out) != 0));
		buf_clear(&out);
	}
	for (size_t i = 0; i < sizeof drives / sizeof *drives; i++) {
		bool changed = text_grub_drives(drives[i].in, &out);

		CHECK_STR(drives[i].name, buf_str(&out), drives[i].out);
		CHECK(drives[i].name, changed == (strcmp(drives[i].in, drives[i].out) != 0));
		buf_clear(&out);
	}
}

static void test_crypttab(void)
{
	static const char in[] = "# a /dev/md2\ncswap   /dev/sdb2  /dev/urandom swap\n"
				 "home\t/dev/md2\tnone\tluks\nx   /dev/md1            key\ny\n",
			  want[] = "# a /dev/md2\n# Salvor: gone\n"
				   "#cswap   /dev/sdb2  /dev/urandom swap\n"
				   "home\tLABEL=/\tnone\tluks\n"
				   "x   UUID=5c1f0d4e-0000-4000-8000-000000000002 key\ny\n";
	struct buf out BUF_AUTO = { 0 };

	CHECK("crypttab: changed", text_crypttab(in, judge, NULL, &out));
	CHECK_STR("crypttab: the device, columns, comments", buf_str(&out), want);
}

static bool is_ab(void *arg, const char *key, const char *value)
{
	(void)arg;
	(void)key;
	return !strcmp(value, "a:b");
}

static void test_drop_args(void)
{
	static const char *const keys[] = { "rd.md.uuid", "rd_MD_UUID", NULL };
	static const struct {
		const char *in, *out;
	} cut[] = {
		{ "kernel /x ro rd_MD_UUID=a:b quiet\n", "kernel /x ro quiet\n" },
		{ "L=\"rd.md.uuid=a:b rhgb\"\n", "L=\"rhgb\"\n" },
		{ "L=\"ro rd.md.uuid=a:b\"", "L=\"ro\"" },
		{ "x rd.md.uuid=a:b rd.md.uuid=c:d rd.md.uuid=a:b\n", "x rd.md.uuid=c:d\n" },
		{ "# x rd.md.uuid=a:b\n", NULL },
		{ "x ard.md.uuid=a:b rd.md.uuid=a:bc rd.md.uuid=\n", NULL },
		{ "# kopt=root=/ rd_MD_UUID=a:b ro\n", "# kopt=root=/ ro\n" },
		{ "rd.md.uuid=a:b", "" },
	};

	for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
		struct buf out BUF_AUTO = { 0 };

		CHECK_INT(cut[i].in, text_drop_args(cut[i].in, keys, is_ab, NULL, &out),
			  cut[i].out != NULL);
		CHECK_STR(cut[i].in, buf_str(&out), cut[i].out ? cut[i].out : cut[i].in);
	}
}

static void test_array_root(void)
{
	static const char want[] = "search --no-floppy --fs-uuid --set=root u-1\n";
	static const char *const arrays[] = {
		"set root='mduuid/4ce0:a7ff'\n", "set root='(md0)'\n", "set root='(md/boot)'",
		"set\troot=\"md/0\"\n",		 "set root=md127\n",
	};
	static const char *const others[] = {
		"set root='hd0,msdos1'\n",
		"set root='lvm/md-root'\n",
		"set rooted='md/0'\n",
		"set prefix='md/0'\n",
		"setroot='md/0'\n",
		"# set root='md/0'\n",
		"set root='mdx'\n",
		"set root=",
		"",
	};

	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
		struct buf out BUF_AUTO = { 0 };

		CHECK(arrays[i], text_grub_array_root(arrays[i], "u-1", &out));
		CHECK_STR(arrays[i], buf_str(&out), want);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct buf out BUF_AUTO = { 0 };

		CHECK(others[i], !text_grub_array_root(others[i], "u-1", &out));
		CHECK_STR(others[i], buf_str(&out), others[i]);
	}
	struct buf out BUF_AUTO = { 0 };

	text_grub_array_root("a\n  set root='md/0'\nb\n", "u-1", &out);
	CHECK_STR("one line of three", buf_str(&out),
		  "a\n  search --no-floppy --fs-uuid --set=root u-1\nb\n");
}

static void test_env_block(void)
{
	struct buf block BUF_AUTO = { 0 }, text BUF_AUTO = { 0 };

	buf_puts(&block, "# GRUB Environment Block\nkernelopts=root=/dev/md0 ro\n");
	while (block.len < 1024)
		buf_puts(&block, "#");
	buf_puts(&text, "# GRUB Environment Block\nkernelopts=root=UUID=1 ro\n###");
	CHECK("fits", text_env_block(buf_str(&block), &text));
	CHECK_INT("its size", (long long)text.len, 1024);
	CHECK("its text", strstr(buf_str(&text), "kernelopts=root=UUID=1 ro\n####"));
	buf_clear(&text);
	while (text.len < 1025)
		buf_puts(&text, "x");
	CHECK("too long", !text_env_block(buf_str(&block), &text));
	buf_clear(&text);
	buf_puts(&text, "x");
	CHECK("another file", text_env_block("x\n", &text));
	CHECK_STR("another file", buf_str(&text), "x");
}

static void test_boot_paths(void)
{
	static const struct {
		const char *name, *in, *out;
	} moves[] = {
		{ "kernel, initrd", "\tkernel /vmlinuz ro root=/x\n\tinitrd /initrd.img\n",
		  "\tkernel /boot/vmlinuz ro root=/x\n\tinitrd /boot/initrd.img\n" },
		{ "drive, splash",
		  "splashimage=(hd0,0)/grub/splash.xpm.gz\nkernel (hd0,0)/xen.gz /a\n",
		  "splashimage=(hd0,0)/boot/grub/splash.xpm.gz\nkernel (hd0,0)/boot/xen.gz /a\n" },
		{ "options first", "kernel --no-mem-option /vmlinuz\n",
		  "kernel --no-mem-option /boot/vmlinuz\n" },
		{ "several initrds", "initrd /a.img $tuned_initrd /b.img\n",
		  "initrd /boot/a.img $tuned_initrd /boot/b.img\n" },
		{ "boot loader specification", "title x\nlinux /vmlinuz-4\noptions root=/dev/x\n",
		  "title x\nlinux /boot/vmlinuz-4\noptions root=/dev/x\n" },
		{ "there already, no command",
		  "kernel /boot/vmlinuz\nkernels /x\n#kernel /x\nroot (hd0,0)", NULL },
		{ "cut short", "kernel (hd0,0\nkernel\ninitrd", NULL },
		{ "nothing", "", NULL },
	};

	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
		struct buf out BUF_AUTO = { 0 };
		const char *want = moves[i].out ? moves[i].out : moves[i].in;

		CHECK_INT(moves[i].name, text_boot_paths(moves[i].in, "/boot", &out),
			  moves[i].out != NULL);
		CHECK_STR(moves[i].name, buf_str(&out), want);
	}
	struct buf out BUF_AUTO = { 0 };

	CHECK("/ in a subvolume",
	      text_boot_paths("linux /v\ninitrd /boot/i /@/boot/j /@/k\n", "/@/boot", &out));
	CHECK_STR("/ in a subvolume", buf_str(&out),
		  "linux /@/boot/v\ninitrd /@/boot/i /@/boot/j /@/boot/@/k\n");
}

static void test_grub_stub(void)
{
	static const char old[] = "40070000-0000-4000-8000-00000000deb1";
	static const struct {
		const char *name, *in, *out;
		bool moved;
	} stubs[] = {
		{ "Debian",
		  "search.fs_uuid 40070000-0000-4000-8000-00000000DEB1 root hd0,gpt2 \nset "
		  "prefix=($root)'/grub'\nconfigfile $prefix/grub.cfg\n",
		  "search.fs_uuid NEW root hd0,gpt2 \nset prefix=($root)'/boot/grub'\nconfigfile "
		  "$prefix/grub.cfg\n",
		  true },
		{ "Red Hat",
		  "search --no-floppy --fs-uuid --set=dev "
		  "40070000-0000-4000-8000-00000000deb1\nset "
		  "prefix=($dev)/grub2\nexport $prefix\n",
		  "search --no-floppy --fs-uuid --set=dev NEW\nset "
		  "prefix=($dev)/boot/grub2\nexport "
		  "$prefix\n",
		  true },
		{ "SUSE",
		  "search --fs-uuid --set=root "
		  "\"40070000-0000-4000-8000-00000000deb1\"\nset prefix=(${root})/boot/grub2\n",
		  "search --fs-uuid --set=root \"NEW\"\nset prefix=(${root})/boot/grub2\n", true },
		{ "in quotes, by the path itself",
		  "set prefix=\"($root)/grub\"\nconfigfile ($root)/grub/grub.cfg",
		  "set prefix=\"($root)/boot/grub\"\nconfigfile ($root)/boot/grub/grub.cfg", true },
		{ "not moved", "set prefix=($root)'/grub'\nsearch.fs_uuid 40070000 root\n", NULL,
		  false },
		{ "cut short", "set prefix=($root\nset prefix=\nset prefix=(x)\nset prefix=\"",
		  NULL, true },
		{ "nothing", "", NULL, true },
	};

	for (size_t i = 0; i < sizeof stubs / sizeof *stubs; i++) {
		struct buf out BUF_AUTO = { 0 };

		CHECK_INT(stubs[i].name,
			  text_grub_stub(stubs[i].in, old, "NEW", stubs[i].moved ? "/boot" : NULL,
					 &out),
			  stubs[i].out != NULL);
		CHECK_STR(stubs[i].name, buf_str(&out), stubs[i].out ? stubs[i].out : stubs[i].in);
	}
}

static void test_grub_variable(void)
{
	static const char head[] = "# GRUB Environment Block\n", menu[] = "saved_entry=x\n";
	struct buf in BUF_AUTO = { 0 }, out BUF_AUTO = { 0 }, want BUF_AUTO = { 0 };

	CHECK_INT("no block", text_grub_variable("a=1\n", "blsdir", "/b", &out), 0);
	CHECK_STR("no block", buf_str(&out), "a=1\n");
	buf_printf(&in, "%s%s", head, menu);
	buf_printf(&want, "%s%sblsdir=/b\n", head, menu);
	while (in.len < 1024)
		buf_puts(&in, "#");
	while (want.len < 1024)
		buf_puts(&want, "#");
	buf_clear(&out);
	CHECK_INT("a new one", text_grub_variable(buf_str(&in), "blsdir", "/b", &out), 1);
	CHECK("its size", text_env_block(buf_str(&in), &out));
	CHECK_STR("a new one", buf_str(&out), buf_str(&want));
	buf_clear(&in);
	CHECK_INT("once more", text_grub_variable(buf_str(&out), "blsdir", "/b", &in), 0);
	CHECK_STR("once more", buf_str(&in), buf_str(&want));
	buf_clear(&in);
	CHECK_INT(
		"another",
		text_grub_variable("# GRUB Environment Block\nblsdir=/\nx=1", "blsdir", "/b", &in),
		1);
	CHECK_STR("another", buf_str(&in), "# GRUB Environment Block\nx=1\nblsdir=/b\n");
}

static void test_kernel_argument(void)
{
	static const struct {
		const char *in, *out;
	} adds[] = {
		{ "menuentry {\n\tlinux /vmlinuz root=x\n\tinitrd /i\n\tlinuxefi /v a \n}\n",
		  "menuentry {\n\tlinux /vmlinuz root=x noresume\n\tinitrd /i\n\tlinuxefi /v a "
		  "noresume \n}\n" },
		{ "title x\nlinux /x/linux\noptions root=x ro\r\n",
		  "title x\nlinux /x/linux\noptions root=x ro noresume\r\n" },
		{ "options\troot=x", "options\troot=x noresume" },
		{ "linux /v noresume\n", NULL },
		{ "options noresume a\nlinux /v\n", NULL },
		{ "# linux /v\nlinuxish /v\nmenuentry 'linux'", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < sizeof adds / sizeof *adds; i++) {
		struct buf out BUF_AUTO = { 0 };

		CHECK_INT(adds[i].in, text_kernel_argument(adds[i].in, "noresume", &out),
			  adds[i].out != NULL);
		CHECK_STR(adds[i].in, buf_str(&out), adds[i].out ? adds[i].out : adds[i].in);
	}
}

static void test_grub_argument(void)
{
	static const char key[] = "GRUB_CMDLINE_LINUX";
	static const struct {
		const char *in, *out;
	} adds[] = {
		{ "=\"\"\n", "=\"noresume\"\n" },
		{ "=", "=\"noresume\"" },
		{ "=\"quiet\"\nX=1\n", "=\"noresume quiet\"\nX=1\n" },
		{ "='a b'", "='noresume a b'" },
		{ "=quiet\n", "=\"noresume quiet\"\n" },
		{ "=\"a noresume\"\n", NULL },
		{ "_DEFAULT=\"noresume\"",
		  "_DEFAULT=\"noresume\"\nGRUB_CMDLINE_LINUX=\"noresume\"\n" },
	};

	for (size_t i = 0; i < sizeof adds / sizeof *adds; i++) {
		struct buf out BUF_AUTO = { 0 };
		char in[100], want[100];

		snprintf(in, sizeof in, "%s%s", key, adds[i].in);
		snprintf(want, sizeof want, "%s%s", key, adds[i].out ? adds[i].out : adds[i].in);
		CHECK_INT(in, text_grub_argument(in, "noresume", &out), adds[i].out != NULL);
		CHECK_STR(in, buf_str(&out), want);
	}
}

static void test_mdadm_conf(void)
{
	static const char in[] = "DEVICE partitions\nARRAY /dev/md0 level=raid1\n   uuid=1:2:3:4\n"
				 "MAILADDR root\n\nARRAY /dev/md1 uuid=5:6:7:8\n";
	static const char want[] = "DEVICE partitions\n"
				   "# Salvor: the mirrors were taken apart, the disk runs alone\n"
				   "#ARRAY /dev/md0 level=raid1\n#   uuid=1:2:3:4\n"
				   "MAILADDR root\n\n#ARRAY /dev/md1 uuid=5:6:7:8\n";
	struct buf out BUF_AUTO = { 0 }, again BUF_AUTO = { 0 };

	CHECK_INT("mdadm.conf: arrays", text_mdadm_conf(in, &out), 2);
	CHECK_STR("mdadm.conf", buf_str(&out), want);
	CHECK_INT("mdadm.conf: again", text_mdadm_conf(want, &again), 0);
	CHECK_STR("mdadm.conf: again, unchanged", buf_str(&again), want);
}

static void test_default_entry(void)
{
	static const char conf[] = "# default=9\ndefault=1\ntimeout=5\ntitle One\n\troot (hd0,0)\n"
				   "\tkernel /one\ntitle CentOS (2.6.18)\n\troot (hd1,4)\n"
				   "\tkernel --no-mem-option /vmlinuz-2.6.18 ro root=LABEL=/\n"
				   "\tinitrd /initrd.img\ntitle Three\n\tkernel /three\n";
	struct legacy_entry e;

	CHECK("entry", legacy_default(conf, &e));
	CHECK_STR("entry: title", e.title, "CentOS (2.6.18)");
	CHECK_STR("entry: kernel", e.kernel, "/vmlinuz-2.6.18");
	CHECK_STR("entry: initrd", e.initrd, "/initrd.img");
	CHECK("entry: root", e.has_root && e.drive == 1 && e.part == 4);
	CHECK("drive in the path", legacy_default("title x\nkernel (hd0,2)/boot/vmlinuz\n", &e) &&
					   e.part == 2 && !strcmp(e.kernel, "/boot/vmlinuz"));
	CHECK("saved is the first",
	      legacy_default("default saved\ntitle x\nkernel /a\n", &e) && !strcmp(e.kernel, "/a"));
	CHECK("no such entry", !legacy_default("default 3\ntitle x\n", &e));
	CHECK("empty", !legacy_default("", &e));
}

static const char good[] = "\n    GNU GRUB  version 0.97  (640K lower / 3072K upper memory)\n\n"
			   "grub> root (hd0,0)\n Filesystem type is ext2fs, partition type 0x83\n"
			   "grub> setup (hd0)\n Checking if \"/boot/grub/stage1\" exists... no\n"
			   " Checking if \"/grub/stage1\" exists... yes\n Checking if "
			   "\"/grub/stage2\" exists... yes\n"
			   " Checking if \"/grub/e2fs_stage1_5\" exists... yes\n"
			   " Running \"embed /grub/e2fs_stage1_5 (hd0)\"...  19 sectors are "
			   "embedded.\nsucceeded\n"
			   " Running \"install /grub/stage1 (hd0) (hd0)1+19 p (hd0,0)/grub/stage2 "
			   "/grub/menu.lst\"... "
			   "succeeded\nDone.\ngrub> quit\n";
static const char no_embed[] =
	" Running \"embed /grub/e2fs_stage1_5 (hd0)\"... failed (this is not "
	"fatal)\n"
	" Running \"embed /grub/e2fs_stage1_5 (hd0,0)\"... failed (this is not "
	"fatal)\n"
	" Running \"install /grub/stage1 (hd0) /grub/stage2 p /grub/menu.lst \"... "
	"succeeded\nDone.\n";
static const char wrong_type[] =
	"grub> root (hd0,0)\n Filesystem type unknown, partition type 0xc\ngrub> "
	"setup (hd0)\n\n"
	"Error 17: Cannot mount selected partition\ngrub> quit\n";
static const char failed[] = " Running \"embed /grub/e2fs_stage1_5 (hd0)\"...  "
			     "19 sectors are embedded.\nsucceeded\n"
			     " Running \"install /grub/stage1 (hd0) (hd0)1+19 "
			     "p (hd0,0)/grub/stage2 /grub/menu.lst\"... "
			     "failed\n\nError 15: File not found\n";

static void test_output(void)
{
	char why[200] = "";

	CHECK("good output", legacy_succeeded(good, why, sizeof why));
	CHECK("without stage 1.5", legacy_succeeded(no_embed, why, sizeof why));
	CHECK("error 17", !legacy_succeeded(wrong_type, why, sizeof why));
	CHECK("error 17: told",
	      strstr(why, "Error 17: Cannot mount") && strstr(why, "partition's type"));
	CHECK("install failed", !legacy_succeeded(failed, why, sizeof why));
	CHECK("install failed: told", strstr(why, "Error 15"));
	CHECK("silence", !legacy_succeeded("", why, sizeof why));
	CHECK("silence: told", strstr(why, "did not say"));
}

static void test_names(void)
{
	static const struct {
		const char *device, *disk;
		unsigned number;
	} good_names[] = {
		{ "/dev/sda1", "sda", 1 },	    { "/dev/sdaa12", "sdaa", 12 },
		{ "/dev/hdc3", "hdc", 3 },	    { "/dev/xvda2", "xvda", 2 },
		{ "/dev/nvme0n1p3", "nvme0n1", 3 }, { "/dev/cciss/c0d0p2", "cciss/c0d0", 2 },
	};
	static const char *const bad[] = { "/dev/sda",	 "/dev/sd1",	     "/dev/sda0",
					   "/dev/md1",	 "/dev/nvme0n1",     "sda1",
					   "/dev/sda1x", "/dev/mapper/a-b1", "" };
	static const struct {
		const char *name, *map, *disk;
	} alone[] = {
		{ "sdc", "", "sda" },
		{ "vdb", "(hd0)\t/dev/sda\n", "vda" },
		{ "nvme1n1", "", "nvme0n1" },
		{ "sdb", "# x\n(hd0)     /dev/hda\n", "hda" },
		{ "sdb", "(hd0) /dev/cciss/c0d0\n", "cciss/c0d0" },
		{ "sdb", "(hd0) /dev/sdb\n", "sda" },
		{ "s.img", "", "sda" },
	};
	char disk[32], device[64];
	struct names n;
	unsigned number;

	for (size_t i = 0; i < sizeof good_names / sizeof *good_names; i++)
		CHECK(good_names[i].device,
		      names_split(good_names[i].device, disk, sizeof disk, &number) &&
			      !strcmp(disk, good_names[i].disk) && number == good_names[i].number);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(bad[i], !names_split(bad[i], disk, sizeof disk, &number));
	for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
		struct disk d = { 0 };

		str_copy(d.name, sizeof d.name, alone[i].name);
		names_find(&n, NULL, &d, alone[i].map);
		CHECK_STR(alone[i].name, n.disk, alone[i].disk);
	}
	names_device(&n, 3, device, sizeof device);
	CHECK_STR("partition", device, "/dev/sda3");
	str_copy(n.disk, sizeof n.disk, "nvme0n1");
	names_device(&n, 3, device, sizeof device);
	CHECK_STR("partition with a p", device, "/dev/nvme0n1p3");
}

#define RED_HAT_4 "CentOS release 4.9 (Final)", "2.6.9-89.EL"

// Its initrd finds / by a label alone.
static void test_root_label(void)
{
	static const struct {
		const char *what, *system, *kernel, *type, *label, *twin, *gets;
	} cases[] = {
		{ "none there", RED_HAT_4, "ext3", "", "", "root-0123abcd" },
		{ "Fedora 4", "Fedora Core release 4 (Stentz)", "2.6.11-1.1369_FC4", "ext3", "", "",
		  "root-0123abcd" },
		{ "2.4", "Red Hat Linux release 9 (Shrike)", "2.4.20-8", "ext3", "", "",
		  "root-0123abcd" },
		{ "one there", RED_HAT_4, "ext3", "/", "", "" },
		{ "two of the same", RED_HAT_4, "ext3", "/", "/", "root-0123abcd" },
		{ "Red Hat 5", "CentOS release 5.11 (Final)", "2.6.18-398.el5", "ext3", "", "",
		  "" },
		{ "another's", "Debian 3.1", "2.6.8-2-386", "ext3", "", "", "" },
		{ "XFS", RED_HAT_4, "xfs", "", "", "" },
	};
	struct disk real = { .name = "sda" };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct s_part parts[2] = { { .has_fs = true }, { .has_fs = true } };
		struct s_disk disk = { .parts = parts, .n = 2 };
		struct s_installed kernel = { 0 };
		struct s_system sys = { .kernels = &kernel, .n_kernels = 1 };
		struct patient p = { .disk = &disk, .sys = &sys };
		struct names n;

		str_copy(sys.name, sizeof sys.name, cases[i].system);
		str_copy(kernel.version, sizeof kernel.version, cases[i].kernel);
		str_copy(parts[0].fs.type, sizeof parts[0].fs.type, cases[i].type);
		str_copy(parts[0].fs.uuid, sizeof parts[0].fs.uuid, "0123abcd-0000");
		str_copy(parts[0].fs.label, sizeof parts[0].fs.label, cases[i].label);
		str_copy(parts[1].fs.label, sizeof parts[1].fs.label, cases[i].twin);
		names_find(&n, &p, &real, "");
		CHECK_STR(cases[i].what, n.label, cases[i].gets);
	}
}

int main(void)
{
	test_tables();
	test_crypttab();
	test_drop_args();
	test_array_root();
	test_env_block();
	test_boot_paths();
	test_grub_stub();
	test_grub_variable();
	test_kernel_argument();
	test_grub_argument();
	test_mdadm_conf();
	test_default_entry();
	test_output();
	test_names();
	test_root_label();
	TEST_END();
}
