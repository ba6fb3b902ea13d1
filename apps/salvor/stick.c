// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/stick.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "dest/mount.h"
#include "far/host_keys.h"
#include "fsmap/fsmap.h"
#include "salvor/boot.h"

#define IMAGE_LABEL "SALVOR"
#define IMAGE_START (64 * 512)
#define LOCK "/run/salvor/stick.lock"
#define FILE_NAME "known_hosts"
#define SETTLE_S 15 // USB behind slow hubs; who needs a key at once waits as long
#define LOCK_S 20   // longer than that, and than a write takes

void stick_part(const struct disk *d, unsigned number, char *path, size_t size)
{
	size_t len = strlen(d->name);

	snprintf(path, size, "/dev/%s%s%u", d->name,
		 len && isdigit((uint8_t)d->name[len - 1]) ? "p" : "", number);
}

// By what the kernel knows already, so that no disk is read which may be dying.
static bool may_be(const struct disk *d)
{
	char part[80], text[24];
	char *path STR_AUTO = NULL;

	stick_part(d, 1, part, sizeof part);
	path = mem_printf("/sys/block/%s/%s/start", d->name, part + strlen("/dev/"));
	sysfs_read("", path, text, sizeof text);
	return !d->work && d->sector == 512 && !strcmp(text, "64");
}

static void find_settings(struct stick *s, struct src *disk)
{
	for (unsigned i = 0; i < s->table.n; i++) {
		const struct part *p = &s->table.p[i];
		struct src *window SRC_AUTO = NULL;
		struct fs_info info;

		if (p->off < s->image_end || p->off >= disk->size)
			continue;
		window = src_window(disk, p->off, p->len, NULL);
		if (fs_probe(window, &info, NULL) <= 0 || strcmp(info.type, "vfat") ||
		    strcmp(info.label, STICK_LABEL))
			continue;
		stick_part(&s->disk, p->number, s->settings, sizeof s->settings);
		return;
	}
}

static int look(struct stick *s, const struct disk *d, struct err *e)
{
	struct src *disk SRC_AUTO = NULL;
	struct fs_info image;

	*s = (struct stick){ .disk = *d };
	if (src_open(&disk, d->path, e) || fs_probe(disk, &image, e) < 0)
		return -1;
	if (strcmp(image.type, "iso9660") || strncmp(image.label, IMAGE_LABEL, strlen(IMAGE_LABEL)))
		return 0;
	if (part_read(disk, &s->table, e))
		return -1;
	if (strcmp(s->table.kind, "mbr") || !s->table.n || s->table.p[0].number != 1 ||
	    s->table.p[0].off != IMAGE_START)
		return 0;
	s->image_end = image.size;
	for (unsigned i = 0; i < s->table.n && s->table.p[i].number <= 2; i++)
		if (s->table.p[i].off + s->table.p[i].len > s->image_end)
			s->image_end = s->table.p[i].off + s->table.p[i].len;
	find_settings(s, disk);
	return 1;
}

int stick_find(struct stick *s, struct err *e)
{
	struct stick one;
	struct disks all;
	int found = 0;

	if (!on_salvor())
		return 0;
	if (disks_list(&all, "", e))
		return -1;
	for (size_t i = 0; i < all.n && found >= 0; i++) {
		int rc = may_be(&all.d[i]) ? look(&one, &all.d[i], e) : 0;

		if (rc < 0)
			found = -1;
		if (rc > 0 && found++)
			found = err_set(e, 0,
					"%s and %s: both are sticks with Salvor: pull one out",
					s->disk.path, one.disk.path);
		if (rc > 0 && found == 1)
			*s = one;
	}
	disks_free(&all);
	return found;
}

// One at a time, from all consoles. Closing it lets go. -1: somebody has had it for too long.
static int lock(int seconds)
{
	int fd = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	for (int i = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB); i++) {
		if (i == seconds * 10) {
			close(fd);
			return -1;
		}
		usleep(100 * 1000);
	}
	return fd;
}

// Of a text from anywhere what is good of it. No file: nothing.
static int read_keys(int folder, const char *name, struct buf *out, struct err *e)
{
	int fd FD_AUTO = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct buf text BUF_AUTO = { 0 };
	unsigned dropped;
	char block[4096];
	ssize_t n = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : err_set(e, errno, "%s: open", name);
	while (text.len <= HOST_KEYS_MAX && (n = read(fd, block, sizeof block)) > 0)
		buf_add(&text, block, (size_t)n);
	if (n < 0)
		return err_set(e, errno, "%s: read", name);
	if (text.len > HOST_KEYS_MAX)
		return err_set(e, EFBIG, "%s: has more than 64 KiB", name);
	dropped = host_keys_take(buf_str(&text), text.len, out);
	if (dropped)
		log_line("%s: %u lines are no host keys and were left out", name, dropped);
	return 0;
}

static int write_keys(int folder, const char *name, const struct buf *text, struct err *e)
{
	char *part STR_AUTO = mem_printf("%s.new", name);
	int fd FD_AUTO =
		openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_set(e, errno, "%s: create", part);
	if (write(fd, buf_str(text), text->len) != (ssize_t)text->len || fsync(fd))
		return err_set(e, errno ? errno : ENOSPC, "%s: write", part);
	if (renameat(folder, part, folder, name) || fsync(folder))
		return err_set(e, errno, "%s: rename to %s", part, name);
	return 0;
}

static int read_here(struct buf *out, struct err *e)
{
	return read_keys(AT_FDCWD, HOST_KEYS_FILE, out, e);
}

