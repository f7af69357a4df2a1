/* CSV files of banks, behind their mapping: a byte of options, four names of columns, each ended by the byte 0x1e, then the file. What is read passes the
 * server's own rules; a refusal says row and column.
 * tries: proto/bank */
#include "tests/fuzz/bank_holds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const orders[] = {NULL, "dmy", "mdy", "ymd"}, *const marks[] = {";", ",", "t", NULL};
    struct arena *a = arena_open();
    struct given in = {data, size};
    struct bank_file file = {0};
    struct refusal why = {0};
    const uint8_t options = take_byte(&in);
    struct bank_mapping m = {.name = "mine",
                             .account = "DE89370400440532013000",
                             .currency = options & 1 ? "JPY" : "EUR",
                             .windows_1252 = options >> 1 & 1,
                             .decimal_point = options >> 2 & 1,
                             .date_order = orders[options >> 3 & 3],
                             .delimiter = marks[options >> 5 & 3],
                             .skip = options >> 7 & 1};
    m.date_column = take_text(a, &in);
    m.amount_column = take_text(a, &in);
    m.text_column = m.name_column = take_text(a, &in);
    m.balance_column = take_text(a, &in);
    if (!is_clean(m.date_column, false) || !is_clean(m.amount_column, false) ||
        !is_clean(m.text_column, false) ||
        !is_clean(m.balance_column, false)) { /* the server lets no other be kept */
        arena_close(a);
        return 0;
    }
    const size_t left = in.left;
    enum err e = bank_csv_read(a, take_rest(a, &in), left, &m, &file, &why);
    bank_holds(a, e, &file, &why);
    arena_close(a);
    return 0;
}
