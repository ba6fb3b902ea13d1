// SPDX-License-Identifier: GPL-2.0-or-later
// Configuration of boot loaders: where their files lie, and one more argument.
#include "repair/text.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

// Length of the command that a line of GRUB (both) or of the boot loader specification begins
// with, when a path follows.
static size_t command(const char *line)
{
	static const char *const commands[] = { "kernel",   "initrd",	  "module",
						"module2",  "multiboot",  "multiboot2",
						"linux",    "linux16",	  "linuxefi",
						"initrd16", "initrdefi",  "splashimage",
						"gfxmenu",  "configfile", "devicetree" };
	size_t n = strcspn(line, " \t=\r\n");

	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (n == strlen(commands[i]) && !strncmp(line, commands[i], n))
			return n;
	return 0;
}

static bool begins(const char *p, size_t n, const char *with, size_t len)
{
	return n > len && !strncmp(p, with, len) && p[len] == '/';
}

// A drive may stand in front: "(hd0,0)/vmlinuz". more: how much of boot has to come in between.
static bool path_at(const char *p, size_t n, const char *boot, size_t *drive, size_t *more)
{
	const char *end = *p == '(' ? memchr(p, ')', n) : NULL;
	size_t len = strlen(boot);

	*drive = end ? (size_t)(end - p) + 1 : 0;
	p += *drive;
	n -= *drive;
	*more = begins(p, n, "/boot", 5) ? len - 5 : len;
	return n && *p == '/' && !begins(p, n, boot, len);
}

// All words of an initrd's line are paths, of other lines the first that is no option.
static bool move_line(const char *line, size_t n, const char *boot, struct buf *out)
{
	size_t at = strspn(line, " \t"), k = command(line + at);
	bool all = !strncmp(line + at, "initrd", 6), changed = false, more = k != 0;

	at += k;
	buf_add(out, line, at);
	while (more && at < n) {
		size_t blanks = strspn(line + at, " \t="), word, drive, in;

		buf_add(out, line + at, blanks);
		at += blanks;
		word = strcspn(line + at, " \t\r\n");
		if (!word)
			break;
		if (path_at(line + at, word, boot, &drive, &in)) {
			buf_add(out, line + at, drive);
			buf_add(out, boot, in);
			buf_add(out, line + at + drive, word - drive);
			changed = true;
		} else {
			buf_add(out, line + at, word);
		}
		more = all || line[at] == '-';
		at += word;
	}
	buf_add(out, line + at, n - at);
	return changed;
}

bool text_boot_paths(const char *text, const char *boot, struct buf *out)
{
	bool changed = false;

	for (size_t n; *text; text += n) {
		n = text_line(text);
		changed |= move_line(text, n, boot, out);
	}
	return changed;
}

// "search.fs_uuid UUID root", "search --fs-uuid --set=dev UUID".
static bool search_line(const char *line, size_t n, const char *uuid, const char *to,
			struct buf *out)
{
	bool changed = false;

	for (size_t at = 0, word; at < n; at += word) {
		word = strcspn(line + at, " \t\r\n\"'");
		if (word && word == strlen(uuid) && !strncasecmp(line + at, uuid, word)) {
			buf_puts(out, to);
			changed = true;
			continue;
		}
		word += !word;
		buf_add(out, line + at, word);
	}
	return changed && strcasecmp(uuid, to);
}

// "set prefix=($root)'/grub'".
static bool prefix_line(const char *line, size_t n, const char *boot, struct buf *out)
{
	size_t at = strspn(line, " \t") + strlen("set prefix="), drive, more;

	at += line[at] == '"';
	if (line[at] == '(')
		at += strcspn(line + at, ")\n") + 1;
	at += at < n && (line[at] == '\'' || line[at] == '"');
	if (at >= n || !path_at(line + at, n - at, boot, &drive, &more)) {
		buf_add(out, line, n);
		return false;
	}
	buf_add(out, line, at);
	buf_add(out, boot, more);
	buf_add(out, line + at, n - at);
	return true;
}

static bool stub_line(const char *line, size_t n, const char *uuid, const char *to,
		      const char *boot, struct buf *out)
{
	const char *p = line + strspn(line, " \t");

	if (!strncmp(p, "search", 6))
		return search_line(line, n, uuid, to, out);
	if (!boot)
		buf_add(out, line, n);
	else if (!strncmp(p, "set prefix=", 11))
		return prefix_line(line, n, boot, out);
	else
		return move_line(line, n, boot, out);
	return false;
}

bool text_grub_stub(const char *text, const char *uuid, const char *to, const char *boot,
		    struct buf *out)
{
	bool changed = false;

	for (size_t n; *text; text += n) {
		n = text_line(text);
		changed |= stub_line(text, n, uuid, to, boot, out);
	}
	return changed;
}

