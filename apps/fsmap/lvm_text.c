// SPDX-License-Identifier: GPL-2.0-or-later
// LVM2's metadata text (lvm2: libdm/libdm-config.c describes the grammar it reads).
#include "fsmap/lvm_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { MAX_NODES = 1000000, MAX_DEPTH = 16 };

// Nodes move while their array grows: until the end they are known by their number. 0 is the root,
// and so none's child or neighbour.
struct link {
	uint32_t first, last, next;
};

struct parser {
	char *p; // what comes next
	char *start;
	struct lvm_node *nodes;
	struct link *links;
	size_t n, room;
	uint32_t open[MAX_DEPTH]; // the sections around
	unsigned depth;
	struct err *e;
};

static int wrong(const struct parser *p, const char *what)
{
	return err_set(p->e, 0, "metadata text at byte %td: %s", p->p - p->start, what);
}

static void skip_blanks(struct parser *p)
{
	for (;;) {
		p->p += strspn(p->p, " \t\r\n");
		if (*p->p != '#')
			return;
		p->p += strcspn(p->p, "\n");
	}
}

// A new node as the last of parent's. Returns its number, 0 when there are too many.
static uint32_t add(struct parser *p, uint32_t parent, enum lvm_kind kind, const char *name)
{
	uint32_t k = (uint32_t)p->n;

	if (p->n == MAX_NODES)
		return 0;
	if (p->n == p->room) {
		p->room = p->room ? 2 * p->room : 256;
		p->nodes = mem_grow(p->nodes, p->room, sizeof(*p->nodes));
		p->links = mem_grow(p->links, p->room, sizeof(*p->links));
	}
	p->nodes[k] = (struct lvm_node){ .kind = kind, .name = name, .text = "" };
	p->links[k] = (struct link){ 0 };
	p->n++;
	if (k == 0)
		return 0;
	struct link *of = &p->links[parent];

	if (of->first)
		p->links[of->last].next = k;
	else
		of->first = k;
	of->last = k;
	return k;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("_-+./", c));
}

// The string behind a quotation mark; \" and \\ are taken out in place.
static char *read_string(struct parser *p)
{
	char *text = p->p, *out = text;

	for (char *in = text; *in; in++) {
		if (*in == '"') {
			*out = '\0';
			p->p = in + 1;
			return text;
		}
		if (*in == '\\' && (in[1] == '"' || in[1] == '\\'))
			in++;
		*out++ = *in;
	}
	return NULL;
}

static int read_scalar(struct parser *p, uint32_t parent, const char *name)
{
	char *end;
	uint32_t k;

	if (*p->p == '"') {
		p->p++;
		char *text = read_string(p);

		k = text ? add(p, parent, LVM_STRING, name) : 0;
		if (!k)
			return wrong(p, text ? "too much" : "a string without an end");
		p->nodes[k].text = text;
		return 0;
	}
	errno = 0;
	long long number = strtoll(p->p, &end, 10);

	if (end == p->p || errno)
		return wrong(p, "neither a string nor a number");
	// Fractions occur nowhere that matters here.
	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	p->p = end;
	k = add(p, parent, LVM_NUMBER, name);
	if (!k)
		return wrong(p, "too much");
	p->nodes[k].number = number;
	return 0;
}

static int read_list(struct parser *p, uint32_t parent, const char *name)
{
	uint32_t list = add(p, parent, LVM_LIST, name);

	if (!list)
		return wrong(p, "too much");
	for (p->p++;;) {
		skip_blanks(p);
		if (*p->p == ']') {
			p->p++;
			return 0;
		}
		if (read_scalar(p, list, "") < 0)
			return -1;
		skip_blanks(p);
		if (*p->p == ',')
			p->p++;
		else if (*p->p != ']')
			return wrong(p, "a list without an end");
	}
}

// "name = value", or "name {", which opens a section.
static int read_entry(struct parser *p)
{
	char *name = p->p, *behind;
	uint32_t section = p->open[p->depth - 1];

	while (is_name(*p->p))
		p->p++;
	behind = p->p;
	skip_blanks(p);
	if (behind == name || (*p->p != '=' && *p->p != '{'))
		return wrong(p, "no name with a value");
	bool opens = *p->p == '{';

	p->p++;
	*behind = '\0';
	if (opens) {
		uint32_t k = add(p, section, LVM_SECTION, name);

		if (!k || p->depth == MAX_DEPTH)
			return wrong(p, "too much");
		p->open[p->depth++] = k;
		return 0;
	}
	skip_blanks(p);
	return *p->p == '[' ? read_list(p, section, name) : read_scalar(p, section, name);
}

static int read_all(struct parser *p)
{
	add(p, 0, LVM_SECTION, "");
	p->depth = 1;
	for (;;) {
		skip_blanks(p);
		if (*p->p == '\0')
			break;
		if (*p->p != '}') {
			if (read_entry(p) < 0)
				return -1;
		} else {
			p->p++;
			if (--p->depth == 0)
				return wrong(p, "a section ends that did not begin");
		}
	}
	return p->depth == 1 ? 0 : wrong(p, "a section without an end");
}

int lvm_text_read(struct lvm_text *t, const char *text, size_t n, struct err *e)
{
	struct parser p = { .e = e };
	int rc;

	t->buf = mem_alloc(n + 1);
	memcpy(t->buf, text, n);
	t->buf[n] = '\0';
	p.p = p.start = t->buf;
	rc = read_all(&p);
	t->nodes = p.nodes;
	t->n = p.n;
	for (size_t k = 0; k < p.n; k++) {
		t->nodes[k].first = p.links[k].first ? &t->nodes[p.links[k].first] : NULL;
		t->nodes[k].next = p.links[k].next ? &t->nodes[p.links[k].next] : NULL;
	}
	free(p.links);
	if (rc < 0)
		lvm_text_free(t);
	return rc;
}

void lvm_text_free(struct lvm_text *t)
{
	free(t->buf);
	free(t->nodes);
	*t = (struct lvm_text){ 0 };
}

const struct lvm_node *lvm_find(const struct lvm_node *section, const char *name,
				enum lvm_kind kind)
{
	for (const struct lvm_node *n = section->first; n; n = n->next)
		if (n->kind == kind && strcmp(n->name, name) == 0)
			return n;
	return NULL;
}

const char *lvm_string(const struct lvm_node *section, const char *name)
{
	const struct lvm_node *n = lvm_find(section, name, LVM_STRING);

	return n ? n->text : "";
}

bool lvm_number(const struct lvm_node *section, const char *name, uint64_t *number)
{
	const struct lvm_node *n = lvm_find(section, name, LVM_NUMBER);

	if (!n || n->number < 0)
		return false;
	*number = (uint64_t)n->number;
	return true;
}

bool lvm_has(const struct lvm_node *section, const char *name, const char *word)
{
	const struct lvm_node *list = lvm_find(section, name, LVM_LIST);

	for (const struct lvm_node *n = list ? list->first : NULL; n; n = n->next)
		if (n->kind == LVM_STRING && strcmp(n->text, word) == 0)
			return true;
	return false;
}
