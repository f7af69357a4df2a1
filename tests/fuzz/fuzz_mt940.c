/* Statements of banks as MT940, in whichever bytes. What is read passes the server's own rules; a refusal says what is wrong.
 * tries: proto/bank */
#include "tests/fuzz/bank_holds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct given in = {data, size};
    struct bank_file file = {0};
    struct refusal why = {0};
    const char *bytes = (const char *)take_rest(a, &in);
    const char *text = bank_utf8(a, bytes, size, false);
    must(is_utf8(text));
    enum err e = mt940_read(a, text, &file, &why);
    if (e || file.n)
        bank_holds(a, e, &file, &why);
    arena_close(a);
    return 0;
}
