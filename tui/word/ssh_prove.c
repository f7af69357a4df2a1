#include "tui/word/ssh_prove.h"
#include "common/text.h"
#include "proto/envelope.h"
#include "proto/link.h"
#include <stdio.h>

#define WAIT_MS 30000

static enum err ask(struct link *link, struct arena *a, const struct key_vouch_in *in,
                    struct key_vouch_out *out, struct refusal *why)
{
    const struct op *op = op_at(OPNO_key_vouch);
    uint8_t id[CALL_ID];
    struct buf request;
    const uint8_t *answer;
    size_t size;
    call_new_id(id);
    buf_init(&request, CALL_REQUEST_MAX);
    enum err e = call_request(&request, op, NULL, id, in);
    if (!e)
        e = link_call(link, request.data, request.size, WAIT_MS, &answer, &size);
    if (!e)
        e = call_answer(a, op, answer, size, out, why);
    buf_fini(&request);
    return e;
}

static int refused(struct arena *a, enum err e, const struct refusal *why, const struct visit *v)
{
    fprintf(stderr, "postern: %s\n", text_shown(a, why->detail[0] ? why->detail : err_sentence(e), false));
    if (e == ERR_CODE)
        fprintf(stderr, "The key you came with is %s. ssh -i FILE says which one to come with.\n",
                v->fingerprint);
    return err_exit_code(e);
}

int door_prove(struct arena *a, const struct door *d, const struct visit *v, const struct door_words *words)
{
    char url[DOOR_TEXT + 8];
    struct link *link;
    struct refusal why = {0};
    struct key_vouch_in in = {0};
    struct key_vouch_out out = {.portal = ""};
    if (words->n != 1) {
        fputs("postern: here a key is proved, and nothing else is done: what to type stands in the portal, "
              "where the key "
              "was added.\n",
              stderr);
        return 2;
    }
    snprintf(url, sizeof url, "ipc://%s", d->socket);
    enum err e = link_open(url, &link, &why);
    if (e)
        return refused(a, e, &why, v);
    GIVE(key_vouch_in, &in, fingerprint, v->fingerprint);
    GIVE(key_vouch_in, &in, challenge, words->v[0]);
    if (*v->from)
        GIVE(key_vouch_in, &in, from, v->from);
    e = ask(link, a, &in, &out, &why);
    link_close(link);
    if (e)
        return refused(a, e, &why, v);
    printf("Proved: %s signs you in to the portal %s from now on.\n", v->fingerprint, out.portal);
    return fflush(stdout) != 0;
}
