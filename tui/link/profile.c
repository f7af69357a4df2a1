#include "tui/link/profile.h"
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *from_environment(const char *name)
{
    return getenv(name);
}

static bool set(const char *value)
{
    return value && *value;
}

struct profile profile_read(int in, int out, const char *(*lookup)(const char *name))
{
    struct profile p = {.escape_ms = 25};
    if (!lookup)
        lookup = from_environment;
    const char *term = lookup("TERM"), *accessible = lookup("ACCESSIBLE"), *delay = lookup("ESCDELAY");
    setlocale(LC_CTYPE, "");
    p.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0 || set(lookup("POSTERN_ASCII"));
    p.no_colour = set(lookup("NO_COLOR"));
    p.line_mode = !set(term) || strcmp(term, "dumb") == 0 ||
                  (set(accessible) && strcmp(accessible, "0") != 0) || !isatty(in) || !isatty(out);
    if (set(lookup("SSH_CONNECTION")) || set(lookup("SSH_TTY")))
        p.escape_ms = 50;
    if (set(delay)) {
        char *end;
        long ms = strtol(delay, &end, 10);
        if (!*end && ms >= 1 && ms <= 2000)
            p.escape_ms = (int)ms;
    }
    return p;
}
