#include "tui/full/term.h"
#include "tui/full/ascii.h"
#include <errno.h>
#include <fcntl.h>
#include <ncurses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#undef lines
#undef columns

struct terminal {
    SCREEN *screen;
    FILE *in, *out;
    int in_fd, out_fd;
    struct keys *keys;
    bool ascii, mouse, suspended, repaint;
    struct cell *shown; /* what curses was last given, rows × columns */
    int rows, columns;
    int colours; /* 0, 8 or 16 */
};

static void size_now(struct terminal *t, int *rows, int *columns)
{
    struct winsize w = {0};
    *rows = 24;
    *columns = 80;
    if (ioctl(t->out_fd, TIOCGWINSZ, &w) == 0 && w.ws_row && w.ws_col) {
        *rows = w.ws_row < 1000 ? w.ws_row : 1000;
        *columns = w.ws_col < 1000 ? w.ws_col : 1000;
    }
}

/* The terminal type to use, NULL when nothing can address the cursor. */
static const char *type_of(int fd)
{
    const char *named = getenv("TERM");
    const char *tries[] = {named, "xterm-256color"};
    for (int i = 0; i < 2; i++) {
        int found = 0;
        if (!tries[i] || !*tries[i] || setupterm(tries[i], fd, &found) != OK)
            continue; /* setupterm answers ERR for a generic type too */
        const char *move = tigetstr("cup");
        bool usable = move && move != (char *)-1 && *move;
        del_curterm(cur_term);
        return usable ? tries[i] : NULL;
    }
    return NULL;
}

