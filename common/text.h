/* Text that came from somebody. UTF-8 throughout; libunistring carries the tables. */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H
#include "common/arena.h"
#include "common/err.h"
#include <stdint.h>

/* Is it well-formed UTF-8 (RFC 3629: shortest form, no surrogates)? */
bool text_utf8(const char *bytes, size_t size);
/* Is every character acceptable in stored text: no C0 (but newline and tab when `lines`), no DEL, no C1, no bidi
 * embedding/override/isolate controls, no noncharacters? Expects well-formed UTF-8. */
bool text_printable(const char *bytes, size_t size, bool lines);
/* How many bytes of a text to take to have `bytes` at most and no character in part: for "%.*s", where a plain "%.30s" would cut one. */
size_t text_cut(const char *text, size_t bytes);
/* Number of characters (code points); expects well-formed UTF-8. */
size_t text_length(const char *bytes, size_t size);
/* What a screen may show of any bytes: invalid UTF-8 and control, escape and bidi controls become U+FFFD or '?', what has no
 * width and does not combine is dropped; newline and tab are kept only when `lines` (else a blank). Never fails. */
char *text_shown(struct arena *a, const char *text, bool lines);
/* Columns on a terminal (wcwidth rules of libunistring: wide 2, combining 0). */
size_t text_columns(const char *text);
/* The longest prefix that fits in `columns`; returns its bytes, stores its columns. Never splits a character with its marks. */
size_t text_fit(const char *text, size_t columns, size_t *used);
/* Form for comparing and searching: case folded, NFKD without combining marks, and the letters with a stroke or a ligature
 * that Unicode does not take apart as their plain ones ("Köhler" → "kohler", "Bjørn" → "bjorn"). Folding twice changes nothing. */
char *text_fold(struct arena *a, const char *text);
/* Form in which words are looked for: folded, then without what is not seen (soft hyphens, joiners), and with the spellings of one letter
 * made alike: an e behind a, o, u and an a behind a are left out, so that "Müller", "Mueller" and "Muller", "Århus" and "Aarhus", "Sønner"
 * and "Soenner" are one word. A beginning stays a beginning. Only for comparing: two different names may be alike. */
char *text_search(struct arena *a, const char *text);
/* Normal form C into to[size]: the same text from every keyboard. False: it is no UTF-8, or does not fit with its final 0. */
bool text_nfc(const char *text, char *to, size_t size) MUST_USE;
/* Lower case in normal form C, marks kept ("ZOË" → "zoë"). Expects well-formed UTF-8. */
char *text_lower(struct arena *a, const char *text);
/* Is there nothing to read in it: only characters that are White_Space or Default_Ignorable_Code_Point in Unicode (no-break and
 * zero width spaces, soft hyphens, joiners …)? Such a text is no content anywhere. The empty one is blank. */
bool text_blank(const char *bytes, size_t size);
/* Is a character in it that is not seen at all (Default_Ignorable_Code_Point)? */
bool text_unseen(const char *text);
/* Takes such characters off both ends: what is left is `*size` bytes from the result on, inside `bytes`. */
const char *text_trimmed(const char *bytes, size_t *size);
/* A line of a file without the blanks around it (space, tab, CR, LF): cut off behind, in place; begins inside `text`. */
char *text_trim(char *text);
/* The next word of a folded text (letters and digits); advances *at; returns its length, 0 at the end. Han, Kana and Hangul are written
 * without blanks: each of their characters is a word. */
size_t text_word(const char **at, const char **word);
/* A plausible e-mail address (RFC 5321 dot-atom local part, ≤ 254 bytes, a domain of common/address.h; UTF-8 accepted on both
 * sides); lower-cases nothing. */
bool text_email(const char *text);
#endif
