// SPDX-License-Identifier: GPL-2.0-or-later
// smartctl's JSON into the few figures that tell whether a disk is dying.
#include "block/smart.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json_read.h"

// ATA's attributes; their numbers are common usage, no standard.
enum { REALLOCATED = 5, HOURS = 9, PENDING = 197, UNCORRECTABLE = 198 };

static int64_t number_at(struct json_value v, const char *path)
{
	uint64_t n;

	return json_get_number(json_find(v, path), &n) && n <= INT64_MAX ? (int64_t)n
									 : SMART_UNKNOWN;
}

// The raw value as smartctl shows it: it knows in which bits of it each maker counts.
static int64_t raw_value(struct json_value attribute)
{
	char text[32], *end;
	long long n;

	if (!json_get_text(json_find(attribute, "raw.string"), text, sizeof text))
		return number_at(attribute, "raw.value");
	n = strtoll(text, &end, 10);
	return end == text || n < 0 ? SMART_UNKNOWN : n;
}

static void take_ata(struct smart *s, struct json_value v)
{
	struct json_value table = json_find(v, "ata_smart_attributes.table"), a = { 0 };

	while (json_item(table, &a)) {
		switch (number_at(a, "id")) {
		case REALLOCATED: s->reallocated = raw_value(a); break;
		case HOURS:
			if (s->hours < 0)
				s->hours = raw_value(a);
			break;
		case PENDING: s->pending = raw_value(a); break;
		case UNCORRECTABLE: s->uncorrectable = raw_value(a); break;
		}
	}
}

struct smart smart_parse(const char *text, size_t n)
{
	struct smart s = { .uncorrectable = SMART_UNKNOWN, .pending = SMART_UNKNOWN };
	struct json_value v;
	int64_t temperature;
	bool passed = true;

	s.reallocated = s.hours = s.temperature = SMART_UNKNOWN;
	if (!json_open(&v, text, n))
		return s;
	s.judged = json_get_bool(json_find(v, "smart_status.passed"), &passed);
	s.failing = !passed;
	temperature = number_at(v, "temperature.current");
	if (temperature > 0 && temperature < 200)
		s.temperature = (int)temperature;
	s.hours = number_at(v, "power_on_time.hours");
	s.reallocated = number_at(v, "scsi_grown_defect_list");
	s.uncorrectable = number_at(v, "nvme_smart_health_information_log.media_errors");
	take_ata(&s, v);
	s.known = s.judged || s.temperature >= 0 || s.hours >= 0 || s.reallocated >= 0;
	return s;
}

struct smartctl *smart_ask(const struct disk *d)
{
	static const char *const options[] = { "--health", "--attributes", NULL };

	return smartctl_ask(d, options);
}

struct smart smart_answer(struct smartctl *s, unsigned wait_ms)
{
	struct buf text BUF_AUTO = { 0 };

	smartctl_answer(s, wait_ms, &text);
	return smart_parse(buf_str(&text), text.len);
}

bool smart_is_bad(const struct smart *s)
{
	return s->known && (s->failing || s->pending > 0 || s->uncorrectable > 0);
}

static bool has_grown(int64_t now, int64_t before)
{
	return before >= 0 && now > before;
}

bool smart_is_worse(const struct smart *now, const struct smart *before)
{
	return (now->failing && !before->failing) ||
	       has_grown(now->reallocated, before->reallocated) ||
	       has_grown(now->pending, before->pending) ||
	       has_grown(now->uncorrectable, before->uncorrectable);
}

const char *smart_judgement(const struct smart *s)
{
	return !s->judged ? "unknown" : s->failing ? "failing" : "ok";
}

static void tell(struct buf *out, const char *what, int64_t now, int64_t before)
{
	if (now < 0)
		return;
	buf_printf(out, "%s%s %lld", out->len ? ", " : "", what, (long long)now);
	if (before >= 0 && now > before)
		buf_printf(out, " (+%lld since the start)", (long long)(now - before));
}

void smart_text(const struct smart *now, const struct smart *before, char *text, size_t size)
{
	struct buf b BUF_AUTO = { 0 };

	if (now->failing)
		buf_puts(&b, "FAILING");
	if (now->temperature >= 0)
		buf_printf(&b, "%s%d °C", b.len ? ", " : "", now->temperature);
	tell(&b, "reallocated", now->reallocated, before ? before->reallocated : SMART_UNKNOWN);
	tell(&b, "pending", now->pending, before ? before->pending : SMART_UNKNOWN);
	if (now->uncorrectable > 0)
		tell(&b, "lost", now->uncorrectable,
		     before ? before->uncorrectable : SMART_UNKNOWN);
	snprintf(text, size, "%s", buf_str(&b));
}
