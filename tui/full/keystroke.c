#include "tui/full/keystroke.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT 4096
#define SEQUENCE 64     /* longer control sequences are nobody's key */
#define SEQUENCE_MS 500 /* a broken-off control sequence is dropped after this */
#define LATE_MS 500     /* the rest of a split key comes within this after its Esc was taken for one */
#define PASTE_MAX (1u << 20)
#define PASTE_MS 3000 /* a paste whose end never comes is delivered */

struct keys {
    unsigned char input[INPUT];
    size_t size;
    int escape_ms;
    int64_t since;   /* when the first byte of what is pending came */
    int64_t escaped; /* when a lone Esc was delivered; nothing has come since */
    bool after_escape;
    bool pasting, swallowing; /* swallowing: inside OSC/DCS/APC until its end */
    char *paste;
    size_t paste_size, paste_capacity;
};

struct keys *keys_open(int escape_ms)
{
    struct keys *k = calloc(1, sizeof *k);
    if (!k)
        abort();
    k->escape_ms = escape_ms;
    return k;
}

void keys_close(struct keys *k)
{
    if (!k)
        return;
    if (k->paste)
        explicit_bzero(k->paste, k->paste_capacity);
    free(k->paste);
    explicit_bzero(k, sizeof *k);
    free(k);
}

static size_t encode(char *out, unsigned code)
{
    size_t n = 0;
    if (code < 0x80) {
        out[n++] = (char)code;
    } else if (code < 0x800) {
        out[n++] = (char)(0xc0 | code >> 6);
        out[n++] = (char)(0x80 | (code & 63));
    } else if (code < 0x10000) {
        out[n++] = (char)(0xe0 | code >> 12);
        out[n++] = (char)(0x80 | (code >> 6 & 63));
        out[n++] = (char)(0x80 | (code & 63));
    } else {
        out[n++] = (char)(0xf0 | code >> 18);
        out[n++] = (char)(0x80 | (code >> 12 & 63));
        out[n++] = (char)(0x80 | (code >> 6 & 63));
        out[n++] = (char)(0x80 | (code & 63));
    }
    out[n] = '\0';
    return n;
}

struct key key_of(int code)
{
    struct key k = {.code = code};
    if (code >= 32 && code < 0x110000 && code != 127)
        encode(k.text, (unsigned)code);
    return k;
}

char *key_label(char buffer[KEY_LABEL], int code)
{
    static const struct {
        int code;
        const char *name;
    } names[] = {
        {K_TAB, "Tab"},       {K_ENTER, "Enter"},      {K_ESC, "Esc"},        {K_BACKSPACE, "Backspace"},
        {K_UP, "↑"},          {K_DOWN, "↓"},           {K_LEFT, "←"},         {K_RIGHT, "→"},
        {K_HOME, "Home"},     {K_END, "End"},          {K_PAGE_UP, "PgUp"},   {K_PAGE_DOWN, "PgDn"},
        {K_INSERT, "Insert"}, {K_DELETE, "Delete"},    {K_BACK_TAB, "S-Tab"}, {K_WORD_LEFT, "Ctrl-←"},
        {' ', "Space"},       {K_WORD_RIGHT, "Ctrl-→"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].code == code)
            return strcpy(buffer, names[i].name);
    if (code > K_F0 && code <= K_LAST)
        snprintf(buffer, KEY_LABEL, "F%d", code - K_F0);
    else if (code > 0 && code < 32)
        snprintf(buffer, KEY_LABEL, "Ctrl-%c", code + 64);
    else
        snprintf(buffer, KEY_LABEL, "%s", key_of(code).text);
    return buffer;
}

/* A terminal's answer whose end never comes, or Alt-P and the like, which begin one: what comes after a pause is typed. */
static void quiet(struct keys *k, int64_t now)
{
    if (k->swallowing && !k->size && now - k->since >= SEQUENCE_MS)
        k->swallowing = false;
}

/* What was delivered before is the user's, and no part of what is pasted next. */
static void paste_forget(struct keys *k)
{
    if (k->paste_size)
        explicit_bzero(k->paste, k->paste_size);
    k->paste_size = 0;
}

void keys_feed(struct keys *k, const void *bytes, size_t size, int64_t now)
{
    quiet(k, now);
    if (!k->pasting)
        paste_forget(k);
    if (size > INPUT - k->size)
        size = INPUT - k->size;
    memcpy(k->input + k->size, bytes, size);
    if (k->size == 0 || k->pasting)
        k->since = now;
    k->size += size;
}

static void drop(struct keys *k, size_t n, int64_t now)
{
    memmove(k->input, k->input + n, k->size - n);
    k->size -= n;
    k->since = now;
}

static void paste_begin(struct keys *k)
{
    paste_forget(k);
    k->pasting = true;
}

