// SPDX-License-Identifier: GPL-2.0-or-later
// The survey as JSON: what scripts rely on. Signed numbers: level as md counts it (-1 linear), role
// the slot in the array (-1 spare, -2 failed).
#include <stdio.h>
#include <string.h>

#include "inspect/survey.h"

static void put_int(struct json *j, const char *key, int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", value);
	json_raw(j, key, text);
}

// "" becomes null.
static void put_text(struct json *j, const char *key, const char *text)
{
	json_text(j, key, *text ? text : NULL);
}

static void put_machine(struct json *j, const struct s_machine *m)
{
	json_object(j, "machine");
	put_text(j, "vendor", m->vendor);
	put_text(j, "product", m->product);
	put_text(j, "serial", m->serial);
	json_text(j, "firmware", m->efi ? "uefi" : "bios");
	json_bool(j, "acpi", m->acpi);
	json_number(j, "bits", m->bits);
	json_number(j, "cpus", m->cpus);
	json_number(j, "memory", m->memory);
	json_array(j, "cards");
	for (unsigned i = 0; i < m->n_cards; i++) {
		json_object(j, NULL);
		json_text(j, "name", m->cards[i].name);
		json_text(j, "mac", m->cards[i].mac);
		json_array(j, "names");
		for (unsigned k = 0; k < m->cards[i].n_names; k++)
			json_text(j, NULL, m->cards[i].names[k]);
		json_end_array(j);
		json_end_object(j);
	}
	json_end_array(j);
	json_end_object(j);
}

static void put_member(struct json *j, const struct survey *s, const struct s_part *p)
{
	const struct raid_member *m = &p->member;

	if (!p->is_member) {
		json_null(j, "member");
		return;
	}
	json_object(j, "member");
	json_text(j, "metadata", m->metadata);
	json_text(j, "array_uuid", m->array_uuid);
	put_text(j, "device_uuid", m->device_uuid);
	json_text(j, "name", m->name);
	json_text(j, "array", p->array >= 0 ? s->arrays[p->array].name : m->name);
	put_int(j, "level", m->level);
	json_number(j, "raid_devices", m->raid_devices);
	put_int(j, "role", m->role);
	json_number(j, "events", m->events);
	json_number(j, "updated", m->updated);
	json_bool(j, "clean", m->clean);
	json_number(j, "bad_bytes", m->bad);
	json_number(j, "data_offset", m->data_off);
	json_number(j, "data_size", m->data_len);
	json_bool(j, "stale", p->stale);
	json_end_object(j);
}

static void put_fs(struct json *j, const struct s_part *p)
{
	put_text(j, "fs", p->has_fs ? p->fs.type : "");
	put_text(j, "label", p->has_fs ? p->fs.label : "");
	put_text(j, "uuid", p->has_fs ? p->fs.uuid : "");
	if (p->has_fs && p->fs.used != UINT64_MAX)
		json_number(j, "used", p->fs.used);
	else
		json_null(j, "used");
	if (p->has_fs)
		json_bool(j, "clean", p->fs.clean && !p->fs.damaged);
	else
		json_null(j, "clean");
	put_text(j, "note", p->has_fs ? p->fs.note : "");
	json_number(j, "devices", p->has_fs && p->fs.devices ? p->fs.devices : 1);
}

static void put_part(struct json *j, const struct survey *s, const struct s_disk *d,
		     const struct s_part *p)
{
	char type[8];

	snprintf(type, sizeof(type), "%02x", p->part.type);
	json_object(j, NULL);
	json_text(j, "path", p->path);
	json_number(j, "number", p->part.number);
	json_number(j, "start", p->part.off);
	json_number(j, "size", p->part.len);
	if (p->part.number == 0)
		json_null(j, "type");
	else
		json_text(j, "type", strcmp(d->table.kind, "gpt") == 0 ? p->part.guid : type);
	put_text(j, "type_name", p->part.number ? part_type_name(&p->part) : "");
	put_fs(j, p);
	put_member(j, s, p);
	json_end_object(j);
}

