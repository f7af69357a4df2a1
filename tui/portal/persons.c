/* Contact persons of a customer, and one of them (F1): who they are, their access to the portal and what is done about it (B1–B7, B12–B14, C5),
 * where they are signed in, their SSH keys. */
#include "proto/paper/show.h"
#include "tui/portal/portal_access.h"
#include <inttypes.h>

/* The row that is meant, or the record. */
static const struct contact *person(const struct scene *v)
{
    return v->row ? v->row : ((const struct contact_get_out *)v->out)->contact;
}

static const struct customer *customer_of(const struct scene *v)
{
    return v->row ? ((const struct customer_get_out *)v->out)->customer
                  : ((const struct contact_get_out *)v->out)->customer;
}

static bool has_mail(const struct contact *p)
{
    return p->email && *p->email;
}

/* --- the rows */

static const char *name(const struct scene *v)
{
    return scene_text(v, "%s%s", show_text(person(v)->name), person(v)->primary ? " ·1" : "");
}

static const char *name_spoken(const struct scene *v)
{
    return scene_text(v, "%s%s", show_text(person(v)->name), person(v)->primary ? ", first to turn to" : "");
}

static enum look name_look(const struct scene *v)
{
    return person(v)->primary ? LOOK_STRONG : LOOK_PLAIN;
}

static const char *email(const struct scene *v)
{
    return has_mail(person(v)) ? person(v)->email : "no e-mail";
}

static enum look email_look(const struct scene *v)
{
    return has_mail(person(v)) ? LOOK_PLAIN : LOOK_DIM;
}

static const char *access(const struct scene *v)
{
    return access_words(v, person(v));
}

static enum look look(const struct scene *v)
{
    return access_look(v, person(v));
}

static const char *factor(const struct scene *v)
{
    return person(v)->mfa ? "yes" : "no";
}

static const char *factor_spoken(const struct scene *v)
{
    return person(v)->mfa ? "second factor" : "";
}

static enum look factor_look(const struct scene *v)
{
    return person(v)->mfa ? LOOK_GOOD : LOOK_DIM;
}

static const struct column columns[] = {
    {.field = "name",
     .title = "Person",
     .width = 16,
     .grow = 1,
     .sorts = true,
     .text = name,
     .spoken = name_spoken,
     .look = name_look},
    {.field = "email", .width = 20, .grow = 1, .text = email, .look = email_look},
    {.field = "position", .width = 12, .drop = 2},
    {.field = "access",
     .title = "Portal access",
     .says = "access",
     .width = 26,
     .text = access,
     .look = look},
    {.field = "mfa",
     .title = "2nd factor",
     .width = 10,
     .drop = 1,
     .text = factor,
     .spoken = factor_spoken,
     .look = factor_look},
    {0}};

/* --- one of them */

static void tell_sessions(struct page *p, const struct scene *v)
{
    const struct session_list_out *out = v->also[1];
    for (size_t i = 0; out && i < out->sessions.n; i++) {
        const struct session *s = &out->sessions.v[i];
        char where[SHOW_SESSION];
        page_fact(p, "Signed in", "from %s with %s, since %s, last used %s", show_session(where, s),
                  show_means(s->means), scene_when(v, s->created), scene_when(v, s->seen));
    }
    if (out && !out->sessions.n)
        page_fact(p, "Signed in", "nowhere");
}

static void tell_keys(struct page *p, const struct scene *v)
{
    const struct key_list_out *out = v->also[2];
    for (size_t i = 0; out && i < out->keys.n; i++) {
        const struct ssh_key *k = &out->keys.v[i];
        page_fact(p, "SSH keys", "%s, %s, %s%s", show_text(k->label), show_text(k->fingerprint),
                  k->expires ? "waits to be proved"
                  : k->used  ? "last used "
                             : "never used",
                  k->expires || !k->used ? "" : scene_when(v, k->used));
    }
    if (out && !out->keys.n)
        page_fact(p, "SSH keys", "none");
}

static void tell(struct page *p, const struct scene *v)
{
    const struct contact *c = person(v);
    page_title(p, "%s", show_text(c->name));
    page_fact_as(p, look(v), "Portal access", access(v));
    page_fact(p, "Customer", "%s%s%s", show_text(customer_of(v)->name),
              c->primary ? ", its first person to turn to" : "",
              customer_of(v)->active ? "" : " (deactivated)");
    page_fact(p, "Position", "%s", show_text(c->position));
    page_fact_as(p, email_look(v), "E-mail", has_mail(c) ? c->email : "none, so no access to the portal");
    page_fact(p, "Phone", "%s", show_text(c->phone));
    page_fact(p, "Second factor", "%s", c->mfa ? "set up" : "none");
    if (c->must_change)
        page_fact(p, "Next sign-in", "leads to choosing a password");
    tell_sessions(p, v);
    tell_keys(p, v);
}

