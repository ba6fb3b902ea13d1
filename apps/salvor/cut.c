// SPDX-License-Identifier: GPL-2.0-or-later
// The partition table decides what the end of a disk is worth.
#include "salvor/cut.h"

#include "base/size.h"
#include "part/part.h"

void cut_warn_short(const struct source *s, struct ui *ui)
{
	struct part_table t;

	if (part_read(s->src, &t, NULL) || t.needs <= s->src->size)
		return;
	ui_say(ui, UI_WARN,
	       "%s: ends at %llu bytes (%s), but its partition table speaks of a disk of %llu "
	       "(%s): "
	       "what lay behind the end is missing",
	       s->path, (unsigned long long)s->src->size, size_show(s->src->size).s,
	       (unsigned long long)t.needs, size_show(t.needs).s);
}

// Where the last used block in a partition ends. Without partitions all of the source counts.
static uint64_t end_of_used(const struct part_table *t, const struct map *used)
{
	uint64_t limit = t->n && t->needs < used->size ? t->needs : used->size, end = 0;
	struct range r = { 0 };

	while (map_next(used, r.off + r.len, MAP_DONE, &r) && r.off < limit)
		end = r.len < limit - r.off ? r.off + r.len : limit;
	return end;
}

static int check_len(const struct source *s, const struct map *used, uint64_t len, struct ui *ui,
		     struct err *e)
{
	struct part_table t;
	uint64_t end;

	if (len > s->src->size)
		return err_usage(e, "%s: has %llu bytes only", s->path,
				 (unsigned long long)s->src->size);
	if (len % s->src->sector)
		return err_usage(e, "%s: its sectors have %u bytes", s->path, s->src->sector);
	if (part_read(s->src, &t, e))
		return -1;
	end = end_of_used(&t, used);
	if (len < end)
		return err_usage(
			e,
			"%s: that would cut what is in use: its last used block ends at %llu (%s)",
			s->path, (unsigned long long)end, size_show(end).s);
	if (t.n && len < t.needs && len < s->src->size)
		ui_say(ui, UI_WARN,
		       "%s: the last partition ends at %llu, behind the image: make its file "
		       "system "
		       "and it smaller before it is used",
		       s->path, (unsigned long long)t.needs);
	return 0;
}

int cut_source(struct source *s, struct map *used, uint64_t len, struct ui *ui, struct err *e)
{
	struct map cut;

	if (check_len(s, used, len, ui, e))
		return -1;
	if (len == s->src->size)
		return 0;
	map_init(&cut, len, MAP_TODO);
	if (source_cut(s, len, &cut, e)) {
		map_free(&cut);
		return -1;
	}
	map_merge_done(&cut, used, 0);
	map_free(used);
	*used = cut;
	return 0;
}
