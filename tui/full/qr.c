#include "tui/full/qr.h"
#include <qrencode.h>
#include <string.h>

/* The largest code of QR_TEXT_MAX bytes has 89 modules a side; three bytes each, or two letters. */
#define ROW_TEXT (3 * (97 + 2 * QR_QUIET) + 1)

enum err qr_make(struct arena *a, const char *text, enum qr_level level, struct qr *out)
{
    size_t size = strlen(text);
    if (size == 0)
        return ERR_INVALID;
    if (size > QR_TEXT_MAX)
        return ERR_TOO_LARGE;
    /* Runs of capitals and digits, as secrets and account numbers are, get the denser alphanumeric mode. */
    QRcode *code =
        QRcode_encodeString(text, 0, level == QR_MEDIUM ? QR_ECLEVEL_M : QR_ECLEVEL_L, QR_MODE_8, 1);
    if (!code)
        return ERR_NO_MEMORY;
    size_t modules = (size_t)code->width * (size_t)code->width;
    uint8_t *dark = arena_alloc(a, modules);
    for (size_t i = 0; i < modules; i++)
        dark[i] = code->data[i] & 1;
    explicit_bzero(code->data, modules); /* it may say a secret */
    *out = (struct qr){.side = code->width, .dark = dark};
    QRcode_free(code);
    return OK;
}

static int with_quiet(const struct qr *q)
{
    return q->side + 2 * QR_QUIET;
}

int qr_rows(const struct qr *q, enum qr_look look)
{
    return look == QR_BLOCKS ? (with_quiet(q) + 1) / 2 : with_quiet(q);
}

int qr_columns(const struct qr *q, enum qr_look look)
{
    return look == QR_BLOCKS ? with_quiet(q) : 2 * with_quiet(q);
}

/* Coordinates with the quiet zone. What lies outside is paper. */
static bool is_dark(const struct qr *q, int y, int x)
{
    y -= QR_QUIET;
    x -= QR_QUIET;
    return y >= 0 && x >= 0 && y < q->side && x < q->side && q->dark[y * q->side + x];
}

/* A row as text without the newline; `ink` is what a character in it stands for: the dark modules, or the light ones. */
static const char *row_text(char buffer[static ROW_TEXT], const struct qr *q, enum qr_look look, int row,
                            bool ink)
{
    char *end = buffer;
    for (int x = 0; x < with_quiet(q); x++) {
        const char *cell;
        if (look == QR_LETTERS) {
            cell = is_dark(q, row, x) == ink ? "##" : "  ";
        } else {
            bool top = is_dark(q, 2 * row, x) == ink, bottom = is_dark(q, 2 * row + 1, x) == ink;
            cell = top && bottom ? "█" : top ? "▀" : bottom ? "▄" : " ";
        }
        end = stpcpy(end, cell);
    }
    return buffer;
}

int qr_draw(const struct canvas *c, int y, int x, const struct qr *q, enum qr_look look)
{
    char row[ROW_TEXT];
    int rows = qr_rows(q, look), columns = qr_columns(q, look);
    if (y < 0 || x < 0 || rows > c->rows - y || columns > c->columns - x)
        return 0;
    for (int i = 0; i < rows; i++)
        canvas_text(c, y + i, x, STYLE_PAPER, row_text(row, q, look, i, true));
    explicit_bzero(row, sizeof row);
    return rows;
}

void qr_print(FILE *f, const struct qr *q, enum qr_look look)
{
    char row[ROW_TEXT];
    for (int i = 0; i < qr_rows(q, look); i++)
        fprintf(f, "%s\n", row_text(row, q, look, i, look == QR_LETTERS));
    explicit_bzero(row, sizeof row);
}
