// SPDX-License-Identifier: GPL-2.0-or-later
// Ways of packing, those that can be told most surely first.
X(gzip)
X(bzip2)
X(xz)
X(zstd)
X(lz4)
X(lzma)
