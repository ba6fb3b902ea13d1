// SPDX-License-Identifier: GPL-2.0-or-later
// The loop over the table of destinations.
#include "dest/dest.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

static const struct dest_ops *const kinds[] = {
#define X(n) &dest_##n,
#include "dest/list.h"
#undef X
};

int dest_make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e)
{
	*out = NULL;
	for (const char *c = spec; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			char clean[128];

			text_clean(clean, sizeof clean, spec, strlen(spec));
			return err_usage(e,
					 "%s: a line's end or another control character in the "
					 "name: lists, checksums and scripts beside the copy "
					 "could not name it: give another name",
					 clean);
		}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		int rc = kinds[i]->make(out, spec, env, e);

		if (rc < 0)
			return -1;
		if (rc) {
			(*out)->ops = kinds[i];
			str_copy((*out)->name, sizeof(*out)->name, spec);
			if (!(*out)->shown[0])
				str_copy((*out)->shown, sizeof(*out)->shown, spec);
			return 0;
		}
	}
	return err_usage(e,
			 "%s: not a destination: /path/name, /dev/DISK, label:NAME/path, "
			 "uuid:ID/path and - are some",
			 spec);
}

int dest_look(struct dest *d, struct err *e)
{
	return d->ops->look ? d->ops->look(d, e) : 0;
}

const char *dest_compares(const struct dest *d)
{
	bool reads = d->compare == DEST_READ_BACK || (d->compare == DEST_AS_USUAL && d->reads_back);

	if (!d->ops->read)
		return NULL;
	if (d->hashes)
		return d->compare == DEST_READ_BACK
			       ? "length and SHA-256: all of it is read back"
			       : "length and SHA-256, which the server computes";
	return reads ? "length and SHA-256: all of it is read back (--read-back no: the length "
		       "only)"
		     : "its length (--read-back yes: all of it is read back, too)";
}

int dest_hash(struct dest *d, char hex[65], struct err *e)
{
	hex[0] = 0;
	return d->ops->hash ? d->ops->hash(d, hex, e) : 0;
}

int dest_read(struct dest *d, struct src **out, struct err *e)
{
	*out = NULL;
	return d->ops->read ? d->ops->read(d, out, e)
			    : err_usage(e, "%s: cannot be read back", d->name);
}

int dest_send(struct dest *d, const char *suffix, struct err *e)
{
	return d->ops->send ? d->ops->send(d, suffix, e) : 0;
}

int dest_fetch(struct dest *d, const char *suffix, struct err *e)
{
	char *path STR_AUTO = mem_printf("%s%s", d->beside, suffix);

	if (d->ops->fetch)
		return d->ops->fetch(d, suffix, e);
	return d->beside[0] && !access(path, F_OK);
}

int dest_drop(struct dest *d, const char *suffix, struct err *e)
{
	char *path STR_AUTO = mem_printf("%s%s", d->beside, suffix);

	if (d->beside[0] && unlink(path) && errno != ENOENT)
		return err_set(e, errno, "%s: remove", path);
	return d->ops->drop ? d->ops->drop(d, suffix, e) : 0;
}

int dest_sync(struct dest *d, struct err *e)
{
	return d->ops->sync ? d->ops->sync(d, e) : 0;
}

void dest_free(struct dest *d)
{
	if (d)
		d->ops->free(d);
}

int dest_replaces(const struct dest *d, struct err *e)
{
	if (d->overwrite)
		return 0;
	if (d->is_there)
		return err_usage(
			e, "%s: is there already: choose another name, or --yes to replace it",
			d->shown);
	if (d->has_part && !d->resume)
		return err_usage(e,
				 "%s.part: is left from an unfinished run: remove it, choose "
				 "another name, or --yes to begin anew",
				 d->shown);
	return 0;
}