// A logical volume; trouble: why it is not looked into.
static void put_volume(struct json *j, const struct s_disk *d, unsigned part)
{
	const struct s_part *p = &d->parts[part], *pv = &d->parts[p->pv];
	const struct lvm_volume *v = survey_volume(d, part);

	json_object(j, NULL);
	json_text(j, "path", p->path);
	json_text(j, "group", pv->lvm->group);
	json_text(j, "name", strchr(v->name, '/') + 1);
	json_text(j, "partition", pv->path);
	json_number(j, "size", v->size);
	put_fs(j, p);
	json_bool(j, "stale", p->stale);
	put_text(j, "trouble", v->why);
	json_end_object(j);
}

// A subvolume that a system lies in or mounts; on: the path of the file system.
static void put_subvolume(struct json *j, const struct s_disk *d, const struct s_part *p)
{
	json_object(j, NULL);
	json_text(j, "path", p->path);
	json_text(j, "on", d->parts[p->on].path);
	json_text(j, "subvolume", p->subvolume.path);
	json_number(j, "id", p->subvolume.id);
	json_bool(j, "snapshot", p->subvolume.snapshot);
	json_end_object(j);
}

// What the disk does not tell becomes null.
static void put_count(struct json *j, const char *key, int64_t count)
{
	if (count >= 0)
		json_number(j, key, (uint64_t)count);
	else
		json_null(j, key);
}

static void put_smart(struct json *j, const struct smart *s)
{
	if (!s->known) {
		json_null(j, "smart");
		return;
	}
	json_object(j, "smart");
	json_text(j, "health", smart_judgement(s));
	put_count(j, "reallocated", s->reallocated);
	put_count(j, "pending", s->pending);
	put_count(j, "uncorrectable", s->uncorrectable);
	put_count(j, "hours", s->hours);
	put_count(j, "temperature", s->temperature);
	json_end_object(j);
}

static void put_disk(struct json *j, const struct survey *s, const struct s_disk *d)
{
	json_object(j, NULL);
	json_text(j, "path", d->disk.path);
	put_text(j, "model", d->disk.model);
	put_text(j, "serial", d->disk.serial);
	put_text(j, "wwn", d->disk.wwn);
	json_number(j, "size", d->disk.size);
	json_number(j, "sector_size", d->disk.sector);
	json_text(j, "transport", d->disk.transport);
	json_bool(j, "read_only", d->disk.read_only);
	json_text(j, "role", role_name(d->role));
	json_text(j, "table", d->table.kind);
	json_text(j, "boot_code", d->boot_code);
	if (!d->efi.there) {
		json_null(j, "efi");
	} else {
		json_object(j, "efi");
		json_text(j, "partition", d->parts[d->efi.part].path);
		put_text(j, "loader", d->efi.loader);
		put_text(j, "fallback", d->efi.fallback ? d->efi.path : "");
		put_text(j, "config", d->efi.config);
		json_number(j, "entries", d->efi.entries);
		json_end_object(j);
	}
	put_smart(j, &d->smart);
	put_text(j, "trouble", *d->trouble ? d->trouble : d->table.trouble);
	json_array(j, "partitions");
	for (unsigned i = 0; i < d->n; i++)
		if (!d->parts[i].is_volume && !d->parts[i].is_subvolume)
			put_part(j, s, d, &d->parts[i]);
	json_end_array(j);
	json_array(j, "volumes");
	for (unsigned i = 0; i < d->n; i++)
		if (d->parts[i].is_volume)
			put_volume(j, d, i);
	json_end_array(j);
	json_array(j, "subvolumes");
	for (unsigned i = 0; i < d->n; i++)
		if (d->parts[i].is_subvolume)
			put_subvolume(j, d, &d->parts[i]);
	json_end_array(j);
	json_end_object(j);
}

static void put_array(struct json *j, const struct survey *s, const struct s_array *a)
{
	json_object(j, NULL);
	json_text(j, "name", a->name);
	json_text(j, "uuid", a->uuid);
	put_int(j, "level", a->level);
	json_number(j, "raid_devices", a->raid_devices);
	json_number(j, "working", a->working);
	json_bool(j, "degraded", a->degraded);
	put_text(j, "read_from", a->disk >= 0 ? s->disks[a->disk].parts[a->part].path : "");
	json_end_object(j);
}

