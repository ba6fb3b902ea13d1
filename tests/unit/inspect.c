// SPDX-License-Identifier: GPL-2.0-or-later
// Who survived: tables of superblocks against roles; boot sectors; the text's width; the small
// questions.
#include <stdlib.h>

#include "base/size.h"
#include "base/text.h"
#include "inspect/check.h"
#include "inspect/look.h"
#include "mem_src.h"
#include "test.h"

static struct survey s;
static struct err e;

static struct s_part *add(unsigned disk, const char *uuid)
{
	struct s_disk *d;
	struct s_part *p;

	while (s.n_disks <= disk) {
		s.disks = mem_grow(s.disks, s.n_disks + 1, sizeof *s.disks);
		memset(&s.disks[s.n_disks], 0, sizeof *s.disks);
		snprintf(s.disks[s.n_disks].disk.path, 64, "/dev/sd%c", 'a' + s.n_disks);
		strcpy(s.disks[s.n_disks].table.kind, "mbr");
		s.n_disks++;
	}
	d = &s.disks[disk];
	d->parts = mem_grow(d->parts, d->n + 1, sizeof *d->parts);
	p = &d->parts[d->n++];
	memset(p, 0, sizeof *p);
	p->part.number = d->n;
	snprintf(p->path, sizeof p->path, "%s%u", d->disk.path, d->n);
	p->array = -1;
	if (uuid) {
		p->is_member = true;
		strcpy(p->member.metadata, "0.90");
		str_copy(p->member.array_uuid, sizeof p->member.array_uuid, uuid);
		snprintf(p->member.name, sizeof p->member.name, "md%s", uuid);
		p->member.level = 1;
	}
	return p;
}

struct given {
	unsigned disk;
	const char *array;
	int role;
	unsigned devices;
	uint64_t events, slots, updated;
	bool rebuilding;
	int level; // 0: a mirror
};

// disk, array, slot (-1 spare, -2 failed), slots it should have, events, slots it believes to work
#define M(disk, array, role, devices, events, slots)                                               \
	{                                                                                          \
		disk, array, role, devices, events, slots, 0, false, 0                             \
	}
