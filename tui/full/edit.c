#include "tui/full/edit_inside.h"
#include "common/text.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct edit *edit_open(size_t max_length, bool lines)
{
    struct edit *e = calloc(1, sizeof *e);
    if (!e)
        abort();
    e->max_length = max_length < 1 ? 1 : max_length > 100000 ? 100000 : max_length;
    e->capacity = e->max_length * 4 + 1;
    e->text = calloc(1, e->capacity);
    e->before = calloc(1, e->capacity);
    e->scratch = arena_open();
    if (!e->text || !e->before)
        abort();
    e->lines = lines;
    e->goal = -1;
    e->width = 80;
    return e;
}

void edit_lock(struct edit *e)
{
    const size_t size = e->capacity * 2;
    char *both = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (both == MAP_FAILED)
        return;              /* the heap does, too: it is wiped either way */
    (void)mlock(both, size); /* there may be a limit */
    (void)madvise(both, size, MADV_DONTDUMP);
    free(e->text);
    free(e->before);
    e->text = both;
    e->before = both + e->capacity;
    e->locked = size;
}

void edit_close(struct edit *e)
{
    if (!e)
        return;
    explicit_bzero(e->text, e->capacity);
    explicit_bzero(e->before, e->capacity);
    if (e->locked) {
        (void)munmap(e->text, e->locked);
    } else {
        free(e->text);
        free(e->before);
    }
    arena_close(e->scratch);
    free(e);
}

const char *edit_text(const struct edit *e)
{
    return e->text;
}

size_t edit_at(const struct edit *e)
{
    return e->at;
}

static void remember(struct edit *e, bool typing)
{
    if (typing && e->typing && e->has_before)
        return;
    memcpy(e->before, e->text, e->size + 1);
    e->before_at = e->at;
    e->has_before = true;
    e->typing = typing;
}

static void undo(struct edit *e)
{
    if (!e->has_before)
        return;
    for (size_t i = 0; i < e->capacity; i++) {
        char c = e->text[i];
        e->text[i] = e->before[i];
        e->before[i] = c;
    }
    size_t at = e->at;
    e->at = e->before_at;
    e->before_at = at;
    e->size = strlen(e->text);
    e->typing = false; /* a second undo brings it back */
}

static size_t next(const struct edit *e, size_t at)
{
    size_t columns;
    if (e->text[at] == '\n')
        return at + 1;
    return at + cluster_next(e->text + at, &columns);
}

/* The character before `at`: walked from the start of its line, as marks can only be told going forward. */
static size_t previous(const struct edit *e, size_t at)
{
    if (at == 0)
        return 0;
    if (e->text[at - 1] == '\n')
        return at - 1;
    size_t i = at, last;
    while (i > 0 && e->text[i - 1] != '\n' && at - i < 64)
        i--;
    while (i > 0 && ((unsigned char)e->text[i] & 0xc0) == 0x80)
        i--;
    do {
        last = i;
        i = next(e, i);
    } while (i < at && i > last);
    return last;
}

static void cut(struct edit *e, size_t from, size_t to)
{
    if (from >= to)
        return;
    memmove(e->text + from, e->text + to, e->size - to + 1);
    memset(e->text + e->size - (to - from), 0, to - from);
    e->size -= to - from;
    e->at = from;
}

/* Printable text of the right kind: newlines kept (CRLF → LF) or blanks, tabs to blanks, controls gone. */
static char *cleaned(struct edit *e, const char *text, size_t size)
{
    bool joins = e->at > 0 && e->text[e->at - 1] != '\n'; /* a mark alone may belong to what stands before */
    arena_reset(e->scratch);
    arena_secret(e->scratch); /* it may be a password, or the number of a card */
    char *room = arena_alloc(e->scratch, size + 2), *copy = room + 1, *to = copy;
    room[0] = 'x';
    memcpy(copy, text, size);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)copy[i];
        if (c == '\r') {
            if (i + 1 < size && copy[i + 1] == '\n')
                continue;
            c = '\n';
        }
        if (c == '\t' || (c == '\n' && !e->lines))
            c = ' ';
        if ((c >= 32 && c != 127) || c == '\n')
            *to++ = (char)c;
    }
    *to = '\0';
    char *clean = joins ? text_shown(e->scratch, room, e->lines) + 1 : text_shown(e->scratch, copy, e->lines);
    explicit_bzero(room, size + 1);
    return clean;
}

static size_t prefix(const char *text, size_t characters)
{
    size_t i = 0;
    while (text[i] && characters) {
        i++;
        while (((unsigned char)text[i] & 0xc0) == 0x80)
            i++;
        characters--;
    }
    return i;
}

static bool insert(struct edit *e, const char *text, size_t size, bool typing)
{
    char *clean = cleaned(e, text, size);
    size_t have = text_length(e->text, e->size);
    size_t n = prefix(clean, have < e->max_length ? e->max_length - have : 0);
    if (n == 0)
        return false;
    remember(e, typing);
    memmove(e->text + e->at + n, e->text + e->at, e->size - e->at + 1);
    memcpy(e->text + e->at, clean, n);
    explicit_bzero(clean, n); /* may be a password */
    e->size += n;
    e->at += n;
    return true;
}

void edit_set(struct edit *e, const char *text)
{
    memset(e->text, 0, e->capacity);
    memset(e->before, 0, e->capacity);
    e->size = e->at = 0;
    e->selected = false;
    insert(e, text ? text : "", text ? strlen(text) : 0, false);
    e->has_before = e->typing = false;
    e->goal = -1;
}

void edit_select(struct edit *e)
{
    e->at = e->size;
    e->selected = e->size > 0;
}

