// SPDX-License-Identifier: GPL-2.0-or-later
// From salvor.ssh= to a server that listens.
#include "salvor/hands.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/run.h"
#include "jobfile/keys.h"
#include "salvor/boot.h"
#include "salvor/outcome.h"
#include "salvor/small_file.h"

#define ASKED "/run/salvor/ssh"
#define TOLD "/run/salvor/hands" // the fingerprint, for the consoles
#define KEYS "/root/.ssh/authorized_keys"
#define HOST_KEY "/run/salvor/host-key"
#define AGAIN_S 10

static int fetch_keys(struct err *e)
{
	struct buf asked BUF_AUTO = { 0 }, text BUF_AUTO = { 0 }, keys BUF_AUTO = { 0 };

	if (small_file(ASKED, NULL, NULL, &asked, e))
		return -1;
	if (strstr(buf_str(&asked), "://")) {
		if (small_file(buf_str(&asked), NULL, NULL, &text, e))
			return -1;
	} else {
		buf_puts(&text, buf_str(&asked));
	}
	if (!public_keys(buf_str(&text), &keys))
		return err_usage(e, "salvor.ssh: holds no public key: a line that begins with "
				    "ssh-ed25519, ssh-rsa or ecdsa-sha2-, or the address of one");
	mkdir("/root/.ssh", 0700);
	return save_text(KEYS, buf_str(&keys), e);
}

static int make_host_key(struct err *e)
{
	struct run r = { .argv = (const char *const[]){ "dropbearkey", "-t", "ed25519", "-f",
							HOST_KEY, NULL },
			 .timeout_s = 60 };
	struct buf said BUF_AUTO = { 0 };
	const char *print;

	unlink(HOST_KEY);
	r.out = &said;
	if (run_checked(&r, e))
		return -1;
	print = strstr(buf_str(&said), "SHA256:");
	if (!print)
		return err_set(e, 0, "dropbearkey: tells no fingerprint");
	char *text STR_AUTO = mem_printf("%.*s\n", (int)strcspn(print, " \r\n"), print);

	return save_text(TOLD, text, e);
}

int hands_main(void)
{
	struct err e;

	open_log();
	if (!need_network(NULL, &e) && !fetch_keys(&e) && !make_host_key(&e)) {
		// whatever the other side wants to run, it gets the dialogs (-c); that there is
		// nothing but keys to log in with was settled when dropbear was built
		execl("/sbin/dropbear", "dropbear", "-F", "-K", "30", "-r", HOST_KEY, "-c",
		      "/sbin/session salvor", "-p", "22", "-P", "/run/dropbear.pid", (char *)NULL);
		err_set(&e, errno, "dropbear: start");
	}
	unlink(TOLD);
	fprintf(stderr, "salvor hands: %s\n", e.text);
	sleep(AGAIN_S); // init starts it again
	return (int)e.kind;
}

static void tell_addresses(struct buf *out)
{
	struct ifaddrs *all, *a;
	char text[INET6_ADDRSTRLEN];

	if (getifaddrs(&all))
		return;
	for (a = all; a; a = a->ifa_next) {
		struct sockaddr_in in;

		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET ||
		    (a->ifa_flags & IFF_LOOPBACK))
			continue;
		memcpy(&in, a->ifa_addr, sizeof in);
		if (inet_ntop(AF_INET, &in.sin_addr, text, sizeof text))
			buf_printf(out, " root@%s", text);
	}
	freeifaddrs(all);
}

void hands_tell(struct buf *out)
{
	struct buf print BUF_AUTO = { 0 };
	struct err e;

	if (access(TOLD, F_OK) || small_file(TOLD, NULL, NULL, &print, &e))
		return;
	buf_puts(out, "Remote hands: ssh");
	tell_addresses(out);
	buf_printf(out, "\nIts host key: %s", buf_str(&print));
}
