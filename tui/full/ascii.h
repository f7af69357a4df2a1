/* Letters for what a terminal without UTF-8 can not show. */
#ifndef TUI_ASCII_H
#define TUI_ASCII_H

char ascii_of(const char *character); /* one character with its marks → the letter nearest to it, else '?' */
#endif
