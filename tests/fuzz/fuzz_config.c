/* The configuration file of postern and posternctl. The first part is the name of the profile that is wanted. What is taken is clean and not
 * empty; a profile that is not there says nothing; a refusal is about the file and has its line, or the whole of it. */
#include "proto/config.h"
#include "tests/fuzz/fuzz.h"

static void check_value(const char *value)
{
    if (!value)
        return;
    size_t n = strlen(value);
    must(n && n <= CONFIG_LINE_MAX && is_clean(value, true) && !strchr(value, '\n'));
    must(!strchr(" \t\r", value[0]) && !strchr(" \t\r", value[n - 1]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct given in = {data, size};
    const char *name = take_text(a, &in);
    struct refusal why = {0};
    struct config c = {0};
    bool found = true;
    const size_t left = in.left;
    char *text = arena_text(a, left ? (const char *)in.at : "", left);
    enum err e = config_parse(a, &why, "file", text, left, name, &c, &found);
    if (e) {
        must_be_said(e, &why);
        must(e == ERR_INVALID && strcmp(why.field, "config") == 0);
    } else {
        must(found || !(c.url || c.portal || c.token_file || c.ca));
        check_value(c.url);
        check_value(c.portal);
        check_value(c.token_file);
        check_value(c.ca);
    }
    arena_close(a);
    return 0;
}
