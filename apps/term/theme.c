// SPDX-License-Identifier: GPL-2.0-or-later
// The two looks: colours (the eight of every colour terminal, no bright backgrounds), and
// monochrome.
#include "term/theme.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

static const struct style colours[THEME_ROLES] = {
	[THEME_BACKDROP] = { WHITE, BLACK, 0 },
	[THEME_BAR] = { BLACK, CYAN, 0 },
	[THEME_HINT] = { CYAN, BLACK, 0 },
	[THEME_FRAME] = { CYAN, BLUE, 0 },
	[THEME_TITLE] = { YELLOW, BLUE, ATTR_BOLD },
	[THEME_TEXT] = { WHITE, BLUE, 0 },
	[THEME_TAG] = { WHITE, BLUE, ATTR_BOLD },
	[THEME_LETTER] = { YELLOW, BLUE, ATTR_BOLD },
	[THEME_SELECTED] = { BLACK, CYAN, 0 },
	[THEME_OFF] = { CYAN, BLUE, 0 },
	[THEME_BUTTON] = { WHITE, BLUE, 0 },
	[THEME_BUTTON_ON] = { BLACK, CYAN, 0 },
	[THEME_FIELD] = { WHITE, BLACK, 0 },
	[THEME_FIELD_ON] = { BLACK, WHITE, 0 },
	[THEME_DONE] = { CYAN, BLUE, 0 },
	[THEME_LEFT] = { CYAN, BLUE, 0 },
	[THEME_STRONG] = { WHITE, BLUE, ATTR_BOLD },
	[THEME_DIM] = { CYAN, BLUE, 0 },
	[THEME_OK] = { GREEN, BLUE, ATTR_BOLD },
	[THEME_WARN] = { YELLOW, BLUE, ATTR_BOLD },
	[THEME_STOP] = { WHITE, RED, ATTR_BOLD },
};

static const uint8_t monochrome[THEME_ROLES] = {
	[THEME_BAR] = ATTR_REVERSE,
	[THEME_TITLE] = ATTR_BOLD,
	[THEME_LETTER] = ATTR_BOLD | ATTR_UNDERLINE,
	[THEME_TAG] = ATTR_BOLD,
	[THEME_SELECTED] = ATTR_REVERSE,
	[THEME_BUTTON_ON] = ATTR_REVERSE,
	[THEME_FIELD] = ATTR_UNDERLINE,
	[THEME_FIELD_ON] = ATTR_REVERSE,
	[THEME_STRONG] = ATTR_BOLD,
	[THEME_WARN] = ATTR_BOLD,
	[THEME_STOP] = ATTR_REVERSE,
};

struct style theme_style(const struct term_caps *caps, enum theme_role role)
{
	if (caps->colour)
		return colours[role];
	return (struct style){ COLOUR_OWN, COLOUR_OWN, caps->attrs ? monochrome[role] : 0 };
}

static bool begins(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool is_utf8(const char *locale)
{
	const char *set = locale ? strchr(locale, '.') : NULL;

	return set && (!strncasecmp(set, ".utf8", 5) || !strncasecmp(set, ".utf-8", 6));
}

struct term_caps term_caps(const char *term, const char *locale)
{
	static const char *const coloured[] = {
		"xterm",     "screen", "tmux", "rxvt",	"linux",
		"alacritty", "foot",   "vte",  "putty", "konsole",
	};
	struct term_caps caps = { .attrs = true };

	if (!term || !*term || !strcmp(term, "dumb")) {
		caps.attrs = false;
		return caps;
	}
	for (size_t i = 0; i < sizeof coloured / sizeof *coloured; i++)
		caps.colour |= begins(term, coloured[i]);
	caps.utf8 = caps.colour && is_utf8(locale);
	caps.paste = caps.colour && strcmp(term, "linux");
	return caps;
}

struct term_caps term_caps_env(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *locale = NULL;

	for (int i = 0; i < 3 && !(locale && *locale); i++)
		locale = getenv(names[i]);
	return term_caps(getenv("TERM"), locale);
}