static const char *name_of(const struct scene *v)
{
    return person(v)->name;
}

/* --- who is meant: those that are marked, or one */

static size_t meant(const struct scene *v, const struct contact ***all)
{
    const struct contact_list *rows = v->row ? &((const struct customer_get_out *)v->out)->contacts : NULL;
    size_t n = 0;
    *all = arena_alloc(v->arena, (v->marked_n + 1) * sizeof **all);
    for (size_t i = 0; rows && i < rows->n; i++)
        for (size_t k = 0; k < v->marked_n; k++)
            if (rows->v[i].id == v->marked[k])
                (*all)[n++] = &rows->v[i];
    if (!n)
        (*all)[n++] = person(v);
    return n;
}

static const char *names(const struct scene *v)
{
    const struct contact **all;
    const size_t n = meant(v, &all);
    const char *said = "";
    for (size_t i = 0; i < n; i++)
        said = scene_text(v, "%s%s%s", said, i ? ", " : "", show_text(all[i]->name));
    return said;
}

static const char *can_give(const struct scene *v)
{
    const struct contact **all;
    const size_t n = meant(v, &all);
    if (!customer_of(v)->active)
        return "The customer is deactivated.";
    for (size_t i = 0; i < n; i++)
        if (!has_mail(all[i]))
            return n == 1 ? "There is no e-mail address: {change} adds one."
                          : scene_text(v, "One of them has no e-mail address: %s.", show_text(all[i]->name));
    return NULL;
}

static const char *can_end(const struct scene *v)
{
    const struct contact **all;
    const size_t n = meant(v, &all);
    for (size_t i = 0; i < n; i++)
        if (all[i]->access == ACCESS_INVITED || all[i]->access == ACCESS_ACTIVE)
            return NULL;
    return n > 1 ? "None of them has access." : "There is no access to switch off.";
}

static const char *one_at_a_time(const struct scene *v)
{
    return v->marked_n > 1 ? "One person at a time: unmark the others." : NULL;
}

static const char *can_reset(const struct scene *v)
{
    const char *why = one_at_a_time(v);
    return why ? why : person(v)->mfa ? NULL : "No second factor is set up.";
}

/* --- what is agreed to */

/* What ends or goes on by an invitation. */
static void consequences(struct page *p, const struct contact *const *all, size_t n)
{
    size_t codes = 0, passwords = 0, active = 0;
    for (size_t i = 0; i < n; i++) {
        codes += all[i]->invited && all[i]->invite_expires;
        passwords += all[i]->access == ACCESS_INVITED && !(all[i]->invited && all[i]->invite_expires);
        active += all[i]->access == ACCESS_ACTIVE;
    }
    if (codes)
        page_note(p, LOOK_PLAIN,
                  n == 1 ? "The code that was sent before ends." : "Codes that were sent before end.");
    if (passwords)
        page_note(p, LOOK_PLAIN,
                  n == 1 ? "The password that was set and not used yet ends."
                         : "Passwords that were set and not used yet end.");
    if (active)
        page_note(p, LOOK_PLAIN,
                  "%s signed in before: the present password is good until the invitation is accepted.",
                  n == 1 ? "This person has" : "Some have");
}

static void review_invite(struct page *p, const struct scene *v, const void *in)
{
    const struct contact **all;
    const size_t n = meant(v, &all);
    (void)in;
    if (n == 1)
        page_note(p, LOOK_PLAIN, "%s gets a mail at %s with the way in and a code that is good once.",
                  names(v), show_text(all[0]->email));
    else
        page_note(p, LOOK_PLAIN,
                  "%zu persons each get a mail with the way in and a code of their own, good once: %s.", n,
                  names(v));
    consequences(p, all, n);
}

static void before(struct page *p, const struct scene *v)
{
    access_before(p, v, names(v), v->marked_n > 1);
}

static void review_off(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN,
              "%s can not sign in any more, and open sessions end at once. An invitation ends, too, and SSH "
              "keys are removed: who gets access again registers them anew.",
              names(v));
}

static void review_reset(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    access_factor_review(p, person(v)->name);
}

static void review_remove(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s is removed, and their access ends.", show_text(person(v)->name));
}

/* --- acts */

static const struct give gives[] = {
    {.field = "contact.name", .must = true, .width = 40},
    {.field = "contact.email", .width = 40},
    {.field = "contact.phone", .width = 24},
    {.field = "contact.position", .width = 30},
    {.field = "contact.primary", .help = "There is one: whoever it was is it no more"},
    {0}};

