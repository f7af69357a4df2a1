/* Oneself (D13): name and phone; a customer's company and its persons; for which customer one is here (B8). */
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include "tui/portal/proofs.h"
#include <inttypes.h>
#include <string.h>

/* --- who */

static void tell_you(struct page *p, const struct scene *v)
{
    const struct me *me = v->me;
    page_fact(p, "Name", "%s", show_text(me->name));
    page_fact(p, "E-mail", "%s", show_text(me->email));
    page_fact(p, "Phone", "%s", *show_text(me->phone) ? me->phone : "none");
    if (me->role != ROLE_CUSTOMER)
        page_fact(p, "Role", "%s", enum_name(enum_role(), me->role));
}

static void learn_me(struct me *me, const void *out)
{
    *me = *((const struct account_update_out *)out)->me;
}

static const struct give you_gives[] = {{.field = "name", .label = "Your name", .must = true, .width = 40},
                                        {.field = "phone", .label = "Your phone", .width = 24},
                                        {0}};
#define CHANGE_YOU(its_key, its_name)                                                           \
    {                                                                                           \
        .key = (its_key), .name = (its_name), .help = "Change your name and phone",             \
        .op = OPNO_account_update, .gives = you_gives, .begins = BEGINS_ME, .learns = learn_me, \
        .busy = "Saving…", .done = "Saved."                                                     \
    }

static const struct act you_acts[] = {CHANGE_YOU('e', "change"), {0}};

const struct book book_you = {
    .name = "you", .title = "You", .op = OPNO_session_me, .tell = tell_you, .acts = you_acts};

/* --- and the company */

static const struct customer *company(const struct scene *v)
{
    return ((const struct customer_get_out *)v->out)->customer;
}

static void tell_person(struct page *p, const struct scene *v, const struct contact *c)
{
    const char *access = c->access == ACCESS_ACTIVE && c->last_sign_in ? scene_when(v, c->last_sign_in)
                         : c->access == ACCESS_NONE                    ? "no access"
                                                                       : show_access(c->access);
    page_list(p, "Contact persons",
              scene_text(v, "%s%s%s%s%s%s · %s", show_text(c->name), *show_text(c->position) ? ", " : "",
                         show_text(c->position), c->primary ? " (first contact)" : "",
                         *show_text(c->email) ? ", " : "", show_text(c->email), access));
}

static void tell(struct page *p, const struct scene *v)
{
    const struct customer *c = company(v);
    const struct contact_list *persons = &((const struct customer_get_out *)v->out)->contacts;
    page_title(p, "You");
    tell_you(p, v);
    page_fact(p, "Second factor", v->me->mfa ? "on" : "off");
    page_title(p, "Your company");
    page_fact(p, "Customer", "%s", show_text(c->name));
    if (strcmp(show_text(c->company), show_text(c->name)) != 0)
        page_fact(p, "Company", "%s", show_text(c->company));
    page_fact(p, "Its e-mail", "%s", show_text(c->email));
    page_fact(p, "Its phone", "%s", show_text(c->phone));
    page_fact(p, "Web site", "%s", show_text(c->website));
    page_fact(p, "Tax id", "%s", show_text(c->tax_id));
    if (c->terms_days)
        page_fact(p, "Terms", "net %" PRId64 " days, in %s", c->terms_days, show_text(c->currency));
    for (size_t i = 0; i < c->fields.n; i++)
        page_fact(p, show_text(c->fields.v[i].label), "%s", show_text(c->fields.v[i].value));
    paper_address(p, "Billing address", c->billing);
    paper_address(p, "Shipping address", c->shipping);
    for (size_t i = 0; i < persons->n; i++)
        tell_person(p, v, &persons->v[i]);
}

static const char *may_edit(const struct scene *v)
{
    return v->me->customers_edit ? NULL
                                 : "The business changes these details: write a comment to ask for it.";
}

static const char *seen(const struct scene *v, const void *out)
{
    (void)out;
    return scene_text(v, "Saved. %s sees the change.", show_text(v->me->business));
}

static const char *has_others(const struct scene *v)
{
    const struct session_me_out *me = v->also[0];
    return me && me->choices.n > 1 ? NULL : "You are a contact person of this one customer only.";
}

#define ADDRESS(which, label_of)                                                 \
    {.field = which ".attention", .label = label_of " attention", .width = 40},  \
        {.field = which ".street", .label = label_of " street", .width = 40},    \
        {.field = which ".street2", .label = label_of " 2nd line", .width = 40}, \
        {.field = which ".code", .label = label_of " postal code", .width = 12}, \
        {.field = which ".city", .label = label_of " city", .width = 30},        \
        {.field = which ".state", .label = label_of " region", .width = 30},     \
        {.field = which ".country", .label = label_of " country", .width = 30},  \
    {                                                                            \
        .field = which ".phone", .label = label_of " phone", .width = 24         \
    }
static const struct give company_gives[] = {{.field = "phone", .width = 24},
                                            {.field = "website", .label = "Web site", .width = 40},
                                            ADDRESS("billing", "Billing"),
                                            ADDRESS("shipping", "Shipping"),
                                            {0}};

