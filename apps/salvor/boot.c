// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's parameters, at the very start.
#include "salvor/boot.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cmdline.h"
#include "base/log.h"
#include "jobfile/params.h"
#include "salvor/cmd.h"
#include "salvor/small_file.h"

#define CMDLINE "/proc/cmdline"
#define MESSAGES "/var/log/messages"

// syslog(2) gives its commands numbers only
enum { LOG_TAKE = 2, LOG_CLEAR = 5, LOG_UNREAD = 9 };

static int save(const char *folder, const char *name, const char *text, struct err *e)
{
	char *path STR_AUTO = mem_printf("%s/%s", folder, name);
	int fd FD_AUTO = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t n = strlen(text);

	return fd >= 0 && write(fd, text, n) == (ssize_t)n ? 0
							   : err_set(e, errno, "%s: write", path);
}

// The command line stands in the kernel's messages, too. What klogd would read is taken here and
// written to the log without the secrets.
static int clean_messages(struct err *e)
{
	FILE *log = fopen(MESSAGES, "ae");
	char text[8192];
	int n;

	if (!log)
		return err_set(e, errno, "%s: open", MESSAGES);
	while (klogctl(LOG_UNREAD, NULL, 0) > 0 &&
	       (n = klogctl(LOG_TAKE, text, sizeof text - 1)) > 0) {
		struct buf clean BUF_AUTO = { 0 };

		text[n] = 0; // whole lines, the kernel sees to it
		cmdline_hide(text, &clean);
		fputs(buf_str(&clean), log);
	}
	fclose(log);
	return klogctl(LOG_CLEAR, NULL, 0) ? err_set(e, errno, "forget the kernel's messages") : 0;
}

static int hide(const char *text, const char *folder, struct err *e)
{
	char *shown STR_AUTO = mem_printf("%s/cmdline.shown", folder);
	struct buf clean BUF_AUTO = { 0 };

	if (!cmdline_hide(text, &clean))
		return 0;
	if (save(folder, "cmdline.shown", buf_str(&clean), e))
		return -1;
	if (mount(shown, CMDLINE, NULL, MS_BIND, NULL))
		return err_set(e, errno, CMDLINE ": cover");
	return clean_messages(e);
}

static int expect_job(const char *folder, struct err *e)
{
	char *job STR_AUTO = mem_printf("%s/job", folder);

	mkdir(job, 0700);
	return save(job, "status", "99\n", e);
}

static int tell(const struct err *e)
{
	fprintf(stderr, "salvor boot: %s\n", e->text);
	return (int)e->kind;
}

int boot_main(const char *cmdline, const char *folder)
{
	struct buf text BUF_AUTO = { 0 };
	struct err e, wrong;
	struct params p;
	int rc = 0;

	folder = folder ? folder : "/run/salvor";
	mkdir(folder, 0700);
	if (small_file(cmdline ? cmdline : CMDLINE, NULL, NULL, &text, &e))
		return tell(&e);
	params_read(&p, buf_str(&text), &wrong); // what is wrong, salvor job tells everybody
	if (p.job && (save(folder, "cmdline", buf_str(&text), &e) || expect_job(folder, &e)))
		rc = tell(&e);
	if (p.ssh && save(folder, "ssh", p.ssh, &e))
		rc = tell(&e);
	if (!cmdline && hide(buf_str(&text), folder, &e))
		rc = tell(&e);
	params_free(&p);
	return rc;
}

bool on_salvor(void)
{
	struct buf text BUF_AUTO = { 0 };
	struct err e;

	return !small_file("/etc/os-release", NULL, NULL, &text, &e) &&
	       strstr(buf_str(&text), "\nID=salvor\n");
}

int need_network(struct ui *ui, struct err *e)
{
	struct job j;
	int rc;

	if (!on_salvor())
		return 0;
	rc = job_begin(&j, cmd_find("net"), e) || job_arg(&j, "up", e);
	if (!rc && job_run(&j, ui)) {
		*e = j.err;
		rc = -1;
	}
	job_end(&j);
	return rc ? -1 : 0;
}

void open_log(void)
{
	struct err e;

	if (on_salvor() && log_open("/var/log/salvor.log", &e))
		fprintf(stderr, "salvor: %s\n", e.text);
}