#define MEMBERS 6
static const struct {
	const char *name;
	struct given m[MEMBERS];
	const char *roles; // of the disks: s survivor, m member, o old half, p plain
	const char *stale; // of the members, in order: x stale, . not
	unsigned working;  // of the first array
	bool degraded, split;
	int survivor; // -1: refused
} cases[] = {
	{ "a whole mirror",
	  { M(0, "0", 0, 2, 10, 3), M(1, "0", 1, 2, 10, 3) },
	  "mm",
	  "..",
	  2,
	  false,
	  false,
	  -1 },
	{ "one half alone, the other failed",
	  { M(0, "0", 1, 2, 10, 2) },
	  "s",
	  ".",
	  1,
	  true,
	  false,
	  0 },
	{ "one half alone that knows nothing",
	  { M(0, "0", 0, 2, 10, 3) },
	  "s",
	  ".",
	  1,
	  true,
	  false,
	  0 },
	{ "a stale half",
	  { M(0, "0", 0, 2, 4, 3), M(1, "0", 1, 2, 10, 2) },
	  "os",
	  "x.",
	  1,
	  true,
	  false,
	  1 },
	{ "a stale half, 64-bit events",
	  { M(0, "0", 0, 2, 0xffffffff, 3), M(1, "0", 1, 2, 0x100000005, 2) },
	  "os",
	  "x.",
	  1,
	  true,
	  false,
	  1 },
	{ "one event less: a crash between two superblocks",
	  { M(0, "0", 0, 2, 9, 3), M(1, "0", 1, 2, 10, 3) },
	  "mm",
	  "..",
	  2,
	  false,
	  false,
	  -1 },
	{ "one event less, but written off",
	  { M(0, "0", 0, 2, 9, 3), M(1, "0", 1, 2, 10, 2) },
	  "os",
	  "x.",
	  1,
	  true,
	  false,
	  1 },
	{ "a stale half alone", { M(0, "0", 0, 2, 4, 3) }, "s", ".", 1, true, false, 0 },
	{ "the order of the disks does not matter",
	  { M(0, "0", 1, 2, 10, 2), M(1, "0", 0, 2, 4, 3) },
	  "so",
	  ".x",
	  1,
	  true,
	  false,
	  0 },
	{ "both ran alone, one longer",
	  { M(0, "0", 0, 2, 20, 1), M(1, "0", 1, 2, 30, 2) },
	  "os",
	  "x.",
	  1,
	  true,
	  true,
	  1 },
	{ "both ran alone, equally long: nobody can say",
	  { { 0, "0", 0, 2, 30, 1, 500, false, 0 }, { 1, "0", 1, 2, 30, 2, 600, false, 0 } },
	  "ss",
	  "..",
	  2,
	  true,
	  true,
	  -1 },
	{ "three mirrors on two disks",
	  { M(0, "0", 0, 2, 4, 3), M(0, "1", 0, 2, 1, 3), M(0, "2", 0, 2, 1, 3),
	    M(1, "0", 1, 2, 10, 2), M(1, "1", 1, 2, 4, 2), M(1, "2", 1, 2, 6, 2) },
	  "os",
	  "xxx...",
	  1,
	  true,
	  false,
	  1 },
	{ "one mirror whole, another lost its half",
	  { M(0, "0", 0, 2, 10, 3), M(0, "1", 0, 2, 1, 3), M(1, "0", 1, 2, 10, 3),
	    M(1, "1", 1, 2, 4, 2) },
	  "ms",
	  ".x..",
	  2,
	  false,
	  false,
	  1 },
	{ "each disk has one half that the other lost",
	  { M(0, "0", 0, 2, 10, 1), M(0, "1", 0, 2, 1, 3), M(1, "0", 1, 2, 5, 3),
	    M(1, "1", 1, 2, 4, 2) },
	  "ss",
	  ".xx.",
	  1,
	  true,
	  false,
	  -1 },
	{ "being rebuilt: its data are not whole",
	  { M(0, "0", 0, 2, 10, 3), { 1, "0", 1, 2, 10, 3, 0, true, 0 } },
	  "sm",
	  "..",
	  1,
	  true,
	  false,
	  0 },
	{ "a spare beside the last half",
	  { M(0, "0", -1, 2, 10, 2), M(1, "0", 1, 2, 10, 2) },
	  "ms",
	  "..",
	  1,
	  true,
	  false,
	  1 },
	{ "a spare that is newer does not write off the half",
	  { M(0, "0", -1, 2, 11, 2), M(1, "0", 1, 2, 10, 2) },
	  "ms",
	  "..",
	  1,
	  true,
	  false,
	  1 },
	{ "it believes itself failed",
	  { M(0, "0", -2, 2, 10, 2), M(1, "0", 1, 2, 10, 2) },
	  "os",
	  "x.",
	  1,
	  true,
	  false,
	  1 },
	{ "three disks, one missing: two may be the one",
	  { M(0, "0", 0, 3, 10, 3), M(1, "0", 1, 3, 10, 3) },
	  "ss",
	  "..",
	  2,
	  true,
	  false,
	  -1 },
	{ "the same half twice (a copy is connected)",
	  { M(0, "0", 0, 2, 10, 1), M(1, "0", 0, 2, 10, 1) },
	  "ss",
	  "..",
	  1,
	  true,
	  false,
	  -1 },
	{ "RAID 5 that lost a disk cannot stand alone",
	  { { 0, "0", 0, 3, 10, 3, 0, false, 5 }, { 1, "0", 1, 3, 10, 3, 0, false, 5 } },
	  "mm",
	  "..",
	  2,
	  true,
	  false,
	  -1 },
	{ "a mirror of one", { M(0, "0", 0, 1, 10, 1) }, "m", ".", 1, false, false, -1 },
	{ "no member at all", { M(0, NULL, 0, 0, 0, 0) }, "p", ".", 0, false, false, -1 },
};

