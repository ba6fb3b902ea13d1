// SPDX-License-Identifier: GPL-2.0-or-later
// root= in the boot loader's configuration that names an array or a disk by its letter.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "inspect/check.h"
#include "inspect/efi.h"
#include "inspect/look.h"

// The first root= on a line that starts a Linux kernel and names a device of the wanted sort; ""
// when none does.
static void find_root(const char *text, bool (*wanted)(const char *), char *name, size_t size)
{
	static const char *const starts[] = { "kernel", "linux", "options" };

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t len = strcspn(line, "\n"), at = strspn(line, " \t");
		bool kernel = false;

		for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
			kernel |= strncmp(line + at, starts[i], strlen(starts[i])) == 0;
		for (; kernel && at < len; at++) {
			if (strncmp(line + at, "root=", 5) != 0 ||
			    (at > 0 && !strchr(" \t\"'", line[at - 1])))
				continue;
			text_clean(name, size, line + at + 5, strcspn(line + at + 5, " \t\n\"'"));
			if (wanted(name))
				return;
		}
	}
	*name = '\0';
}

struct place {
	struct check_env *env;
	unsigned system;
	struct fs *fs;
	const char *folder, *shown; // the same as the file system and the system see it
	bool said;		    // of all files of a folder one is enough
};

// shown: what the file is called; cure: the step that changes it.
static void see(struct place *p, const char *path, const char *shown, const char *cure)
{
	struct survey *s = p->env->s;
	const struct s_system *sys = &s->systems[p->system];
	const char *subject = s->disks[sys->disk].parts[sys->part].path;
	struct buf b BUF_AUTO = look_file(p->fs, path, 256 * 1024);
	char name[64];

	find_root(buf_str(&b), is_md_name, name, sizeof(name));
	if (*name)
		finding_add(s, FINDING_WARN, "grub-root-by-device", subject,
			    !strcmp(cure, "efi") ? cure : "detach",
			    "%s starts the kernel with root=%s, which is an md device", shown,
			    name);
	p->said |= *name != '\0';
	find_root(buf_str(&b), is_disk_name, name, sizeof(name));
	if (*name)
		finding_add(s, FINDING_WARN, "grub-root-by-device", subject, cure,
			    "%s starts the kernel with root=%s; that disk may be called "
			    "otherwise next time",
			    shown, name);
	p->said |= *name != '\0';
}

static int entry(void *arg, const char *name, unsigned type)
{
	struct place *p = arg;
	char *path STR_AUTO = mem_printf("%s/%s", p->folder, name);
	char *shown STR_AUTO = mem_printf("%s/%s", p->shown, name);

	(void)type;
	see(p, path, shown, "grub");
	return p->said;
}

static int on_esp(void *arg, const char *path, enum efi_text kind, struct err *e)
{
	struct place *p = arg;

	(void)e;
	if (kind != EFI_VARIABLES)
		see(p, path, path, "efi");
	return p->said;
}

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const struct s_disk *d = &env->s->disks[sys->disk];
		struct place p = { .env = env, .system = i, .fs = env->boot[i] };
		char *entries STR_AUTO = mem_printf("%s/loader/entries", env->boot_dir[i]);
		char *config STR_AUTO = *sys->boot_config
						? mem_printf("%s%s", env->boot_dir[i],
							     sys->boot_config + strlen("/boot"))
						: NULL;

		if (p.fs && config)
			see(&p, config, sys->boot_config, "grub");
		p.said = false;
		p.folder = entries;
		p.shown = "/boot/loader/entries";
		if (p.fs && !survey_boot_is_esp(d, sys))
			fs_list(p.fs, entries, entry, &p, NULL);
		p.said = false;
		p.fs = env->esp[i];
		if (p.fs)
			efi_each_text(p.fs, on_esp, &p, NULL);
	}
}

const struct check_ops check_grub_root_by_device = { "grub-root-by-device", look };
