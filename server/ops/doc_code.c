#include "server/ops/doc_code.h"
#include "common/address.h"
#include "common/text.h"
#include "server/core/limits.h"
#include "server/core/secret.h"
#include "server/mail/outbox.h"
#include "server/ops/contact.h"
#include "server/ops/document.h"
#include "server/ops/person.h"
#include <string.h>

#define DAY_MS (24 * 3600 * 1000LL)
#define BY_CODE \
    ", by code" /* behind the name of whom it went to: whoever acts with it is not shown as if they had signed in */

/* --- is it good? ------------------------------------------------------------------------------------------------------------ */
/* Why there are no codes in this business now; NULL: there are. */
static const char *switched_off(const struct business *b)
{
    return b->no_codes ? "codes of documents are switched off (no_codes)"
           : b->mfa    ? "a second factor is asked of all customers: documents are opened by signing in"
                       : NULL;
}

/* Why nobody opens a document by a code that went to that person. */
static const char *not_person(const struct contact *p)
{
    return p->access == ACCESS_DISABLED ? "their access was switched off"
           : p->mfa                     ? "they sign in with a second factor"
                                        : NULL;
}

/* The customer's own address is as good as that of a person who has the same. */
static enum err not_address(struct call *c, const struct customer *of, const char **why)
{
    struct contact_list all = {0};
    enum err e = contact_all(c, of->id, CONTACTS_MAX, &all);
    for (size_t i = 0; i < all.n && !*why && !e; i++)
        if (all.v[i].email && of->email && address_same(all.v[i].email, of->email))
            *why = not_person(&all.v[i]);
    return e;
}

/* It goes with the address: another one is perhaps another person. */
static enum err whose(struct call *c, const struct doc_code *code, const struct customer *of,
                      const char **why)
{
    struct contact p;
    const char *email = of->email;
    if (code->contact) {
        enum err e = record_get(&c->txn, KIND_CONTACT, code->contact, &p);
        if (e && e != ERR_NOT_FOUND)
            return e;
        if (e || p.customer != of->id) {
            *why = "that person is no longer there";
            return OK;
        }
        *why = not_person(&p);
        email = p.email;
    }
    if (!*why && !address_same(email ? email : "", code->email))
        *why = "their e-mail address is another one now";
    return *why || code->contact ? OK : not_address(c, of, why);
}

static const char *not_document(const struct document_owner *d, const struct doc_code *code)
{
    return d->state == DOC_DRAFT           ? "the document was not sent"
           : d->state == DOC_VOID          ? "the document was withdrawn"
           : d->customer != code->customer ? "the document is another customer's"
                                           : NULL;
}

enum err doc_code_why_not(struct call *c, const struct doc_code *code, const char **why)
{
    const struct business *b;
    struct document_owner d;
    struct customer of;
    *why = NULL;
    enum err e = call_business(c, &b);
    if (e)
        return e;
    *why = code->revoked                       ? "it was taken back"
           : code->expires <= c->now           ? "its time is over"
           : code->generation != b->generation ? "the portal has another name since"
                                               : switched_off(b);
    if (*why)
        return OK;
    e = record_view(&c->txn, KIND_DOCUMENT, code->document, shape_document_owner(), &d);
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, code->customer, &of);
    if (e) {
        *why = "what it opens is no longer there";
        return e == ERR_NOT_FOUND ? OK : e;
    }
    *why = not_document(&d, code);
    if (!*why && !of.active)
        *why = "the customer is deactivated";
    return *why ? OK : whose(c, code, &of, why);
}

/* --- sending ---------------------------------------------------------------------------------------------------------------- */
struct recipient {
    uint64_t contact;
    const char *email, *name;
};

static bool reached(const char *email)
{
    return email && *email && mail_reaches(email);
}

/* The one who is named. */
static enum err named(struct call *c, const struct customer *of, uint64_t contact, struct recipient *to)
{
    struct contact p;
    enum err e = record_get(&c->txn, KIND_CONTACT, contact, &p);
    if (e || p.customer != of->id)
        return e && e != ERR_NOT_FOUND
                   ? e
                   : REFUSE(c, ERR_NOT_FOUND, "contact", "there is no such person at %s", of->name);
    if (not_person(&p))
        return REFUSE(c, ERR_STATE, "contact", "%s: %s", p.name, not_person(&p));
    if (!reached(p.email))
        return REFUSE(c, ERR_NO_EMAIL, "contact", "%s has no e-mail address that mail reaches", p.name);
    *to = (struct recipient){p.id, p.email, p.name};
    return OK;
}

