/* Codes of documents, as staff send them and take them back, and as whoever has one comes in (D17). */
#include "server/core/limits.h"
#include "server/core/secret.h"
#include "server/mail/outbox.h"
#include "server/ops/doc_code.h"
#include "server/ops/session_open.h"
#include "server/ops/ticket.h"

enum err op_code_send(struct call *c, const struct code_send_in *in, struct code_send_out *out)
{
    struct document d;
    enum err e = record_get(&c->txn, KIND_DOCUMENT, in->document, &d);
    if (!e)
        e = doc_code_send(c, &d, in->contact, &out->code);
    return e ? e : mail_held(c, &out->held);
}

/* What is shown of it: whether it opens anything. */
static enum err finish(struct call *c, struct doc_code *code)
{
    const char *why;
    enum err e = doc_code_why_not(c, code, &why);
    code->good = !e && !why;
    code->why_not = e ? NULL : why;
    return e;
}

enum err op_code_list(struct call *c, const struct code_list_in *in, struct code_list_out *out)
{
    struct key k = index_key(&c->txn, INDEX_DOC_CODE_DOCUMENT);
    struct list_range range = list_range(key_u64(&k, in->document));
    struct record_list l = {.kind = KIND_DOC_CODE,
                            .view = shape_doc_code(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = LIMIT_DOC_CODES};
    enum err e = record_list(&c->txn, &l, &c->why);
    struct doc_code *codes = l.rows;
    for (size_t i = 0; i < l.count && !e; i++)
        e = finish(c, &codes[i]);
    out->codes = (struct doc_code_list){e ? 0 : l.count, codes};
    return e;
}

enum err op_code_revoke(struct call *c, const struct code_revoke_in *in, struct code_revoke_out *out)
{
    struct doc_code *code = arena_alloc(c->arena, sizeof *code);
    enum err e = record_get(&c->txn, KIND_DOC_CODE, in->code, code);
    if (!e)
        e = doc_code_end(c, code);
    if (!e)
        e = finish(c, code);
    out->code = code;
    return e;
}

/* --- coming in ------------------------------------------------------------------------------------------------------------------ */
static enum err bad(struct call *c)
{
    return REFUSE(c, ERR_CODE, "", "%s", err_sentence(ERR_CODE));
}

/* The record of a code that is good; ERR_NOT_FOUND for whatever is wrong with it. */
static enum err find(struct call *c, const char *portal, const char *typed, struct doc_code *code)
{
    uint8_t digest[32];
    uint64_t id;
    const char *why;
    enum err e = call_portal(c, portal);
    if (e)
        return e;
    struct key k = index_key(&c->txn, INDEX_DOC_CODE_HASH);
    if (!secret_code_digest(digest, SECRET_CODE_DOCUMENT, c->txn.business, 0, typed))
        return ERR_NOT_FOUND;
    e = record_find(&c->txn, key_bytes(&k, digest, sizeof digest), &id);
    if (!e)
        e = record_get(&c->txn, KIND_DOC_CODE, id, code);
    if (!e && (code->hash.size != sizeof digest || !secret_equal(code->hash.data, digest, sizeof digest)))
        e = ERR_NOT_FOUND;
    if (!e)
        e = doc_code_why_not(c, code, &why);
    return e || !why ? e : ERR_NOT_FOUND;
}

/* Tries count as those at invitations do, and a good one forgives none: it may be used again and again. */
enum err prep_code_open(struct call *c, const struct code_open_in *in)
{
    struct doc_code code;
    const struct tries tries = ticket_tries(c, in->portal, "code", in->from);
    enum err e = tries_check(&tries, &c->why);
    if (!e)
        e = find(c, in->portal, in->code, &code);
    if (e != ERR_NOT_FOUND)
        return e;
    tries_failed(&tries);
    if (c->txn.business)
        call_refused(c, "", "document", in->from);
    return bad(c);
}

enum err op_code_open(struct call *c, const struct code_open_in *in, struct code_open_out *out)
{
    struct doc_code code;
    enum err e = find(c, in->portal, in->code, &code); /* again: it may have been taken back since */
    if (e)
        return e == ERR_NOT_FOUND ? bad(c) : e;
    const struct way_in way = {
        .side = SIDE_CUSTOMER, .means = MEANS_CODE, .from = in->from, .bound = in->bound, .code = &code};
    return session_open(c, &way, &out->token, &out->me);
}
