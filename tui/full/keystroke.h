/* Bytes of a terminal → keys. Pure: no terminal, no clock of its own (milliseconds are passed in), so split and hostile
 * sequences are tested byte by byte. Understands what xterm, VTE, the Linux console, screen/tmux and rxvt send. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H
#include "common/err.h"
#include <stdint.h>

#define CTRL(letter) ((letter)&31)
enum {
    K_NONE = 0,
    K_TAB = 9,
    K_ENTER = 13,
    K_ESC = 27,
    K_BACKSPACE = 127,
    K_UP = 0x110000,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_INSERT,
    K_DELETE,
    K_BACK_TAB,
    K_WORD_LEFT,
    K_WORD_RIGHT,
    K_WORD_RUBOUT, /* Alt-Backspace; Ctrl-W is CTRL('W') */
    K_PASTE,       /* key.paste */
    K_CLICK,       /* key.row, key.column; only while the mouse is on */
    K_WHEEL_UP,
    K_WHEEL_DOWN,
    K_F0, /* K_F0 + n */
    K_LAST = K_F0 + 12
};

struct key {
    int code;          /* a code point, a control character, or one of the above */
    char text[8];      /* UTF-8 of a printable code, else "" */
    int row, column;   /* of a click, from 0 */
    const char *paste; /* K_PASTE: NUL-terminated, any bytes but for that; valid until the next call */
    size_t paste_size;
};
struct key key_of(int code); /* for tests and key tables: fills text */
/* What a person calls it: "p", "Enter", "Ctrl-N", "F2". Returns buffer. */
#define KEY_LABEL 16
char *key_label(char buffer[KEY_LABEL], int code);

struct keys;
struct keys *keys_open(int escape_ms);
void keys_close(struct keys *k); /* accepts NULL */
void keys_feed(struct keys *k, const void *bytes, size_t size, int64_t now);
bool keys_next(struct keys *k, struct key *out, int64_t now);
/* Milliseconds until a lone Escape becomes a key, −1 when nothing is pending. */
int keys_wait(const struct keys *k, int64_t now);
#endif
