// SPDX-License-Identifier: GPL-2.0-or-later
// What ties a configuration to its hardware, taken out of it; a second time
// finds nothing.
#include "repair/conf.h"

#include "test.h"

static const char rules[] = "# This file was automatically generated\n\n"
			    "SUBSYSTEM==\"net\", ATTR{address}==\"00:16:3e:12:34:56\", "
			    "NAME=\"eth0\"\n\tSUBSYSTEM==\"net\", NAME=\"eth1\"";

static void comments(void)
{
	struct buf a BUF_AUTO = { 0 }, b BUF_AUTO = { 0 }, c BUF_AUTO = { 0 };

	CHECK_INT("rules", conf_comment_all(rules, "why", &a), 2);
	CHECK_STR("as comments", buf_str(&a),
		  "# This file was automatically generated\n\n# Salvor: why\n"
		  "#SUBSYSTEM==\"net\", ATTR{address}==\"00:16:3e:12:34:56\", "
		  "NAME=\"eth0\"\n"
		  "#\tSUBSYSTEM==\"net\", NAME=\"eth1\"");
	CHECK_INT("once", conf_comment_all(buf_str(&a), "why", &b), 0);
	CHECK_INT("by key",
		  conf_comment_key("DEVICE=eth0\n hwaddr = x\n#HWADDR=y\nHWADDRX=z\n", "HWADDR",
				   NULL, "why", &c),
		  1);
	CHECK_STR("only that", buf_str(&c),
		  "DEVICE=eth0\n# Salvor: why\n# hwaddr = x\n#HWADDR=y\nHWADDRX=z\n");
	buf_clear(&c);
	CHECK_INT("by key, but in a section",
		  conf_comment_key("[bridge]\nk=1\n [Ethernet]\nk=2\n[bridge-port]\nk=3\n", "k",
				   "[bridge]", "why", &c),
		  2);
	CHECK_STR("that stays", buf_str(&c),
		  "[bridge]\nk=1\n [Ethernet]\n# Salvor: why\n#k=2\n[bridge-port]\n#k=3\n");
}

static const struct {
	const char *name, *in, *card, *host, *out;
	unsigned changed;
} modprobes[] = {
	{ "both",
	  "alias eth0 e1000\nalias scsi_hostadapter ata_piix\nalias "
	  "scsi_hostadapter1 ahci",
	  "virtio_net", "virtio_blk",
	  "alias eth0 virtio_net\n# Salvor, before: alias eth0 e1000\nalias "
	  "scsi_hostadapter "
	  "ata_piix\nalias scsi_hostadapter1 ahci\nalias scsi_hostadapter2 "
	  "virtio_blk\n",
	  2 },
	{ "none there", "options x y=1\n", "virtio_net", "virtio_blk",
	  "options x y=1\nalias scsi_hostadapter virtio_blk\n", 1 },
	{ "right already", "alias  eth0\tvirtio_net\nalias scsi_hostadapter7 virtio_blk\n",
	  "virtio_net", "virtio_blk",
	  "alias  eth0\tvirtio_net\nalias scsi_hostadapter7 virtio_blk\n", 0 },
	{ "nothing known", "alias eth0 e1000\n", NULL, NULL, "alias eth0 e1000\n", 0 },
	{ "empty", "", "virtio_net", "virtio_blk", "alias scsi_hostadapter virtio_blk\n", 1 },
};

static void aliases(void)
{
	for (size_t i = 0; i < sizeof modprobes / sizeof *modprobes; i++) {
		struct buf a BUF_AUTO = { 0 }, b BUF_AUTO = { 0 };

		CHECK_INT(modprobes[i].name,
			  conf_modprobe(modprobes[i].in, modprobes[i].card, modprobes[i].host, &a),
			  modprobes[i].changed);
		CHECK_STR("text", buf_str(&a), modprobes[i].out);
		CHECK_INT("once",
			  conf_modprobe(buf_str(&a), modprobes[i].card, modprobes[i].host, &b), 0);
	}
}

static void modules(void)
{
	static const char *const names[] = { "virtio_pci", "virtio_blk" };
	struct buf a BUF_AUTO = { 0 }, b BUF_AUTO = { 0 };

	CHECK_INT("one is new",
		  conf_add_modules("# x\nvirtio_pci max=1\n#virtio_blk", names, 2, &a), 1);
	CHECK_STR("at the end", buf_str(&a), "# x\nvirtio_pci max=1\n#virtio_blk\nvirtio_blk\n");
	CHECK_INT("once", conf_add_modules(buf_str(&a), names, 2, &b), 0);
}

