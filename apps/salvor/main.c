// SPDX-License-Identifier: GPL-2.0-or-later
// salvor: without arguments the dialogs, with a command one job.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "net/lease.h"
#include "salvor/boot.h"
#include "salvor/cmd.h"
#include "salvor/hands.h"
#include "salvor/stick.h"

static void print_opts(const struct opt *table)
{
	for (const struct opt *o = table; o && o->name; o++) {
		char left[48];

		snprintf(left, sizeof left, "--%s%s%s", o->name, o->arg ? " " : "",
			 o->arg ? o->arg : "");
		printf("  %-22s %s%s%s%s\n", left, o->help, o->preset ? " (" : "",
		       o->preset ? o->preset : "", o->preset ? ")" : "");
	}
}

static int usage(const struct cmd *cmd)
{
	if (cmd) {
		printf("usage: salvor %s %s\n%s\n\n", cmd->name, cmd->args_help, cmd->help);
		print_opts(cmd->opts);
		print_opts(job_common);
		if (cmd->logs_in) {
			puts("\nFor what lies on another machine:");
			print_opts(login_opts);
		}
		if (cmd->more) {
			struct buf text BUF_AUTO = { 0 };

			cmd->more(&text);
			printf("\n%s", buf_str(&text));
		}
		return 0;
	}
	puts("usage: salvor [menu [DISK...]]     the dialogs, about these disks or image files\n"
	     "       salvor COMMAND [OPTION...]  one job; salvor COMMAND --help tells its "
	     "options\n");
	for (const struct cmd *const *c = cmd_all(); *c; c++)
		printf("  %-8s %-34s %s\n", (*c)->name, (*c)->args_help, (*c)->help);
	puts("\nCommon options:");
	print_opts(job_common);
	puts("\nExit status: 0 done, 1 failed, 2 wrong usage, 3 done but some data could not be "
	     "read,\n"
	     "4 stopped by the operator.");
	return 0;
}

static int complain(const struct err *e)
{
	fprintf(stderr, "salvor: %s\n", e->text);
	return (int)e->kind;
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct job j;
	struct err e;
	int status;

	if (job_begin(&j, cmd, &e))
		return complain(&e);
	struct opt_group groups[] = { { cmd->opts, j.settings },
				      { job_common, &j },
				      { login_opts, &j.login } };
	const char **args = mem_zero((size_t)argc + 1, sizeof *args);
	int n = opt_parse(groups, cmd->logs_in ? 3 : 2, argc, argv, args, &e);

	for (int i = 0; i < n; i++)
		if (job_arg(&j, args[i], &e))
			n = -1;
	free(args);
	if (n < 0) {
		job_end(&j);
		return complain(&e);
	}
	open_log();
	status = job_run(&j, ui_text_begin(j.yes));
	if (j.err.kind)
		complain(&j.err);
	if (j.json) {
		struct buf out BUF_AUTO = { 0 };

		job_json(&j, &out);
		fputs(buf_str(&out), stdout);
	} else {
		fputs(buf_str(&j.text), stdout);
	}
	job_end(&j);
	return fflush(stdout) ? 1 : status;
}

// To whom may read that memory, and wants it on standard output.
static int give_secret(const char *path)
{
	char secret[SECRET_MAX];
	FILE *f = fopen(path, "re");
	bool ok = f && fgets(secret, sizeof secret, f);

	if (ok)
		puts(secret);
	explicit_bzero(secret, sizeof secret);
	return ok ? 0 : 1;
}

// Known is the key that the operator has named, and nothing else. argv: fingerprint, host, type,
// key.
static int give_host_key(char **argv, const char *want)
{
	bool same = !strcmp(argv[0], want) ||
		    (!strncmp(argv[0], "SHA256:", 7) && !strcmp(argv[0] + 7, want));

	return same && printf("%s %s %s\n", argv[1], argv[2], argv[3]) < 0;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	const struct cmd *cmd;

	signal(SIGPIPE, SIG_IGN);
	if (argc > 1 && !strcmp(name ? name + 1 : argv[0], LEASE_PROGRAM))
		return lease_main(argv[1]);
	if (argc == 6 && !strcmp(argv[1], "known-host") && getenv("SALVOR_HOST_KEY")) // by ssh
		return give_host_key(argv + 2, getenv("SALVOR_HOST_KEY"));
	if (getenv("SALVOR_ASKPASS")) // started by ssh, which we have started
		return give_secret(getenv("SALVOR_ASKPASS"));
	stick_keeps_host_keys();
	if (argc < 2)
		return menu_main(NULL, 0);
	if (!strcmp(argv[1], "menu"))
		return menu_main((const char *const *)argv + 2, (unsigned)argc - 2);
	if (!strcmp(argv[1], "boot")) // for init
		return boot_main(argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL);
	if (!strcmp(argv[1], "hands"))
		return hands_main();
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))
		return usage(argc > 2 ? cmd_find(argv[2]) : NULL);
	if (!strcmp(argv[1], "--version"))
		return puts("salvor " SALVOR_VERSION) < 0;
	cmd = cmd_find(argv[1]);
	if (!cmd) {
		fprintf(stderr, "salvor: %s: no such command; salvor --help lists them\n", argv[1]);
		return ERR_USAGE;
	}
	for (int i = 2; i < argc; i++)
		if (!strcmp(argv[i], "--help"))
			return usage(cmd);
	return run(cmd, argc - 2, argv + 2);
}
