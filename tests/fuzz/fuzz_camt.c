/* Statements of banks as camt.053. What is read passes the server's own rules; a refusal says what is wrong, in whole characters; no entity is
 * replaced and nothing is opened.
 * tries: proto/bank */
#include "tests/fuzz/bank_holds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct given in = {data, size};
    struct bank_file file = {0};
    struct refusal why = {0};
    enum err e = camt_read(a, take_rest(a, &in), size, &file, &why);
    if (e || file.n)
        bank_holds(a, e, &file, &why);
    arena_close(a);
    return 0;
}
