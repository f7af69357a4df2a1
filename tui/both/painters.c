/* What is drawn by hand, and not as the page it is told as. */
#include "tui/full/book_screen.h"

const struct painter full_painters[] = {{0}};
