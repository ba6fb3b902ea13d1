// SPDX-License-Identifier: GPL-2.0-or-later
// The survey for a person: every disk with what is on it, the systems, then what is wrong and what
// cures it. Lines have at most 75 columns, what a box on a terminal of 80 has room for; what
// does not fit goes on in an indented line.
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "base/text.h"
#include "inspect/survey.h"

#define WIDTH 75

struct line {
	struct buf *out;
	unsigned col, indent; // indent: of the lines that go on
};

static void line_end(struct line *l)
{
	buf_puts(l->out, "\n");
	l->col = 0;
}

static void line_begin(struct line *l)
{
	buf_printf(l->out, "%*s", (int)l->indent, "");
	l->col = l->indent;
}

// Bytes of the text that make the next line of at most width columns, broken at a blank when there
// is one.
static size_t wrap(const char *text, unsigned width)
{
	size_t n = 0, blank = 0;

	for (unsigned cols = 0; text[n] && cols < width; cols++) {
		if (text[n] == ' ')
			blank = n;
		n++;
		while (((unsigned char)text[n] & 0xc0) == 0x80)
			n++;
	}
	return text[n] == '\0' || text[n] == ' ' || blank == 0 ? n : blank;
}

static void line_put(struct line *l, const char *text, size_t len)
{
	struct buf piece BUF_AUTO = { 0 };
	unsigned width;

	buf_add(&piece, text, len);
	width = (unsigned)text_width(buf_str(&piece));
	if (l->col > l->indent && l->col + 2 + width > WIDTH) {
		line_end(l);
		line_begin(l);
	} else if (l->col > l->indent) {
		buf_puts(l->out, "  ");
		l->col += 2;
	}
	buf_puts(l->out, buf_str(&piece));
	l->col += width;
}

// One piece, two blanks before it; goes on in a new line when it does not fit, and is torn only
// when a whole line would not hold it.
static void line_add(struct line *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void line_add(struct line *l, const char *fmt, ...)
{
	struct buf piece BUF_AUTO = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&piece, fmt, ap);
	va_end(ap);
	for (const char *p = buf_str(&piece); *p; p += *p == ' ') {
		size_t len = wrap(p, WIDTH - l->indent);

		line_put(l, p, len);
		p += len;
	}
}

// Text at the right margin of the line that is being written, or of the next one.
static void line_right(struct line *l, const char *text)
{
	unsigned width = (unsigned)text_width(text);

	if (!*text)
		return;
	if (l->col + 2 + width > WIDTH)
		line_end(l);
	buf_printf(l->out, "%*s%s", (int)(WIDTH - width - l->col), "", text);
	l->col = WIDTH;
}

static void show_machine(const struct s_machine *m, struct buf *out)
{
	struct line l = { .out = out, .indent = 2 };

	line_add(&l, "%s", *m->product ? m->product : *m->vendor ? m->vendor : "This machine");
	if (*m->serial)
		line_add(&l, "s/n %s", m->serial);
	line_add(&l, "%s%s", m->efi ? "UEFI" : "BIOS", m->acpi ? "" : " without ACPI");
	line_add(&l, "%u CPU%s", m->cpus, m->cpus == 1 ? "" : "s");
	line_add(&l, "%s of memory", size_show(m->memory).s);
	line_end(&l);
}

// Where the installed systems mount it: "/boot", "swap"; "/" when it is a root.
static const char *mounted_on(const struct survey *s, int disk, int part)
{
	for (unsigned i = 0; i < s->n_systems; i++) {
		const struct s_system *sys = &s->systems[i];

		if (sys->disk == disk && sys->part == part)
			return sys->windows ? "Windows" : "/";
		for (unsigned k = 0; k < sys->n_mounts; k++)
			if (sys->mounts[k].disk == disk && sys->mounts[k].part == part)
				return sys->mounts[k].dir;
	}
	return "";
}

