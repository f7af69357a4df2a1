#include "common/log.h"
#include "tests/unit/test.h"
#include <unistd.h>

static char line[8192];

/* What one call wrote to standard error. */
#define LOGGED(call)                                        \
    do {                                                    \
        int ends[2], kept = dup(STDERR_FILENO);             \
        if (pipe(ends) || dup2(ends[1], STDERR_FILENO) < 0) \
            return;                                         \
        close(ends[1]);                                     \
        call;                                               \
        dup2(kept, STDERR_FILENO);                          \
        close(kept);                                        \
        ssize_t got = read(ends[0], line, sizeof line - 1); \
        line[got > 0 ? got : 0] = '\0';                     \
        close(ends[0]);                                     \
    } while (0)

static void one_call_is_one_line(void)
{
    LOGGED(log_line(LOG_INFO, "now ready", "listen=%s n=%d", "ipc:///x", 3));
    CHECK(strncmp(line, "ts=2", 4) == 0);
    CHECK(strstr(line, "Z level=info msg=\"now ready\" listen=ipc:///x n=3\n"));
    LOGGED(log_line(LOG_WARN, "ready", NULL));
    CHECK(strstr(line, " level=warn msg=ready\n"));
    LOGGED(log_line(LOG_ERROR, "a\nb\033", "k=%s", "x\ny\033z"));
    CHECK(strstr(line, "msg=\"a\\x0ab\\x1b\" k=x?y?z\n"));
    CHECK(strchr(line, '\n') == line + strlen(line) - 1);
    static char large[10000];
    memset(large, 'x', sizeof large - 1);
    LOGGED(log_line(LOG_ERROR, large, "k=%s", large));
    CHECK_INT(strlen(line), 4096);
    CHECK(line[4095] == '\n');
}

static void lines_below_the_level_are_left_out(void)
{
    LOGGED(log_line(LOG_DEBUG, "x", NULL));
    CHECK_TEXT(line, "");
    log_level_set(LOG_DEBUG);
    LOGGED(log_line(LOG_DEBUG, "x", NULL));
    CHECK(strstr(line, "level=debug"));
    log_level_set(LOG_ERROR);
    LOGGED(log_line(LOG_WARN, "x", NULL));
    CHECK_TEXT(line, "");
}

static void values_are_quoted_when_they_must_be(void)
{
    char b[64];
    CHECK_TEXT(log_quote(b, sizeof b, "ipc:///run/x.sock"), "ipc:///run/x.sock");
    CHECK_TEXT(log_quote(b, sizeof b, ""), "\"\"");
    CHECK_TEXT(log_quote(b, sizeof b, NULL), "\"\"");
    CHECK_TEXT(log_quote(b, sizeof b, "a b=\"c\\\""), "\"a b=\\\"c\\\\\\\"\"");
    CHECK_TEXT(log_quote(b, sizeof b, "K\xC3\xB6hler"), "\"K\xC3\xB6hler\"");
    CHECK_TEXT(log_quote(b, sizeof b, "a\xFF\xC2\x9B\n"), "\"a\\xff\\xc2\\x9b\\x0a\"");
    CHECK_TEXT(log_quote(b, sizeof b, "\xE2\x82"), "\"\\xe2\\x82\"");
    CHECK_TEXT(log_quote(b, 5, "abcdefgh"), "abcd");
    CHECK_TEXT(log_quote(b, 6, "a cdefgh"), "\"a c\"");
    CHECK_TEXT(log_quote(b, 5, "a\n"), "\"a\"");
    CHECK_TEXT(log_quote(b, 2, " "), "");
    CHECK_TEXT(log_quote(b, 1, "x"), "");
}

int main(void)
{
    one_call_is_one_line();
    lines_below_the_level_are_left_out();
    values_are_quoted_when_they_must_be();
    return test_end();
}
