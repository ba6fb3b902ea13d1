// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's two settings in /sys and the drive's own, through smartctl.
//
// The timeout of the kernel's error handler (eh_timeout) stays: it is how long a disk may take to
// come to itself after a reset, and one that needs longer would be given up for good.
#include "block/patience.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json_read.h"
#include "base/log.h"
#include "block/smartctl.h"

// A drive that can be told gives up by itself after 7 s, the usual value in arrays. One that cannot
// is cut short by a reset, but has time to spin up.
#define ERC_DECISECONDS 70
#define TIMEOUT_S 15
#define RETRIES 1
#define WAIT_MS 3000

struct setting {
	char path[192]; // "" there is none
	char was[16];	// "" left as it was
};

struct patience {
	struct disk disk;
	const char *root;
	struct setting timeout, retries;
	bool erc;	      // was changed from
	uint64_t read, write; // these, in tenths of a second; 0: off
};

static bool put(const struct patience *p, const struct setting *s, const char *value)
{
	char *full STR_AUTO = mem_printf("%s%s", p->root, s->path);
	int fd FD_AUTO = open(full, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

	log_line("%s: %s: %s%s", p->disk.path, s->path, value, done ? "" : ": not changed");
	return done;
}

static void lower(const struct patience *p, struct setting *s, unsigned value)
{
	char was[16], text[16];

	sysfs_read(p->root, s->path, was, sizeof was);
	if (!was[0] || strtol(was, NULL, 10) <= (long)value)
		return;
	snprintf(text, sizeof text, "%u", value);
	if (put(p, s, text))
		str_copy(s->was, sizeof s->was, was);
}

static void restore(const struct patience *p, const struct setting *s)
{
	if (s->was[0])
		put(p, s, s->was);
}

// scsi_disk/0:0:0:0: the one entry of that folder.
static void find_retries(struct patience *p)
{
	char *folder STR_AUTO = mem_printf("/sys/block/%s/device/scsi_disk", p->disk.name);
	char *full STR_AUTO = mem_printf("%s%s", p->root, folder);
	DIR *dir = opendir(full);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			snprintf(p->retries.path, sizeof p->retries.path,
				 "%.100s/%.60s/max_retries", folder, entry->d_name);
	if (dir)
		closedir(dir);
}

// Puts an option of smartctl's; its answer, when one comes in time.
static bool ask(const struct patience *p, const char *option, struct buf *answer)
{
	struct smartctl *s = smartctl_ask(&p->disk, (const char *const[]){ "-l", option, NULL });
	bool done = smartctl_answer(s, WAIT_MS, answer);

	smartctl_forget(s);
	return done;
}

// One of its two times; 0 when it is off. False when the drive has none.
static bool erc_time(struct json_value v, const char *which, uint64_t *deciseconds)
{
	char *enabled STR_AUTO = mem_printf("ata_sct_erc.%s.enabled", which);
	char *time STR_AUTO = mem_printf("ata_sct_erc.%s.deciseconds", which);
	bool on;

	*deciseconds = 0;
	return json_get_bool(json_find(v, enabled), &on) &&
	       (!on || json_get_number(json_find(v, time), deciseconds));
}

// Puts an option and takes both times from the answer. False when the drive has none.
static bool ask_erc(const struct patience *p, const char *option, uint64_t *read, uint64_t *write)
{
	struct buf answer BUF_AUTO = { 0 };
	struct json_value v;

	return ask(p, option, &answer) && json_open(&v, buf_str(&answer), answer.len) &&
	       erc_time(v, "read", read) && erc_time(v, "write", write);
}

static bool is_short(uint64_t deciseconds)
{
	return deciseconds && deciseconds <= ERC_DECISECONDS;
}

static void lower_erc(struct patience *p)
{
	uint64_t read, write;
	char option[24];

	if (!ask_erc(p, "scterc", &p->read, &p->write) || is_short(p->read))
		return;
	snprintf(option, sizeof option, "scterc,%d,%d", ERC_DECISECONDS, ERC_DECISECONDS);
	p->erc = ask_erc(p, option, &read, &write) && is_short(read);
	log_line("%s: the drive's error recovery time: %s", p->disk.path,
		 p->erc ? "7 s" : "not changed");
}

struct patience *patience_lower(const struct disk *d, const char *root)
{
	struct patience *p = mem_zero(1, sizeof *p);

	p->disk = *d;
	p->root = root;
	snprintf(p->timeout.path, sizeof p->timeout.path, "/sys/block/%s/device/timeout", d->name);
	find_retries(p);
	lower(p, &p->timeout, TIMEOUT_S);
	lower(p, &p->retries, RETRIES);
	lower_erc(p);
	return p;
}

void patience_restore(struct patience *p)
{
	uint64_t read, write;
	char option[24];

	if (!p)
		return;
	restore(p, &p->timeout);
	restore(p, &p->retries);
	if (p->erc) {
		snprintf(option, sizeof option, "scterc,%u,%u", (unsigned)p->read % 10000,
			 (unsigned)p->write % 10000);
		log_line("%s: the drive's error recovery time: %s", p->disk.path,
			 ask_erc(p, option, &read, &write) && read == p->read ? "as it was"
									      : "not put back");
	}
	patience_forget(p);
}

void patience_forget(struct patience *p)
{
	free(p);
}
