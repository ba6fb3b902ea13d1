// SPDX-License-Identifier: GPL-2.0-or-later
// GRUB's later stages: the sectors that its boot sector loads, and its files in /boot.
#include <stdio.h>
#include <string.h>

#include "base/endian.h"
#include "inspect/check.h"

// Where the boot sector says that the next stage begins: a sector number, 32 bits at 44 in legacy,
// 64 bits at 5c in GRUB 2; before 1.99, whose first jump was as short as legacy's, at 44.
static uint64_t next_stage(const uint8_t *sector, bool legacy)
{
	le32 at32;
	le64 at64;

	memcpy(&at32, sector + 0x44, sizeof(at32));
	memcpy(&at64, sector + (sector[1] == 0x48 ? 0x44 : 0x5c), sizeof(at64));
	return legacy ? le32_get(at32) : le64_get(at64);
}

static void check_sectors(struct check_env *env, unsigned disk)
{
	static const uint8_t zero[512];
	const struct s_disk *d = &env->s->disks[disk];
	bool legacy = strcmp(d->boot_code, "grub-legacy") == 0;
	uint8_t sector[512];

	if ((!legacy && strcmp(d->boot_code, "grub2") != 0) || !env->src[disk] ||
	    src_read(env->src[disk], 0, sector, sizeof(sector), NULL) < 0)
		return;
	uint64_t at = next_stage(sector, legacy);

	// A read error is the business of the backup; a sector of zeros is certainly no program.
	if (at < env->src[disk]->size / 512 &&
	    (src_read(env->src[disk], at * 512, sector, sizeof(sector), NULL) < 0 ||
	     memcmp(sector, zero, 512) != 0))
		return;
	finding_add(env->s, FINDING_STOP, "grub-stage-missing", d->disk.path, "grub",
		    "It does not boot: the next stage of GRUB, which the boot sector of %s loads "
		    "from sector %llu, is gone",
		    d->disk.path, (unsigned long long)at);
}

static bool in_boot(struct check_env *env, unsigned i, const char *path)
{
	char full[96];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", env->boot_dir[i], path);
	return fs_stat(env->boot[i], full, &st, NULL) == 0;
}

static void check_files(struct check_env *env, unsigned i)
{
	const struct s_system *sys = &env->s->systems[i];
	const char *path = env->s->disks[sys->boot_disk].parts[sys->boot_part].path;

	if (strcmp(sys->boot_loader, "grub-legacy") == 0 && !in_boot(env, i, "/grub/stage2"))
		finding_add(env->s, FINDING_STOP, "grub-stage-missing", path, "grub",
			    "It does not boot: GRUB's own file /boot/grub/stage2 is missing on %s",
			    path);
	if (strcmp(sys->boot_loader, "grub2") == 0 && !in_boot(env, i, "/grub/i386-pc") &&
	    !in_boot(env, i, "/grub2/i386-pc") && !in_boot(env, i, "/grub/x86_64-efi") &&
	    !in_boot(env, i, "/grub2/x86_64-efi") && !in_boot(env, i, "/efi/EFI"))
		finding_add(env->s, FINDING_STOP, "grub-stage-missing", path, "grub",
			    "It does not boot: GRUB's modules are missing in /boot on %s", path);
}

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		if (first_on_disk(env->s, i))
			check_sectors(env, (unsigned)env->s->systems[i].boot_disk);
		if (env->boot[i])
			check_files(env, i);
	}
}

const struct check_ops check_grub_stage_missing = { "grub-stage-missing", look };