static void of_customer(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(contact_create_in, (struct contact_create_in *)send, customer, v->of);
}

static uint64_t their_customer(const struct scene *v)
{
    return person(v)->customer;
}

#define ACTS_ABOUT_ONE                                                                                      \
    ACCESS_INVITE("contacts", "Invite to the portal, or invite again", can_give, review_invite),            \
        ACCESS_ENABLE("contacts", "Switch access on with a one-time password", can_give, before),           \
        {.key = 'x',                                                                                        \
         .name = "off",                                                                                     \
         .help = "Switch the portal access off",                                                            \
         .op = OPNO_access_disable,                                                                         \
         .many = "contacts",                                                                                \
         .possible = can_end,                                                                               \
         .agree = AGREE_YES,                                                                                \
         .question = "Switch portal access off?",                                                           \
         .yes = "Switch off",                                                                               \
         .busy = "Switching access off…",                                                                   \
         .review = review_off,                                                                              \
         .done = "Access is off; open sessions have ended."},                                               \
        ACCESS_FACTOR(can_reset, review_reset),                                                             \
        {.key = 'S',                                                                                        \
         .name = "sessions",                                                                                \
         .help = "Where this person is signed in",                                                          \
         .op = OPNO_session_list,                                                                           \
         .about = ABOUT_ROW,                                                                                \
         .goes = &book_contact_sessions,                                                                    \
         .goes_by = scene_id},                                                                              \
        {.key = 'K',                                                                                        \
         .name = "keys",                                                                                    \
         .help = "The SSH keys of this person",                                                             \
         .op = OPNO_key_list,                                                                               \
         .about = ABOUT_ROW,                                                                                \
         .goes = &book_contact_keys,                                                                        \
         .goes_by = scene_id},                                                                              \
    {                                                                                                       \
        .key = 'e', .name = "change", .help = "Change name, e-mail address, position",                      \
        .op = OPNO_contact_update, .gives = gives, .begins = "contact",                                     \
        .note =                                                                                             \
            "Another e-mail address ends the access of this person until they are invited at the new one.", \
        .busy = "Saving…", .done = "Saved."                                                                 \
    }

static const struct act acts[] = {{.key = '+',
                                   .name = "new",
                                   .help = "Add a person",
                                   .op = OPNO_contact_create,
                                   .gives = gives,
                                   .complete = of_customer,
                                   .yes = "Add the person",
                                   .busy = "Saving…",
                                   .makes = "contact",
                                   .done = "The person is there. {invite} invites them to the portal."},
                                  ACTS_ABOUT_ONE,
                                  {.key = 'D',
                                   .name = "remove",
                                   .help = "Remove this person",
                                   .op = OPNO_contact_delete,
                                   .possible = one_at_a_time,
                                   .agree = AGREE_YES,
                                   .question = "Remove this person?",
                                   .yes = "Remove",
                                   .busy = "Removing…",
                                   .review = review_remove,
                                   .done = "Removed."},
                                  {0}};

static const struct act one_acts[] = {
    ACTS_ABOUT_ONE,
    {LEADS_TO('o', "customer", "The customer this person is of", OPNO_customer_get, book_customer),
     .goes_by = their_customer},
    {0}};

static void these_sessions(const struct scene *v, void *in)
{
    GIVE(session_list_in, (struct session_list_in *)in, contact, v->id);
}

static void these_keys(const struct scene *v, void *in)
{
    GIVE(key_list_in, (struct key_list_in *)in, contact, v->id);
}

static const struct also also[] = {{OPNO_password_rules, NULL}, {OP_COUNT, NULL}};
static const struct also also_one[] = {{OPNO_password_rules, NULL},
                                       {OPNO_session_list, these_sessions},
                                       {OPNO_key_list, these_keys},
                                       {OP_COUNT, NULL}};

#define LIVE .live = SUBJECT_BIT(SUBJECT_CONTACT) | SUBJECT_BIT(SUBJECT_SESSION) | SUBJECT_BIT(SUBJECT_KEY)
const struct book book_persons = {.name = "persons",
                                  .title = "Persons",
                                  .noun = "person",
                                  .empty = "Nobody yet: who is added here can be given access to the portal.",
                                  .op = OPNO_customer_get,
                                  .rows = "contacts",
                                  .one = "contact",
                                  .of = "customer",
                                  .opens = &book_person,
                                  .also = also,
                                  .columns = columns,
                                  .tell = tell,
                                  .acts = acts,
                                  LIVE};

const struct book book_person = {.name = "person",
                                 .title = "Person",
                                 .op = OPNO_contact_get,
                                 .one = "contact",
                                 .also = also_one,
                                 .tell = tell,
                                 .name_of = name_of,
                                 .acts = one_acts,
                                 LIVE};
