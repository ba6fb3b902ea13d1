// SPDX-License-Identifier: GPL-2.0-or-later
// fstab(5) of an installed system, each line resolved to a partition or volume that is here: by
// label, UUID, PARTUUID, the names of arrays (also those that mdadm.conf gives them) and of logical
// volumes, and the number in a disk's name. The letter in that name says little: disks change it.
// So /dev/sdb3 is partition 3 of the disk that holds the root, unless another line means that
// partition for certain.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "inspect/look.h"

#define MAX_LINES 256

// The next word of a line: cleaned, with fstab's octal escapes (\040) undone. NULL when there is
// none.
static const char *take_word(const char *p, char *word, size_t size)
{
	struct buf b BUF_AUTO = { 0 };

	p += strspn(p, " \t");
	if (*p == '\0' || *p == '\n' || *p == '#')
		return NULL;
	while (*p && !strchr(" \t\n", *p)) {
		char c = *p++;

		if (c == '\\' && p[0] >= '0' && p[0] <= '3' && p[1] >= '0' && p[1] <= '7' &&
		    p[2] >= '0' && p[2] <= '7') {
			c = (char)((p[0] - '0') << 6 | (p[1] - '0') << 3 | (p[2] - '0'));
			p += 3;
		}
		buf_add(&b, &c, 1);
	}
	text_clean(word, size, buf_str(&b), b.len);
	return p;
}

static const char *next_line(const char *p)
{
	p = strchr(p, '\n');
	return p ? p + 1 : "";
}

// Hexadecimal digits only, so that the many ways to write a UUID compare equal.
static void uuid_digits(const char *text, char out[33])
{
	size_t n = 0;

	for (; *text && n < 32; text++)
		if (isxdigit((uint8_t)*text))
			out[n++] = (char)tolower((uint8_t)*text);
	out[n] = '\0';
}

static bool same_uuid(const char *a, const char *b)
{
	char x[33], y[33];

	uuid_digits(a, x);
	uuid_digits(b, y);
	return *x && strcmp(x, y) == 0;
}

// The array that mdadm.conf means by a device name: ARRAY /dev/md2 ... UUID=...
static int array_in_conf(const struct survey *s, const char *conf, const char *device)
{
	char word[128], name[128];

	for (const char *line = conf; *line; line = next_line(line)) {
		const char *p = take_word(line, word, sizeof(word));

		if (!p || strcasecmp(word, "ARRAY") != 0)
			continue;
		p = take_word(p, name, sizeof(name));
		if (!p || strcmp(name, device) != 0)
			continue;
		while ((p = take_word(p, word, sizeof(word))))
			for (unsigned i = 0; i < s->n_arrays; i++)
				if (strncasecmp(word, "uuid=", 5) == 0 &&
				    same_uuid(word + 5, s->arrays[i].uuid))
					return (int)i;
	}
	return -1;
}

static int array_called(const struct survey *s, const char *conf, const char *device)
{
	int found = array_in_conf(s, conf, device);
	const char *name = device + 5; // behind "/dev/"

	if (found >= 0)
		return found;
	for (unsigned i = 0; i < s->n_arrays; i++) {
		const char *own = s->arrays[i].name;

		// /dev/md2, /dev/md/2, /dev/md/root
		if (strcmp(own, name) == 0 ||
		    (strncmp(name, "md/", 3) == 0 && strcmp(own, name + 3) == 0) ||
		    (strncmp(name, "md/", 3) == 0 && strncmp(own, "md", 2) == 0 &&
		     strcmp(own + 2, name + 3) == 0))
			return (int)i;
	}
	return -1;
}

struct wanted {
	bool tagged;
	struct survey_tag tag; // when tagged, else
	unsigned number;       // of the partition; 0: none
};

static bool fits(const struct s_part *p, const struct wanted *w)
{
	if (p->stale || p->is_subvolume)
		return false;
	return w->tagged ? survey_has_tag(p, &w->tag) : p->part.number == w->number;
}

