// SPDX-License-Identifier: GPL-2.0-or-later
// Line by line through a text; what is not changed is copied byte for byte.
#include "repair/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

// The next word of a line cut to the room there is. Returns where it ends.
static const char *word(const char *p, char *out, size_t size)
{
	size_t n;

	p += strspn(p, " \t");
	n = strcspn(p, " \t\r\n");
	snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), p);
	return p + n;
}

static bool octal(const char *p)
{
	return p[0] >= '0' && p[0] <= '3' && p[1] >= '0' && p[1] <= '7' && p[2] >= '0' &&
	       p[2] <= '7';
}

// As mount reads a field: \040 is a blank, and LABEL="/" is LABEL=/.
static void undo_escapes(char *field, size_t size)
{
	char *to = field, *value, *plain STR_AUTO = NULL;

	for (const char *p = field; *p;) {
		bool escape = *p == '\\' && octal(p + 1);

		*to++ = escape ? (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0')) : *p;
		p += escape ? 4 : 1;
	}
	*to = 0;
	value = strchr(field, '=');
	if (value && (value[1] == '"' || value[1] == '\'') && to > value + 2 &&
	    to[-1] == value[1]) {
		memmove(value + 1, value + 2, (size_t)(to - value) - 3);
		to[-2] = 0;
	}
	plain = mem_dup(field);
	text_clean(field, size, plain, strlen(plain));
}

static bool parse_fstab(const char *line, struct fstab_line *l)
{
	*l = (struct fstab_line){ 0 };
	if (line[strspn(line, " \t")] == '#')
		return false;
	word(word(word(word(line, l->spec, sizeof l->spec), l->dir, sizeof l->dir), l->type,
		  sizeof l->type),
	     l->options, sizeof l->options);
	undo_escapes(l->spec, sizeof l->spec);
	undo_escapes(l->dir, sizeof l->dir);
	text_trim_path(l->dir);
	return l->type[0] != 0;
}

static bool parse_crypttab(const char *line, struct fstab_line *l)
{
	static const char *const random[] = { "/dev/urandom", "/dev/random", "/dev/hwrng" };
	char key[32];

	*l = (struct fstab_line){ 0 };
	if (line[strspn(line, " \t")] == '#')
		return false;
	word(word(word(word(line, l->dir, sizeof l->dir), l->spec, sizeof l->spec), key,
		  sizeof key),
	     l->options, sizeof l->options);
	undo_escapes(l->spec, sizeof l->spec);
	strcpy(l->type, CRYPT_KEY);
	for (size_t i = 0; i < sizeof random / sizeof *random; i++)
		if (!strcmp(key, random[i]))
			strcpy(l->type, CRYPT_RANDOM);
	return l->spec[0] != 0;
}

static const struct kind {
	bool (*parse)(const char *line, struct fstab_line *l);
	unsigned before; // fields before the device
} fstab = { parse_fstab, 0 }, crypttab = { parse_crypttab, 1 };

// A field replaced; the blanks behind it give way so that the columns stay where they were.
static void replace_field(const char *line, size_t n, unsigned before, const char *to,
			  struct buf *out)
{
	size_t lead = strspn(line, " \t"), old;

	for (; before; before--) {
		lead += strcspn(line + lead, " \t\r\n");
		lead += strspn(line + lead, " \t");
	}
	old = strcspn(line + lead, " \t\r\n");
	size_t blanks = strspn(line + lead + old, " ");
	size_t new = strlen(to), keep = blanks;

	if (blanks > 1)
		keep = old + blanks > new ? old + blanks - new : 1;
	buf_add(out, line, lead);
	buf_puts(out, to);
	buf_printf(out, "%*s", (int)keep, "");
	buf_add(out, line + lead + old + blanks, n - lead - old - blanks);
}

static bool each_line(const char *text, const struct kind *k, fstab_judge *judge, void *arg,
		      struct buf *out)
{
	bool changed = false;

	for (size_t n; *text; text += n) {
		enum fstab_verdict v = FSTAB_KEEP;
		struct fstab_line l;
		char to[300] = "";

		n = text_line(text);
		if (k->parse(text, &l))
			v = judge(arg, &l, to, sizeof to);
		if (v == FSTAB_RENAME)
			replace_field(text, n, k->before, to, out);
		else if (v == FSTAB_OPTIONS)
			replace_field(text, n, 3, to, out);
		else if (v == FSTAB_DROP)
			buf_printf(out, "# Salvor: %s\n#%.*s", to, (int)n, text);
		else
			buf_add(out, text, n);
		changed |= v != FSTAB_KEEP;
	}
	return changed;
}

bool text_fstab(const char *text, fstab_judge *judge, void *arg, struct buf *out)
{
	return each_line(text, &fstab, judge, arg, out);
}

bool text_crypttab(const char *text, fstab_judge *judge, void *arg, struct buf *out)
{
	return each_line(text, &crypttab, judge, arg, out);
}

static int ask_each(const char *text, const struct kind *k,
		    int (*each)(void *arg, const struct fstab_line *l), void *arg)
{
	for (size_t n; *text; text += n) {
		struct fstab_line l;
		int rc;

		n = text_line(text);
		rc = k->parse(text, &l) ? each(arg, &l) : 0;
		if (rc)
			return rc;
	}
	return 0;
}

int text_fstab_each(const char *text, int (*each)(void *arg, const struct fstab_line *l), void *arg)
{
	return ask_each(text, &fstab, each, arg);
}

int text_crypttab_each(const char *text, int (*each)(void *arg, const struct fstab_line *l),
		       void *arg)
{
	return ask_each(text, &crypttab, each, arg);
}

// Comments that are settings: Debian's update-grub of GRUB legacy reads "# kopt=...", "#
// groot=...".
static bool is_comment(const char *line)
{
	const char *p = line + strspn(line, " \t");

	if (*p != '#')
		return false;
	p += 1 + strspn(p + 1, " ");
	return strncmp(p, "kopt", 4) && strncmp(p, "groot=", 6);
}

// Is this the start of an argument we know? Returns the key's length with its '='.
static size_t key_at(const char *line, const char *p, const char **key)
{
	static const char *const keys[] = { "root", "resume", "RESUME" };
	char before = p > line ? p[-1] : ' ';

	if (isalnum((unsigned char)before) || before == '_' || before == '-' || before == '.')
		return 0;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		size_t k = strlen(keys[i]);

		if (!strncmp(p, keys[i], k) && p[k] == '=') {
			*key = keys[i];
			return k + 1;
		}
	}
	return 0;
}