static void test_survivors(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		static const char letters[] = "psmo";
		char roles[8] = "", stale[MEMBERS + 1] = "", name[128];
		struct {
			unsigned disk, part;
		} where[MEMBERS];
		unsigned n = (unsigned)strlen(cases[i].stale);

		survey_free(&s);
		for (unsigned k = 0; k < n; k++) {
			const struct given *g = &cases[i].m[k];
			struct s_part *p = add(g->disk, g->array);

			p->member.role = g->role;
			p->member.raid_devices = g->devices;
			p->member.events = g->events;
			p->member.slots = g->slots;
			p->member.updated = g->updated;
			p->member.rebuilding = g->rebuilding;
			if (g->level)
				p->member.level = g->level;
			where[k].disk = g->disk;
			where[k].part = s.disks[g->disk].n - 1;
		}
		look_arrays(&s);
		for (unsigned k = 0; k < s.n_disks; k++)
			roles[k] = letters[s.disks[k].role];
		for (unsigned k = 0; k < n; k++)
			stale[k] = s.disks[where[k].disk].parts[where[k].part].stale ? 'x' : '.';
		snprintf(name, sizeof name, "%s: roles", cases[i].name);
		CHECK_STR(name, roles, cases[i].roles);
		snprintf(name, sizeof name, "%s: stale", cases[i].name);
		CHECK_STR(name, stale, cases[i].stale);
		snprintf(name, sizeof name, "%s: the one survivor", cases[i].name);
		CHECK_INT(name, survey_survivor(&s, &e), cases[i].survivor);
		snprintf(name, sizeof name, "%s: array", cases[i].name);
		CHECK(name, s.n_arrays == 0 || (s.arrays[0].working == cases[i].working &&
						s.arrays[0].degraded == cases[i].degraded &&
						s.arrays[0].split == cases[i].split));
	}
}

static void test_names(void)
{
	static const char *const given[][3] = {
		{ "0.90", "md2", "md2" },  { "1.2", "host:0", "md0" },
		{ "1.2", "127", "md127" }, { "1.2", "host:root", "root" },
		{ "1.2", "", "array u" },  { "1.2", "host:", "host:" },
	};

	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		char name[64];

		survey_free(&s);
		strcpy(add(0, "u")->member.metadata, given[i][0]);
		strcpy(s.disks[0].parts[0].member.name, given[i][1]);
		look_arrays(&s);
		snprintf(name, sizeof name, "name of an array: \"%s\"", given[i][1]);
		CHECK_STR(name, s.arrays[0].name, given[i][2]);
	}
	CHECK("md names", is_md_name("/dev/md0") && is_md_name("/dev/md/root") &&
				  !is_md_name("/dev/mdx") && !is_md_name("LABEL=/dev/md0") &&
				  is_md_name("/dev/md_d0"));
	CHECK("disk names", is_disk_name("/dev/sda1") && is_disk_name("/dev/hda") &&
				    is_disk_name("/dev/nvme0n1p2") &&
				    !is_disk_name("/dev/mapper/sda1") &&
				    !is_disk_name("/dev/sr0") && !is_disk_name("/dev/sd1"));
}

static void test_forbidden(void)
{
	char why[80];

	survey_free(&s);
	add(0, "0")->member = (struct raid_member){
		.role = 0, .raid_devices = 2, .events = 4, .slots = 3, .level = 1
	};
	add(1, "0")->member = (struct raid_member){
		.role = 1, .raid_devices = 2, .events = 9, .slots = 2, .level = 1
	};
	add(2, NULL);
	add(3, NULL);
	s.disks[3].role = ROLE_MEDIUM;
	look_arrays(&s);
	CHECK("the source itself",
	      survey_forbidden(&s, 1, 1, why, sizeof why) && strstr(why, "source itself"));
	CHECK("its twin", survey_forbidden(&s, 1, 0, why, sizeof why) && strstr(why, "mirror"));
	CHECK("the medium", survey_forbidden(&s, 1, 3, why, sizeof why) && strstr(why, "medium"));
	CHECK("the medium, without a source", survey_forbidden(&s, -1, 3, why, sizeof why));
	CHECK("another disk", !survey_forbidden(&s, 1, 2, why, sizeof why) && !*why);
	CHECK_INT("disk by its path", survey_disk(&s, "/dev/sdc"), 2);
	CHECK_INT("disk by a partition", survey_disk(&s, "/dev/sdb1"), 1);
	CHECK_INT("no such disk", survey_disk(&s, "/dev/none"), -1);
}

