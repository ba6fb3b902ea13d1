// SPDX-License-Identifier: GPL-2.0-or-later
// "Where to?", on another machine: which kind of server, then a form with an example beside each
// field. What comes out is an address, and how to log in; password and host key are asked for when
// it is reached.
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "far/url.h"
#include "salvor/form.h"
#include "salvor/small_file.h"

enum { SERVER, PORT, USER, DOMAIN, PATH, KEY, CA, OLD, NFS, SMB, BACK, N_FIELDS };

static const struct field {
	const char *label, *help;
	const char *choices; // what may stand there but nothing, with spaces round each; NULL: any
} fields[N_FIELDS] = {
	[SERVER] = { "Server", "Its name or its address", NULL },
	[PORT] = { "Port", "Empty, unless somebody has told you another one", NULL },
	[USER] = { "User", "Empty where none is needed. The password is asked for later", NULL },
	[DOMAIN] = { "Domain", "Of Windows. Empty where there is none", NULL },
	[PATH] = { "Path", "From the first / on. With a / at its end it is a folder", NULL },
	[KEY] = { "Key file", "The private key to log in with, instead of a password", NULL },
	[CA] = { "CA file", "Only where your own authority has signed the server's certificate",
		 NULL },
	[OLD] = { "Old ssh", "yes: a server of long ago, ssh-rsa and group14-sha1 will do",
		  " yes no " },
	[NFS] = { "Version", "Empty: the newest that both can", " 3 4 4.1 4.2 " },
	[SMB] = { "Version", "Empty: 3, then 2. 1 is for servers of long ago, and protects nothing",
		  " 1 2 3 " },
	[BACK] = { "Compare",
		   "What was written is read back: as long again as loading it from there",
		   " yes no " },
};

