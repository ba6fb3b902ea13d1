// SPDX-License-Identifier: GPL-2.0-or-later
// The thread and the asker share the question; whoever leaves last frees it.
#include "block/smartctl.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/run.h"

#define TIMEOUT_S 20
#define MAX_OPTIONS 4
#define STACK (256 * 1024)
// of smartctl's exit status: the command line was wrong, or the device could not be opened or asked
#define NOT_ASKED 3

struct smartctl {
	char path[256];
	bool bridge; // may be an ATA disk behind a USB bridge that smartctl does not know
	char options[MAX_OPTIONS][24];
	int64_t begin_ms;
	pthread_mutex_t lock;
	pthread_cond_t end;

	// under the lock
	unsigned users;
	bool ended, answered;
	unsigned took_ms;
	struct buf text;
};

static void leave(struct smartctl *s)
{
	bool last;

	pthread_mutex_lock(&s->lock);
	last = !--s->users;
	pthread_mutex_unlock(&s->lock);
	if (!last)
		return;
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->end);
	buf_free(&s->text);
	free(s);
}

// True when the disk was asked.
static bool ask_as(const struct smartctl *s, const char *type, struct buf *out)
{
	const char *argv[MAX_OPTIONS + 8] = { "smartctl", "--json=c" };
	struct run r = { .argv = argv, .out = out, .timeout_s = TIMEOUT_S };
	int status, n = 2;

	if (type) {
		argv[n++] = "-d";
		argv[n++] = type;
	}
	for (int i = 0; i < MAX_OPTIONS && s->options[i][0]; i++)
		argv[n++] = s->options[i];
	argv[n] = s->path;
	buf_clear(out);
	return !run_program(&r, &status, NULL) && !(status & NOT_ASKED);
}

static void *ask(void *arg)
{
	struct smartctl *s = arg;
	struct buf text BUF_AUTO = { 0 };
	bool answered = ask_as(s, NULL, &text) || (s->bridge && ask_as(s, "sat", &text));

	pthread_mutex_lock(&s->lock);
	s->ended = true;
	s->answered = answered;
	s->took_ms = (unsigned)(now_ms() - s->begin_ms);
	s->text = text;
	text = (struct buf){ 0 };
	pthread_cond_broadcast(&s->end);
	pthread_mutex_unlock(&s->lock);
	leave(s);
	return NULL;
}

static bool can_be_asked(const struct disk *d)
{
	static const char *const mute[] = { "file", "virtio", "hyperv" };

	for (size_t i = 0; i < sizeof mute / sizeof *mute; i++)
		if (!strcmp(d->transport, mute[i]))
			return false;
	return !d->work;
}

struct smartctl *smartctl_ask(const struct disk *d, const char *const *options)
{
	struct smartctl *s;
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	if (!can_be_asked(d))
		return NULL;
	s = mem_zero(1, sizeof *s);
	s->begin_ms = now_ms();
	for (int i = 0; i < MAX_OPTIONS && options[i]; i++)
		str_copy(s->options[i], sizeof s->options[i], options[i]);
	s->users = 2;
	str_copy(s->path, sizeof s->path, d->path);
	// a stick is no disk, and some hang themselves up over a command they do not know
	s->bridge = !strcmp(d->transport, "usb") && !d->removable;
	pthread_mutex_init(&s->lock, NULL);
	clock_cond_init(&s->end);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	rc = pthread_create(&thread, &attr, ask, s);
	pthread_attr_destroy(&attr);
	if (!rc)
		return s;
	s->users = 1;
	leave(s);
	return NULL;
}

bool smartctl_answer(struct smartctl *s, unsigned wait_ms, struct buf *out)
{
	int64_t until;
	bool answered;

	if (!s)
		return false;
	until = now_ms() + wait_ms;
	pthread_mutex_lock(&s->lock);
	while (!s->ended && clock_wait(&s->end, &s->lock, until))
		;
	answered = s->answered;
	if (answered) {
		buf_clear(out);
		buf_puts(out, buf_str(&s->text));
	}
	pthread_mutex_unlock(&s->lock);
	return answered;
}

bool smartctl_ended(struct smartctl *s, unsigned *took_ms)
{
	bool ended;

	pthread_mutex_lock(&s->lock);
	ended = s->ended;
	*took_ms = s->took_ms;
	pthread_mutex_unlock(&s->lock);
	return ended;
}

void smartctl_forget(struct smartctl *s)
{
	if (s)
		leave(s);
}
