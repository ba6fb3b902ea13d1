// SPDX-License-Identifier: GPL-2.0-or-later
// Job files, words of hooks, the kernel's command line, and what it asks for.
#include "jobfile/jobfile.h"

#include <stdlib.h>

#include "base/cmdline.h"
#include "jobfile/keys.h"
#include "jobfile/params.h"
#include "test.h"

// "key=value|key=value", or the error.
static char *parsed(const char *text, size_t len)
{
	struct jobfile *f = mem_zero(1, sizeof *f);
	struct buf out = { 0 };
	struct err e;

	if (jobfile_parse(f, "job", text, len, &e))
		buf_printf(&out, "%s", e.text);
	else
		for (unsigned i = 0; i < f->n; i++)
			buf_printf(&out, "%s%u %s=%s%s%s", i ? "|" : "", f->lines[i].line,
				   f->lines[i].key, f->lines[i].value,
				   f->lines[i].password ? " pw " : "",
				   f->lines[i].password ? f->lines[i].password : "");
	jobfile_free(f);
	free(f);
	return buf_str(&out) == out.s ? out.s : mem_dup("");
}

#define PARSED(name, text, want)                                                                   \
	do {                                                                                       \
		char *got STR_AUTO = parsed(text, sizeof(text) - 1);                               \
		CHECK_STR(name, got, want);                                                        \
	} while (0)

static void files(void)
{
	struct buf many BUF_AUTO = { 0 };

	PARSED("nothing", "", "");
	PARSED("settings", "do = image\n\n # a comment\nsource=survivor\r\n  max-rate =\t5 M \n",
	       "1 do=image|4 source=survivor|5 max-rate=5 M");
	PARSED("= and # belong to the value", "dest = /srv/a=b #c", "1 dest=/srv/a=b #c");
	PARSED("an empty value", "plan =\n", "1 plan=");
	PARSED("byte order mark",
	       "\xef\xbb\xbf"
	       "do = survey",
	       "1 do=survey");
	PARSED("no setting", "do = image\nquickly\n", "job line 2: is no \"setting = value\"");
	PARSED("no name", "= image",
	       "job line 1: the name of a setting is made of small letters, "
	       "digits and \"-\"");
	PARSED("capitals", "Do = image",
	       "job line 1: the name of a setting is made of small "
	       "letters, digits and \"-\"");
	PARSED("a zero", "do = a\0b", "job line 1: holds bytes that are no text (UTF-8)");
	PARSED("an escape", "do = a\033[2Jb", "job line 1: holds bytes that are no text (UTF-8)");
	PARSED("no UTF-8", "do = \xff", "job line 1: holds bytes that are no text (UTF-8)");
	PARSED("password of a URL", "dest = smb://d;me:p%40ss%2@nas/x",
	       "1 dest=smb://d;me@nas/x pw p@ss%2");
	PARSED("a port is none", "dest = ssh://me@h:22/x", "1 dest=ssh://me@h:22/x");
	for (unsigned i = 0; i <= JOBFILE_LINES; i++)
		buf_puts(&many, "a = b\n");
	char *got STR_AUTO = parsed(buf_str(&many), many.len);
	CHECK_STR("too many", got, "job line 513: there are more than 512 settings");
	for (unsigned i = 0; i <= JOBFILE_MAX / 16; i++)
		buf_puts(&many, "################");
	char *large STR_AUTO = parsed(buf_str(&many), many.len);
	CHECK("too large", strstr(large, "64 KiB"));
}

static char *words(const char *text)
{
	const char *argv[JOBFILE_WORDS + 1];
	struct buf store BUF_AUTO = { 0 }, out = { 0 };
	struct err e;

	if (jobfile_words(text, &store, argv, &e))
		return mem_dup(e.text);
	for (unsigned i = 0; argv[i]; i++)
		buf_printf(&out, "[%s]", argv[i]);
	return buf_take(&out);
}

#define WORDS(text, want)                                                                          \
	do {                                                                                       \
		char *got STR_AUTO = words(text);                                                  \
		CHECK_STR(text, got, want);                                                        \
	} while (0)

static void hooks(void)
{
	WORDS("mail root", "[mail][root]");
	WORDS("  a  \"b c\"'d  e' '' \\\"f", "[a][b cd  e][][\"f]");
	WORDS("sh -c \"echo \\\"$A\\\" 'x'\"", "[sh][-c][echo \"$A\" 'x']");
	WORDS("'a\\b'", "[a\\b]");
	WORDS("a \"b", "a quotation mark has no second one");
	WORDS("  ", "names no program");
	char *all STR_AUTO = mem_zero(2 * JOBFILE_WORDS + 4, 1);
	for (unsigned i = 0; i <= JOBFILE_WORDS; i++)
		memcpy(all + 2 * i, "a ", 3);
	WORDS(all, "more than 64 words");
}