static void shell_lists(void)
{
	static const char *const names[] = { "virtio_pci", "virtio_blk" };
	static const struct {
		const char *text;
		unsigned added;
		const char *out;
	} all[] = {
		{ "# INITRD_MODULES=\"x\"\nINITRD_MODULES=\"ahci ext3\" # y\nZ=\"\"\n", 2,
		  "# INITRD_MODULES=\"x\"\nINITRD_MODULES=\"ahci ext3 virtio_pci virtio_blk\" # y\n"
		  "Z=\"\"\n" },
		{ "INITRD_MODULES='virtio_blk'\n", 1, "INITRD_MODULES='virtio_blk virtio_pci'\n" },
		{ "INITRD_MODULES=\"virtio_pci\"\n\tINITRD_MODULES=\"\"", 2,
		  "INITRD_MODULES=\"virtio_pci\"\n\tINITRD_MODULES=\" virtio_pci virtio_blk\"" },
		{ "INITRD_MODULES=\"virtio_pci virtio_blk\"\n", 0,
		  "INITRD_MODULES=\"virtio_pci virtio_blk\"\n" },
		// over lines, worked out, without quotes
		{ "INITRD_MODULES=\"virtio_pci\n  ahci\"\n", 1,
		  "INITRD_MODULES=\"virtio_pci\n  ahci\"\n"
		  "INITRD_MODULES=\"$INITRD_MODULES virtio_pci virtio_blk\"\n" },
		{ "INITRD_MODULES=\"a $B\"", 2,
		  "INITRD_MODULES=\"a $B\"\n"
		  "INITRD_MODULES=\"$INITRD_MODULES virtio_pci virtio_blk\"\n" },
		{ "INITRD_MODULES=ahci\n", 2,
		  "INITRD_MODULES=ahci\n"
		  "INITRD_MODULES=\"$INITRD_MODULES virtio_pci virtio_blk\"\n" },
		{ "INITRD_MODULES=\"a\"b\n", 2,
		  "INITRD_MODULES=\"a\"b\n"
		  "INITRD_MODULES=\"$INITRD_MODULES virtio_pci virtio_blk\"\n" },
		{ "INITRD_MODULES_X=\"virtio_pci\"\n", 2,
		  "INITRD_MODULES_X=\"virtio_pci\"\nINITRD_MODULES=\"virtio_pci virtio_blk\"\n" },
		{ "", 2, "INITRD_MODULES=\"virtio_pci virtio_blk\"\n" },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct buf a BUF_AUTO = { 0 }, b BUF_AUTO = { 0 };

		CHECK_INT(all[i].text, conf_shell_add(all[i].text, "INITRD_MODULES", names, 2, &a),
			  all[i].added);
		CHECK_STR(all[i].text, buf_str(&a), all[i].out);
		CHECK_INT("once", conf_shell_add(buf_str(&a), "INITRD_MODULES", names, 2, &b), 0);
	}
}

static const struct {
	const char *name, *list;
	unsigned hidden;
} filters[] = {
	{ "arrays only", "\"a|^/dev/md.*|\", \"r|.*|\"", 1 },
	{ "arrays only, over lines", "\n\t\"a/md/\",\n\t# no others\n\t\"r/.*/\"\n", 1 },
	{ "everything but CDs", "\"r|/dev/cdrom|\", \"a/.*/\"", 0 },
	{ "halves of mirrors hidden", "\"r|/dev/sd.*|\", \"a|.*|\"", 1 },
	{ "disks and arrays", "\"a|/dev/(sd|md).*|\", \"r|.*|\"", 0 },
	{ "this disk", "\"a|^/dev/sda2$|\", \"r|.*|\"", 0 },
	{ "another kind of disk", "\"a|/dev/cciss/.*|\", \"r|/dev/.*|\"", 1 },
	{ "nothing said", "\"a|/dev/md0|\"", 0 },
	{ "nothing", "", 0 },
	{ "odd", "\"a\", \"\", \"r|", 0 },
};

static void lvm(void)
{
	static const char want[] = "devices {\n# Salvor: why\n#\tfilter = [ \"a|/md|\",\n"
				   "#\t \"r|.*|\" ] # x\n\tscan = [ \"/dev\" ]\n}\n";
	struct buf a BUF_AUTO = { 0 }, b BUF_AUTO = { 0 };

	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
		char *text STR_AUTO = mem_printf("\tglobal_filter=[%s]\n", filters[i].list);
		struct buf out BUF_AUTO = { 0 };

		CHECK_INT(filters[i].name, conf_lvm_filter(text, "sd", "why", &out),
			  filters[i].hidden);
	}
	CHECK_INT("a filter",
		  conf_lvm_filter("devices {\n\tfilter = [ \"a|/md|\",\n\t \"r|.*|\" ] # x\n"
				  "\tscan = [ \"/dev\" ]\n}\n",
				  "sd", "why", &a),
		  1);
	CHECK_STR("is a comment", buf_str(&a), want);
	CHECK_INT("once", conf_lvm_filter(buf_str(&a), "sd", "why", &b), 0);
	CHECK_STR("and no more", buf_str(&b), want);
}

int main(void)
{
	shell_lists();
	lvm();
	comments();
	aliases();
	modules();
	TEST_END();
}
