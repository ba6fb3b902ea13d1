// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and checking VHD files of strangers. Flag 1: checksums stay as they are, else they are
// made right, so that what stands behind them is reached.
#include "guest.h"
#include "image/vhd.h"
#include "sparse.h"

static void mend_footer(struct sparse *f, uint64_t off, be32 *sum)
{
	struct vhd_footer footer;

	if (src_read(&f->src, off, &footer, sizeof footer, NULL))
		return;
	*sum = be32_put(vhd_checksum(&footer, sizeof footer, footer.checksum));
	sparse_add(f, off + offsetof(struct vhd_footer, checksum), sum, sizeof *sum);
}

static void mend_header(struct sparse *f, uint64_t footer_off, be32 *sum)
{
	struct vhd_footer footer;
	struct vhd_header h;
	uint64_t off;

	if (src_read(&f->src, footer_off, &footer, sizeof footer, NULL))
		return;
	off = be64_get(footer.data_offset);
	if (src_read(&f->src, off, &h, sizeof h, NULL))
		return;
	*sum = be32_put(vhd_checksum(&h, sizeof h, h.checksum));
	sparse_add(f, off + offsetof(struct vhd_header, checksum), sum, sizeof *sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sparse f = sparse_file(data, len);
	uint64_t end = f.src.size - sizeof(struct vhd_footer);
	be32 sum[4];

	if (!(f.flags & 1)) {
		mend_header(&f, 0, sum);
		mend_header(&f, end, sum + 1);
		mend_footer(&f, 0, sum + 2);
		mend_footer(&f, end, sum + 3);
	}
	guest_of(&f.src, &image_vhd);
	return 0;
}
