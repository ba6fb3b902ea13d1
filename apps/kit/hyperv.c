// SPDX-License-Identifier: GPL-2.0-or-later
// A script for Hyper-V's PowerShell module. It begins with a byte order mark, without which Windows
// PowerShell takes it for text of one language, and its lines end as on Windows.
#include <ctype.h>
#include <string.h>

#include "kit/kit.h"

#define LEGACY_MAX 4 // legacy network adapters a machine can have

static const char head[] =
	"param(\n"
	"    [string]$Name = @NAME@,\n"
	"    [string]$Folder = $PSScriptRoot,  # where the image lies\n"
	"    [string]$Switch = '',             # name of a virtual switch; the first one if not "
	"given\n"
	"    [switch]$Start\n"
	")\n"
	"$ErrorActionPreference = 'Stop'\n"
	"$Disk = Join-Path $Folder @IMAGE@\n"
	"if (-not (Test-Path -LiteralPath $Disk)) { throw \"$Disk is not there: -Folder tells "
	"where it is\" }\n"
	"if (Get-VM -Name $Name -ErrorAction SilentlyContinue) { throw \"There is a machine $Name "
	"already: -Name gives another name\" }\n"
	"if ((Get-Item -LiteralPath $Disk).Attributes -match 'SparseFile') { fsutil sparse setflag "
	"$Disk 0 }\n"
	"if (-not $Switch) { $Switch = (Get-VMSwitch | Select-Object -First 1).Name }\n";

// Generation 2 starts from no other format.
static const char convert[] =
	"$Converted = \"$Disk.vhdx\"\n"
	"if (-not (Test-Path -LiteralPath $Converted)) { Convert-VHD -Path $Disk -DestinationPath "
	"$Converted }\n"
	"$Disk = $Converted\n";

static const char tail[] =
	"Write-Output \"$Name is made. See it start: vmconnect localhost $Name\"\n"
	"if ($Start) { Start-VM -Name $Name }\n";

static void put_mac(struct buf *out, const char *mac)
{
	buf_puts(out, " -StaticMacAddress '");
	for (; *mac; mac++)
		if (isxdigit((unsigned char)*mac))
			buf_printf(out, "%c", toupper((unsigned char)*mac));
	buf_puts(out, "'");
}

// The first was made together with the machine. A legacy adapter is another device.
static void put_cards(const struct kit *k, struct buf *out)
{
	bool legacy = kit_nic(k) == NIC_TULIP && !k->efi;
	unsigned n = legacy && k->n_cards > LEGACY_MAX ? LEGACY_MAX : k->n_cards;

	buf_puts(out, "Remove-VMNetworkAdapter -VMName $Name\n");
	for (unsigned i = 0; i < n || i == 0; i++) {
		buf_printf(out, "Add-VMNetworkAdapter -VMName $Name -Name 'Card %u'%s", i + 1,
			   legacy ? " -IsLegacy $true" : "");
		if (i < n)
			put_mac(out, k->cards[i].mac);
		buf_puts(out, "\n");
	}
	buf_puts(out,
		 "if ($Switch) { Connect-VMNetworkAdapter -VMName $Name -SwitchName $Switch }\n");
}

static void put_template(const struct kit *k, struct buf *out)
{
	char name[64];

	kit_name(k, name, sizeof name);
	for (const char *p = head; *p;) {
		if (!strncmp(p, "@NAME@", 6)) {
			quote_powershell(out, name);
			p += 6;
		} else if (!strncmp(p, "@IMAGE@", 7)) {
			quote_powershell(out, k->image);
			p += 7;
		} else {
			buf_add(out, p++, 1);
		}
	}
}

static void make(const struct kit *k, struct buf *out)
{
	struct buf text BUF_AUTO = { 0 };

	buf_puts(&text, "# ");
	quote_plain(&text, k->system);
	buf_puts(&text, " from ");
	quote_plain(&text, k->disk);
	buf_puts(&text, ", made by Salvor ");
	quote_plain(&text, k->version);
	buf_puts(&text,
		 ".\n"
		 "# In a PowerShell as administrator: powershell -ExecutionPolicy Bypass -File "
		 "THIS-FILE\n");
	put_template(k, &text);
	if (k->efi && !strcmp(k->format, "vhd"))
		buf_puts(&text, convert);
	buf_printf(&text,
		   "New-VM -Name $Name -Generation %u -MemoryStartupBytes %llu -VHDPath $Disk | "
		   "Out-Null\n"
		   "Set-VMMemory -VMName $Name -DynamicMemoryEnabled $false\n"
		   "Set-VMProcessor -VMName $Name -Count %u\n",
		   k->efi ? 2u : 1u, (unsigned long long)kit_memory(k), kit_cpus(k));
	put_cards(k, &text);
	if (k->efi)
		buf_puts(&text, "Set-VMFirmware -VMName $Name -EnableSecureBoot Off "
				"-FirstBootDevice (Get-VMHardDiskDrive -VMName $Name)\n");
	else
		buf_puts(&text, "Set-VMBios -VMName $Name -StartupOrder @('IDE', 'CD', "
				"'LegacyNetworkAdapter', 'Floppy')\n");
	buf_puts(&text, tail);
	buf_puts(out, "\xef\xbb\xbf");
	for (const char *p = buf_str(&text); *p; p++) {
		if (*p == '\n')
			buf_puts(out, "\r");
		buf_add(out, p, 1);
	}
}

const struct kit_ops kit_hyperv = {
	.suffix = ".ps1",
	.targets = " hyperv ",
	.help = "PowerShell: makes the machine in Hyper-V",
	.make = make,
};