static char *taken_apart(const char *text)
{
	struct buf out = { 0 };
	struct cmdline_word w;

	for (; cmdline_next(&text, &w); cmdline_free(&w))
		buf_printf(&out, "[%s%s%s]", w.name, w.value ? "|" : "", w.value ? w.value : "");
	return out.s ? out.s : mem_dup("");
}

static char *hidden(const char *text)
{
	struct buf out = { 0 };

	cmdline_hide(text, &out);
	return out.s ? out.s : mem_dup("");
}

#define TEXT(what, text, want)                                                                     \
	do {                                                                                       \
		char *got STR_AUTO = what(text);                                                   \
		CHECK_STR(#what " of " #text, got, want);                                          \
	} while (0)

// as the kernel's next_arg does it
static void command_line(void)
{
	TEXT(taken_apart, "", "");
	TEXT(taken_apart, " quiet  a=b\tc=\n", "[quiet][a|b][c|]");
	TEXT(taken_apart, "a=\"b c\" \"d=e f\" g=h\"i j\"", "[a|b c][d|e f][g|h\"i j\"]");
	TEXT(taken_apart, "a=b=c =x", "[a|b=c][=x]");
	TEXT(taken_apart, "a=\"b c", "[a|b c]");
	TEXT(taken_apart, "\"a", "[a]");
	TEXT(hidden, "quiet  p2v.password=a p2v.auth.password=\"b c\" x=1",
	     "quiet  p2v.password=*** p2v.auth.password=*** x=1");
	TEXT(hidden, "ocs_repository=smb://me:pa@ss@nas/x salvor.dest=\"ssh://me@h:22/x\"",
	     "ocs_repository=smb://me:***@nas/x salvor.dest=\"ssh://me@h:22/x\"");
	TEXT(hidden, "\"salvor.password=a b\" salvor.password-file=/x",
	     "\"salvor.password=***\" salvor.password-file=/x");
	TEXT(hidden, "a=http://h:80/x?mail=a@b b=smb://u:p/w@h/s",
	     "a=http://h:80/x?mail=a@b b=smb://u:***@h/s");
}

static char *job(const char *cmdline)
{
	struct buf out = { 0 };
	struct params p;
	struct err e;

	if (params_read(&p, cmdline, &e))
		buf_printf(&out, "%s: %s", p.job ? "job" : "no job", e.text);
	else if (!p.job)
		buf_puts(&out, "no job");
	else
		buf_printf(&out, "%s%s%s", p.file ? p.file : "", p.file ? "\n" : "",
			   buf_str(&p.settings));
	if (p.ssh)
		buf_printf(&out, " ssh %s", p.ssh);
	params_free(&p);
	return out.s;
}

static void own_parameters(void)
{
	TEXT(job, "console=ttyS0 salvor.shell=ttyS1 salvor.log=ttyS0 quiet", "no job");
	TEXT(job, "salvor.job=http://h/j salvor.dest=label:A/x", "http://h/j\ndest = label:A/x\n");
	TEXT(job, "salvor.do=image salvor.source=/dev/sda salvor.max-rate=5M",
	     "do = image\nsource = /dev/sda\nmax-rate = 5M\n");
	TEXT(job, "salvor.ssh=\"ssh-ed25519 AAAA me\"", "no job ssh ssh-ed25519 AAAA me");
	TEXT(job, "salvor.job=", "no job");
	TEXT(job, "salvor.do=image salvor.Dest=x",
	     "job: kernel parameters: salvor.Dest: is no setting");
	char *lines STR_AUTO = job("salvor.do=image salvor.dest=\"a\nfinal=reboot\"");
	CHECK_STR("one line stays one", lines,
		  "job: kernel parameters: salvor.dest: is more than one line");
	TEXT(job, "salvor.job=/j salvor.do=survey",
	     "job: kernel parameters: salvor.job= names a file with the steps, salvor.do= or "
	     "p2v.server= are steps themselves: leave one out");
}

static void p2v(void)
{
	TEXT(job, "p2v.username=me p2v.os=/x", "no job");
	TEXT(job, "p2v.server=conv p2v.password=geheim p2v.name=web01",
	     "final = poweroff\ndo = image\nsource = survivor\n"
	     "dest = ssh://root@conv/var/tmp/web01.qcow2\nformat = qcow2\nnew-host-key = "
	     "yes\npassword = geheim\n");
	TEXT(job,
	     "p2v.remote.server=conv p2v.remote.port=2222 p2v.auth.username=me "
	     "p2v.auth.identity.url=http://h/id p2v.password=x p2v.guestname=w "
	     "p2v.disks=sda,sdc p2v.output.format=raw p2v.output.storage=/images/ "
	     "p2v.post=\"echo a\\b 'c'\" p2v.fail=reboot",
	     "fail = sh -c \"reboot\"\npost = sh -c \"echo a\\\\b 'c'\"\n"
	     "do = image\nsource = /dev/sda\ndest = ssh://me@conv:2222/images/w-sda.raw\n"
	     "format = raw\nnew-host-key = yes\nidentity = http://h/id\n"
	     "do = image\nsource = /dev/sdc\ndest = ssh://me@conv:2222/images/w-sdc.raw\n"
	     "format = raw\nnew-host-key = yes\nidentity = http://h/id\n");
	TEXT(job, "p2v.server=fe80::1 p2v.disks=sda",
	     "final = poweroff\ndo = image\nsource = /dev/sda\n"
	     "dest = ssh://root@[fe80::1]/var/tmp/\nformat = qcow2\nnew-host-key = yes\n");
	TEXT(job, "p2v.server=conv p2v.disks=sda,,sdb", "job: p2v.disks=sda,,sdb: write sda,sdb");
	TEXT(job, "p2v.server=conv p2v.port=ssh", "job: p2v.port=ssh: is no port");
	TEXT(job, "p2v.server=a@b", "job: p2v.server=a@b: must not hold \"@\"");
	TEXT(job, "p2v.server=conv p2v.o=rhv",
	     "job: p2v.o=rhv: only \"local\" is possible: images in a folder (p2v.os) of the "
	     "server");
	TEXT(job, "p2v.server=conv p2v.os=pool",
	     "job: p2v.os=pool: is no folder: it begins with \"/\"");
}

static void clonezilla(void)
{
	TEXT(job, "ocs_repository=nfs://h/e", "no job");
	TEXT(job, "salvor.do=image salvor.source=/dev/sda ocs_repository=nfs4://h/e",
	     "dest = nfs://h/e/\ndo = image\nsource = /dev/sda\n");
	TEXT(job, "salvor.do=image ocs_repository=dev:///LABEL=SAVE",
	     "dest = label:SAVE/\ndo = image\n");
	TEXT(job, "salvor.do=image ocs_repository=dev:///UUID=1-2/",
	     "dest = uuid:1-2/\ndo = image\n");
	TEXT(job, "salvor.do=image ocs_repository=smb://w;me:pw@h/s/",
	     "dest = smb://w;me:pw@h/s/\ndo = image\n");
	TEXT(job, "salvor.do=image salvor.dest=/x ocs_repository=nfs://h/e",
	     "do = image\ndest = /x\n");
	TEXT(job, "salvor.do=image ocs_repository=dev:///dev/sdb1",
	     "job: ocs_repository: a disk is named by dev:///LABEL=NAME or dev:///UUID=ID here: "
	     "/dev names are not the same at every start");
	TEXT(job, "salvor.do=image ocs_repository=ram://",
	     "job: ocs_repository: begins with ram: dev:, nfs:, smb:, ssh:, http: and https: are "
	     "possible");
}

static char *keys(const char *text)
{
	struct buf out = { 0 };
	unsigned n = public_keys(text, &out);

	buf_printf(&out, "%u", n);
	return out.s;
}

static void public(void)
{
	TEXT(keys, "", "0");
	TEXT(keys, "ssh-ed25519 AAAA me", "ssh-ed25519 AAAA me\n1");
	TEXT(keys, "# mine\r\nssh-rsa AAAA\r\n\necdsa-sha2-nistp256 B\nssh-dss C\n",
	     "ssh-rsa AAAA\necdsa-sha2-nistp256 B\n2");
	TEXT(keys, "command=\"reboot\" ssh-rsa AAAA\n ssh-rsa AAAA", "0");
	TEXT(keys, "<html>ssh-rsa</html>", "0");
}

int main(void)
{
	public();
	files();
	hooks();
	command_line();
	own_parameters();
	p2v();
	clonezilla();
	TEST_END();
}