static void paste_add(struct keys *k, unsigned char byte)
{
    if (k->paste_size + 2 > k->paste_capacity) {
        size_t more = k->paste_capacity ? k->paste_capacity * 2 : 1024;
        char *bigger = malloc(more);
        if (!bigger)
            abort();
        if (k->paste) {
            memcpy(bigger, k->paste, k->paste_size);
            explicit_bzero(k->paste, k->paste_capacity);
            free(k->paste);
        }
        k->paste = bigger;
        k->paste_capacity = more;
    }
    if (k->paste_size < PASTE_MAX)
        k->paste[k->paste_size++] = (char)byte;
    k->paste[k->paste_size] = '\0';
}

/* Takes input into the paste; true when its end came. */
static bool paste_more(struct keys *k, int64_t now)
{
    static const unsigned char end[] = "\033[201~";
    size_t i = 0;
    bool ended = false;
    while (i < k->size && !ended) {
        size_t left = k->size - i, n = left < 6 ? left : 6;
        if (memcmp(k->input + i, end, n) == 0) {
            if (n < 6)
                break;
            i += 6;
            ended = true;
        } else {
            paste_add(k, k->input[i++]);
        }
    }
    if (i)
        drop(k, i, now);
    if (!ended && now - k->since >= PASTE_MS)
        ended = true;
    return ended;
}

static int tilde_key(int n)
{
    static const int codes[35] = {
        [1] = K_HOME,      [2] = K_INSERT,  [3] = K_DELETE,   [4] = K_END,      [5] = K_PAGE_UP,
        [6] = K_PAGE_DOWN, [7] = K_HOME,    [8] = K_END,      [11] = K_F0 + 1,  [12] = K_F0 + 2,
        [13] = K_F0 + 3,   [14] = K_F0 + 4, [15] = K_F0 + 5,  [17] = K_F0 + 6,  [18] = K_F0 + 7,
        [19] = K_F0 + 8,   [20] = K_F0 + 9, [21] = K_F0 + 10, [23] = K_F0 + 11, [24] = K_F0 + 12};
    return n >= 0 && n < 35 ? codes[n] : K_NONE;
}

static int letter_key(int letter, int modifier)
{
    bool word = modifier == 3 || modifier == 5;
    switch (letter) {
    case 'A': return K_UP;
    case 'B': return K_DOWN;
    case 'C': return word ? K_WORD_RIGHT : K_RIGHT;
    case 'D': return word ? K_WORD_LEFT : K_LEFT;
    case 'H': return K_HOME;
    case 'F': return K_END;
    case 'Z': return K_BACK_TAB;
    case 'M': return K_ENTER;
    case 'P': return K_F0 + 1;
    case 'Q': return K_F0 + 2;
    case 'R': return K_F0 + 3;
    case 'S': return K_F0 + 4;
    default: return K_NONE;
    }
}

static void mouse_key(struct key *out, const int *p, int final)
{
    if (final != 'M')
        return;
    if (p[0] == 64 || p[0] == 65)
        out->code = p[0] == 64 ? K_WHEEL_UP : K_WHEEL_DOWN;
    else if (p[0] == 0)
        out->code = K_CLICK;
    out->column = p[1] - 1;
    out->row = p[2] - 1;
}

/* ESC [ … : bytes used, 0 when it is not whole yet. A sequence that means nothing gives K_NONE. */
static size_t csi(struct keys *k, struct key *out)
{
    int p[4] = {0}, n = 0;
    size_t i = 2;
    bool mouse = false;
    if (k->size > 2 && k->input[2] == '[') { /* the Linux console's F1 … F5 */
        if (k->size < 4)
            return 0;
        if (k->input[3] >= 'A' && k->input[3] <= 'E')
            out->code = K_F0 + 1 + (k->input[3] - 'A');
        return 4;
    }
    for (; i < k->size && i < SEQUENCE; i++) {
        unsigned char c = k->input[i];
        if (c >= '0' && c <= '9') {
            if (n < 4 && p[n] < 10000)
                p[n] = p[n] * 10 + (c - '0');
        } else if (c == ';') {
            n++;
        } else if (c == '<') {
            mouse = true;
        } else if (c >= 0x40 && c <= 0x7e) {
            break;
        } else if (c < 0x20 || c > 0x3f) {
            return i; /* broken off by something else, which is looked at next */
        }
    }
    if (i == SEQUENCE)
        return i;
    if (i == k->size)
        return 0;
    unsigned char final = k->input[i];
    if (mouse)
        mouse_key(out, p, final);
    else if (final == '~' && p[0] == 200)
        paste_begin(k);
    else
        out->code = final == '~' ? tilde_key(p[0]) : letter_key(final, p[1]);
    return i + 1;
}

