// SPDX-License-Identifier: GPL-2.0-or-later
// A file: on a file system that is mounted already (/path/name, /path/), or on one that is found by
// its label or UUID and mounted for the job.
#include <string.h>

#include "dest/folder.h"

// "label:NAME/path": mounts it; *path is what follows the name.
static int mount_named(struct folder_dest *f, const char *spec, const struct dest_env *env,
		       const char **path, struct err *e)
{
	bool label = !strncmp(spec, "label:", 6);
	const char *value = strchr(spec, ':') + 1;
	size_t len = strcspn(value, "/");
	char what[128], device[80], type[24];

	if (!len || len >= sizeof what || !env->find_fs)
		return err_usage(e, "%s: write label:NAME/path or uuid:ID/path", spec);
	memcpy(what, value, len);
	what[len] = 0;
	*path = value + len;
	if (env->find_fs(env->arg, label ? "label" : "uuid", what, device, sizeof device, type,
			 sizeof type, e))
		return -1;
	return mount_begin(&f->mounted, device, type, e);
}

static int make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e)
{
	const char *path = spec;
	struct folder_dest *f;
	int rc = 0;

	if (!*spec || strstr(spec, "://"))
		return 0;
	f = folder_begin(spec, env->ui);
	if (!strncmp(spec, "label:", 6) || !strncmp(spec, "uuid:", 5))
		rc = mount_named(f, spec, env, &path, e);
	if (rc || folder_enter(f, path, env->name, e)) {
		folder_free(&f->dest);
		return -1;
	}
	*out = &f->dest;
	return 1;
}

const struct dest_ops dest_file = { .name = "file", .make = make, FOLDER_OPS };
