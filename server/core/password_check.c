#include "server/core/password_check.h"
#include "common/log.h"
#include "common/text.h"
#include "server/core/secret.h"
#include <ctype.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS "/usr/share/dict/cracklib-small" /* sorted lines: words and passwords in common use */
#define BITS_LEAST 30
#define PERSONAL 40 /* words about the person that are looked for */

/* What a piece of a password costs a guesser, in bits. */
enum {
    COST_WORD = 16,    /* one of some 50,000 */
    COST_LEET = 2,     /* "p4ssw0rd": besides the word */
    COST_PERSONAL = 3, /* one of a handful */
    COST_AGAIN = 3,    /* a repetition of what stood before */
    COST_RUN = 7,      /* "aaaa", "4567", "fedc" */
    COST_YEAR = 7,
    COST_WALK = 5, /* along the keyboard: the start; then COST_WALK_STEP for each key */
    COST_WALK_STEP = 1,
    COST_BLANK = 1,
    COST_DIGIT = 3,
    COST_LETTER = 5,
    COST_OTHER = 6,
};

static const char *words;
static size_t words_size;
static pthread_once_t words_once = PTHREAD_ONCE_INIT;

static void words_open(void)
{
    struct stat st;
    int fd = open(WORDS, O_RDONLY | O_CLOEXEC);
    void *map = fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0
                    ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0)
                    : MAP_FAILED;
    if (fd >= 0)
        close(fd);
    if (map == MAP_FAILED) {
        log_line(LOG_WARN, "common passwords are not known", "file=%s", WORDS);
        return;
    }
    words = map;
    words_size = (size_t)st.st_size;
}

/* A binary search over lines. */
static bool is_word(const char *text, size_t size)
{
    size_t low = 0, high = words_size; /* whole lines */
    while (low < high) {
        size_t start = low + (high - low) / 2;
        while (start > low && words[start - 1] != '\n')
            start--;
        const char *end = memchr(words + start, '\n', high - start);
        size_t length = end ? (size_t)(end - words) - start : high - start;
        int order = memcmp(text, words + start, size < length ? size : length);
        if (order == 0 && size == length)
            return true;
        if (order < 0 || (order == 0 && size < length))
            high = start;
        else
            low = start + length + 1;
    }
    return false;
}

struct piece {
    const char *v;
    size_t size;
};
struct guess {
    const char *text, *leet[2];
    size_t size;
    struct piece about[PERSONAL];
    size_t n_about;
    int *best; /* best[i]: cost of the first i bytes */
};

static void offer(struct guess *g, size_t from, size_t size, int cost)
{
    if (g->best[from] + cost < g->best[from + size])
        g->best[from + size] = g->best[from] + cost;
}

static void try_words(struct guess *g, size_t from)
{
    for (size_t size = 3; size <= 24 && from + size <= g->size; size++) {
        if (is_word(g->text + from, size))
            offer(g, from, size, COST_WORD);
        for (int i = 0; i < 2; i++)
            if (memcmp(g->leet[i] + from, g->text + from, size) != 0 && is_word(g->leet[i] + from, size))
                offer(g, from, size, COST_WORD + COST_LEET);
    }
    for (size_t i = 0; i < g->n_about; i++) {
        size_t size = g->about[i].size;
        bool fits = from + size <= g->size;
        if (fits && (memcmp(g->text + from, g->about[i].v, size) == 0 ||
                     memcmp(g->leet[0] + from, g->about[i].v, size) == 0 ||
                     memcmp(g->leet[1] + from, g->about[i].v, size) == 0))
            offer(g, from, size, COST_PERSONAL);
    }
}

/* "aaaa", "abcd", "9876": one step over and over. */
static void try_run(struct guess *g, size_t from)
{
    if (from + 3 > g->size)
        return;
    int step = g->text[from + 1] - g->text[from];
    if (step < -1 || step > 1)
        return;
    for (size_t n = 2; from + n <= g->size && g->text[from + n - 1] - g->text[from + n - 2] == step; n++)
        if (n >= 3)
            offer(g, from, n, COST_RUN);
}

static bool key_at(char c, int *row, int *column)
{
    static const char *const rows[] = {"1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"};
    for (*row = 0; *row < 4; ++*row) {
        const char *at = c ? strchr(rows[*row], c) : NULL;
        *column = at ? (int)(at - rows[*row]) : 0;
        if (at)
            return true;
    }
    return false;
}

