// SPDX-License-Identifier: GPL-2.0-or-later
// What Windows needs: a HAL that the firmware there fits, and drivers that start with it.
#include <string.h>

#include "verdict/verdict.h"

static bool starts_with(const struct windows *w, const char *driver)
{
	for (unsigned i = 0; i < w->n_drivers; i++)
		if (!strcasecmp(w->drivers[i].name, driver) && w->drivers[i].start == 0)
			return true;
	return false;
}

// Everything it lacks for IDE is put into the image: see repair/fixup/windows_ide.c.
static bool curable(const struct asked *a)
{
	const struct windows *w = a->windows;
	const struct s_system *sys = a->s->systems;
	struct ide_cure c;

	while (sys->windows != w)
		sys++;
	ide_curable(&w->ide_state, &c);
	for (unsigned i = 0; i < IDE_N_FILES; i++)
		if (w->ide_state.file[i] == IDE_NOWHERE)
			return false;
	return c.any && !w->hibernated && !w->torn && a->disk->parts[sys->part].fs.clean;
}

static void ask_disk(struct asked *a)
{
	const struct windows *w = a->windows;
	bool virtio = starts_with(w, "viostor") || starts_with(w, "vioscsi");
	bool knows_virtio = a->h->buses[0].needs[0] == DRIVER_VIRTIO_PCI;

	if (knows_virtio && virtio)
		verdict_say(a, VERDICT_PASS, "", "It starts with virtio's driver");
	else if (a->h->strict)
		verdict_say(a, VERDICT_STOP, "",
			    "It has no virtio driver that starts with it, and there are no other "
			    "disks");
	else if (*w->ide && curable(a))
		verdict_say(a, VERDICT_PASS, "what it lacks for that is put in",
			    "It will start from IDE: attach the disk as that");
	else if (*w->ide)
		verdict_say(a, VERDICT_WARN, "",
			    "It would stop with 0x7B on an IDE disk, the only kind all versions "
			    "know. It lacks: %.120s",
			    w->ide);
	else
		verdict_say(a, VERDICT_PASS, "", "It starts from IDE: attach the disk as that");
}

static void ask(struct asked *a)
{
	const struct windows *w = a->windows;

	if (!w)
		return;
	if (*w->hal && strcmp(w->hal, "acpi"))
		verdict_say(a, a->h == &hyper_hyperv ? VERDICT_STOP : VERDICT_WARN, "",
			    "Its HAL is that of a \"%s\", without ACPI: it %s", w->hal_name,
			    a->h == &hyper_hyperv ? "shows a black screen there"
						  : "needs a machine with ACPI switched off");
	ask_disk(a);
	if (w->hibernated)
		verdict_say(
			a, VERDICT_WARN, "",
			"It is hibernated or was shut down by \"fast startup\", and cannot wake "
			"on other hardware");
}

const struct question_ops question_windows = { "windows", ask };