// Takes what begins at p, writes what it becomes: its length, 0 when it is nothing of interest.
typedef size_t text_take(void *arg, const char *line, const char *p, struct buf *out,
			 bool *changed);

// Place by place through all lines that are no comments.
static bool rewrite(const char *text, text_take *take, void *arg, struct buf *out)
{
	bool changed = false;

	for (size_t n; *text; text += n) {
		const char *p = text, *end;

		n = text_line(text);
		end = text + n;
		if (is_comment(text)) {
			buf_add(out, text, n);
			continue;
		}
		while (p < end) {
			size_t k = take(arg, text, p, out, &changed);

			if (k)
				p += k;
			else
				buf_add(out, p++, 1);
		}
	}
	return changed;
}

struct mapped {
	text_map *map;
	void *arg;
};

static size_t take_mapped(void *arg, const char *line, const char *p, struct buf *out,
			  bool *changed)
{
	const struct mapped *m = arg;
	const char *key;
	size_t k = key_at(line, p, &key), v = k ? strcspn(p + k, " \t\r\n\"'") : 0;
	char value[256], to[256];

	if (!k || v >= sizeof value)
		return 0;
	memcpy(value, p + k, v);
	value[v] = 0;
	buf_add(out, p, k);
	if (m->map(m->arg, key, value, to, sizeof to)) {
		buf_puts(out, to);
		*changed = true;
	} else {
		buf_puts(out, value);
	}
	return k + v;
}

bool text_kernel_args(const char *text, text_map *map, void *arg, struct buf *out)
{
	return rewrite(text, take_mapped, &(struct mapped){ map, arg }, out);
}

// An argument of one of the keys that is to go: its length, else 0.
static size_t dropped(const char *p, const char *const *keys, text_match *ours, void *arg)
{
	char value[128];

	for (; *keys; keys++) {
		size_t k = strlen(*keys), n;

		if (strncmp(p, *keys, k) || p[k] != '=')
			continue;
		n = strcspn(p + k + 1, " \t\r\n\"'");
		if (n >= sizeof value)
			return 0;
		memcpy(value, p + k + 1, n);
		value[n] = 0;
		return ours(arg, *keys, value) ? k + 1 + n : 0;
	}
	return 0;
}

struct drop {
	const char *const *keys;
	text_match *ours;
	void *arg;
};

// One of the blanks around it goes, too.
static size_t take_dropped(void *arg, const char *line, const char *p, struct buf *out,
			   bool *changed)
{
	const struct drop *d = arg;
	bool begins = p == line || strchr(" \t\"'=", p[-1]);
	size_t k = begins ? dropped(p, d->keys, d->ours, d->arg) : 0;

	if (!k)
		return 0;
	*changed = true;
	if (!out->len || out->s[out->len - 1] != ' ')
		return k + (p[k] == ' ');
	out->len--;
	return k;
}

bool text_drop_args(const char *text, const char *const *keys, text_match *ours, void *arg,
		    struct buf *out)
{
	return rewrite(text, take_dropped, &(struct drop){ keys, ours, arg }, out);
}

static size_t take_drive(void *arg, const char *line, const char *p, struct buf *out, bool *changed)
{
	size_t digits = !strncmp(p, "(hd", 3) ? strspn(p + 3, "0123456789") : 0;

	(void)arg;
	(void)line;
	if (!digits || (p[3 + digits] != ',' && p[3 + digits] != ')'))
		return 0;
	*changed |= digits != 1 || p[3] != '0';
	buf_puts(out, "(hd0");
	return 3 + digits;
}

bool text_grub_drives(const char *text, struct buf *out)
{
	return rewrite(text, take_drive, NULL, out);
}

unsigned text_mdadm_conf(const char *text, struct buf *out)
{
	unsigned arrays = 0;
	bool in = false;

	for (size_t n; *text; text += n) {
		bool blank = *text == ' ' || *text == '\t', empty;

		n = text_line(text);
		empty = strspn(text, " \t\r\n") >= n;
		if (!blank || empty)
			in = !strncasecmp(text, "ARRAY", 5) &&
			     (text[5] == ' ' || text[5] == '\t' || text[5] == '\n');
		if (in && !blank && !arrays++)
			buf_puts(out,
				 "# Salvor: the mirrors were taken apart, the disk runs alone\n");
		if (in)
			buf_puts(out, "#");
		buf_add(out, text, n);
	}
	return arrays;
}