static const struct kind {
	const char *scheme, *text;
	const char *examples[N_FIELDS]; // NULL: it has no such field
} kinds[] = {
	{ "ssh",
	  "ssh: any Linux or Unix, most NAS",
	  { [SERVER] = "192.168.1.9, backup.lan",
	    [PORT] = "22, when empty",
	    [USER] = "backup",
	    [PATH] = "/srv/backup/",
	    [KEY] = "label:STICK/id_ed25519",
	    [OLD] = "no, when empty; yes" } },
	{ "smb",
	  "A share of Windows, of a NAS, of Samba",
	  { [SERVER] = "192.168.1.9, nas.lan",
	    [PORT] = "445, when empty",
	    [USER] = "anna",
	    [DOMAIN] = "OFFICE",
	    [PATH] = "/share/folder/",
	    [SMB] = "1, 2, 3",
	    [BACK] = "yes, when empty; no" } },
	{ "nfs",
	  "An export by NFS",
	  { [SERVER] = "192.168.1.9, nas.lan",
	    [PORT] = "2049, when empty",
	    [PATH] = "/export/folder/",
	    [NFS] = "3, 4, 4.1, 4.2",
	    [BACK] = "yes, when empty; no" } },
	{ "https",
	  "A web server with TLS: WebDAV, Nextcloud",
	  { [SERVER] = "cloud.example.org",
	    [PORT] = "443, when empty",
	    [USER] = "anna",
	    [PATH] = "/remote.php/dav/files/anna/",
	    [CA] = "label:STICK/ca.pem",
	    [BACK] = "yes, when empty; no" } },
	{ "http",
	  "A web server without",
	  { [SERVER] = "192.168.1.9, web.lan",
	    [PORT] = "80, when empty",
	    [USER] = "anna",
	    [PATH] = "/dav/",
	    [BACK] = "yes, when empty; no" } },
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

static const char help[] =
	"Server: its name, when there is a name server, or its address "
	"(\"Network\" in the menu shows "
	"whether the network works).\n\n"
	"User: who may write there.\n\n"
	"Path: the folder on that server, with a / behind it; the file is named "
	"for you. Or the whole "
	"path of the file.\n\n"
	"Key file: on a stick, label:STICK/name of the file (STICK: what the file "
	"system is called), or the path of a file that is there already. A "
	"passphrase is asked for like a password.\n\n"
	"CA file: found in the same way. Without one the server's certificate must be signed by an "
	"authority that everybody knows.\n\n"
	"Version: what both can is found out. Name one for a server that claims "
	"more than it can; "
	"SMB 1 is used only when it is named.\n\n"
	"Compare: what a copy is, is known when all of it was read back and "
	"has the same SHA-256 (an ssh server computes that itself). \"no\" "
	"compares the length only; the image's own check can do it later.\n\n"
	"You are asked for the password, and once whether the fingerprint of an "
	"ssh server's key is "
	"right. Before anything is read Salvor logs in there, looks whether it "
	"may write and whether "
	"there is room.";

// What was typed last, for the next time.
static char typed[N_FIELDS][200];

// Files that were read last: where each came from, and the file in memory it is now.
static struct taken {
	char from[200], path[64];
} key, ca;

static const struct kind *ask_kind(struct face *f, const char *title)
{
	struct box_item items[N_KINDS] = { 0 };
	const struct kind *k = NULL;

	for (size_t i = 0; i < N_KINDS; i++) {
		items[i].tag = kinds[i].scheme;
		items[i].text = kinds[i].text;
	}
	struct box b = { .kind = &box_menu,
			 .title = title,
			 .text = "What kind of server is it?",
			 .items = items,
			 .n_items = N_KINDS,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX };

	if (face_run(f, &b, help) == BOX_OK)
		k = &kinds[b.chosen];
	box_free(&b);
	return k;
}

// writes: it is for something that will be written there.
static void fill(struct form *form, const struct kind *k, bool writes)
{
	form->n = 0;
	for (int i = 0; i < N_FIELDS; i++)
		if (k->examples[i] && (i != BACK || writes))
			form->fields[form->n++] =
				(struct form_field){ fields[i].label, k->examples[i],
						     fields[i].help, typed[i], sizeof typed[i] };
}

// Makes the address of what was typed. -1: e has what is wrong with it.
static int address(const struct kind *k, const char *name, char *spec, size_t size, struct err *e)
{
	const char *domain = k->examples[DOMAIN] ? typed[DOMAIN] : "";
	size_t n = strlen(typed[PATH]);
	char path[400], user[402] = "";
	struct url u;

	if (!typed[SERVER][0])
		return err_usage(e, "Server: which one?");
	if (!n || (typed[PATH][n - 1] == '/' && !*name))
		return err_usage(e,
				 n ? "Path: of which file there?" : "Path: where on that server?");
	if (*domain && !typed[USER][0])
		return err_usage(e, "User: who of the domain?");
	if (k->examples[USER])
		snprintf(user, sizeof user, "%s%s%s", domain, *domain ? ";" : "", typed[USER]);
	snprintf(path, sizeof path, "%s%s", typed[PATH], typed[PATH][n - 1] == '/' ? name : "");
	if (!url_write(spec, size, k->scheme, user, typed[SERVER], typed[PORT], path))
		return err_usage(e, "This is too long");
	return url_parse(&u, spec, e) == 1 ? 0 : -1;
}

// What is in fields with a choice.
static int check(const struct kind *k, struct err *e)
{
	for (int i = 0; i < N_FIELDS; i++) {
		char *word STR_AUTO = mem_printf(" %s ", typed[i]);

		if (k->examples[i] && fields[i].choices && typed[i][0] &&
		    !strstr(fields[i].choices, word))
			return err_usage(e, "%s: one of%.*s, or nothing", fields[i].label,
					 (int)strlen(fields[i].choices) - 1, fields[i].choices);
	}
	return 0;
}

static int read_file(void *arg, struct ui *ui, struct err *e)
{
	struct taken *t = arg;
	struct buf text BUF_AUTO = { 0 };
	int rc = small_file(t->from, NULL, ui, &text, e) ||
		 secret_file(buf_str(&text), t->path, sizeof t->path, e);

	if (text.s)
		explicit_bzero(text.s, text.len);
	return rc ? -1 : 0;
}

// The file that a field names, in memory. *path: NULL where it is empty, or of another kind.
static int take(struct face *f, const struct kind *k, int field, struct taken *t, const char **path,
		struct err *e)
{
	char *title STR_AUTO = mem_printf("Reading the %s", fields[field].label);

	*path = NULL;
	if (!k->examples[field] || !typed[field][0])
		return 0;
	*path = t->path;
	if (!strcmp(typed[field], t->from))
		return 0;
	str_copy(t->from, sizeof t->from, typed[field]);
	if (!face_engine(f, title, read_file, t, e))
		return 0;
	t->from[0] = 0;
	return err_prefix(e, "%s", fields[field].label);
}

// What the form says besides the address, for the jobs to come.
static int log_in_as(struct face *f, const struct kind *k, struct err *e)
{
	f->login = (struct login){ 0 };
	f->read_back = k->examples[BACK] && typed[BACK][0] ? typed[BACK] : "auto";
	if (take(f, k, KEY, &key, &f->login.identity, e) || take(f, k, CA, &ca, &f->login.ca, e))
		return -1;
	f->login.old_ssh = k->examples[OLD] && !strcmp(typed[OLD], "yes");
	if (k->examples[NFS] && typed[NFS][0])
		f->login.nfs_version = typed[NFS];
	if (k->examples[SMB] && typed[SMB][0])
		f->login.smb_version = typed[SMB];
	return 0;
}

bool face_server(struct face *f, const char *title, const char *name, char *spec, size_t size)
{
	const struct kind *k = ask_kind(f, title);
	struct form form = { .title = title, .help = help };
	struct err e = { 0 };

	while (k && !f->gone) {
		char *text STR_AUTO = mem_printf("%s. Examples stand on the right.", k->text);

		form.text = text;
		fill(&form, k, *name);
		if (!face_form(f, &form, &e))
			return false;
		if (!address(k, name, spec, size, &e) && !check(k, &e) && !log_in_as(f, k, &e))
			return face_network(f);
	}
	return false;
}
