// SPDX-License-Identifier: GPL-2.0-or-later
// The key decoder. A sequence is collected until it is complete (ECMA-48: CSI ends with 0x40 to
// 0x7E, SS3 after one byte, the Linux console's CSI [ after one more), then looked up in a table.
#include "term/key.h"

#include <string.h>

#include "term/utf8.h"

void keys_init(struct keys *k)
{
	memset(k, 0, sizeof *k);
}

static void push(struct keys *k, int key)
{
	size_t room = sizeof k->queue / sizeof *k->queue;

	if (key == KEY_NONE || k->count == room)
		return;
	k->queue[(k->first + k->count++) % room] = key;
}

int keys_next(struct keys *k)
{
	int key;

	if (!k->count)
		return KEY_NONE;
	key = k->queue[k->first];
	k->first = (k->first + 1) % (sizeof k->queue / sizeof *k->queue);
	k->count--;
	return key;
}

bool keys_pending(const struct keys *k)
{
	return k->n > 0;
}

bool key_is_text(int key)
{
	return key >= 0x20 && key != 0x7F && !(key >= 0x80 && key < 0xA0) && key <= 0x10FFFF;
}

// CSI number ~
static int tilde_key(int number)
{
	static const int keys[] = {
		[1] = KEY_HOME, [2] = KEY_INSERT, [3] = KEY_DELETE, [4] = KEY_END,  [5] = KEY_PGUP,
		[6] = KEY_PGDN, [7] = KEY_HOME,	  [8] = KEY_END,    [11] = KEY_F1,  [12] = KEY_F2,
		[13] = KEY_F3,	[14] = KEY_F4,	  [15] = KEY_F5,    [17] = KEY_F6,  [18] = KEY_F7,
		[19] = KEY_F8,	[20] = KEY_F9,	  [21] = KEY_F10,   [23] = KEY_F11, [24] = KEY_F12,
	};

	return number > 0 && number < (int)(sizeof keys / sizeof *keys) ? keys[number] : KEY_NONE;
}

// CSI ... letter and SS3 letter
static int letter_key(char letter)
{
	switch (letter) {
	case 'A': return KEY_UP;
	case 'B': return KEY_DOWN;
	case 'C': return KEY_RIGHT;
	case 'D': return KEY_LEFT;
	case 'F': return KEY_END;
	case 'H': return KEY_HOME;
	case 'M': return KEY_ENTER; // keypad
	case 'P': return KEY_F1;
	case 'Q': return KEY_F2;
	case 'R': return KEY_F3;
	case 'S': return KEY_F4;
	case 'Z': return KEY_BACKTAB;
	}
	return KEY_NONE;
}

// xterm's modifier parameter: 1 + (1 shift, 2 alt, 4 control)
static int modifiers(int parameter)
{
	int bits = parameter > 1 && parameter <= 8 ? parameter - 1 : 0;

	return (bits & 1 ? KEY_SHIFT : 0) | (bits & 2 ? KEY_ALT : 0) | (bits & 4 ? KEY_CTRLED : 0);
}

// SS3 and one byte: the keypad in application mode sends the letters j to y for * to 9.
static int ss3_key(char c)
{
	if (c >= 'j' && c <= 'y')
		return c - 'j' + '*';
	if (c >= 'a' && c <= 'd') // rxvt: Ctrl and an arrow
		return letter_key((char)(c - 'a' + 'A')) | KEY_CTRLED;
	return letter_key(c);
}

static int with_modifiers(int key, int bits)
{
	return key == KEY_NONE ? KEY_NONE : key | bits;
}

