/* `audit verify`, `audit head` and `audit seal`: is the log whole, and what to keep elsewhere to prove it. */
#include "common/codec.h"
#include "common/date.h"
#include "common/seal.h"
#include "common/text.h"
#include "proto/ctl/args.h"
#include "proto/ctl/json.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEAL_FILE_MAX 65536

/* The value of the word NAME=…; NULL when it was not given. */
static const char *word(const struct ctl *c, const char *name)
{
    size_t n = strlen(name);
    for (int i = 2; i < c->n_words; i++)
        if (strncmp(c->words[i], name, n) == 0 && c->words[i][n] == '=')
            return c->words[i] + n + 1;
    return NULL;
}

/* Only these words, each key=value or the file of `audit seal`. */
static bool only(const struct ctl *c, int from, const char *const *names)
{
    for (int i = from; i < c->n_words; i++) {
        bool known = false;
        for (const char *const *name = names; *name && !known; name++) {
            size_t n = strlen(*name);
            known = strncmp(c->words[i], *name, n) == 0 && c->words[i][n] == '=';
        }
        if (!known)
            return false;
    }
    return true;
}

static enum err bad_file(struct ctl *c, const char *path, const char *what)
{
    return refuse(&c->why, ERR_INVALID, "seal", "%.120s: %s", path, what);
}

static enum err read_json(struct ctl *c, const char *path, json_t **out)
{
    struct buf text;
    char part[4096];
    ssize_t n = -1;
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return bad_file(c, path, strerror(errno));
    buf_init(&text, SEAL_FILE_MAX);
    while (!text.full && ((n = read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0)
            buf_add(&text, part, (size_t)n);
    json_t *root =
        n < 0 || text.full ? NULL : json_loadb((char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    json_t *inner = json_object_get(root, "seal"); /* as audit.head and audit.verify give it */
    if (json_is_object(inner)) {
        json_incref(inner);
        json_decref(root);
        root = inner;
    }
    buf_fini(&text);
    if (fd != STDIN_FILENO)
        close(fd);
    if (!json_is_object(root)) {
        json_decref(root);
        return bad_file(c, path, "no seal; it has to be what posternctl audit head gave");
    }
    *out = root;
    return OK;
}

static enum err read_seal(struct ctl *c, const char *path, struct audit **seal)
{
    json_t *object = NULL;
    struct buf packed;
    buf_init(&packed, SEAL_FILE_MAX);
    enum err e = read_json(c, path, &object);
    if (!e)
        e = args_pack(c, shape_audit(), object, &packed);
    *seal = arena_alloc(c->a, sizeof **seal);
    if (!e && codec_read(c->a, shape_audit(), packed.data, packed.size, *seal) != OK)
        e = bad_file(c, path, "no seal");
    json_decref(object);
    buf_fini(&packed);
    return e;
}

static void print_hex(const struct bytes *b)
{
    for (size_t i = 0; i < b->size; i++)
        printf("%02x", b->data[i]);
    putchar('\n');
}

static void print_seal(struct ctl *c, const struct audit *seal)
{
    char at[INSTANT_TEXT];
    instant_plain(at, seal->at);
    printf("Seal of %s (business %lld) at event %lld, signed %s\n",
           seal->portal ? text_shown(c->a, seal->portal, false) : "?", (long long)seal->business,
           (long long)seal->event, at);
    printf("  link  ");
    print_hex(&seal->chain);
    printf("  key   ");
    print_hex(&seal->key);
}

static void print_json(const struct shape *shape, const void *record)
{
    struct buf packed;
    buf_init(&packed, CALL_ANSWER_MAX);
    codec_pack(&packed, shape, record, CODEC_TO_STAFF);
    json_t *value = json_of(packed.data, packed.size);
    json_print(value, false);
    json_decref(value);
    buf_fini(&packed);
}

static void print_found(struct ctl *c, const struct audit_verify_out *out)
{
    for (size_t i = 0; i < out->problems.n; i++)
        printf("event %lld: %s\n", (long long)out->problems.v[i].event,
               out->problems.v[i].problem ? text_shown(c->a, out->problems.v[i].problem, false) : "?");
    printf("%lld events read, %lld signed heads compared: %s\n", (long long)out->events,
           (long long)out->heads, out->problems.n ? "THE LOG IS NOT WHAT IT WAS" : "the log is whole");
    if (out->seal)
        print_seal(c, out->seal);
}

/* Exit code 1 when anything does not agree. */
static int verify(struct ctl *c)
{
    static const char *const names[] = {"portal", "seal", NULL};
    struct audit_verify_in in = {.portal = word(c, "portal")};
    struct audit_verify_out out;
    const char *path = word(c, "seal");
    if (!only(c, 2, names))
        return ctl_usage(c, "audit verify takes --portal NAME and --seal FILE");
    enum err e = path ? read_seal(c, path, &in.seal) : OK;
    if (!e)
        e = ctl_call(c, c->a, OPNO_audit_verify, &in, &out);
    if (e)
        return ctl_fail(c, e);
    if (c->json)
        print_json(op_at(OPNO_audit_verify)->out(), &out);
    else
        print_found(c, &out);
    return out.problems.n ? 1 : 0;
}

static int head(struct ctl *c)
{
    static const char *const names[] = {"portal", NULL};
    struct audit_head_in in = {.portal = word(c, "portal")};
    struct audit_head_out out;
    if (!only(c, 2, names))
        return ctl_usage(c, "audit head takes --portal NAME");
    enum err e = ctl_call(c, c->a, OPNO_audit_head, &in, &out);
    if (!e && !out.seal)
        e = refuse(&c->why, ERR_IO, "", "the server gave no seal");
    if (e)
        return ctl_fail(c, e);
    print_json(shape_audit(), out.seal); /* always: it is to be kept in a file */
    return 0;
}

/* Without a server: does the signature fit, and is the key the one expected? */
static int check_seal(struct ctl *c)
{
    static const char *const names[] = {"key", NULL};
    struct audit *seal;
    const char *key = word(c, "key");
    if (c->n_words < 3 || !only(c, 3, names))
        return ctl_usage(c, "audit seal takes a file, and --key HEX: the public key that it has to bear");
    enum err e = read_seal(c, c->words[2], &seal);
    if (e)
        return ctl_fail(c, e);
    char hex[2 * SEAL_KEY + 1] = "";
    for (size_t i = 0; i < seal->key.size && i < SEAL_KEY; i++)
        snprintf(hex + 2 * i, 3, "%02x", seal->key.data[i]);
    bool expected = !key || strcasecmp(key, hex) == 0, fits = seal_signed(seal);
    print_seal(c, seal);
    puts(!fits       ? "THE SIGNATURE DOES NOT FIT"
         : !expected ? "THE SIGNATURE IS ANOTHER KEY'S"
         : key       ? "The signature fits, and the key is the one given."
                     : "The signature fits this key; whether it is your server's key, you have to know.");
    return fits && expected ? 0 : 1;
}

int verb_audit(struct ctl *c)
{
    const char *what = c->n_words > 1 ? c->words[1] : "";
    if (strcmp(what, "verify") == 0)
        return verify(c);
    if (strcmp(what, "head") == 0)
        return head(c);
    if (strcmp(what, "seal") == 0)
        return check_seal(c);
    return ctl_usage(c, "say audit verify, audit head, or audit seal FILE");
}