// On the disk of the root first, then on the others; a number only counts on the former.
static void find_part(const struct survey *s, int first, const struct wanted *w, struct s_mount *m)
{
	for (int turn = -1; turn < (int)s->n_disks; turn++) {
		int d = turn < 0 ? first : turn;

		if (turn >= 0 && w->number)
			return;
		for (unsigned i = 0; i < s->disks[d].n; i++) {
			if (s->disks[d].role != ROLE_MEDIUM && fits(&s->disks[d].parts[i], w)) {
				m->disk = d;
				m->part = (int)i;
				return;
			}
		}
	}
}

#define BY_ID "/dev/disk/by-id/"
#define BY_PATH "/dev/disk/by-path/"

static bool is_link(const char *spec)
{
	return !strncmp(spec, BY_ID, strlen(BY_ID)) || !strncmp(spec, BY_PATH, strlen(BY_PATH));
}

unsigned survey_part_number(const char *spec, size_t *disk)
{
	static const struct {
		const char *begin, *end; // of the disk's name
	} names[] = { { "/dev/sd", "" },  { "/dev/hd", "" },	{ "/dev/vd", "" },
		      { "/dev/xvd", "" }, { "/dev/nvme", "p" }, { "/dev/cciss/", "p" },
		      { BY_ID, "-part" }, { BY_PATH, "-part" } };
	size_t len = strlen(spec), n = len;

	while (n > 0 && isdigit((uint8_t)spec[n - 1]))
		n--;
	if (n == len || len - n > 3)
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t begin = strlen(names[i].begin), end = strlen(names[i].end);

		if (n <= begin + end || strncmp(spec, names[i].begin, begin) ||
		    strncmp(spec + n - end, names[i].end, end))
			continue;
		*disk = n;
		return (unsigned)atoi(spec + n);
	}
	return 0;
}

static bool has_serial(const char *spec, const char *serial)
{
	char *in_link STR_AUTO = mem_dup(serial);

	for (char *c = in_link; *c; c++)
		if (*c == ' ')
			*c = '_';
	return strlen(serial) >= 4 && strstr(spec, in_link);
}

bool survey_names_own(const struct s_system *sys, const char *serial, const char *spec)
{
	static const char *const first[] = { "/dev/sda",  "/dev/hda",	   "/dev/vda",
					     "/dev/xvda", "/dev/nvme0n1p", "/dev/cciss/c0d0p" };
	size_t n, root_n;

	if (!survey_part_number(spec, &n))
		return false;
	if (is_link(spec) && has_serial(spec, serial))
		return true;
	for (unsigned i = 0; i < sys->n_mounts; i++) {
		const char *root = sys->mounts[i].spec;

		if (!strcmp(sys->mounts[i].dir, "/") && survey_part_number(root, &root_n) &&
		    is_link(root) == is_link(spec))
			return root_n == n && !strncmp(root, spec, n);
	}
	for (size_t i = 0; i < sizeof first / sizeof *first && !is_link(spec); i++)
		if (n == strlen(first[i]) && !strncmp(spec, first[i], n))
			return true;
	return false;
}

static void resolve_md(const struct survey *s, int root_disk, int array, struct s_mount *m)
{
	const struct s_array *a = &s->arrays[array];

	m->disk = a->disk;
	m->part = a->part;
	for (unsigned i = 0; i < s->disks[root_disk].n; i++) {
		const struct s_part *p = &s->disks[root_disk].parts[i];

		if (p->array == array && !p->stale) {
			m->disk = root_disk;
			m->part = (int)i;
		}
	}
}

// A logical volume by one of its names; on the disk of the root first.
static bool find_volume(const struct survey *s, int first, struct s_mount *m)
{
	for (int turn = -1; turn < (int)s->n_disks; turn++) {
		int d = turn < 0 ? first : turn;

		for (unsigned i = 0; i < s->disks[d].n; i++) {
			const struct lvm_volume *v = survey_volume(&s->disks[d], i);

			if (!v || s->disks[d].parts[i].stale || s->disks[d].parts[i].is_subvolume ||
			    !lvm_called(v->name, m->spec))
				continue;
			m->disk = d;
			m->part = (int)i;
			return true;
		}
	}
	return false;
}