/* The one to turn to, or else the customer's own address. */
static enum err turned_to(struct call *c, const struct customer *of, struct recipient *to)
{
    struct contact_list all = {0};
    const struct contact *best = NULL;
    enum err e = contact_all(c, of->id, CONTACTS_MAX, &all);
    for (size_t i = 0; i < all.n && !e; i++) {
        const struct contact *p = &all.v[i];
        if (reached(p->email) && !not_person(p) && (!best || (p->primary && !best->primary)))
            best = p;
    }
    const char *why = NULL;
    if (best)
        *to = (struct recipient){best->id, best->email, best->name};
    else if (!e)
        e = not_address(c, of, &why);
    if (best || e)
        return e;
    if (why)
        e = REFUSE(c, ERR_STATE, "contact", "%s: %s", of->email, why);
    else if (reached(of->email))
        *to = (struct recipient){0, of->email, of->name};
    else
        e = REFUSE(c, ERR_NO_EMAIL, "contact", "%s has no e-mail address that a code could be mailed to",
                   of->name);
    return e;
}

static enum err codes_of(struct call *c, uint64_t document, struct id_list *ids)
{
    struct key k = index_key(&c->txn, INDEX_DOC_CODE_DOCUMENT);
    return record_ids(&c->txn, key_u64(&k, document), LIMIT_DOC_CODES * 2, ids);
}

/* An earlier one to the same address ends, and the oldest of too many goes. */
static enum err make_room(struct call *c, uint64_t document, const char *email)
{
    struct id_list ids;
    enum err e = codes_of(c, document, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct doc_code old;
        e = record_get(&c->txn, KIND_DOC_CODE, ids.v[i], &old);
        const bool goes = i + LIMIT_DOC_CODES <= ids.n;
        if (!e && (goes || address_same(old.email, email)))
            e = doc_code_end(c, &old);
        if (!e && goes)
            e = record_del(&c->txn, KIND_DOC_CODE, old.id);
    }
    return e;
}

static enum err post(struct call *c, const struct document *d, struct doc_code *code, const char *typed)
{
    const char *expires;
    enum err e = person_when(c, code->expires, &expires);
    const struct mail_value values[] = {
        {"expires", expires}, {"what", doc_noun(d->kind)}, {"number", d->number}};
    const struct mail_new mail = {.template = TEMPLATE_DOCUMENT,
                                  .to = code->email,
                                  .to_name = code->name,
                                  .customer = code->customer,
                                  .doc_code = code->id,
                                  .code = typed,
                                  .values = values,
                                  .n = sizeof values / sizeof *values};
    if (!e)
        e = mail_queue(c, &mail, &code->mail);
    return e ? e : record_put(&c->txn, KIND_DOC_CODE, code);
}

/* Draws it, keeps its digest and writes the mail. */
static enum err make(struct call *c, const struct document *d, struct doc_code *code)
{
    uint8_t random[(SECRET_DOCUMENT * 5 + 7) / 8], digest[32];
    char typed[SECRET_CODE_TEXT(SECRET_DOCUMENT)];
    arena_secret(c->arena); /* the mail is written there */
    call_draw(c, random, sizeof random);
    secret_code(typed, SECRET_DOCUMENT, random);
    secret_wipe(random, sizeof random);
    if (!secret_code_digest(digest, SECRET_CODE_DOCUMENT, c->txn.business, 0, typed))
        return ERR_INTERNAL;
    code->hash = (struct bytes){digest, sizeof digest};
    enum err e = record_put(&c->txn, KIND_DOC_CODE, code);
    if (!e)
        e = post(c, d, code, typed);
    code->hash = (struct bytes){NULL, 0};
    secret_wipe(typed, sizeof typed);
    return e;
}

/* Staff see it in the history of the document. */
static enum err note(struct call *c, const struct doc_code *code, enum what what)
{
    struct document_row d;
    enum err e = record_view(&c->txn, KIND_DOCUMENT, code->document, shape_document_row(), &d);
    struct event event = {.what = what,
                          .subject = e ? 0 : doc_kind(d.kind)->subject,
                          .about = (int64_t)code->document,
                          .number = d.number,
                          .customer = code->customer,
                          .text = arena_printf(c->arena, "mailed to %s", code->email)};
    return e ? e : call_event(c, &event);
}

