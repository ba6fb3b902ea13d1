// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/state.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"

#define RESOLV "/etc/resolv.conf"
#define PROBLEM NET_DIR "/problem"
#define MAX_TEXT 4096

static void read_text(const char *path, char text[MAX_TEXT])
{
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, MAX_TEXT - 1);

	text[n > 0 ? n : 0] = 0;
}

// Whole or not at all: who reads it meanwhile sees the old one.
static int write_text(const char *path, const char *text, struct err *e)
{
	char *fresh STR_AUTO = mem_printf("%s.new", path);
	int fd FD_AUTO = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size_t n = strlen(text);

	if (fd < 0 || write(fd, text, n) != (ssize_t)n || rename(fresh, path))
		return err_set(e, errno, "%s: write", path);
	return 0;
}

// The next line as a word and what stands behind it.
static bool next_line(const char **p, char *word, size_t word_size, char *value, size_t size)
{
	const char *line = *p;
	size_t n = strcspn(line, "\n"), w;

	if (!*line)
		return false;
	*p = line + n + (line[n] == '\n');
	w = strcspn(line, " \t\n");
	snprintf(word, word_size, "%.*s", (int)(w < word_size ? w : word_size - 1), line);
	while (w < n && (line[w] == ' ' || line[w] == '\t'))
		w++;
	text_clean(value, size, line + w, n - w);
	return true;
}

static void add_dns(struct net_addr dns[NET_DNS], unsigned *n, const char *value)
{
	struct net_addr a;
	char word[64];

	snprintf(word, sizeof word, "%.*s", (int)strcspn(value, " \t"), value);
	if (*n < NET_DNS && net_addr_parse(&a, word))
		dns[(*n)++] = a;
}

void net_state_parse(struct net_state *s, const char *text)
{
	char word[16], value[256];

	*s = (struct net_state){ 0 };
	while (next_line(&text, word, sizeof word, value, sizeof value)) {
		if (!strcmp(word, "method"))
			s->dhcp = !strcmp(value, "dhcp");
		else if (!strcmp(word, "server"))
			net_addr_parse(&s->server, value);
		else if (!strcmp(word, "dns"))
			add_dns(s->dns, &s->n_dns, value);
		else if (!strcmp(word, "domain") && net_name_ok(value))
			str_copy(s->domain, sizeof s->domain, value);
		else if (!strcmp(word, "problem"))
			str_copy(s->problem, sizeof s->problem, value);
	}
}

static char *path_of(const char *link)
{
	return mem_printf(NET_DIR "/%s.card", link);
}

bool net_state_get(struct net_state *s, const char *link)
{
	char *path STR_AUTO = path_of(link), text[MAX_TEXT];

	read_text(path, text);
	net_state_parse(s, text);
	return text[0];
}

static void add_name_servers(const char *link, struct buf *out, unsigned *n, char *domain)
{
	struct net_state s;
	char line[80];

	if (!net_state_get(&s, link))
		return;
	if (!*domain)
		str_copy(domain, sizeof s.domain, s.domain);
	for (unsigned i = 0; i < s.n_dns && *n < NET_DNS; i++) {
		snprintf(line, sizeof line, "nameserver %s\n", net_addr_show(&s.dns[i]).s);
		if (strstr(buf_str(out), line))
			continue; // two cards in one network
		buf_puts(out, line);
		(*n)++;
	}
}

// Short waits: who looks up a name here is at a screen.
static int write_resolv(struct err *e)
{
	struct buf text BUF_AUTO = { 0 }, servers BUF_AUTO = { 0 };
	char domain[254] = "";
	struct dirent **files;
	unsigned n = 0;
	int count = scandir(NET_DIR, &files, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		char *end = strstr(files[i]->d_name, ".card");

		if (end && !end[5]) {
			*end = 0;
			add_name_servers(files[i]->d_name, &servers, &n, domain);
		}
		free(files[i]);
	}
	if (count >= 0)
		free(files);
	if (domain[0])
		buf_printf(&text, "search %s\n", domain);
	buf_printf(&text, "%soptions timeout:2 attempts:2\n", buf_str(&servers));
	return write_text(RESOLV, buf_str(&text), e);
}

static int make_dir(struct err *e)
{
	if ((mkdir("/run/salvor", 0755) && errno != EEXIST) ||
	    (mkdir(NET_DIR, 0755) && errno != EEXIST))
		return err_set(e, errno, NET_DIR ": create");
	return 0;
}

static int lock(const char *path, struct err *e)
{
	int fd;

	if (make_dir(e))
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX)) {
		err_set(e, errno, "%s: lock", path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

int net_lock(struct err *e)
{
	return lock(NET_DIR "/lock", e);
}

int net_state_put(const struct net_state *s, const char *link, struct err *e)
{
	char *path STR_AUTO = path_of(link);
	struct buf text BUF_AUTO = { 0 };
	int held FD_AUTO = lock(NET_DIR "/state.lock", e); // leases come when they like

	if (held < 0)
		return -1;
	if (!s) {
		if (unlink(path) && errno != ENOENT)
			return err_set(e, errno, "%s: remove", path);
		return write_resolv(e);
	}
	buf_printf(&text, "method %s\n", s->dhcp ? "dhcp" : "static");
	if (s->server.family)
		buf_printf(&text, "server %s\n", net_addr_show(&s->server).s);
	for (unsigned i = 0; i < s->n_dns; i++)
		buf_printf(&text, "dns %s\n", net_addr_show(&s->dns[i]).s);
	if (s->domain[0])
		buf_printf(&text, "domain %s\n", s->domain);
	if (s->problem[0])
		buf_printf(&text, "problem %s\n", s->problem);
	return write_text(path, buf_str(&text), e) || write_resolv(e) ? -1 : 0;
}

unsigned net_resolv_parse(const char *text, struct net_addr dns[NET_DNS])
{
	char word[16], value[256];
	unsigned n = 0;

	while (next_line(&text, word, sizeof word, value, sizeof value))
		if (!strcmp(word, "nameserver"))
			add_dns(dns, &n, value);
	return n;
}

unsigned net_resolv_get(struct net_addr dns[NET_DNS])
{
	char text[MAX_TEXT];

	read_text(RESOLV, text);
	return net_resolv_parse(text, dns);
}

void net_problem_put(const char *text)
{
	struct err e;

	unlink(PROBLEM);
	if (text && (make_dir(&e) || write_text(PROBLEM, text, &e)))
		log_line("%s", e.text);
}

void net_problem_get(char *text, size_t size)
{
	char raw[MAX_TEXT];

	read_text(PROBLEM, raw);
	text_clean(text, size, raw, strlen(raw));
}