// A whole CSI sequence: raw[0] Esc, raw[1] [, parameters, final byte.
static int csi_key(struct keys *k)
{
	int arg[3] = { 0, 0, 0 };
	size_t n = 0, i;
	char last = (char)k->raw[k->n - 1];

	if (k->raw[2] == '[') // Linux console: F1 to F5
		return last >= 'A' && last <= 'E' ? KEY_F1 + (last - 'A') : KEY_NONE;
	for (i = 2; i < k->n - 1; i++) {
		if (k->raw[i] == ';' && n < 2)
			n++;
		else if (k->raw[i] >= '0' && k->raw[i] <= '9' && arg[n] < 10000)
			arg[n] = arg[n] * 10 + (k->raw[i] - '0');
	}
	if (last == 'R' && n == 1 && arg[0] > 1) { // CSI 1 ; 2 R is Shift-F3
		k->row = arg[0];
		k->col = arg[1];
		return KEY_REPORT;
	}
	if (last == '~' && (arg[0] == 200 || arg[0] == 201)) {
		k->in_paste = arg[0] == 200;
		return KEY_NONE;
	}
	if (last == '~')
		return with_modifiers(tilde_key(arg[0]), modifiers(arg[1]));
	if (last == '^' || last == '$') // rxvt: control, shift
		return with_modifiers(tilde_key(arg[0]), last == '^' ? KEY_CTRLED : KEY_SHIFT);
	if (last >= 'a' && last <= 'd' && k->n == 3) // rxvt: Shift and an arrow
		return letter_key((char)(last - 'a' + 'A')) | KEY_SHIFT;
	return with_modifiers(letter_key(last), modifiers(arg[1]));
}

// A byte or character by itself.
static int plain_key(struct keys *k, uint32_t c)
{
	if (k->in_paste)
		return key_is_text((int)c) ? (int)c : KEY_NONE;
	if (c == '\n')
		return KEY_ENTER;
	return c == 8 ? KEY_BACKSPACE : (int)c;
}

// Esc and what is no sequence: Alt and that key.
static void alt_key(struct keys *k)
{
	int key = plain_key(k, k->raw[1]);

	push(k, key == KEY_NONE ? KEY_ESC : key | KEY_ALT);
}

// After Esc. True when the sequence is over.
static bool feed_escape(struct keys *k, uint8_t byte)
{
	if (k->n == 2) {
		if (byte == '[' || byte == 'O')
			return false;
		if (byte == 27) { // the first Esc was one, the second begins anew
			push(k, KEY_ESC);
			k->n = 1;
			return false;
		}
		alt_key(k);
		return true;
	}
	if (k->raw[1] == 'O') {
		// SS3 with a modifier digit (old xterm): swallow the digit
		if (k->n == 3 && byte >= '1' && byte <= '8')
			return false;
		push(k, with_modifiers(ss3_key((char)byte),
				       k->n == 4 ? modifiers(k->raw[2] - '0') : 0));
		return true;
	}
	if (k->n == 3 && byte == '[')
		return false;
	if (byte >= 0x20 && byte < 0x40 && byte != '$') // rxvt ends sequences with $
		return false;
	push(k, csi_key(k));
	return true;
}

// In the middle of a UTF-8 character. True when it is over.
static bool feed_utf8(struct keys *k)
{
	size_t want = k->raw[0] >= 0xF0 ? 4 : k->raw[0] >= 0xE0 ? 3 : 2, used;
	uint8_t last = k->raw[k->n - 1];

	if (k->n > 1 && (last & 0xC0) != 0x80) { // broken off: last begins something new
		k->n = 0;
		push(k, (int)UTF8_BAD);
		keys_feed(k, last);
		return false;
	}
	if (k->n < want)
		return false;
	push(k, plain_key(k, utf8_decode((const char *)k->raw, k->n, &used)));
	return true;
}

void keys_feed(struct keys *k, uint8_t byte)
{
	if (k->n == sizeof k->raw) // nothing a key sends: swallow it to its end
		k->n--;
	k->raw[k->n++] = byte;
	if (k->raw[0] == 27) {
		if (k->n > 1 && feed_escape(k, byte))
			k->n = 0;
		return;
	}
	if (k->raw[0] >= 0xC2 && k->raw[0] <= 0xF4) {
		if (feed_utf8(k))
			k->n = 0;
		return;
	}
	k->n = 0;
	push(k, byte >= 0x80 ? (int)UTF8_BAD : plain_key(k, byte));
}

void keys_timeout(struct keys *k)
{
	if (!k->n)
		return;
	if (k->raw[0] != 27)
		push(k, (int)UTF8_BAD);
	else if (k->n == 1)
		push(k, KEY_ESC);
	else if (k->n == 2)
		alt_key(k);
	// longer: a sequence that was cut; nothing a person typed
	k->n = 0;
}
