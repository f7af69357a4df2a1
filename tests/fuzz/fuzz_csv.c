/* Zoho's files: contacts, invoices and payments, each ended by the byte 0x1e, after a byte of options. A row that comes in has passed the
 * server's own rules; a fault says file, line and column in whole characters; what a terminal is shown steers nothing.
 * tries: proto/ctl proto/paper */
#include "common/codec.h"
#include "common/mp.h"
#include "proto/ctl/ctl_import.h"
#include "tests/fuzz/fuzz.h"
#include <sys/mman.h>
#include <unistd.h>

static const char *path_of(struct arena *a, struct given *in, int i)
{
    static int fds[IMPORT_FILES];
    const uint8_t *end = in->left ? memchr(in->at, PART, in->left) : NULL;
    size_t size = end ? (size_t)(end - in->at) : in->left;
    if (!fds[i])
        fds[i] = memfd_create("csv", MFD_CLOEXEC);
    must(fds[i] > 0 && ftruncate(fds[i], (off_t)size) == 0);
    must(pwrite(fds[i], in->at, size, 0) == (ssize_t)size);
    in->at += size + (end != NULL);
    in->left -= size + (end != NULL);
    return size ? arena_printf(a, "/proc/self/fd/%d", fds[i]) : NULL;
}

static void check_rows(struct import_set *set, const struct import_file *file)
{
    for (size_t i = 0; i < file->n; i++) {
        const struct import_row *row = &file->rows[i];
        struct refusal why;
        if (row->bad)
            continue;
        void *to = arena_alloc(set->c->a, file->shape()->size);
        must(row->line >= 1 && mp_scan(row->bytes, row->size, &why) == OK);
        must(codec_unpack(set->c->a, file->shape(), row->bytes, row->size, to, NULL, &why) == OK);
    }
}

static void check_faults(const struct import_set *set)
{
    size_t i;
    json_t *fault;
    must(json_array_size(set->faults) == (size_t)set->problems);
    json_array_foreach(set->faults, i, fault)
    {
        must(json_integer_value(json_object_get(fault, "line")) >= 1);
        must(json_is_string(json_object_get(fault, "column")));
        must(*json_string_value(json_object_get(fault, "reason")));
    }
}

static void read_files(struct ctl *c)
{
    struct import_set set;
    import_open(&set, c);
    enum err e = zoho_read(&set);
    if (e)
        must_be_said(e, &c->why);
    for (int i = 0; i < IMPORT_FILES && !e; i++) {
        import_cascade(&set, &set.files[i], true);
        check_rows(&set, &set.files[i]);
    }
    check_faults(&set);
    import_close(&set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const decimals[] = {NULL, "comma", "point", NULL};
    struct arena *a = arena_open();
    struct given in = {data, size};
    struct caught said;
    uint8_t options = take_byte(&in);
    struct ctl c = {.a = a,
                    .program = "posternctl",
                    .encoding = options & 1 ? "windows-1252" : NULL,
                    .decimal = decimals[options >> 1 & 3]};
    c.contacts = path_of(a, &in, 0);
    c.invoices = path_of(a, &in, 1);
    c.payments = path_of(a, &in, 2);
    catch_begin(&said, &stderr);
    read_files(&c);
    must(is_clean(catch_end(&said), true));
    catch_free(&said);
    arena_close(a);
    return 0;
}
