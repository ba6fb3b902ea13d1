// SPDX-License-Identifier: GPL-2.0-or-later
// Names of disks: hdX sdX vdX xvdX, nvmeXnY, cciss/cXdY.
#include "repair/names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

// Length of the disk's part of a name without "/dev/"; 0 when it is none. *digit: it ends with a
// digit, so that partitions have a p.
static size_t disk_length(const char *name, bool *digit)
{
	static const char *const letters[] = { "xvd", "hd", "sd", "vd" };
	int n = 0;

	*digit = true;
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
		size_t k = strlen(letters[i]), j = k;

		if (strncmp(name, letters[i], k))
			continue;
		while (islower((unsigned char)name[j]))
			j++;
		*digit = false;
		return j > k && j < k + 3 ? j : 0;
	}
	if ((sscanf(name, "nvme%*[0-9]n%*[0-9]%n", &n) == 0 && n > 0) ||
	    (sscanf(name, "cciss/c%*[0-9]d%*[0-9]%n", &n) == 0 && n > 0))
		return (size_t)n;
	return 0;
}

bool names_split(const char *device, char *disk, size_t size, unsigned *number)
{
	size_t n, digits;
	bool digit;

	if (strncmp(device, "/dev/", 5))
		return false;
	device += 5;
	n = disk_length(device, &digit);
	if (!n || n >= size)
		return false;
	memcpy(disk, device, n);
	disk[n] = 0;
	device += n;
	if (digit && *device++ != 'p')
		return false;
	digits = strspn(device, "0123456789");
	if (!digits || digits > 3 || device[digits])
		return false;
	*number = (unsigned)atoi(device);
	return *number > 0;
}

// The first disk of the same kind as this one: sdc is sda when it is alone.
static void first_of_kind(const char *name, char *out, size_t size)
{
	bool digit;
	size_t n = disk_length(name, &digit);

	if (!n)
		str_copy(out, size, "sda");
	else if (!strncmp(name, "nvme", 4))
		str_copy(out, size, "nvme0n1");
	else if (!strncmp(name, "cciss", 5))
		str_copy(out, size, "cciss/c0d0");
	else
		snprintf(out, size, "%.*sda", (int)(name[0] == 'x' ? 2 : 1), name);
}

static bool plain(const char *label)
{
	for (const char *p = label; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("/-_.:+", *p))
			return false;
	return *label != 0;
}

static bool unique(const struct s_disk *d, int part)
{
	for (unsigned i = 0; i < d->n; i++)
		if ((int)i != part && d->parts[i].has_fs && !d->parts[i].is_subvolume &&
		    !strcmp(d->parts[i].fs.label, d->parts[part].fs.label))
			return false;
	return true;
}

// Red Hat's initrds look for root=UUID= since mkinitrd 5, which came with kernel 2.6.15.
static bool knows_labels_alone(const struct s_system *sys)
{
	unsigned v[3] = { 0 };

	if (!sys->n_kernels || !strstr(sys->name, " release ") ||
	    sscanf(sys->kernels[0].version, "%u.%u.%u", &v[0], &v[1], &v[2]) < 2)
		return false;
	for (unsigned i = 0; i < 3; i++) {
		static const unsigned first[] = { 2, 6, 15 };

		if (v[i] != first[i])
			return v[i] < first[i];
	}
	return false;
}

static void find_label(struct names *n)
{
	const struct patient *p = n->p;
	const struct s_part *sp;
	int part;

	n->label[0] = 0;
	if (!p || !p->sys || !knows_labels_alone(p->sys))
		return;
	part = (int)survey_carrier(p->disk, (unsigned)p->sys->part);
	sp = &p->disk->parts[part];
	if (!sp->is_volume && sp->has_fs && !strncmp(sp->fs.type, "ext", 3) &&
	    !(plain(sp->fs.label) && unique(p->disk, part)))
		snprintf(n->label, sizeof n->label, "root-%.8s", sp->fs.uuid);
}

void names_find(struct names *n, const struct patient *p, const struct disk *real,
		const char *device_map)
{
	const char *hd0 = strstr(device_map, "(hd0)");
	char word[64] = "";

	n->p = p;
	first_of_kind(real->name, n->disk, sizeof n->disk);
	if (hd0 && sscanf(hd0 + 5, " /dev/%63s", word) == 1 &&
	    (!strncmp(word, "hd", 2) || !strncmp(word, "cciss/", 6)))
		first_of_kind(word, n->disk, sizeof n->disk);
	find_label(n);
}

void names_device(const struct names *n, unsigned number, char *out, size_t size)
{
	size_t k = strlen(n->disk);

	snprintf(out, size, "/dev/%s%s%u", n->disk,
		 isdigit((unsigned char)n->disk[k - 1]) ? "p" : "", number);
}

void names_part(const struct names *n, const struct s_disk *d, int part, char *out, size_t size)
{
	const struct lvm_volume *v = survey_volume(d, (unsigned)part);
	char mapper[NAMES_MAX];

	if (!v) {
		names_device(n, d->parts[survey_carrier(d, (unsigned)part)].part.number, out, size);
		return;
	}
	lvm_mapper_name(v->name, mapper, sizeof mapper);
	snprintf(out, size, "/dev/mapper/%s", mapper);
}

void names_best(const struct names *n, int part, char *out, size_t size)
{
	const struct s_part *sp;

	part = (int)survey_carrier(n->p->disk, (unsigned)part);
	sp = &n->p->disk->parts[part];
	if (sp->is_volume)
		names_part(n, n->p->disk, part, out, size);
	else if (sp->has_fs && plain(sp->fs.label) && unique(n->p->disk, part))
		snprintf(out, size, "LABEL=%s", sp->fs.label);
	else if (sp->has_fs && sp->fs.uuid[0])
		snprintf(out, size, "UUID=%s", sp->fs.uuid);
	else
		names_device(n, sp->part.number, out, size);
}