enum err doc_code_send(struct call *c, const struct document *d, uint64_t contact, struct doc_code **out)
{
    const struct business *b;
    struct customer of;
    struct recipient to = {0};
    enum err e = call_business(c, &b);
    if (!e && switched_off(b))
        e = REFUSE(c, ERR_SWITCHED_OFF, "", "%s", switched_off(b));
    if (!e && (d->state == DOC_DRAFT || d->state == DOC_VOID))
        e = REFUSE(c, ERR_STATE, "document", "%s",
                   d->state == DOC_DRAFT ? "it has not been sent yet" : "it was withdrawn");
    if (!e)
        e = document_for_active(c, d->customer, "document");
    if (!e)
        e = record_get(&c->txn, KIND_CUSTOMER, d->customer, &of);
    if (!e)
        e = contact ? named(c, &of, contact, &to) : turned_to(c, &of, &to);
    if (!e)
        e = make_room(c, d->id, to.email);
    if (e)
        return e;
    struct doc_code *code = arena_alloc(c->arena, sizeof *code);
    const int64_t days = b->code_days ? b->code_days : LIMIT_DOC_CODE_DAYS;
    *code = (struct doc_code){.document = d->id,
                              .customer = of.id,
                              .contact = to.contact,
                              .email = to.email,
                              .name = to.name,
                              .created = c->now,
                              .expires = c->now + days * DAY_MS,
                              .by = c->who.name,
                              .generation = b->generation};
    e = make(c, d, code);
    code->good = true;
    *out = code;
    return e ? e : note(c, code, WHAT_CODE_SENT);
}

/* --- ending ------------------------------------------------------------------------------------------------------------------- */
/* Its sessions are good no more from now on, whatever they are doing (doc_code_lives); they are removed as they are over. */
enum err doc_code_end(struct call *c, struct doc_code *code)
{
    if (code->revoked)
        return OK;
    code->revoked = c->now;
    code->revoked_by = c->who.name;
    enum err e = mail_forget(c, code->mail);
    if (!e)
        e = record_put(&c->txn, KIND_DOC_CODE, code);
    return e ? e : note(c, code, WHAT_CODE_REVOKED);
}

enum err doc_code_end_all(struct call *c, uint64_t document)
{
    struct id_list ids;
    enum err e = codes_of(c, document, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct doc_code code;
        e = record_get(&c->txn, KIND_DOC_CODE, ids.v[i], &code);
        if (!e)
            e = doc_code_end(c, &code);
    }
    return e;
}

/* --- its sessions ------------------------------------------------------------------------------------------------------------- */
enum err doc_code_session(struct call *c, const struct doc_code *code, struct session *s)
{
    size_t used;
    const char *name = code->name ? code->name : code->email;
    s->role = ROLE_CUSTOMER;
    s->name = arena_printf(c->arena, "%.*s" BY_CODE, (int)text_fit(name, 120 - sizeof BY_CODE, &used), name);
    s->email = code->email;
    s->customer = code->customer;
    s->code = code->id;
    s->document = code->document;
    s->password_shown = s->shown = 0;
    return call_generation(&c->txn, &s->generation);
}

enum err doc_code_lives(struct call *c, const struct session *s, bool *lives)
{
    struct doc_code code;
    const char *why = NULL;
    *lives = false;
    enum err e = record_get(&c->txn, KIND_DOC_CODE, s->code, &code);
    if (!e)
        e = doc_code_why_not(c, &code, &why);
    if (!e)
        *lives = !why && code.document == s->document && code.customer == s->customer;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err doc_code_opened(struct call *c, const struct session *s)
{
    struct doc_code code;
    enum err e = call_sign_in(c, SIDE_CUSTOMER, who_number(&c->who));
    if (!e)
        e = record_get(&c->txn, KIND_DOC_CODE, s->code, &code);
    if (e)
        return e;
    code.opened++;
    code.last = c->now;
    code.place = s->place;
    e = record_put(&c->txn, KIND_DOC_CODE, &code);
    return e ? e : note(c, &code, WHAT_CODE_OPENED);
}

enum err doc_code_me(struct call *c, const struct session *s, struct me *me)
{
    struct document_row d;
    struct customer_row of;
    enum err e = record_view(&c->txn, KIND_DOCUMENT, s->document, shape_document_row(), &d);
    if (!e)
        e = record_view(&c->txn, KIND_CUSTOMER, s->customer, shape_customer_row(), &of);
    if (e)
        return e;
    me->customer_name = of.name;
    me->currency = of.currency;
    me->document = s->document;
    me->document_kind = d.kind;
    me->document_number = d.number;
    me->customers_edit = false;
    me->mfa_required = false;
    return OK;
}
