# SPDX-License-Identifier: GPL-2.0-or-later
# The default configuration with the changes of `config`, and a link for every applet.
export KCONFIG_NOTIMESTAMP=1
make defconfig
sed -i "$(sed -n -E 's/^(# )?(CONFIG_[A-Z0-9_]+)[ =].*/\/^(# )?\2[ =]\/d/p' "$RECIPE/config")" -E .config
cat "$RECIPE/config" >> .config
yes '' | make oldconfig
"$CHECK" .config "$RECIPE/config"
make -j"$JOBS" CC="$CC" HOSTCC="$HOSTCC" SKIP_STRIP=y install CONFIG_PREFIX="$DESTDIR"
