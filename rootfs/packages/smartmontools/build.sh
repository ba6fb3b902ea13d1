# SPDX-License-Identifier: GPL-2.0-or-later
# smartctl alone, with its list of drives inside. It is C++, and the host's C++ library is for the
# host's C library: the one program here that is not built on musl.
export CC="$HOSTCC" CXX=g++ CXXFLAGS="-Os -ffunction-sections -fdata-sections"
export CFLAGS="$CXXFLAGS" LDFLAGS="-static $LDFLAGS"
[ -x configure ] || autoreconf -fi
./configure --prefix=/usr --without-libcap-ng --without-libsystemd --without-selinux \
	--with-nvme-devicescan --without-update-smart-drivedb --without-gnupg --with-drivedbdir=no
make -j"$JOBS" smartctl
install -D smartctl "$DESTDIR/sbin/smartctl"
