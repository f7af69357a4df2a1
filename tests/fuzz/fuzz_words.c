/* Commands over SSH: any bytes as words, words as arguments of an operation, arguments as msgpack. Words that are quoted again are the same
 * words; what is packed is a message, and the server's reading refuses only with the name of a field.
 * tries: tui/word/ssh_words.c proto/ctl proto/paper */
#include "common/codec.h"
#include "common/mp.h"
#include "proto/ctl/args.h"
#include "proto/ctl/word.h"
#include "tests/fuzz/fuzz.h"
#include "tui/word/ssh_words.h"
#include <fcntl.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Standard input holds nothing. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    int fd = open("/dev/null", O_RDONLY);
    (void)argc;
    (void)argv;
    must(fd >= 0 && dup2(fd, STDIN_FILENO) == 0);
    close(fd);
    return 0;
}

static void quote(struct buf *to, const char *word)
{
    buf_add(to, " '", 2);
    for (; *word; word++)
        buf_add(to, *word == '\'' ? "'\\''" : word, *word == '\'' ? 4 : 1);
    buf_add(to, "'", 1);
}

static void check_quoting(struct arena *a, const struct door_words *w)
{
    struct door_words again;
    struct refusal why;
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    for (int i = 0; i < w->n; i++)
        quote(&text, w->v[i]);
    if (text.size && text.size <= DOOR_COMMAND_MOST) {
        must(door_words(a, (const char *)text.data, text.size, &again, &why) == OK);
        must(again.n == w->n);
        for (int i = 0; i < w->n; i++)
            must(strcmp(again.v[i], w->v[i]) == 0);
    }
    buf_fini(&text);
}

static void check_packed(struct ctl *c, const struct op *op, const struct buf *out)
{
    struct codec_names names = {0};
    struct refusal why = {0};
    void *to = arena_alloc(c->a, op->in()->size);
    must(mp_scan(out->data, out->size, NULL) == OK);
    enum err e = codec_unpack(c->a, op->in(), out->data, out->size, to, &names, &why);
    if (e) {
        must_be_said(e, &why);
        must(why.field[0]);
    }
}

/* What word_run does before it asks. */
static enum err run(struct ctl *c, struct buf *out)
{
    int used = 1;
    json_t *object = NULL;
    const struct word *w = word_find(c, &used);
    const struct op *op = w ? word_op(w) : op_find(c->words[0], strlen(c->words[0]));
    if (!op)
        return OK;
    enum err e = word_arguments(c, op, w ? w->places : "", w ? w->always : NULL, used);
    if (!e)
        e = args_parse(c, op->in(), c->words + 1, c->n_words - 1, &object);
    if (!e)
        e = args_pack(c, op->in(), object, out);
    json_decref(object);
    if (!e)
        check_packed(c, op, out);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct given in = {data, size};
    const char *text = (const char *)take_rest(a, &in);
    struct door_words w;
    struct refusal why = {0};
    enum err e = door_words(a, text, size, &w, &why);
    if (e) {
        must_be_said(e, &why);
    } else if (w.n) {
        struct ctl c = {.a = a, .no_files = true, .n_words = w.n, .words = (const char **)w.v};
        struct buf out;
        check_quoting(a, &w);
        buf_init(&out, CALL_REQUEST_MAX);
        e = run(&c, &out);
        if (e)
            must_be_said(e, &c.why);
        buf_fini(&out);
    }
    arena_close(a);
    return 0;
}
