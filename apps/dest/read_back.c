// SPDX-License-Identifier: GPL-2.0-or-later
#include "dest/read_back.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "base/size.h"

bool read_back_wanted(const struct dest *d, const char *sha256)
{
	return sha256[0] &&
	       (d->compare == DEST_READ_BACK || (d->compare == DEST_AS_USUAL && d->reads_back));
}

int read_back(struct dest *d,
	      int (*read)(void *arg, uint64_t off, void *p, size_t n, struct err *e), void *arg,
	      uint64_t size, const char *sha256, struct ui *ui, struct err *e)
{
	struct ui_progress progress = { .what = "reading it back", .total = size };
	struct sha256 sha;
	void *block = NULL;
	char hex[65];
	int rc = 0;

	if (posix_memalign(&block, 4096, READ_BACK_BLOCK))
		return err_set(e, ENOMEM, "%s: read back", d->shown);
	ui_say(ui, UI_INFO, "%s: is read back and compared", d->shown);
	sha256_begin(&sha);
	while (progress.done < size && !rc) {
		size_t n = size - progress.done < READ_BACK_BLOCK ? (size_t)(size - progress.done)
								  : READ_BACK_BLOCK;

		rc = ui_cancelled(ui) ? err_stopped(e) : read(arg, progress.done, block, n, e);
		if (!rc)
			sha256_add(&sha, block, n);
		progress.done += n;
		ui_progress(ui, &progress);
	}
	free(block);
	if (rc)
		return -1;
	sha256_end(&sha, hex);
	if (strcmp(hex, sha256))
		return err_set(e, EBADMSG,
			       "%s: WHAT LIES THERE IS SOMETHING ELSE than what was written: its "
			       "sha256 is %s, not %s. Memory, a cable or the medium is failing",
			       d->shown, hex, sha256);
	d->compared = "length and SHA-256, read back";
	return 0;
}