static bool neighbours(char a, char b)
{
    int row_a, column_a, row_b, column_b;
    if (!key_at(a, &row_a, &column_a) || !key_at(b, &row_b, &column_b))
        return false;
    int down = row_b - row_a, right = column_b - column_a;
    return down >= -1 && down <= 1 && right >= -1 && right <= 1;
}

static void try_walk(struct guess *g, size_t from)
{
    for (size_t n = 2; from + n <= g->size && neighbours(g->text[from + n - 2], g->text[from + n - 1]); n++)
        if (n >= 4)
            offer(g, from, n, COST_WALK + COST_WALK_STEP * (int)(n - 1));
}

static void try_year(struct guess *g, size_t from)
{
    const char *t = g->text + from;
    if (from + 4 <= g->size && (memcmp(t, "19", 2) == 0 || memcmp(t, "20", 2) == 0) &&
        isdigit((unsigned char)t[2]) && isdigit((unsigned char)t[3]))
        offer(g, from, 4, COST_YEAR);
}

static void try_again(struct guess *g, size_t from)
{
    for (size_t before = 0; before + 3 <= from; before++) {
        size_t n = 0;
        while (before + n < from && from + n < g->size && g->text[before + n] == g->text[from + n])
            if (++n >= 3)
                offer(g, from, n, COST_AGAIN);
    }
}

static int cost_of(unsigned char c)
{
    return (c & 0xc0) == 0x80     ? 0 /* inside a character */
           : c == ' '             ? COST_BLANK
           : isdigit(c)           ? COST_DIGIT
           : c >= 'a' && c <= 'z' ? COST_LETTER
                                  : COST_OTHER;
}

/* What people write for a letter; 1 stands for either of two. */
static char *without_leet(struct arena *a, const char *text, char one)
{
    static const char from[] = "@4301$5!78", to[] = "aaeo?ssitb";
    char *plain = arena_text(a, text, strlen(text));
    for (char *c = plain; *c; c++) {
        const char *at = strchr(from, *c);
        *c = *c == '1' ? one : at ? to[at - from] : *c;
    }
    return plain;
}

static void gather_about(struct guess *g, struct arena *a, const struct password_about *about)
{
    for (size_t i = 0; about && i < PASSWORD_ABOUT; i++) {
        const char *at = about->text[i] ? text_fold(a, about->text[i]) : "", *word;
        size_t size = strlen(at);
        if (size >= 3 && g->n_about < PERSONAL)
            g->about[g->n_about++] = (struct piece){at, size};
        while ((size = text_word(&at, &word)) > 0)
            if (size >= 3 && g->n_about < PERSONAL)
                g->about[g->n_about++] = (struct piece){word, size};
    }
}

/* The cheapest way to put the password together from pieces that a guesser tries. */
int password_bits(struct arena *a, const char *password, const struct password_about *about)
{
    char *text = text_fold(a, password);
    char *leet[] = {without_leet(a, text, 'l'), without_leet(a, text, 'i')};
    struct guess g = {.text = text, .leet = {leet[0], leet[1]}, .size = strlen(text)};
    g.best = arena_alloc(a, (g.size + 1) * sizeof *g.best);
    for (size_t i = 1; i <= g.size; i++)
        g.best[i] = (int)i * COST_OTHER + 1;
    (void)pthread_once(&words_once, words_open);
    gather_about(&g, a, about);
    for (size_t i = 0; i < g.size; i++) {
        offer(&g, i, 1, cost_of((unsigned char)text[i]));
        try_words(&g, i);
        try_run(&g, i);
        try_walk(&g, i);
        try_year(&g, i);
        try_again(&g, i);
    }
    int bits = g.best[g.size];
    secret_wipe(text, g.size);
    secret_wipe(leet[0], g.size);
    secret_wipe(leet[1], g.size);
    return bits;
}

enum err password_check(struct arena *a, const char *password, const struct password_about *about,
                        const char *field, struct refusal *why)
{
    size_t length = text_length(password, strlen(password));
    if (length < PASSWORD_LEAST)
        return refuse(why, ERR_INVALID, field, "at least %d characters", PASSWORD_LEAST);
    if (length > PASSWORD_MOST)
        return refuse(why, ERR_INVALID, field, "at most %d characters", PASSWORD_MOST);
    if (password_bits(a, password, about) < BITS_LEAST)
        return refuse(why, ERR_INVALID, field,
                      "too easy to guess: take several words that have nothing to do with each other");
    return OK;
}
