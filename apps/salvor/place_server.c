// SPDX-License-Identifier: GPL-2.0-or-later
// "Where to?", on another machine: which kind of server, then a form with an example beside each
// field. What comes out is an address, and how to log in; password and host key are asked for when
// it is reached.
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "far/url.h"
#include "salvor/face.h"
#include "salvor/small_file.h"

#define FIELD_COL 10
#define FIELD_COLS 34
#define EXAMPLE_COL (FIELD_COL + FIELD_COLS + 2)
#define EXAMPLE_COLS 28

enum { SERVER, PORT, USER, DOMAIN, PATH, KEY, OLD, NFS, SMB, BACK, N_FIELDS };

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
	    [OLD] = "no, yes" } },
	{ "smb",
	  "A share of Windows, of a NAS, of Samba",
	  { [SERVER] = "192.168.1.9, nas.lan",
	    [PORT] = "445, when empty",
	    [USER] = "anna",
	    [DOMAIN] = "OFFICE",
	    [PATH] = "/share/folder/",
	    [SMB] = "1, 2, 3",
	    [BACK] = "yes, when empty" } },
	{ "nfs",
	  "An export by NFS",
	  { [SERVER] = "192.168.1.9, nas.lan",
	    [PORT] = "2049, when empty",
	    [PATH] = "/export/folder/",
	    [NFS] = "3, 4, 4.1, 4.2",
	    [BACK] = "yes, when empty" } },
	{ "https",
	  "A web server with TLS: WebDAV, Nextcloud",
	  { [SERVER] = "cloud.example.org",
	    [PORT] = "443, when empty",
	    [USER] = "anna",
	    [PATH] = "/remote.php/dav/files/anna/",
	    [BACK] = "yes, when empty" } },
	{ "http",
	  "A web server without",
	  { [SERVER] = "192.168.1.9, web.lan",
	    [PORT] = "80, when empty",
	    [USER] = "anna",
	    [PATH] = "/dav/",
	    [BACK] = "yes, when empty" } },
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

// The key that was read last: where it came from, and the file in memory it is now.
static char key_from[200], key_path[64];

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
static unsigned fill(struct box_field *f, int *which, const struct kind *k, bool writes)
{
	unsigned n = 0;
	int row = 1;

	for (int i = 0; i < N_FIELDS; i++) {
		if (!k->examples[i] || (i == BACK && !writes))
			continue;
		which[n / 2] = i;
		f[n++] = (struct box_field){ .label = fields[i].label,
					     .init = typed[i],
					     .help = fields[i].help,
					     .label_row = row,
					     .label_col = 1,
					     .row = row,
					     .col = FIELD_COL,
					     .cols = FIELD_COLS,
					     .max = sizeof typed[0] - 1 };
		f[n++] = (struct box_field){ .init = k->examples[i],
					     .kind = BOX_FIELD_SHOWN,
					     .label_row = row,
					     .label_col = EXAMPLE_COL,
					     .row = row,
					     .col = EXAMPLE_COL,
					     .cols = EXAMPLE_COLS };
		row += 2;
	}
	return n;
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

static int read_key(void *arg, struct ui *ui, struct err *e)
{
	struct buf text BUF_AUTO = { 0 };
	int rc = small_file(arg, NULL, ui, &text, e) ||
		 secret_file(buf_str(&text), key_path, sizeof key_path, e);

	if (text.s)
		explicit_bzero(text.s, text.len);
	return rc ? -1 : 0;
}

// What the form says besides the address, for the jobs to come.
static int log_in_as(struct face *f, const struct kind *k, struct err *e)
{
	f->login = (struct login){ 0 };
	f->read_back = k->examples[BACK] && typed[BACK][0] ? typed[BACK] : "auto";
	if (k->examples[KEY] && typed[KEY][0]) {
		if (strcmp(typed[KEY], key_from)) {
			key_from[0] = 0;
			if (face_engine(f, "Reading the key", read_key, typed[KEY], e))
				return err_prefix(e, "Key file");
			str_copy(key_from, sizeof key_from, typed[KEY]);
		}
		f->login.identity = key_path;
	}
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
	struct err e = { 0 };
	size_t field = 0;

	while (k && !f->gone) {
		struct box_field shown[2 * N_FIELDS];
		int which[N_FIELDS];
		unsigned n = fill(shown, which, k, *name);
		char *wrong STR_AUTO = mem_printf(MARK_STOP "%s" MARK_PLAIN, e.text);
		char *text STR_AUTO = mem_printf("%s. Examples stand on the right.", k->text);
		struct box b = { .kind = &box_form,
				 .title = title,
				 .text = text,
				 .below = e.text[0] ? wrong : NULL,
				 .fields = shown,
				 .n_fields = n,
				 .field = field,
				 .rows = BOX_MAX,
				 .cols = BOX_MAX };
		int answer = face_run(f, &b, help);

		for (unsigned i = 0; i < n / 2; i++)
			str_copy(typed[which[i]], sizeof typed[0], shown[2 * i].value);
		field = b.field;
		box_free(&b);
		if (answer != BOX_OK)
			return false;
		if (!address(k, name, spec, size, &e) && !check(k, &e) && !log_in_as(f, k, &e))
			return face_network(f);
	}
	return false;
}