static void show_member(struct line *l, const struct survey *s, const struct s_part *p)
{
	const struct raid_member *m = &p->member;

	line_add(l, "%s %s", p->array >= 0 ? s->arrays[p->array].name : m->name, m->metadata);
	line_add(l, "events %llu", (unsigned long long)m->events);
	if (p->stale)
		line_add(l, "STALE");
	else if (m->reshaping)
		line_add(l, "reshape not finished");
	else if (m->rebuilding)
		line_add(l, "incomplete");
	else if (m->role == -1)
		line_add(l, "spare");
}

// The type in at most six columns.
static const char *type_text(const struct s_part *p)
{
	static const char *const names[][2] = {
		{ "LVM2_member", "LVM" },
		{ "crypto_LUKS", "LUKS" },
		{ "iso9660", "ISO" },
	};

	if (!p->has_fs)
		return p->part.container ? "(ext.)" : "";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], p->fs.type) == 0)
			return names[i][1];
	return p->fs.type;
}

static void show_fs(struct line *l, const struct s_part *p, const char *dir)
{
	if (!p->has_fs)
		return;
	if (*p->fs.label && strcmp(p->fs.label, dir) != 0)
		line_add(l, "\"%.30s\"", p->fs.label);
	if (*p->fs.note)
		line_add(l, "%s", p->fs.note);
	else if (strncmp(p->fs.type, "ext", 3) == 0)
		line_add(l, "clean");
	if (p->fs.used != UINT64_MAX)
		line_add(l, "%s used", size_show(p->fs.used).s);
}

static void show_part(const struct survey *s, int disk, int part, struct buf *out)
{
	const struct s_part *p = &s->disks[disk].parts[part];
	struct line l = { .out = out, .indent = 33 };
	const char *dir = p->stale ? "" : mounted_on(s, disk, part), *type = type_text(p);
	char number[12] = "";

	if (strcmp(dir, type) == 0 || strcmp(dir, "none") == 0)
		dir = "";
	if (p->part.number)
		snprintf(number, sizeof(number), "%u", p->part.number);
	buf_printf(out, "  %3s  %-9.9s %-6.6s %9s", number, dir, type, size_show(p->part.len).s);
	l.col = 33;
	if (!p->part.container) {
		buf_puts(out, "  ");
		l.indent = l.col += 2;
	}
	if (p->is_member)
		show_member(&l, s, p);
	show_fs(&l, p, dir);
	if (*p->unread)
		line_add(&l, "not looked into: %s", p->unread);
	if (!p->is_member && !p->has_fs && !p->part.container)
		line_add(&l, "%s",
			 *part_type_name(&p->part) ? part_type_name(&p->part) : "unknown contents");
	line_end(&l);
}

// A logical volume, under the partition that it lies on.
static void show_volume(const struct survey *s, int disk, int part, struct buf *out)
{
	const struct s_disk *d = &s->disks[disk];
	const struct s_part *p = &d->parts[part];
	const struct lvm_volume *v = survey_volume(d, (unsigned)part);
	struct line l = { .out = out, .indent = 35 };
	const char *dir = p->stale ? "" : mounted_on(s, disk, part);

	if (strcmp(dir, type_text(p)) == 0 || strcmp(dir, "none") == 0)
		dir = "";
	buf_printf(out, "       %-9.9s %-6.6s %9s  ", dir, type_text(p), size_show(v->size).s);
	l.col = 35;
	line_add(&l, "%s", v->name);
	show_fs(&l, p, dir);
	if (*v->why)
		line_add(&l, "not looked into: %s", v->why);
	else if (!p->has_fs)
		line_add(&l, "unknown contents");
	line_end(&l);
}

// A subvolume, under what it is on.
static void show_subvolume(const struct survey *s, int disk, int part, struct buf *out)
{
	const struct s_part *p = &s->disks[disk].parts[part];
	struct line l = { .out = out, .col = 35, .indent = 35 };

	buf_printf(out, "       %-9.9s %-6.6s %9s  ", p->stale ? "" : mounted_on(s, disk, part), "",
		   "");
	line_add(&l, "subvolume %s", p->subvolume.path);
	line_end(&l);
}

