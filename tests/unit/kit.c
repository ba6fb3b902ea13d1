// SPDX-License-Identifier: GPL-2.0-or-later
// The import kit: every file of it as it is written down in tests/golden/kit, names made plain,
// memory rounded, and quoting of what tries to get out of it. With the argument "write" the golden
// files are made anew.
#include <stdlib.h>

#include "hyper/hyper.h"
#include "kit/kit.h"
#include "test.h"

static bool anew;

static void compare(const char *name, const char *suffix, const struct buf *text)
{
	char *path STR_AUTO = mem_printf("tests/golden/kit/%s%s", name, suffix);
	FILE *f = fopen(path, anew ? "w" : "r");
	char *was = mem_zero(1, 65536);

	if (f && anew)
		fwrite(text->s, 1, text->len, f);
	else if (f && fread(was, 1, 65535, f) == 0)
		was[0] = '\0';
	if (f)
		fclose(f);
	if (!anew)
		CHECK_STR(path, buf_str(text), was);
	free(was);
}

static void make_all(const char *name, const struct kit *k, const char *wanted)
{
	struct buf made BUF_AUTO = { 0 };
	const struct kit_ops *ops;
	unsigned at = 0;

	while ((ops = kit_next(k, &at))) {
		struct buf text BUF_AUTO = { 0 };

		ops->make(k, &text);
		buf_puts(&made, ops->suffix);
		compare(name, ops->suffix, &text);
	}
	CHECK_STR(name, buf_str(&made), wanted);
}

static struct kit centos(const char *target, const char *format, const char *image)
{
	static const struct kit_change changes[] = {
		{ "detach", "partition 3", "type fd -> 83", "the other half is not there" },
		{ "detach", "/etc/mdadm.conf", "3 ARRAY lines commented out",
		  "the other half is not there" },
		{ "initrd", "/boot/initrd-2.6.18-398.el5.img",
		  "virtio_pci, virtio_blk added: the disk of a virtual machine is behind "
		  "them. The "
		  "old "
		  "one is kept as initrd-2.6.18-398.el5.img.salvor",
		  NULL },
	};
	static const char *const advice[] = { "Give it an address in the new network." };

	return (struct kit){
		.target = target,
		.format = format,
		.image = image,
		.disk_size = 250059350016,
		.file_size = 12345678,
		.memory = 4127195136,
		.cpus = 4,
		.bits_64 = true,
		.system = "CentOS release 5.11 (Final)",
		.disk = "WD2500 s/n WX31A",
		.cards = { { "00:1b:78:aa:bb:01" }, { "00:1b:78:aa:bb:02" } },
		.n_cards = 2,
		.changes = changes,
		.n_changes = 3,
		.advice = advice,
		.n_advice = 1,
		.version = "0.1",
	};
}

static void hypervisors(void)
{
	struct kit k = centos("kvm", "qcow2", "web01.qcow2");

	k.bus = "virtio disk";
	k.card = "virtio";
	make_all("kvm", &k, ".xml.physical.xml.txt");
	k = centos("hyperv", "vhdx", "web01.vhdx");
	k.card = "Hyper-V network";
	make_all("hyperv", &k, ".ps1.physical.xml.txt");
	k = centos("vmware", "vmdk", "web01.vmdk");
	k.packed = true;
	k.bus = "LSI Logic";
	make_all("vmware", &k, ".ovf.physical.xml.txt");
	k.packed = false;
	k.bus = "PVSCSI";
	k.card = "VMXNET 3";
	make_all("vmware-plain", &k, ".ovf.vmx.physical.xml.txt");
	k = centos("cloud", "raw", "web01.raw.zst");
	k.packed = true;
	make_all("cloud", &k, ".xml.physical.xml.txt");
	k.target = "none";
	make_all("none", &k, "");
}

static void firmware(void)
{
	struct kit k = centos("hyperv", "vhdx", "srv.vhdx");

	k.efi = true;
	k.system = "Debian GNU/Linux 12 (bookworm)";
	make_all("hyperv-efi", &k, ".ps1.physical.xml.txt");
	k.format = "vhd"; // which generation 2 does not take
	k.image = "srv.vhd";
	make_all("hyperv-efi-vhd", &k, ".ps1.physical.xml.txt");
	k.target = "vmware";
	k.format = "vmdk";
	k.image = "srv.vmdk";
	k.pinned = true;
	make_all("vmware-efi", &k, ".ovf.vmx.physical.xml.txt");
	k.pinned = false;
	k.target = "cloud";
	k.format = "vhdx"; // which libvirt does not know
	k.image = "srv.vhdx";
	make_all("cloud-efi", &k, ".physical.xml.txt");
	k.target = "kvm";
	k.format = "qcow2";
	k.image = "srv.qcow2";
	k.n_cards = k.n_changes = k.n_advice = 0;
	k.memory = k.cpus = 0;
	make_all("kvm-efi", &k, ".xml.physical.xml.txt");
	k = centos("kvm", "vhd", "old.vhd");
	k.windows = k.no_acpi = true;
	k.nt = 52;
	k.system = "Windows Server 2003 R2 Service Pack 2";
	make_all("kvm-windows", &k, ".xml.physical.xml.txt");
}