static void give_fs(struct s_part *p, const char *uuid)
{
	p->has_fs = true;
	strcpy(p->fs.type, "ext3");
	strcpy(p->fs.uuid, uuid);
}

// A disk with a file system of its own, a member, and another disk.
static void survey_of_three(const char *own, const char *on_member, const char *other)
{
	survey_free(&s);
	give_fs(add(0, NULL), own);
	add(1, "0")->member = (struct raid_member){
		.role = 0, .raid_devices = 2, .events = 9, .slots = 1, .level = 1
	};
	give_fs(&s.disks[1].parts[0], on_member);
	give_fs(add(2, NULL), other);
	look_arrays(&s);
}

static void test_detached(void)
{
	char why[80];

	survey_of_three("A", "A", "B");
	CHECK_INT("taken out of the mirror: survivor", survey_survivor(&s, &e), 0);
	CHECK_INT("taken out of the mirror: old half", s.disks[1].role, ROLE_STALE);
	CHECK_INT("taken out of the mirror: another disk", s.disks[2].role, ROLE_PLAIN);
	CHECK("taken out of the mirror: twin", survey_forbidden(&s, 0, 1, why, sizeof why));
	survey_of_three("C", "A", "B");
	CHECK_INT("another file system is no reason", survey_survivor(&s, &e), 1);
}

static void check_code(const char *name, const char *wanted, const char *text, size_t len,
		       unsigned at, uint8_t major)
{
	struct mem_src m;
	struct s_disk d = { 0 };

	mem_src_begin(&m, 65536, 512);
	memset(m.data, 0, 512);
	memcpy(m.data + at, text, len);
	m.data[0x3e] = major;
	m.data[0x3f] = major ? 2 : 0;
	look_boot_code(&d, &m.src);
	CHECK_STR(name, d.boot_code, wanted);
	free(m.data);
}

static void test_boot_code(void)
{
	static const char grub[] = "GRUB \0Geom\0Hard Disk\0Read\0 Error";
	struct s_disk d = { 0 };

	check_code("boot sector: zeros", "none", "", 0, 0, 0);
	check_code("boot sector: GRUB legacy", "grub-legacy", grub, sizeof grub, 0x17f, 3);
	check_code("boot sector: GRUB 2", "grub2", grub, sizeof grub, 0x180, 0);
	check_code("boot sector: syslinux", "syslinux", "Operating system load error.", 28, 200, 0);
	check_code("boot sector: isohybrid", "syslinux", "isolinux.bin missing", 20, 200, 0);
	check_code("boot sector: Windows", "windows", "Invalid partition table", 23, 200, 0);
	check_code("boot sector: something", "other", "\xeb\xfe", 2, 0, 0);
	check_code("boot sector: only a table", "none", "\x83", 1, 0x1c2, 0);
	look_boot_code(&d, NULL);
	CHECK_STR("boot sector: unreadable", d.boot_code, "none");
}

// The longest line of a text, in columns.
static size_t widest(const char *text)
{
	size_t most = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		char line[512];

		snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
		most = text_width(line) > most ? text_width(line) : most;
	}
	return most;
}