static void show_subvolumes(const struct survey *s, int disk, unsigned on, struct buf *out)
{
	const struct s_disk *d = &s->disks[disk];

	for (unsigned i = 0; i < d->n; i++)
		if (d->parts[i].is_subvolume && d->parts[i].on == on)
			show_subvolume(s, disk, (int)i, out);
}

static const char *boot_code_text(const char *code)
{
	static const char *const names[][2] = {
		{ "grub-legacy", "GRUB legacy in the boot sector" },
		{ "grub2", "GRUB 2 in the boot sector" },
		{ "syslinux", "syslinux in the boot sector" },
		{ "windows", "Windows' boot sector" },
		{ "other", "unknown code in the boot sector" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], code) == 0)
			return names[i][1];
	return "no boot loader in the boot sector";
}

static const char *efi_text(const struct s_efi *x)
{
	return x->loader[0]  ? x->loader
	       : x->fallback ? x->path
			     : "no boot loader on the EFI system partition";
}

static const char *table_text(const char *kind)
{
	return strcmp(kind, "gpt") == 0	  ? "GPT"
	       : strcmp(kind, "mbr") == 0 ? "MBR"
					  : "No partition table";
}

static const char *role_text(enum disk_role r)
{
	static const char *const names[] = { "",	   "SURVIVOR",	  "MEMBER",
					     "STALE HALF", "BOOT MEDIUM", "EMPTY" };

	return names[r];
}

static const char *smart_line(const struct smart *s)
{
	return !s->judged ? "SMART does not say" : s->failing ? "SMART FAILING" : "SMART ok";
}

static void show_smart(struct line *l, const struct smart *s)
{
	char hours[32], *p = hours + sizeof(hours);
	int64_t n = s->hours;

	line_begin(l);
	*--p = '\0'; // "41,210", from its end
	for (unsigned digits = 0; n >= 0 && (n > 0 || digits == 0); n /= 10) {
		if (digits && digits % 3 == 0)
			*--p = ',';
		*--p = (char)('0' + n % 10);
		digits++;
	}
	line_add(l, "%s%s%s%s", smart_line(s), *p ? ", " : "", p, *p ? " h" : "");
	if (s->reallocated > 0)
		line_add(l, "%lld reallocated", (long long)s->reallocated);
	if (s->pending > 0)
		line_add(l, "%lld pending", (long long)s->pending);
	line_end(l);
}

static void show_disk(const struct survey *s, int disk, struct buf *out)
{
	const struct s_disk *d = &s->disks[disk];
	struct line l = { .out = out, .indent = 2 };

	line_add(&l, "Disk %s", d->disk.path);
	line_add(&l, "%s", d->disk.model);
	if (*d->disk.serial)
		line_add(&l, "s/n %s", d->disk.serial);
	line_add(&l, "%s", size_show(d->disk.size).s);
	line_right(&l, role_text(d->role));
	line_end(&l);
	if (d->role != ROLE_EMPTY) {
		line_begin(&l);
		line_add(&l, "%s", table_text(d->table.kind));
		line_add(&l, "%s",
			 d->efi.there && survey_starts_by_efi(d) ? efi_text(&d->efi)
								 : boot_code_text(d->boot_code));
		line_end(&l);
	}
	if (d->smart.known)
		show_smart(&l, &d->smart);
	for (unsigned i = 0; i < d->n; i++) {
		if (d->parts[i].is_volume || d->parts[i].is_subvolume)
			continue;
		show_part(s, disk, (int)i, out);
		show_subvolumes(s, disk, i, out);
		for (unsigned k = i + 1; k < d->n; k++) {
			if (!d->parts[k].is_volume || d->parts[k].pv != i)
				continue;
			show_volume(s, disk, (int)k, out);
			show_subvolumes(s, disk, k, out);
		}
	}
	buf_puts(out, "\n");
}

