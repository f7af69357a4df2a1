#include "tui/full/look.h"

unsigned look_style(enum look look)
{
    static const unsigned styles[] = {
        [LOOK_PLAIN] = STYLE_PLAIN, [LOOK_STRONG] = STYLE_BOLD, [LOOK_DIM] = STYLE_DIM,
        [LOOK_INFO] = STYLE_INFO,   [LOOK_GOOD] = STYLE_GOOD,   [LOOK_WARN] = STYLE_WARN,
        [LOOK_BAD] = STYLE_BAD};
    return styles[look];
}
