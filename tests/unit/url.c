// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses: what they are taken apart into, what is refused, and why.
#include "far/url.h"

#include "base/buf.h"
#include "test.h"

static void parts(const char *text, const char *wanted)
{
	struct url u;
	struct err e = { 0 };
	int rc = url_parse(&u, text, &e);
	char *got STR_AUTO =
		mem_printf("%s %s %s %u %s %s", u.scheme, u.user, u.host, u.port, u.path, u.raw);

	CHECK_STR(text, rc == 1 ? got : e.text, wanted);
}

static void refused(const char *text, const char *why)
{
	struct url u;
	struct err e = { 0 };

	CHECK(text, url_parse(&u, text, &e) < 0 && strstr(e.text, why));
}

static void not_one(const char *text)
{
	struct url u;

	CHECK(text, url_parse(&u, text, NULL) == 0);
}

int main(void)
{
	char text[600];

	parts("ssh://me@host:2222/srv/x.img", "ssh me host 2222 /srv/x.img /srv/x.img");
	parts("SSH://host/a b", "ssh  host 0 /a b /a%20b");
	parts("ssh://host/50%25?#", "ssh  host 0 /50%?# /50%25?");
	parts("https://[fe80::1%eth0]:8/x?sig=%41#top", "https  fe80::1%eth0 8 /x /x?sig=%41");
	parts("smb://DOMAIN;user@nas/share/", "smb DOMAIN;user nas 0 /share/ /share/");
	parts("http://us%40er@host", "http us@er host 0  ");
	refused("ssh://me:secret@host/x", "a password does not belong");
	refused("ssh://-oProxyCommand=x/y", "no name or address");
	refused("ssh://-me@host/x", "no good name of a user");
	refused("ssh://%2dme@host/x", "no good name of a user");
	refused("ssh:///x", "no name or address");
	refused("ssh://host:0/x", "no port");
	refused("ssh://host:65536/x", "no port");
	refused("ssh://[::1/x", "without its ]");
	refused("ssh://[::1]x/x", "no port");
	refused("ssh://host/a%0ab", "the path");
	refused("ssh://host/a%4", "the path");
	not_one("/path/with://in/it");
	not_one("label:SAVE/x");
	not_one("://host");
	CHECK("written",
	      url_write(text, sizeof text, "ssh", "a:b@c", "fe80::1", "22", "/x y?#%.img"));
	CHECK_STR("encoded", text, "ssh://a%3Ab%40c@[fe80::1]:22/x%20y%3F%23%25.img");
	parts(text, "ssh a:b@c fe80::1 22 /x y?#%.img /x%20y%3F%23%25.img");
	TEST_END();
}