// There may be a loader that is none of those known here.
static const char *loader_text(const struct survey *s, const struct s_system *y)
{
	const struct s_efi *efi = &s->disks[y->disk].efi;
	bool beside =
		!strcmp(y->boot_loader, "none") && efi->there && (efi->fallback || *efi->loader);
	const char *loader = beside ? "efi" : y->boot_loader;
	static const char *const names[][2] = {
		{ "grub-legacy", "GRUB legacy" },
		{ "grub2", "GRUB 2" },
		{ "grub2-esp", "GRUB 2 on the EFI system partition" },
		{ "ntldr", "NTLDR" },
		{ "bootmgr", "BOOTMGR" },
		{ "efi", "boots by EFI" },
		{ "none", "no boot loader" },
		{ "unknown", "" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], loader) == 0)
			return names[i][1];
	return loader;
}

// Those that are there when the disk is looked for.
static void show_drivers(struct line *l, const struct windows *w)
{
	struct buf names BUF_AUTO = { 0 };

	for (unsigned i = 0; i < w->n_drivers; i++)
		if (w->drivers[i].start == 0)
			buf_printf(&names, "%s%s", names.len ? ", " : "", w->drivers[i].name);
	if (names.len)
		line_add(l, "starts with %s", buf_str(&names));
}

static void show_system(const struct survey *s, const struct s_system *y, struct buf *out)
{
	struct line l = { .out = out, .indent = 2 };
	const struct windows *w = y->windows;

	line_add(&l, "System %s", y->name);
	line_add(&l, "%s", y->arch);
	line_add(&l, "%s", loader_text(s, y));
	line_add(&l, "on %s", s->disks[y->disk].parts[y->part].path);
	if (y->n_kernels)
		line_add(&l, "%s %s%s", y->n_kernels > 1 ? "kernels up to" : "kernel",
			 y->kernels[y->n_kernels - 1].name,
			 y->kernels[y->n_kernels - 1].on_esp ? " on the EFI system partition" : "");
	if (w && *w->version)
		line_add(&l, "version %s", w->version);
	if (w && *w->hal_name)
		line_add(&l, "HAL %s", w->hal_name);
	if (w)
		show_drivers(&l, w);
	if (w && *w->trouble)
		line_add(&l, "%s", w->trouble);
	line_end(&l);
}

static void show_finding(const struct finding *f, struct buf *out)
{
	static const char *const levels[] = { "ok", "WARN", "STOP" };
	const char *text = f->text, *level = levels[f->level];
	char cure[40] = "";

	if (*f->cure)
		snprintf(cure, sizeof(cure), "Repair: %s", f->cure);
	do {
		size_t room = WIDTH - 6 - (*cure ? strlen(cure) + 2 : 0);
		size_t n = wrap(text, room < 55 ? room : 55);

		buf_printf(out, "%-4s  %.*s", level, (int)n, text);
		text += n;
		text += *text == ' ';
		if (*cure) {
			size_t col = 6 + n;

			buf_printf(out, "%*s%s", (int)(WIDTH - strlen(cure) - col), "", cure);
			*cure = '\0';
		}
		buf_puts(out, "\n");
		level = "";
	} while (*text);
}

void survey_text(const struct survey *s, struct buf *out)
{
	show_machine(&s->machine, out);
	buf_puts(out, "\n");
	if (s->n_disks == 0)
		buf_puts(out, "No disks.\n\n");
	for (unsigned i = 0; i < s->n_disks; i++)
		show_disk(s, (int)i, out);
	for (unsigned i = 0; i < s->n_systems; i++)
		show_system(s, &s->systems[i], out);
	buf_puts(out, s->n_systems ? "\n" : "No installed system was found.\n\n");
	unsigned shown = 0;

	for (unsigned i = 0; i < s->n_findings; i++)
		if (!s->findings[i].for_vm && ++shown)
			show_finding(&s->findings[i], out);
	if (!shown)
		buf_puts(out, "Nothing is wrong as far as can be seen.\n");
}