static bool word_byte(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static size_t word_left(const struct edit *e)
{
    size_t i = e->at;
    while (i > 0 && !word_byte((unsigned char)e->text[i - 1]))
        i--;
    while (i > 0 && word_byte((unsigned char)e->text[i - 1]))
        i--;
    return i;
}

static size_t word_right(const struct edit *e)
{
    size_t i = e->at;
    while (i < e->size && !word_byte((unsigned char)e->text[i]))
        i++;
    while (i < e->size && word_byte((unsigned char)e->text[i]))
        i++;
    return i;
}

static size_t line_start(const struct edit *e)
{
    size_t i = e->at;
    while (i > 0 && e->text[i - 1] != '\n')
        i--;
    return i;
}

static size_t line_end(const struct edit *e)
{
    return e->at + strcspn(e->text + e->at, "\n");
}

/* --- rows of a wrapped text: hard wrap at the width, newlines; simple enough that the cursor's place is exact */

/* From `from`, the end of its row and where the next row begins. */
size_t edit_row_end(const struct edit *e, size_t from, size_t *after)
{
    size_t i = from, used = 0, space = 0, columns;
    while (e->text[i] && e->text[i] != '\n') {
        size_t n = cluster_next(e->text + i, &columns);
        if (i > from &&
            used + columns > (size_t)e->width) { /* a wide one in one column has a row all the same */
            *after = space ? space : i;
            return *after;
        }
        used += columns;
        i += n;
        if (e->text[i - 1] == ' ')
            space = i;
    }
    *after = i + (e->text[i] == '\n');
    return i;
}

static bool last_row(const struct edit *e, size_t end, size_t after)
{
    return after == end && !e->text[after];
}

/* Row and column of the cursor. A place between two rows of one line belongs to the second. */
void edit_place(const struct edit *e, int *row, int *column)
{
    size_t from = 0, after, columns;
    *row = 0;
    for (;; from = after, ++*row) {
        size_t end = edit_row_end(e, from, &after);
        if (e->at < after || last_row(e, end, after))
            break;
    }
    *column = 0;
    for (size_t i = from; i < e->at;) {
        i += cluster_next(e->text + i, &columns);
        *column += (int)columns;
    }
}

/* Where a row begins; false: there is no such row. */
static bool row_start(const struct edit *e, int row, size_t *from)
{
    size_t after;
    *from = 0;
    for (; row > 0; row--, *from = after) {
        size_t end = edit_row_end(e, *from, &after);
        if (last_row(e, end, after))
            return false;
    }
    return row == 0;
}

static void go_row(struct edit *e, int by)
{
    int row, column, x = 0;
    size_t from, after, columns;
    edit_place(e, &row, &column);
    if (e->goal < 0)
        e->goal = column;
    if (!row_start(e, row + by, &from))
        return;
    size_t end = edit_row_end(e, from, &after), i = from;
    bool soft = after == end && e->text[end];
    while (i < end) {
        size_t n = cluster_next(e->text + i, &columns);
        if (x + (int)columns > e->goal || (soft && i + n >= end))
            break;
        x += (int)columns;
        i += n;
    }
    e->at = i;
}

static bool delete_key(struct edit *e, int code)
{
    size_t from = e->at, to = e->at;
    switch (code) {
    case K_BACKSPACE: from = previous(e, e->at); break;
    case K_DELETE:
    case CTRL('D'): to = next(e, e->at); break;
    case K_WORD_RUBOUT:
    case CTRL('W'): from = word_left(e); break;
    case CTRL('U'): from = line_start(e); break;
    default: return false;
    }
    if (from < to) {
        remember(e, false);
        cut(e, from, to);
    }
    return true;
}

static bool move_key(struct edit *e, int code)
{
    switch (code) {
    case K_LEFT: e->at = previous(e, e->at); break;
    case K_RIGHT: e->at = next(e, e->at); break;
    case K_HOME: e->at = line_start(e); break;
    case K_END:
    case CTRL('E'): e->at = line_end(e); break;
    case K_WORD_LEFT: e->at = word_left(e); break;
    case K_WORD_RIGHT: e->at = word_right(e); break;
    default: return false;
    }
    e->typing = false;
    return true;
}

static bool rubs_out(int code)
{
    return code == K_BACKSPACE || code == K_DELETE || code == CTRL('D') || code == K_WORD_RUBOUT ||
           code == CTRL('W') || code == CTRL('U');
}

/* The first key after edit_select: true when it was for all of it, and is used up. */
static bool replaces(struct edit *e, const struct key *k)
{
    bool pasted = k->code == K_PASTE, typed = pasted || (k->text[0] && k->code >= 32);
    bool selected = e->selected && (typed || rubs_out(k->code));
    e->selected = false;
    if (!selected)
        return false;
    remember(e, false);
    cut(e, 0, e->size);
    e->typing = typed; /* what is typed now belongs to the same step of undo */
    if (typed)
        insert(e, pasted ? k->paste : k->text, pasted ? k->paste_size : strlen(k->text), true);
    return true;
}

bool edit_key(struct edit *e, const struct key *k)
{
    if (replaces(e, k))
        return true;
    if (e->lines && (k->code == K_UP || k->code == K_DOWN)) {
        go_row(e, k->code == K_UP ? -1 : 1);
        e->typing = false;
        return true;
    }
    e->goal = -1;
    if (k->code == K_PASTE) {
        insert(e, k->paste, k->paste_size, false);
        return true;
    }
    if (k->code == CTRL('_')) {
        undo(e);
        return true;
    }
    if (k->text[0] && k->code >= 32) {
        insert(e, k->text, strlen(k->text), true);
        return true;
    }
    if (e->lines && k->code == K_ENTER) {
        insert(e, "\n", 1, true);
        return true;
    }
    return move_key(e, k->code) || delete_key(e, k->code);
}