static void memory(void)
{
	static const uint64_t sizes[][2] = { { 0, 2048 },      { 1, 256 },	{ 256, 256 },
					     { 257, 512 },     { 3936, 4096 },	{ 4096, 4096 },
					     { 11980, 12288 }, { 96350, 98304 } };
	struct kit k = { 0 };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		k.memory = sizes[i][0] << 20;
		CHECK_INT("memory", kit_memory(&k) >> 20, sizes[i][1]);
	}
	k.memory = UINT64_MAX;
	CHECK("memory has an end", kit_memory(&k) == 1ull << 62);
}

static void names(void)
{
	static const char *const all[][2] = {
		{ "web01.qcow2", "web01" },
		{ "a b/c'd.vmdk", "a_b_c_d" },
		{ "web.example.org.vhdx", "web.example.org" },
		{ ".qcow2", "_qcow2" },
		{ "...", "salvor" },
		{ "", "salvor" },
		{ "-rf.vhd", "_rf" },
		{ "w\xc3\xa4scherei.raw", "w_scherei" },
		{ "\xff\xfe", "salvor" },
	};
	char name[64];

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct kit k = { .image = all[i][0] };

		kit_name(&k, name, sizeof name);
		CHECK_STR("name", name, all[i][1]);
	}
}

static void quoting(void)
{
	static const char evil[] = "a'b\"c<d>&e|f--g\n\r\x1b\xe2\x80\x99$(h)`i\xe2\x80\xae\xff]]>";
	struct buf b BUF_AUTO = { 0 };

	quote_xml(&b, evil);
	CHECK_STR("XML", buf_str(&b),
		  "a&#39;b&quot;c&lt;d&gt;&amp;e|f&#45;-g???\xe2\x80\x99$(h)`i??]]&gt;");
	buf_clear(&b);
	quote_powershell(&b, evil);
	CHECK_STR("PowerShell", buf_str(&b),
		  "'a''b\"c<d>&e|f--g???\xe2\x80\x99\xe2\x80\x99$(h)`i??]]>'");
	buf_clear(&b);
	quote_vmx(&b, evil);
	CHECK_STR("VMX", buf_str(&b), "\"a'b|22c<d>&e|7Cf--g???\xe2\x80\x99$(h)`i??]]>\"");
	buf_clear(&b);
	quote_shell(&b, evil);
	CHECK_STR("sh", buf_str(&b), "'a'\\''b\"c<d>&e|f--g???\xe2\x80\x99$(h)`i??]]>'");
	buf_clear(&b);
	quote_shell(&b, "web-01.qcow2");
	CHECK_STR("sh, nothing to quote", buf_str(&b), "web-01.qcow2");
	buf_clear(&b);
	quote_uri(&b, "a b%\xe2\x80\x99#?/c.vmdk");
	CHECK_STR("URI", buf_str(&b), "a%20b%25%E2%80%99%23%3F%2Fc.vmdk");
}

// What kit does not know is taken for something that depends on the machine.
static void known_to_kit(void)
{
	struct kit bios = { .target = "kvm" }, efi = { .target = "hyperv", .efi = true };

	for (const struct hyper *const *h = hyper_all(); *h; h++) {
		CHECK((*h)->name, kit_formats((*h)->name));
		for (unsigned i = 0; i < (*h)->n_buses; i++) {
			bios.bus = efi.bus = (*h)->buses[i].name;
			CHECK(bios.bus, kit_bus(&bios) == kit_bus(&efi));
		}
		for (unsigned i = 0; i < (*h)->n_cards; i++) {
			bios.card = efi.card = (*h)->cards[i].name;
			CHECK(bios.card, kit_nic(&bios) == kit_nic(&efi));
		}
	}
}

int main(int argc, char **argv)
{
	anew = argc > 1 && !strcmp(argv[1], "write");
	hypervisors();
	known_to_kit();
	firmware();
	memory();
	names();
	quoting();
	TEST_END();
}