static void resolve(const struct survey *s, int root_disk, const char *conf, struct s_mount *m)
{
	struct wanted w = { 0 };
	const char *spec = m->spec;
	size_t ignored;

	m->disk = m->part = -1;
	w.tagged = survey_tag(spec, &w.tag);
	if (strncmp(spec, "/dev/md", 7) == 0) {
		int array = array_called(s, conf, spec);

		if (array >= 0)
			resolve_md(s, root_disk, array, m);
		return;
	}
	if (!w.tagged && find_volume(s, root_disk, m))
		return;
	w.number = survey_part_number(spec, &ignored);
	if (w.tagged || w.number)
		find_part(s, root_disk, &w, m);
}

// LABEL="/boot" and UUID='...' are allowed too.
static void strip_quotes(char *spec)
{
	char *value = strchr(spec, '=');
	size_t len;

	if (!value || (value[1] != '"' && value[1] != '\''))
		return;
	value++;
	len = strlen(value);
	if (len >= 2 && value[len - 1] == value[0]) {
		memmove(value, value + 1, len - 2);
		value[len - 2] = '\0';
	}
}

bool look_fstab_line(const char **text, struct s_mount *m)
{
	while (**text) {
		char dump[8];
		const char *p;

		*m = (struct s_mount){ .disk = -1, .part = -1 };
		p = take_word(*text, m->spec, sizeof(m->spec));
		*text = next_line(*text);
		p = p ? take_word(p, m->dir, sizeof(m->dir)) : NULL;
		p = p ? take_word(p, m->type, sizeof(m->type)) : NULL;
		if (!p)
			continue;
		text_trim_path(m->dir);
		p = take_word(p, m->options, sizeof(m->options));
		if (!p)
			str_copy(m->options, sizeof(m->options), "defaults");
		p = p ? take_word(p, dump, sizeof(dump)) : NULL;
		if (p)
			take_word(p, m->pass, sizeof(m->pass));
		return true;
	}
	return false;
}

static void resolve_subvolume(struct look *l, struct s_mount *m)
{
	if (m->part < 0 || !survey_has_subvolumes(&l->s->disks[m->disk].parts[m->part]))
		return;
	m->part = look_subvolume(l, m->disk, m->part, m->options);
	m->disk = m->part < 0 ? -1 : m->disk;
}

// What another disk's name means is on that, when this disk's part is mounted by a surer name.
static void leave_to_others(const struct survey *s, struct s_system *sys)
{
	const struct s_disk *d = &s->disks[sys->disk];
	bool *sure = mem_zero(sys->n_mounts + 1, sizeof *sure);
	size_t n;

	for (unsigned i = 0; i < sys->n_mounts; i++)
		sure[i] = !survey_part_number(sys->mounts[i].spec, &n) ||
			  survey_names_own(sys, d->disk.serial, sys->mounts[i].spec);
	for (unsigned i = 0; i < sys->n_mounts; i++)
		for (unsigned k = 0; k < sys->n_mounts && !sure[i]; k++) {
			struct s_mount *m = &sys->mounts[i], *other = &sys->mounts[k];

			if (sure[k] && m->part >= 0 && other->part >= 0 &&
			    other->disk == sys->disk &&
			    survey_carrier(d, (unsigned)m->part) ==
				    survey_carrier(d, (unsigned)other->part))
				m->disk = m->part = -1;
		}
	free(sure);
}

void look_mounts(struct look *l, struct s_system *sys, struct fs *root)
{
	struct buf fstab BUF_AUTO = look_file(root, "/etc/fstab", 65536);
	struct buf conf BUF_AUTO = look_file(root, "/etc/mdadm.conf", 65536);

	if (conf.len == 0) {
		buf_free(&conf);
		conf = look_file(root, "/etc/mdadm/mdadm.conf", 65536);
	}
	const char *text = buf_str(&fstab);
	struct s_mount m;

	while (sys->n_mounts < MAX_LINES && look_fstab_line(&text, &m)) {
		strip_quotes(m.spec);
		resolve(l->s, sys->disk, buf_str(&conf), &m);
		resolve_subvolume(l, &m);
		sys->mounts = mem_grow(sys->mounts, sys->n_mounts + 1, sizeof(*sys->mounts));
		sys->mounts[sys->n_mounts++] = m;
	}
	leave_to_others(l->s, sys);
}