static const struct act acts[] = {
    CHANGE_YOU('e', "you"),
    {.key = 'E',
     .name = "company",
     .help = "Change the company's phone, web site and addresses",
     .op = OPNO_customer_edit_own,
     .possible = may_edit,
     .gives = company_gives,
     .begins = "customer",
     .busy = "Saving…",
     .told = seen},
    {LEADS_TO('i', "factor", "Your sign-in at a glance: second factor, backup codes", OPNO_mfa_show,
              book_sign_in)},
    {LEADS_TO('P', "password", "Change your password", OPNO_password_change, book_password)},
    {LEADS_TO('K', "keys", "SSH keys that sign you in", OPNO_key_list, book_keys)},
    {LEADS_TO('L', "sessions", "Where you are signed in", OPNO_session_list, book_sessions)},
    {LEADS_TO('M', "methods", "Methods of payment that you saved", OPNO_method_list, book_methods)},
    {LEADS_TO('S', "switch", "Go on for another customer", OPNO_session_switch, book_for_whom),
     .possible = has_others},
    {0}};

static const struct also also[] = {{OPNO_session_me, NULL}, {OP_COUNT, NULL}};

const struct book book_account = {.name = "account",
                                  .title = "Account",
                                  .op = OPNO_customer_get,
                                  .also = also,
                                  .tell = tell,
                                  .acts = acts,
                                  .live = SUBJECT_BIT(SUBJECT_CUSTOMER) | SUBJECT_BIT(SUBJECT_CONTACT)};

/* --- for which customer */

static const struct choice *choice(const struct scene *v)
{
    return v->row;
}

static bool is_here(const struct scene *v)
{
    return choice(v)->customer == v->me->customer;
}

static void this_one(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(session_switch_in, (struct session_switch_in *)send, customer, choice(v)->customer);
}

static const char *here_now(const struct scene *v, const void *out)
{
    (void)out;
    return scene_text(v, "You are here for %s now.", show_text(choice(v)->name));
}

static const char *is_now(const struct scene *v)
{
    return is_here(v) ? "you are here for it" : "";
}

static const struct column columns[] = {{.field = "name", .title = "Customer", .width = 30, .grow = 1},
                                        {.field = "password", .title = "Now", .width = 20, .text = is_now},
                                        {0}};
static const struct give switch_gives[] = {{.field = "password",
                                            .label = "Password there",
                                            .help = "The one you sign in with for that customer",
                                            .must = true,
                                            .later = true,
                                            .proof = true,
                                            .width = 36},
                                           {0}};
static const struct act choice_acts[] = {{.key = 'g',
                                          .name = "go",
                                          .help = "Go on for this customer",
                                          .op = OPNO_session_switch,
                                          .about = ABOUT_ROW,
                                          .gives = switch_gives,
                                          .complete = this_one,
                                          .already = is_here,
                                          .enters = true,
                                          .yes = "Go on",
                                          .told = here_now,
                                          .unknown = "Not known whether you have switched: sign in again."},
                                         {0}};

const struct book book_for_whom = {
    .name = "for whom",
    .title = "For whom?",
    .noun = "customer",
    .empty = "You are a contact person of this one customer only.",
    .note = "You are a contact person of several customers. You can switch later, under Account.",
    .op = OPNO_session_me,
    .rows = "choices",
    .columns = columns,
    .acts = choice_acts};

/* --- ways to what is one's own */

static const char *now_factor(const struct scene *v)
{
    const struct mfa_show_out *m = v->out;
    return m->enrolled ? scene_text(v, "second factor on, %" PRId64 " backup codes left", m->codes_left)
                       : "second factor off: the password alone lets you in";
}

static const char *now_you(const struct scene *v)
{
    const struct me *me = v->me;
    return scene_text(v, "%s, %s, %s", show_text(me->name), show_text(me->email),
                      me->role == ROLE_CUSTOMER ? show_text(me->customer_name)
                                                : enum_name(enum_role(), me->role));
}

static const struct place own[] = {
    {&book_you, "you", "You", "your name and phone", now_you},
    {&book_password, "password", "Password", "change your password; your other sessions end then", NULL},
    {&book_sign_in, "factor", "My sign-in", "your second factor and backup codes at a glance", now_factor},
    {&book_keys, "keys", "SSH keys", "keys that sign you in", NULL},
    {&book_sessions, "sessions", "Sessions", "where you are signed in", NULL},
    {0}};
static const struct place own_unlisted[] = {
    {&book_retainers, "retainers", "Retainer invoices", "bills in advance", NULL},
    {&book_credit_notes, "creditnotes", "Credit notes", "what was given back of bills", NULL},
    {&book_how, "transfer", "How to pay", "by bank transfer: account, amounts, what to quote", NULL},
    {&book_methods, "methods", "Saved methods", "saved cards and accounts; add one, remove one", NULL},
    {0}};

const struct places places_own = {.title = "Account",
                                  .op = OPNO_mfa_show,
                                  .also = OP_COUNT,
                                  .live = SUBJECT_BIT(SUBJECT_SESSION),
                                  .of = own,
                                  .unlisted = own_unlisted};