// Is this line "set root=" of an array? How far its indentation goes is in *blanks.
static bool sets_array(const char *line, size_t *blanks)
{
	const char *p = line;

	*blanks = strspn(line, " \t");
	p += *blanks;
	if (strncmp(p, "set", 3) || !strspn(p + 3, " \t"))
		return false;
	p += 3 + strspn(p + 3, " \t");
	if (strncmp(p, "root=", 5))
		return false;
	p += 5;
	p += strspn(p, "'\"(");
	return !strncmp(p, "mduuid/", 7) || !strncmp(p, "md/", 3) ||
	       (!strncmp(p, "md", 2) && p[2] >= '0' && p[2] <= '9');
}

bool text_grub_array_root(const char *text, const char *uuid, struct buf *out)
{
	bool changed = false;

	for (size_t n, blanks; *text; text += n) {
		n = text_line(text);
		if (!sets_array(text, &blanks)) {
			buf_add(out, text, n);
			continue;
		}
		buf_add(out, text, blanks);
		buf_printf(out, "search --no-floppy --fs-uuid --set=root %s\n", uuid);
		changed = true;
	}
	return changed;
}

#define ENV_BLOCK 1024
#define ENV_BEGIN "# GRUB Environment Block\n"

bool text_env_block(const char *old, struct buf *text)
{
	if (strlen(old) != ENV_BLOCK || strncmp(old, ENV_BEGIN, strlen(ENV_BEGIN)))
		return true;
	while (text->len && text->s[text->len - 1] == '#')
		text->len--;
	if (text->len > ENV_BLOCK)
		return false;
	while (text->len < ENV_BLOCK)
		buf_add(text, "#", 1);
	return true;
}

bool text_grub_variable(const char *text, const char *name, const char *value, struct buf *out)
{
	char *line STR_AUTO = mem_printf("\n%s=%s\n", name, value);
	size_t k = strlen(name) + 1, end = strlen(text);

	if (strncmp(text, ENV_BEGIN, strlen(ENV_BEGIN)) || strstr(text, line)) {
		buf_puts(out, text);
		return false;
	}
	while (text[end - 1] == '#')
		end--;
	for (size_t at = 0, n; at < end; at += n) {
		n = text_line(text + at);
		n = n < end - at ? n : end - at;
		if (strncmp(text + at, line + 1, k))
			buf_add(out, text + at, n);
	}
	buf_puts(out, out->s[out->len - 1] == '\n' ? line + 1 : line);
	return true;
}

#define CMDLINE "GRUB_CMDLINE_LINUX="

static bool has_word(const char *line, size_t n, const char *word)
{
	size_t k = strlen(word);

	for (size_t i = 0; i + k <= n; i++)
		if (!strncmp(line + i, word, k) && (!i || strchr(" \t\"'=", line[i - 1])) &&
		    (i + k == n || strchr(" \t\"'\r\n", line[i + k])))
			return true;
	return false;
}

bool text_grub_argument(const char *text, const char *argument, struct buf *out)
{
	const size_t k = strlen(CMDLINE);
	bool found = false, changed = false;

	for (size_t n; *text; text += n) {
		n = text_line(text);
		if (found || strncmp(text, CMDLINE, k)) {
			buf_add(out, text, n);
			continue;
		}
		found = true;
		if (has_word(text, n, argument)) {
			buf_add(out, text, n);
			continue;
		}
		changed = true;
		buf_add(out, text, k);
		if (text[k] == '"' || text[k] == '\'') {
			buf_printf(out, "%c%s%s", text[k], argument,
				   text[k + 1] == text[k] ? "" : " ");
			buf_add(out, text + k + 1, n - k - 1);
		} else {
			size_t word = strcspn(text + k, " \t\r\n");

			buf_printf(out, "\"%s%s%.*s\"", argument, word ? " " : "", (int)word,
				   text + k);
			buf_add(out, text + k + word, n - k - word);
		}
	}
	if (found)
		return changed;
	if (out->len && out->s[out->len - 1] != '\n')
		buf_puts(out, "\n");
	buf_printf(out, CMDLINE "\"%s\"\n", argument);
	return true;
}

// Does the line start a kernel? Both GRUBs, and the boot loader specification.
static bool starts_kernel(const char *line)
{
	static const char *const words[] = { "linux", "linux16", "linuxefi", "kernel", "options" };
	size_t at = strspn(line, " \t"), n = strcspn(line + at, " \t\r\n");

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (n == strlen(words[i]) && !strncmp(line + at, words[i], n))
			return true;
	return false;
}

// In an entry of the specification "linux" has a path alone, and "options" the arguments.
bool text_kernel_argument(const char *text, const char *argument, struct buf *out)
{
	bool entry = !strncmp(text, "options", 7) || strstr(text, "\noptions"), changed = false;

	for (size_t n, end; *text; text += n) {
		bool options = !strncmp(text + strspn(text, " \t"), "options", 7);

		n = text_line(text);
		if (!starts_kernel(text) || options != entry || has_word(text, n, argument)) {
			buf_add(out, text, n);
			continue;
		}
		for (end = n; end && strchr(" \t\r\n", text[end - 1]);)
			end--;
		buf_add(out, text, end);
		buf_printf(out, " %s", argument);
		buf_add(out, text + end, n - end);
		changed = true;
	}
	return changed;
}