static void test_text(void)
{
	struct buf out BUF_AUTO = { 0 }, json BUF_AUTO = { 0 };
	struct check_env env = { .s = &s };
	struct s_part *p;
	struct json w;

	survey_free(&s);
	p = add(0, "0");
	p->member = (struct raid_member){ .metadata = "1.2",
					  .name = "a-very-long-hostname:and-name",
					  .level = 1,
					  .raid_devices = 2,
					  .events = UINT64_MAX,
					  .slots = 1 };
	p->has_fs = true;
	strcpy(p->fs.type, "LVM2_member");
	strcpy(p->fs.label, "label of sixty-three characters, as long as it can be, or longer");
	p->fs.label[63] = '\0';
	strcpy(p->fs.note,
	       "a note of quite some length, which needs a line of its own, or even two");
	p->part.len = UINT64_MAX;
	strcpy(s.disks[0].disk.model,
	       "A Model Name That Fills All Of The Sixty-Three Characters It Has");
	s.disks[0].disk.model[63] = '\0';
	strcpy(s.disks[0].disk.serial,
	       "SERIAL-NUMBER-WHICH-IS-ALSO-AS-LONG-AS-CAN-BE-IN-THIS-PROGRAM..");
	s.disks[0].disk.serial[63] = '\0';
	s.disks[0].disk.size = UINT64_MAX;
	s.disks[0].smart = (struct smart){ true, true, false, INT64_MAX, 3, 0, 1041210, -1 };
	look_arrays(&s);
	check_smart_failing.look(&env);
	finding_add(&s, FINDING_STOP, "long", "x", "devnodes", "%s",
		    "words and words and words and words and words and "
		    "anotherwordwithoutanyblankinitthatgoesonandonandonandonandonandonandonandon "
		    "and the end of it");
	finding_add(&s, FINDING_OK, "umlauts", "x", "", "%s",
		    "\xc3\xa4\xc3\xb6\xc3\xbc \xc3\xa4\xc3\xb6\xc3\xbc \"quoted\"");
	survey_text(&s, &out);
	CHECK("text: no line has more than 75 columns", widest(buf_str(&out)) <= 75);
	CHECK("text: the cure is named", strstr(buf_str(&out), "Repair: devnodes"));
	CHECK("text: the role is named", strstr(buf_str(&out), "SURVIVOR"));
	CHECK("text: health", strstr(buf_str(&out), "SMART ok, 1,041,210 h"));
	CHECK("text: sectors lost", strstr(buf_str(&out), "could not read 3 of its sectors"));
	json_begin(&w, &json);
	survey_json(&s, &w, NULL);
	CHECK("JSON: quotes", strstr(buf_str(&json), "\\\"quoted\\\""));
	CHECK("JSON: health", strstr(buf_str(&json), "\"pending\": 3, \"uncorrectable\": 0, "
						     "\"hours\": 1041210, \"temperature\": null}"));
	CHECK("JSON: numbers of 64 bits", strstr(buf_str(&json), "18446744073709551615"));
}

static void test_clean(void)
{
	static const struct {
		const char *name, *given, *wanted;
	} texts[] = {
		{ "plain", "  CentOS release 5.11 ", "CentOS release 5.11" },
		{ "UTF-8", "M\xc3\xbcnchen \xe2\x82\xac", "M\xc3\xbcnchen \xe2\x82\xac" },
		{ "control characters", "a\x1b[2Jb\rc\nd", "a?[2Jb?c?d" },
		{ "broken UTF-8", "a\xc3(\xff\xe2\x82", "a?(???" },
		{ "overlong", "\xc0\xaf", "??" },
		{ "surrogates", "\xed\xa0\x80", "???" },
		{ "direction marks",
		  "a\xe2\x80\xae"
		  "b",
		  "a?b" },
	};
	char text[20];

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char big[64];

		text_clean(big, sizeof big, texts[i].given, strlen(texts[i].given));
		CHECK_STR(texts[i].name, big, texts[i].wanted);
	}
	text_trim_path(strcpy(text, "/boot//"));
	CHECK_STR("slashes at the end", text, "/boot");
	text_trim_path(strcpy(text, "/"));
	CHECK_STR("a slash alone", text, "/");
	text_clean(text, 5, "abc\xc3\xa4", 5);
	CHECK_STR("cut, not within a character", text, "abc");
	text_clean16(text, sizeof text, "A\0\x3d\xd8\x00\xde\x3d\xd8", 4, 0);
	CHECK_STR("UTF-16 with a pair and half a pair", text, "A\xf0\x9f\x98\x80");
	text_clean16(text, sizeof text, "\0A\0B\0\0\0C", 4, 1);
	CHECK_STR("UTF-16, big-endian, ends at zero", text, "AB");
}

int main(void)
{
	test_survivors();
	test_names();
	test_forbidden();
	test_detached();
	test_boot_code();
	test_text();
	test_clean();
	survey_free(&s);
	TEST_END();
}