static int write_here(const struct buf *text, struct err *e)
{
	int folder FD_AUTO = open("/run/salvor", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return folder < 0 ? err_set(e, errno, "/run/salvor: open")
			  : write_keys(folder, "known_hosts", text, e);
}

// Mounts what the stick keeps and reads the keys there. Its folder, for close_stick; -1.
static int open_stick(const struct stick *s, bool to_read, struct mounted *m, struct buf *there,
		      struct err *e)
{
	int folder;

	if ((to_read ? mount_to_read : mount_begin)(m, s->settings, "vfat", e))
		return -1;
	folder = mount_open_folder(m, "/");
	if (folder < 0)
		err_set(e, errno, "%s: open", s->settings);
	else if (!read_keys(folder, FILE_NAME, there, e))
		return folder;
	else
		err_prefix(e, "%s", s->settings);
	if (folder >= 0)
		close(folder);
	mount_end(m);
	return -1;
}

static void close_stick(int folder, struct mounted *m)
{
	close(folder);
	mount_end(m);
}

// What is on the stick, added to what is here.
static int take(const struct stick *s, struct err *e)
{
	struct buf here BUF_AUTO = { 0 }, there BUF_AUTO = { 0 };
	struct mounted m;
	int folder = open_stick(s, true, &m, &there, e);

	if (folder < 0)
		return -1;
	close_stick(folder, &m);
	if (read_here(&here, e))
		return -1;
	host_keys_merge(&here, buf_str(&there));
	return here.len ? write_here(&here, e) : 0;
}

static int seconds_up(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int)t.tv_sec;
}

void stick_load(struct buf *said)
{
	int held FD_AUTO = lock(0), end = seconds_up() + SETTLE_S, found = 0;
	struct stick s;
	struct err e;

	if (!on_salvor() || held < 0)
		return;
	while (!(found = stick_find(&s, &e)) && seconds_up() < end)
		usleep(300 * 1000);
	if (found > 0 && s.settings[0] && take(&s, &e))
		found = -1;
	if (found < 0)
		buf_printf(said, "nothing is taken from the stick: %s", e.text);
	else if (!found)
		buf_puts(said, "the stick is not here");
	else
		buf_printf(said,
			   s.settings[0] ? "%s: what it keeps was read"
					 : "%s: keeps nothing: it has no partition for that",
			   s.settings[0] ? s.settings : s.disk.path);
	log_line("stick: %s", buf_str(said));
}

static void wanted(struct ui *ui)
{
	int held FD_AUTO = lock(0);

	if (held >= 0 || !on_salvor())
		return;
	ui_say(ui, UI_INFO, "Waiting for what the stick keeps");
	held = lock(LOCK_S);
}

static void accepted(struct ui *ui)
{
	struct err e;
	int rc = stick_keep(&e);

	if (rc > 0)
		ui_say(ui, UI_INFO, "The server's key is kept on the stick");
	else if (rc < 0)
		ui_say(ui, UI_WARN, "The server's key is not kept over a restart: %s", e.text);
	else
		log_line("stick: not here, or without a place for it: the server's key is known "
			 "until the restart");
}

void stick_keeps_host_keys(void)
{
	static const struct host_keys_keeper keeper = { wanted, accepted };

	host_keys_kept_by(&keeper);
}

// host: whose keys shall not be among them, NULL: nobody's.
static int put(const struct stick *s, const struct buf *here, const char *host, struct err *e)
{
	struct buf keys BUF_AUTO = { 0 }, there BUF_AUTO = { 0 }, kept BUF_AUTO = { 0 };
	struct mounted m;
	int folder = open_stick(s, false, &m, &there, e), rc;

	if (folder < 0)
		return -1;
	buf_puts(&keys, buf_str(here));
	if (host)
		host_keys_forget(buf_str(&there), host, &kept);
	host_keys_merge(&keys, buf_str(host ? &kept : &there));
	rc = write_keys(folder, FILE_NAME, &keys, e) ||
	     (keys.len != here->len && write_here(&keys, e));
	close_stick(folder, &m);
	return rc ? err_prefix(e, "%s", s->settings) : 0;
}

static int keep(const char *without, struct err *e)
{
	struct buf here BUF_AUTO = { 0 };
	struct stick s;
	int found = stick_find(&s, e);

	if (found <= 0 || !s.settings[0])
		return found < 0 ? -1 : 0;
	return read_here(&here, e) || put(&s, &here, without, e) ? -1 : 1;
}

static int busy(struct err *e)
{
	return err_set(e, errno, LOCK ": wait for another console");
}

int stick_keep(struct err *e)
{
	int held FD_AUTO = on_salvor() ? lock(LOCK_S) : -1;

	if (!on_salvor())
		return 0;
	return held < 0 ? busy(e) : keep(NULL, e);
}

int stick_forget(const char *host, bool *on_stick, struct err *e)
{
	struct buf here BUF_AUTO = { 0 }, left BUF_AUTO = { 0 };
	int held FD_AUTO = lock(LOCK_S), rc;
	unsigned gone;

	*on_stick = false;
	if (held < 0)
		return busy(e);
	if (read_here(&here, e))
		return -1;
	gone = host_keys_forget(buf_str(&here), host, &left);
	if (gone && write_here(&left, e))
		return -1;
	rc = keep(host, e);
	*on_stick = rc > 0;
	return rc < 0 ? -1 : (int)gone;
}

void stick_known(struct buf *out)
{
	struct buf here BUF_AUTO = { 0 };
	struct err e;

	if (read_here(&here, &e))
		return;
	for (const char *line = buf_str(&here); *line; line += strcspn(line, "\n") + 1) {
		const char *key = strchr(strchr(line, ' ') + 1, ' ');

		buf_add(out, line, (size_t)(key - line));
		buf_puts(out, "\n");
	}
}
