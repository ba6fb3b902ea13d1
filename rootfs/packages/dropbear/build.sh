# SPDX-License-Identifier: GPL-2.0-or-later
# The server for remote hands, with its maker of keys. One public key opens it and nothing else: there
# is no code for passwords in it, none for forwarding anything, and none for other programs than ours.
cat > localoptions.h <<'END'
#define DROPBEAR_SVR_PASSWORD_AUTH 0
#define DROPBEAR_SVR_PAM_AUTH 0
#define DROPBEAR_SVR_LOCALTCPFWD 0
#define DROPBEAR_SVR_REMOTETCPFWD 0
#define DROPBEAR_SVR_LOCALSTREAMFWD 0
#define DROPBEAR_SVR_AGENTFWD 0
#define DROPBEAR_X11FWD 0
#define DROPBEAR_SFTPSERVER 0
#define INETD_MODE 0
#define DROPBEAR_DSS 0
#define DO_MOTD 0
#define DROPBEAR_PATH_SSH_PROGRAM "/bin/false"
#define DEFAULT_PATH "/usr/bin:/usr/sbin:/bin:/sbin"
#define DEFAULT_ROOT_PATH "/usr/bin:/usr/sbin:/bin:/sbin"
END
[ -x configure ] || autoreconf -fi
./configure --host=x86_64-linux-musl --enable-bundled-libtom --disable-zlib --disable-pam \
	--disable-syslog --disable-lastlog --disable-utmp --disable-utmpx --disable-wtmp \
	--disable-wtmpx --disable-loginfunc --disable-pututline --disable-pututxline --disable-harden
make -j"$JOBS" PROGRAMS="dropbear dropbearkey" STATIC=1
install -D dropbear "$DESTDIR/sbin/dropbear"
install -D dropbearkey "$DESTDIR/bin/dropbearkey"
