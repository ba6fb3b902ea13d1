# Debian GNU/Linux 12 (bookworm) from WD2500 s/n WX31A, made by Salvor 0.1.
# In a PowerShell as administrator: powershell -ExecutionPolicy Bypass -File THIS-FILE
param(
    [string]$Name = 'srv',
    [string]$Folder = $PSScriptRoot,  # where the image lies
    [string]$Switch = '',             # name of a virtual switch; the first one if not given
    [switch]$Start
)
$ErrorActionPreference = 'Stop'
$Disk = Join-Path $Folder 'srv.vhd'
if (-not (Test-Path -LiteralPath $Disk)) { throw "$Disk is not there: -Folder tells where it is" }
if (Get-VM -Name $Name -ErrorAction SilentlyContinue) { throw "There is a machine $Name already: -Name gives another name" }
if ((Get-Item -LiteralPath $Disk).Attributes -match 'SparseFile') { fsutil sparse setflag $Disk 0 }
if (-not $Switch) { $Switch = (Get-VMSwitch | Select-Object -First 1).Name }
$Converted = "$Disk.vhdx"
if (-not (Test-Path -LiteralPath $Converted)) { Convert-VHD -Path $Disk -DestinationPath $Converted }
$Disk = $Converted
New-VM -Name $Name -Generation 2 -MemoryStartupBytes 4294967296 -VHDPath $Disk | Out-Null
Set-VMMemory -VMName $Name -DynamicMemoryEnabled $false
Set-VMProcessor -VMName $Name -Count 4
Remove-VMNetworkAdapter -VMName $Name
Add-VMNetworkAdapter -VMName $Name -Name 'Card 1' -StaticMacAddress '001B78AABB01'
Add-VMNetworkAdapter -VMName $Name -Name 'Card 2' -StaticMacAddress '001B78AABB02'
if ($Switch) { Connect-VMNetworkAdapter -VMName $Name -SwitchName $Switch }
Set-VMFirmware -VMName $Name -EnableSecureBoot Off -FirstBootDevice (Get-VMHardDiskDrive -VMName $Name)
Write-Output "$Name is made. See it start: vmconnect localhost $Name"
if ($Start) { Start-VM -Name $Name }