// Where the hives say nothing: null.
static void put_windows(struct json *j, const struct windows *w)
{
	if (!w) {
		json_null(j, "windows");
		return;
	}
	json_object(j, "windows");
	json_text(j, "product", w->product);
	put_text(j, "service_pack", w->service_pack);
	put_text(j, "version", w->version);
	put_text(j, "hal", w->hal);
	put_text(j, "hal_name", w->hal_name);
	json_bool(j, "hibernated", w->hibernated);
	json_bool(j, "registry_torn", w->torn);
	put_text(j, "ide_lacks", w->ide);
	json_object(j, "drivers"); // name: when it is started, 0 with the boot loader
	for (unsigned i = 0; i < w->n_drivers; i++)
		json_number(j, w->drivers[i].name, w->drivers[i].start);
	json_end_object(j);
	json_array(j, "addresses");
	for (unsigned i = 0; i < w->n_addresses; i++) {
		json_object(j, NULL);
		json_text(j, "adapter", w->addresses[i].adapter);
		json_text(j, "address", w->addresses[i].address);
		put_text(j, "mask", w->addresses[i].mask);
		put_text(j, "gateway", w->addresses[i].gateway);
		json_end_object(j);
	}
	json_end_array(j);
	put_text(j, "trouble", w->trouble);
	json_end_object(j);
}

static void put_system(struct json *j, const struct survey *s, const struct s_system *y)
{
	json_object(j, NULL);
	json_text(j, "root", s->disks[y->disk].parts[y->part].path);
	put_text(j, "subvolume", s->disks[y->disk].parts[y->part].subvolume.path);
	json_text(j, "boot", s->disks[y->boot_disk].parts[y->boot_part].path);
	json_text(j, "family", y->family);
	json_text(j, "name", y->name);
	json_text(j, "arch", y->arch);
	json_text(j, "boot_loader", y->boot_loader);
	put_text(j, "boot_config", y->boot_config);
	json_array(j, "kernels");
	for (unsigned i = 0; i < y->n_kernels; i++)
		json_text(j, NULL, y->kernels[i].name);
	json_end_array(j);
	json_array(j, "mounts");
	for (unsigned i = 0; i < y->n_mounts; i++) {
		const struct s_mount *m = &y->mounts[i];

		json_object(j, NULL);
		json_text(j, "spec", m->spec);
		json_text(j, "dir", m->dir);
		json_text(j, "type", m->type);
		put_text(j, "partition", m->disk >= 0 ? s->disks[m->disk].parts[m->part].path : "");
		put_text(j, "subvolume",
			 m->disk >= 0 ? s->disks[m->disk].parts[m->part].subvolume.path : "");
		json_end_object(j);
	}
	json_end_array(j);
	json_array(j, "network");
	for (unsigned i = 0; i < y->n_nics; i++) {
		json_object(j, NULL);
		json_text(j, "name", y->nics[i].name);
		put_text(j, "mac", y->nics[i].mac);
		json_end_object(j);
	}
	json_end_array(j);
	put_windows(j, y->windows);
	json_end_object(j);
}

static void put_finding(struct json *j, const struct finding *f)
{
	json_object(j, NULL);
	json_text(j, "level", finding_level_name(f->level));
	json_text(j, "code", f->code);
	put_text(j, "subject", f->subject);
	json_text(j, "text", f->text);
	put_text(j, "cure", f->cure);
	json_end_object(j);
}

void survey_json(const struct survey *s, struct json *j, const char *key)
{
	json_object(j, key);
	json_text(j, "salvor", SALVOR_VERSION);
	put_machine(j, &s->machine);
	json_array(j, "disks");
	for (unsigned i = 0; i < s->n_disks; i++)
		put_disk(j, s, &s->disks[i]);
	json_end_array(j);
	json_array(j, "arrays");
	for (unsigned i = 0; i < s->n_arrays; i++)
		put_array(j, s, &s->arrays[i]);
	json_end_array(j);
	json_array(j, "systems");
	for (unsigned i = 0; i < s->n_systems; i++)
		put_system(j, s, &s->systems[i]);
	json_end_array(j);
	json_array(j, "findings");
	for (unsigned i = 0; i < s->n_findings; i++)
		put_finding(j, &s->findings[i]);
	json_end_array(j);
	json_end_object(j);
}
