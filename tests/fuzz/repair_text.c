// SPDX-License-Identifier: GPL-2.0-or-later
// The texts of a foreign system: editing must be done after one pass, and
// asking for nothing must change nothing.
#include <stdlib.h>
#include <string.h>

#include "inspect/efi.h"
#include "repair/boot/legacy_conf.h"
#include "repair/names.h"
#include "repair/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static enum fstab_verdict drop(void *arg, const struct fstab_line *l, char *to, size_t size)
{
	char disk[32];
	unsigned number;

	(void)arg;
	names_split(l->spec, disk, sizeof disk, &number);
	snprintf(to, size, "gone");
	return FSTAB_DROP;
}

static enum fstab_verdict keep(void *arg, const struct fstab_line *l, char *to, size_t size)
{
	(void)arg;
	(void)l;
	(void)to;
	(void)size;
	return FSTAB_KEEP;
}

static bool no(void *arg, const char *key, const char *value, char *to, size_t size)
{
	(void)arg;
	(void)key;
	(void)value;
	(void)to;
	(void)size;
	return false;
}

static bool yes(void *arg, const char *key, const char *value)
{
	(void)arg;
	(void)key;
	return *value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const keys[] = { "rd.md.uuid", "r", NULL };
	struct buf a BUF_AUTO = { 0 }, b BUF_AUTO = { 0 }, c BUF_AUTO = { 0 }, d BUF_AUTO = { 0 };
	char *text = mem_alloc(len + 1), why[100];
	struct legacy_entry e;

	memcpy(text, data, len);
	text[len] = 0;
	if (text_fstab(text, keep, NULL, &a) || strcmp(buf_str(&a), text))
		abort();
	buf_clear(&a);
	if (text_crypttab(text, keep, NULL, &a) || strcmp(buf_str(&a), text))
		abort();
	text_crypttab(text, drop, NULL, &b);
	if (text_crypttab(buf_str(&b), drop, NULL, &d))
		abort();
	buf_clear(&b);
	buf_clear(&d);
	text_fstab(text, drop, NULL, &b);
	if (text_fstab(buf_str(&b), drop, NULL, &d))
		abort();
	if (text_kernel_args(text, no, NULL, &c) || strcmp(buf_str(&c), text))
		abort();
	buf_clear(&c);
	buf_clear(&d);
	text_drop_args(text, keys, yes, NULL, &c);
	buf_clear(&c);
	text_grub_drives(text, &c);
	if (text_grub_drives(buf_str(&c), &d))
		abort();
	buf_clear(&c);
	buf_clear(&d);
	text_mdadm_conf(text, &c);
	if (text_mdadm_conf(buf_str(&c), &d))
		abort();
	buf_clear(&c);
	buf_clear(&d);
	text_boot_paths(text, "/@/boot", &c);
	if (text_boot_paths(buf_str(&c), "/@/boot", &d))
		abort();
	buf_clear(&c);
	buf_clear(&d);
	text_grub_stub(text, "a-b", "c-d", "/boot", &c);
	if (text_grub_stub(buf_str(&c), "a-b", "c-d", "/boot", &d))
		abort();
	buf_clear(&c);
	buf_clear(&d);
	text_grub_array_root(text, "1", &c);
	if (text_grub_array_root(buf_str(&c), "1", &d))
		abort();
	buf_clear(&c);
	buf_clear(&d);
	buf_puts(&c, text);
	if (text_env_block(text, &c) && strlen(text) == 1024 && !strncmp(text, "# GRUB Env", 10) &&
	    strlen(buf_str(&c)) != 1024)
		abort();
	buf_clear(&c);
	text_grub_argument(text, "noresume", &c);
	if (text_grub_argument(buf_str(&c), "noresume", &d))
		abort();
	buf_clear(&c);
	buf_clear(&d);
	text_kernel_argument(text, "noresume", &c);
	if (text_kernel_argument(buf_str(&c), "noresume", &d))
		abort();
	buf_clear(&c);
	buf_clear(&d);
	text_grub_variable(text, "a", "b", &c);
	if (text_grub_variable(buf_str(&c), "a", "b", &d))
		abort();
	efi_starts_kernels(text);
	legacy_default(text, &e);
	legacy_succeeded(text, why, sizeof why);
	free(text);
	return 0;
}
