// SPDX-License-Identifier: GPL-2.0-or-later
// "Where to?", on another machine: which kind of server, then a form with an example beside each
// field. What comes out is an address; password and host key are asked for when it is reached.
#include <stdio.h>
#include <string.h>

#include "far/url.h"
#include "salvor/face.h"

#define FIELD_COL 10
#define FIELD_COLS 34
#define EXAMPLE_COL (FIELD_COL + FIELD_COLS + 2)
#define EXAMPLE_COLS 28

enum { SERVER, PORT, USER, PATH, N_FIELDS };

static const struct kind {
	const char *scheme, *text;
	const char *examples[N_FIELDS]; // NULL: it has no such field
} kinds[] = {
	{ "ssh",
	  "ssh: any Linux or Unix, most NAS",
	  { "192.168.1.9, backup.lan", "22, when empty", "backup", "/srv/backup/" } },
	{ "smb",
	  "A share of Windows, of a NAS, of Samba",
	  { "192.168.1.9, nas.lan", "445, when empty", "anna, DOMAIN;anna", "/share/folder/" } },
	{ "nfs",
	  "An export by NFS",
	  { "192.168.1.9, nas.lan", "2049, when empty", NULL, "/export/folder/" } },
	{ "https",
	  "A web server with TLS: WebDAV, Nextcloud",
	  { "cloud.example.org", "443, when empty", "anna", "/remote.php/dav/files/anna/" } },
	{ "http",
	  "A web server without",
	  { "192.168.1.9, web.lan", "80, when empty", "anna", "/dav/" } },
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

static const char *const labels[N_FIELDS] = { "Server", "Port", "User", "Path" };
static const char *const helps[N_FIELDS] = {
	"Its name or its address", "Empty, unless somebody has told you another one",
	"Empty where none is needed. The password is asked for later",
	"From the first / on. With a / at its end it is a folder"
};

static const char help[] = "Server: its name, when there is a name server, or its address "
			   "(\"Network\" in the menu shows "
			   "whether the network works).\n\n"
			   "User: who may write there. With a domain of Windows: DOMAIN;name.\n\n"
			   "Path: the folder on that server, with a / behind it; the file is named "
			   "for you. Or the whole "
			   "path of the file.\n\n"
			   "You are asked for the password, and once whether the fingerprint of an "
			   "ssh server's key is "
			   "right. Before anything is read Salvor logs in there, looks whether it "
			   "may write and whether "
			   "there is room.\n\n"
			   "With a key instead of a password: in a shell, salvor backup survivor "
			   "ssh://user@server/path/ --identity FILE.";

// What was typed last, for the next time.
static char typed[N_FIELDS][200];

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

static unsigned fill(struct box_field *fields, int *which, const struct kind *k)
{
	unsigned n = 0;
	int row = 1;

	for (int i = 0; i < N_FIELDS; i++) {
		if (!k->examples[i])
			continue;
		which[n / 2] = i;
		fields[n++] = (struct box_field){ .label = labels[i],
						  .init = typed[i],
						  .help = helps[i],
						  .label_row = row,
						  .label_col = 1,
						  .row = row,
						  .col = FIELD_COL,
						  .cols = FIELD_COLS,
						  .max = sizeof typed[0] - 1 };
		fields[n++] = (struct box_field){ .init = k->examples[i],
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
	const char *user = k->examples[USER] ? typed[USER] : "";
	size_t n = strlen(typed[PATH]);
	char path[400];
	struct url u;

	if (!typed[SERVER][0])
		return err_usage(e, "Server: which one?");
	if (!n || (typed[PATH][n - 1] == '/' && !*name))
		return err_usage(e,
				 n ? "Path: of which file there?" : "Path: where on that server?");
	snprintf(path, sizeof path, "%s%s", typed[PATH], typed[PATH][n - 1] == '/' ? name : "");
	if (!url_write(spec, size, k->scheme, user, typed[SERVER], typed[PORT], path))
		return err_usage(e, "This is too long");
	return url_parse(&u, spec, e) == 1 ? 0 : -1;
}

bool face_server(struct face *f, const char *title, const char *name, char *spec, size_t size)
{
	const struct kind *k = ask_kind(f, title);
	struct err e = { 0 };
	size_t field = 0;

	while (k && !f->gone) {
		struct box_field fields[2 * N_FIELDS];
		int which[N_FIELDS];
		unsigned n = fill(fields, which, k);
		char *wrong STR_AUTO = mem_printf(MARK_STOP "%s" MARK_PLAIN, e.text);
		char *text STR_AUTO = mem_printf("%s. Examples stand on the right.", k->text);
		struct box b = { .kind = &box_form,
				 .title = title,
				 .text = text,
				 .below = e.text[0] ? wrong : NULL,
				 .fields = fields,
				 .n_fields = n,
				 .field = field,
				 .rows = BOX_MAX,
				 .cols = BOX_MAX };
		int answer = face_run(f, &b, help);

		for (unsigned i = 0; i < n / 2; i++)
			str_copy(typed[which[i]], sizeof typed[0], fields[2 * i].value);
		field = b.field;
		box_free(&b);
		if (answer != BOX_OK)
			return false;
		if (!address(k, name, spec, size, &e))
			return face_network(f);
	}
	return false;
}
