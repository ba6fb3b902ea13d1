// SPDX-License-Identifier: GPL-2.0-or-later
// Clonezilla's ocs_repository: where images are. It becomes the folder a job writes to; alone it is
// no job.
#include <string.h>
#include <strings.h>

#include "jobfile/params.h"

static int take(struct alias_state *s, struct params *p, const char *name, const char *value,
		struct err *e)
{
	(void)p;
	(void)e;
	if (strcmp(name, "ocs_repository"))
		return 0;
	s->repository = *value ? value : NULL;
	return 1;
}

// Their schemes with ours. What follows the scheme is written the same way.
static const struct {
	const char *theirs, *ours;
} schemes[] = {
	{ "dev:///LABEL=", "label:" }, { "dev:///UUID=", "uuid:" }, { "nfs://", "nfs://" },
	{ "nfs3://", "nfs://" },       { "nfs4://", "nfs://" },	    { "smb://", "smb://" },
	{ "smb1://", "smb://" },       { "smb2://", "smb://" },	    { "smb3://", "smb://" },
	{ "cifs://", "smb://" },       { "ssh://", "ssh://" },	    { "http://", "http://" },
	{ "https://", "https://" },
};

static int end(const struct alias_state *s, struct params *p, struct err *e)
{
	const char *r = s->repository, *rest;

	if (!r || !p->job || s->dest)
		return 0;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t n = strlen(schemes[i].theirs);

		if (strncasecmp(r, schemes[i].theirs, n))
			continue;
		rest = r + n;
		params_put_first(p, "dest", "%s%s%s", schemes[i].ours, rest,
				 *rest && rest[strlen(rest) - 1] == '/' ? "" : "/");
		return 0;
	}
	// their text may hold a password
	if (!strncasecmp(r, "dev:", 4))
		return err_usage(e, "ocs_repository: a disk is named by dev:///LABEL=NAME or "
				    "dev:///UUID=ID here: /dev names are not the same at every "
				    "start");
	return err_usage(e,
			 "ocs_repository: begins with %.*s: dev:, nfs:, smb:, ssh:, http: and "
			 "https: are possible",
			 (int)strcspn(r, ":/@"), r);
}

const struct alias_ops alias_ocs = { take, end };
