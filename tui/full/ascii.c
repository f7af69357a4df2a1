#include "tui/full/ascii.h"
#include "common/text.h"
#include <string.h>

char ascii_of(const char *text)
{
    static const char map[][2][5] = {
        {"─", "-"}, {"│", "|"}, {"┌", "+"}, {"┐", "+"},  {"└", "+"},  {"┘", "+"}, {"├", "+"}, {"┤", "+"},
        {"…", "~"}, {"•", "*"}, {"·", "."}, {"›", ">"},  {"‹", "<"},  {"█", "#"}, {"●", "*"}, {"○", "o"},
        {"↑", "^"}, {"↓", "v"}, {"→", ">"}, {"←", "<"},  {"–", "-"},  {"—", "-"}, {"−", "-"}, {"×", "x"},
        {"▸", ">"}, {"✓", "x"}, {"’", "'"}, {"€", "E"},  {"▁", "."},  {"▂", "."}, {"▃", ":"}, {"▄", ":"},
        {"▅", "|"}, {"▆", "|"}, {"▇", "#"}, {"“", "\""}, {"”", "\""}, {"‘", "'"}};
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (strcmp(text, map[i][0]) == 0)
            return map[i][1][0];
    struct arena *a = arena_open();
    const char *folded = text_fold(a, text); /* é → e */
    char c = folded[0] >= 32 && folded[0] < 127 ? folded[0] : '?';
    arena_close(a);
    return c;
}