static void write_all(struct terminal *t, const char *bytes, size_t size)
{
    while (size) {
        ssize_t n = write(t->out_fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        bytes += n;
        size -= (size_t)n;
    }
}

static void modes(struct terminal *t, bool on)
{
    fflush(t->out);
    write_all(t, on ? "\033[?2004h" : "\033[?2004l", 8);
    if (t->mouse)
        write_all(t, on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l", 16);
}

static void colours_on(struct terminal *t, bool wanted)
{
    if (!has_colors() || start_color() == ERR)
        return;
    use_default_colors();
    init_pair(17, COLOR_BLACK, COLORS >= 16 ? 15 : COLOR_WHITE); /* STYLE_PAPER, wanted or not */
    if (!wanted)
        return;
    t->colours = COLORS >= 16 ? 16 : 8;
    for (short i = 0; i < 16; i++)
        init_pair((short)(i + 1), (short)(i % t->colours), -1);
}

static void fresh_shown(struct terminal *t)
{
    free(t->shown);
    t->shown = calloc((size_t)t->rows * (size_t)t->columns, sizeof *t->shown);
    if (!t->shown)
        abort();
}

enum err term_open(const struct profile *p, int in, int out, struct terminal **term)
{
    if (!isatty(in) || !isatty(out))
        return ERR_IO;
    const char *type = type_of(out);
    if (!type)
        return ERR_INVALID;
    struct terminal *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    t->in_fd = in;
    t->out_fd = out;
    int in_copy = fcntl(in, F_DUPFD_CLOEXEC, 3), out_copy = fcntl(out, F_DUPFD_CLOEXEC, 3);
    t->in = in_copy < 0 ? NULL : fdopen(in_copy, "r");
    t->out = out_copy < 0 ? NULL : fdopen(out_copy, "w");
    if (t->in && t->out)
        t->screen = newterm(type, t->out, t->in);
    if (!t->screen) {
        if (t->in)
            fclose(t->in);
        if (t->out)
            fclose(t->out);
        free(t);
        return ERR_IO;
    }
    set_term(t->screen);
    t->ascii = p->ascii;
    t->keys = keys_open(p->escape_ms);
    raw(); /* no flow control either: Ctrl-S must not freeze */
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    typeahead(-1);
    colours_on(t, !p->no_colour);
    size_now(t, &t->rows, &t->columns);
    if (t->rows != LINES || t->columns != COLS)
        resize_term(t->rows, t->columns);
    fresh_shown(t);
    modes(t, true);
    *term = t;
    return OK;
}

/* Not every terminal has a second screen that goes away with us: what it showed must not stay. */
static void leave_terminal(struct terminal *t)
{
    erase();
    refresh();
    modes(t, false);
    endwin();
}

void term_close(struct terminal *t)
{
    if (!t)
        return;
    if (!t->suspended)
        leave_terminal(t);
    delscreen(t->screen);
    fclose(t->in);
    fclose(t->out);
    keys_close(t->keys);
    free(t->shown);
    free(t);
}

void term_size(struct terminal *t, int *rows, int *columns)
{
    *rows = t->rows;
    *columns = t->columns;
}

void term_redraw(struct terminal *t)
{
    t->repaint = true;
}

void term_resized(struct terminal *t)
{
    size_now(t, &t->rows, &t->columns);
    resize_term(t->rows, t->columns);
    fresh_shown(t);
    erase();
    t->repaint = true;
}

/* Not mbstowcs: that goes by the locale. The cell holds well-formed UTF-8. */
static size_t decode(const char *text, wchar_t *out, size_t limit)
{
    size_t n = 0;
    const unsigned char *s = (const unsigned char *)text;
    while (*s && n < limit) {
        int extra = *s < 0x80 ? 0 : *s < 0xe0 ? 1 : *s < 0xf0 ? 2 : 3;
        wchar_t c = extra == 0 ? *s : *s & (0x3f >> extra);
        for (s++; extra-- > 0 && *s; s++)
            c = c << 6 | (*s & 63);
        out[n++] = c;
    }
    return n;
}

static attr_t attributes(const struct terminal *t, unsigned style, short *pair)
{
    attr_t a = A_NORMAL;
    unsigned colour = style >> 8;
    *pair = 0;
    if (style & STYLE_PAPER) {
        *pair = 17;
        return a;
    }
    if (style & STYLE_BOLD)
        a |= A_BOLD;
    if (style & STYLE_DIM)
        a |= A_DIM;
    if (style & STYLE_UNDERLINE)
        a |= A_UNDERLINE;
    if (style & STYLE_REVERSE)
        a |= A_REVERSE;
    if (colour && t->colours)
        *pair = (short)colour;
    if (colour > 8 && t->colours == 8)
        a |= A_BOLD;
    return a;
}

static void give_cell(const struct terminal *t, int y, int x, const struct cell *cell)
{
    wchar_t w[CCHARW_MAX + 1] = L" ";
    short pair;
    attr_t a = attributes(t, cell->style, &pair);
    cchar_t out;
    int width = 1;
    if (t->ascii && (unsigned char)cell->text[0] >= 0x80) {
        w[0] = (wchar_t)ascii_of(cell->text);
        w[1] = L'\0';
    } else {
        size_t n = decode(cell->text, w, CCHARW_MAX);
        w[n] = L'\0';
        width = n ? wcwidth(w[0]) : 1;
        for (size_t i = 1; i < n; i++)
            if (wcwidth(w[i]) != 0) {
                w[i] = L'\0';
                break;
            }
    }
    if (width != cell->columns &&
        !t->ascii) { /* the two tables disagree: keep the columns, lose the character */
        w[0] = L'?';
        w[1] = L'\0';
        width = 1;
    }
    setcchar(&out, w, a, pair, NULL);
    mvadd_wch(y, x, &out);
    if (width < cell->columns) {
        setcchar(&out, L" ", a, pair, NULL);
        mvadd_wch(y, x + 1, &out);
    }
}

void term_show(struct terminal *t, const struct grid *g)
{
    int rows = grid_rows(g) < t->rows ? grid_rows(g) : t->rows, y, x;
    int columns = grid_columns(g) < t->columns ? grid_columns(g) : t->columns;
    if (t->suspended)
        return;
    for (y = 0; y < rows; y++) {
        const struct cell *want = grid_cell(g, y, 0);
        struct cell *have = &t->shown[(size_t)y * (size_t)t->columns];
        if (memcmp(want, have, (size_t)columns * sizeof *want) == 0)
            continue;
        for (x = 0; x < columns; x++) /* the whole row: halves of wide characters stay consistent */
            if (want[x].columns)
                give_cell(t, y, x, &want[x]);
        memcpy(have, want, (size_t)columns * sizeof *want);
    }
    bool visible = grid_cursor(g, &y, &x);
    if (visible)
        move(y, x);
    else
        move(t->rows - 1, 0);
    curs_set(visible);
    if (t->repaint)
        clearok(curscr, TRUE);
    t->repaint = false;
    refresh();
}

int term_fd(const struct terminal *t)
{
    return t->in_fd;
}

enum err term_read(struct terminal *t, int64_t now)
{
    char bytes[1024];
    struct pollfd p = {.fd = t->in_fd, .events = POLLIN};
    int ready = poll(&p, 1, 0);
    if (ready == 0 || (ready < 0 && errno == EINTR))
        return OK;
    if (ready < 0 || (p.revents & (POLLERR | POLLNVAL)))
        return ERR_IO;
    ssize_t n = read(t->in_fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return OK;
    if (n <= 0)
        return ERR_IO;
    keys_feed(t->keys, bytes, (size_t)n, now);
    explicit_bzero(bytes, sizeof bytes);
    return OK;
}

bool term_key(struct terminal *t, struct key *key, int64_t now)
{
    return keys_next(t->keys, key, now);
}

int term_key_wait(const struct terminal *t, int64_t now)
{
    return keys_wait(t->keys, now);
}

void term_mouse(struct terminal *t, bool on)
{
    if (on == t->mouse)
        return;
    t->mouse = on;
    write_all(t, on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l", 16);
}

void term_suspend(struct terminal *t)
{
    if (t->suspended)
        return;
    leave_terminal(t);
    t->suspended = true;
}

void term_restore(struct terminal *t)
{
    if (!t->suspended)
        return;
    t->suspended = false;
    reset_prog_mode();
    modes(t, true);
    term_resized(t);
}

void term_send(struct terminal *t, const char *bytes, size_t size)
{
    fflush(t->out);
    write_all(t, bytes, size);
}
