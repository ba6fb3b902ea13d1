// SPDX-License-Identifier: GPL-2.0-or-later
// Known host keys as text: what is taken of a stranger's file, merging, forgetting.
#include "far/host_keys.h"

#include <string.h>

#include "test.h"

#define KEY "AAAAC3NzaC1lZDI1NTE5AAAAIBkq"
#define GOOD "10.0.0.9 ssh-ed25519 " KEY "\n"
#define OTHER "[nas.lan]:2222 sk-ssh-ed25519@openssh.com " KEY "==\n"

static void taken(const char *name, const char *text, const char *wanted, unsigned dropped)
{
	struct buf out BUF_AUTO = { 0 };

	CHECK(name, host_keys_take(text, strlen(text), &out) == dropped);
	CHECK_STR(name, buf_str(&out), wanted);
}

static void merge(void)
{
	struct buf out BUF_AUTO = { 0 };

	buf_puts(&out, GOOD);
	host_keys_merge(&out,
			"10.0.0.9 ssh-rsa " KEY "\n" OTHER "[nas.lan]:2222 ssh-rsa " KEY "\n");
	CHECK_STR("a server that is known keeps its key", buf_str(&out),
		  GOOD OTHER "[nas.lan]:2222 ssh-rsa " KEY "\n");
}

static void forget(void)
{
	struct buf out BUF_AUTO = { 0 };

	CHECK("two", host_keys_forget(GOOD OTHER GOOD, "10.0.0.9", &out) == 2);
	CHECK_STR("the rest stays", buf_str(&out), OTHER);
	CHECK("not a part of a name", host_keys_forget(GOOD, "10.0.0", &out) == 0);
}

static void limit(void)
{
	struct buf many BUF_AUTO = { 0 }, out BUF_AUTO = { 0 };
	unsigned n = 0, dropped;

	while (many.len < 2 * HOST_KEYS_MAX) {
		buf_puts(&many, GOOD);
		n++;
	}
	dropped = host_keys_take(many.s, many.len, &out);
	CHECK("no more than the limit", out.len <= HOST_KEYS_MAX && dropped > 0 && dropped < n);
}

int main(void)
{
	taken("two servers", GOOD OTHER, GOOD OTHER, 0);
	taken("as Windows writes it", "\n\r\n10.0.0.9 ssh-ed25519 " KEY "\r\n", GOOD, 0);
	taken("no newline at the end", "10.0.0.9 ssh-ed25519 " KEY, GOOD, 0);
	taken("an address with a zone", "fe80::1%eth0 ssh-rsa " KEY "\n",
	      "fe80::1%eth0 ssh-rsa " KEY "\n", 0);
	taken("patterns",
	      "* ssh-ed25519 " KEY "\n10.0.0.? ssh-ed25519 " KEY "\n!a ssh-rsa " KEY "\n", "", 3);
	taken("marks", "@cert-authority a ssh-rsa " KEY "\n@revoked a ssh-rsa " KEY "\n", "", 2);
	taken("lists, hashes, comments",
	      "a,b ssh-rsa " KEY "\n|1|x|y ssh-rsa " KEY "\n# a ssh-rsa " KEY "\n", "", 3);
	taken("other shapes",
	      "a ssh-rsa " KEY " comment\na  ssh-rsa " KEY "\na ssh-rsa\na\n a ssh-rsa " KEY "\n",
	      "", 5);
	taken("no keys", "a ssh-rsa short\na @sh-rsa " KEY "\n", "", 2);
	merge();
	forget();
	limit();
	TEST_END();
}
