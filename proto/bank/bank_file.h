/* Files of banks, read into statements as bank.import takes them: camt.053 (camt.c), MT940 (mt940.c), CSV with a mapping (bank_csv.c). Every
 * byte of them is a stranger's. A program of a person reads the file; the daemon never opens one. Only what is booked comes; nothing is
 * guessed: what can not be read is refused with the line or the element, and then nothing of the file is taken. */
#ifndef PROTO_BANK_FILE_H
#define PROTO_BANK_FILE_H
#include "common/arena.h"
#include "proto/op.h"

#define BANK_FILE_MAX ((size_t)64 * 1024 * 1024) /* bytes */
#define BANK_LINES_MAX 100000                    /* of a statement, as bank.import takes them */
#define BANK_STATEMENTS_MAX 1000                 /* of a file */

struct bank_statement {
    struct statement head; /* what was not said is absent */
    size_t n, room;
    struct statement_line *lines;
};
struct bank_file {
    const char *format; /* "camt.053", "MT940", "CSV" */
    size_t n, room;
    struct bank_statement *v;
};

/* Reads a file of any format; mapping: of a CSV file, or NULL. All of it lives in the arena. ERR_INVALID, ERR_TOO_LARGE, ERR_CURRENCY with what is
 * wrong and where (field: the element, the tag or the column). */
enum err bank_file_read(struct arena *a, const uint8_t *data, size_t size, const struct bank_mapping *mapping,
                        struct bank_file *out, struct refusal *why) MUST_USE;

/* --- for the formats */
enum err camt_read(struct arena *a, const uint8_t *data, size_t size, struct bank_file *out,
                   struct refusal *why) MUST_USE;
enum err mt940_read(struct arena *a, const char *text, struct bank_file *out, struct refusal *why) MUST_USE;
enum err bank_csv_read(struct arena *a, const uint8_t *data, size_t size, const struct bank_mapping *mapping,
                       struct bank_file *out, struct refusal *why) MUST_USE;

/* ERR_TOO_LARGE past the limits. The new one is good until the next is added. */
enum err bank_add_statement(struct arena *a, struct bank_file *f, struct bank_statement **s,
                            struct refusal *why) MUST_USE;
enum err bank_add_line(struct arena *a, struct bank_statement *s, const struct statement_line *line,
                       struct refusal *why) MUST_USE;
/* A text as it may stand in a record: one line, nothing unseen, blanks single, at most so many characters. "" becomes NULL. */
const char *bank_clean(struct arena *a, const char *text, size_t characters);
/* Bytes of a bank as UTF-8: ISO 8859-1 (windows_1252: that) where they are not, or where that is said. */
char *bank_utf8(struct arena *a, const char *bytes, size_t size, bool always);
/* "1234,5" or "1234.50", as files write amounts: no grouping, the mark that is said, zeros past the currency's places. */
enum err bank_amount(const char *text, const char *currency, char mark, int64_t *amount) MUST_USE;
/* A day that the server takes, or 0: no bank booked anything before 1900. */
int32_t bank_day(int32_t day);
/* The IBAN of a German account that is written as bank code and number, "37040044/0532013000"; else the account without blanks. */
const char *bank_account_of(struct arena *a, const char *written);
#endif