/* Bytes used of something that begins with ESC; 0: wait for more. */
static size_t escape(struct keys *k, struct key *out, int64_t now)
{
    bool late = now - k->since >= k->escape_ms;
    if (k->size == 1) {
        out->code = late ? K_ESC : K_NONE;
        k->after_escape = late;
        k->escaped = now;
        return late;
    }
    size_t n = 0;
    switch (k->input[1]) {
    case '[': n = csi(k, out); break;
    case 'O':
        if (k->size > 2) {
            out->code = letter_key(k->input[2], 0);
            n = 3;
        }
        break;
    case ']':
    case 'P':
    case '_':
    case '^': k->swallowing = true; return 2;
    case 127:
    case 8: out->code = K_WORD_RUBOUT; return 2;
    case 'b': out->code = K_WORD_LEFT; return 2;
    case 'f': out->code = K_WORD_RIGHT; return 2;
    default: out->code = K_ESC; return 1; /* Escape, then a key: never one command out of two */
    }
    if (n == 0 && now - k->since >= SEQUENCE_MS)
        n = k->size;
    return n;
}

static bool may_be_rest(const struct keys *k)
{
    return k->after_escape && k->since - k->escaped < LATE_MS && k->size < INPUT &&
           (k->input[0] == '[' || k->input[0] == 'O');
}

/* What follows a lone Esc at once may be the rest of a key that the line has split ("Esc", then "[A"). The Esc was answered already,
 * so the rest is nobody's key and no text: bytes of it, 0: wait for more. −1: it is typed text. */
static int rest_of_split(struct keys *k, int64_t now)
{
    struct key meant = {.code = K_NONE};
    bool known;
    memmove(k->input + 1, k->input, k->size++);
    k->input[0] = 27;
    size_t n = escape(k, &meant, now);
    known = n > 1 && (meant.code != K_NONE || k->pasting);
    memmove(k->input, k->input + 1, --k->size);
    if (n == 0 && now - k->since < k->escape_ms)
        return 0;
    k->after_escape = false;
    return known ? (int)n - 1 : -1;
}

/* Length of a well-formed UTF-8 character, 0: more bytes are needed, −1: not one. */
static int utf8(const unsigned char *s, size_t size, int *code)
{
    int n = s[0] < 0x80                   ? 1
            : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
            : (s[0] & 0xf0) == 0xe0       ? 3
            : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
                                          : -1;
    if (n < 0)
        return -1;
    int c = n == 1 ? s[0] : s[0] & (0x7f >> n);
    for (int i = 1; i < n; i++) {
        if ((size_t)i >= size)
            return 0;
        if ((s[i] & 0xc0) != 0x80)
            return -1;
        c = c << 6 | (s[i] & 63);
    }
    if ((n == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) || (n == 4 && (c < 0x10000 || c > 0x10ffff)))
        return -1;
    *code = c;
    return n;
}

/* OSC and the like end with BEL or ESC \; a terminal's late answer must not become typed keys. */
static size_t swallow(struct keys *k, int64_t now)
{
    for (size_t i = 0; i < k->size; i++) {
        bool st = k->input[i] == 27 && i + 1 < k->size && k->input[i + 1] == '\\';
        if (k->input[i] == 7 || st || k->input[i] == 24) {
            k->swallowing = false;
            return i + 1 + st;
        }
    }
    if (now - k->since >= SEQUENCE_MS)
        k->swallowing = false;
    return k->size && k->input[k->size - 1] == 27 ? k->size - 1 : k->size;
}

static void plain(struct key *out, int code)
{
    if (code == '\n')
        code = K_ENTER;
    if (code == 8)
        code = K_BACKSPACE;
    if (code >= 0x80 && code < 0xa0)
        code = K_NONE;
    *out = key_of(code);
}

bool keys_next(struct keys *k, struct key *out, int64_t now)
{
    quiet(k, now);
    while (k->size || k->pasting) {
        memset(out, 0, sizeof *out);
        size_t n = 0;
        if (k->pasting) {
            if (!paste_more(k, now))
                return false;
            k->pasting = false;
            if (!k->paste_size)
                continue;
            *out = (struct key){.code = K_PASTE, .paste = k->paste, .paste_size = k->paste_size};
            return true;
        }
        int rest = !k->swallowing && may_be_rest(k) ? rest_of_split(k, now) : -1;
        if (rest >= 0) {
            n = (size_t)rest;
        } else if (k->swallowing) {
            n = swallow(k, now);
            if (n == 0)
                return false;
        } else if (k->input[0] == 27) {
            n = escape(k, out, now);
        } else {
            k->after_escape = false;
            int code = 0, length = utf8(k->input, k->size, &code);
            n = length < 0 ? 1 : (size_t)length;
            if (length == 0 && now - k->since >= SEQUENCE_MS)
                n = k->size;
            else if (length > 0)
                plain(out, code);
        }
        if (n == 0)
            return false;
        drop(k, n, now);
        if (out->code)
            return true;
    }
    return false;
}

int keys_wait(const struct keys *k, int64_t now)
{
    if (k->size == 0 && !k->pasting && !k->swallowing)
        return -1;
    bool lone = !k->pasting && !k->swallowing && ((k->size == 1 && k->input[0] == 27) || may_be_rest(k));
    int64_t left = (lone ? k->escape_ms : k->pasting ? PASTE_MS : SEQUENCE_MS) - (now - k->since);
    return left > 0 ? (int)left : 0;
}
