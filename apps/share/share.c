// SPDX-License-Identifier: GPL-2.0-or-later
// The loop over the kinds of shares.
#include "share/share.h"

#include <string.h>

static const struct share_ops *const kinds[] = {
#define X(n) &share_##n,
#include "share/list.h"
#undef X
};

static const struct share_ops *find(const char *scheme)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (const char *const *s = kinds[i]->schemes; *s; s++)
			if (!strcmp(*s, scheme))
				return kinds[i];
	return NULL;
}

int share_is(const char *text, struct url *u, struct err *e)
{
	struct err own;
	int rc = url_parse(u, text, &own);

	if (!find(u->scheme)) // somebody else's, good or not
		return 0;
	if (rc < 0 && e)
		*e = own;
	return rc;
}

int share_mount(struct share *s, struct err *e)
{
	static const struct login none;
	int rc = share_is(s->text, &s->url, e);

	if (rc <= 0)
		return rc ? -1 : err_usage(e, "%s: is no address of a share", s->text);
	if (!s->login)
		s->login = &none;
	return find(s->url.scheme)->mount(s, e);
}
