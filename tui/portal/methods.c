/* Saved methods of payment (E6), and being charged by itself (E13): what there is, adding one, which is offered first, what one agrees to. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/pay_means.h"

static const struct method_list_out *all(const struct scene *v)
{
    return v->out;
}

static const struct saved_method *method(const struct scene *v)
{
    return v->row;
}

static const char *title(const struct scene *v)
{
    return show_text(method(v)->title);
}

/* "11/41" */
static const char *good_until(const struct scene *v)
{
    int year, month, day;
    if (!method(v)->expires)
        return "";
    date_split(method(v)->expires, &year, &month, &day);
    return scene_text(v, "%02d/%02d", month, year % 100);
}

static bool expired(const struct scene *v)
{
    return method(v)->expires && method(v)->expires < v->today;
}

static const char *state(const struct scene *v)
{
    const struct saved_method *m = method(v);
    if (m->state != METHOD_GOOD)
        return m->state == METHOD_ADDING ? "being saved" : "refused";
    if (*show_text(m->barred))
        return "not now";
    return expired(v) ? "expired" : m->preferred ? "offered first" : "";
}

static enum look state_look(const struct scene *v)
{
    return method(v)->state == METHOD_REFUSED || expired(v)                     ? LOOK_BAD
           : method(v)->state == METHOD_ADDING || *show_text(method(v)->barred) ? LOOK_WARN
                                                                                : LOOK_GOOD;
}

static const struct consent *consent(const struct scene *v)
{
    const struct consent_list *c = &method(v)->consents;
    return method(v)->automatic && c->n ? &c->v[c->n - 1] : NULL;
}

static const char *automatic(const struct scene *v)
{
    char text[SHOW_TEXT];
    const struct consent *on = consent(v);
    return on ? scene_text(v, "up to %s", show_money(text, on->ceiling)) : "";
}

static const struct column columns[] = {
    {.field = "title", .title = "Method", .width = 24, .grow = 1, .text = title},
    {.field = "expires", .title = "Expires", .says = "expires", .width = 8, .text = good_until},
    {.field = "state", .width = 14, .text = state, .look = state_look},
    {.field = "automatic",
     .title = "Charged by itself",
     .says = "charged by itself",
     .width = 20,
     .text = automatic},
    {0}};

static void above(struct page *p, const struct scene *v)
{
    if (*show_text(all(v)->note))
        page_note(p, LOOK_WARN, "%s", all(v)->note);
}

static void tell_held(struct page *p, const struct saved_method *m)
{
    for (size_t i = 0; i < m->held.n; i++)
        page_money(p, show_text(m->held.v[i].number), LOOK_WARN, m->held.v[i].amount, m->held.v[i].why);
}

static void tell(struct page *p, const struct scene *v)
{
    const struct saved_method *m = method(v);
    const struct consent *on = consent(v);
    char where[SHOW_TEXT * 4];
    page_title(p, "%s", title(v));
    page_fact_as(p, state_look(v), "State", *state(v) ? state(v) : "good");
    page_fact(p, "Reason", "%s", show_text(*show_text(m->failure) ? m->failure : m->barred));
    page_fact(p, "Expires", "%s", good_until(v));
    show_address_line(where, sizeof where, m->billing);
    page_fact(p, "Billing address", "%s", where);
    page_fact(p, "Saved", "%s by %s", scene_when(v, m->created), show_text(m->by));
    if (*show_text(m->url)) {
        page_note(p, LOOK_WARN, "Give it at this page; it is saved as soon as that is done:");
        page_note(p, LOOK_STRONG, "%s", m->url);
    }
    page_fact(p, "Charged by itself", "%s", on ? automatic(v) : "no");
    if (on) {
        page_fact(p, "Agreed", "%s by %s, from %s", scene_when(v, on->at), show_text(on->by),
                  show_place(on->place));
        page_quote(p, "What was agreed to", on->text);
        tell_held(p, m);
    }
}

static const char *name_of(const struct scene *v)
{
    return method(v)->title;
}

/* --- adding one */

static const char *card_own_name(const struct scene *v, const void *in)
{
    (void)in;
    return v->me->name;
}

static const struct give card_gives[] = {
    {.field = "card_number",
     .must = true,
     .help = "As on the card; blanks do no harm. The number itself is not kept.",
     .as = AS_TAIL,
     .width = 24,
     .beside = card_beside},
    {.field = "card_expiry",
     .must = true,
     .label = "Expires",
     .help = "Month and year, as on the card",
     .unit = "MM/YY",
     .as = AS_SHOWN,
     .width = 8,
     .beside = card_expiry_beside},
    {.field = "card_code",
     .must = true,
     .label = "Security code",
     .help = "Three digits on the back, or four on the front. It is never kept.",
     .width = 6,
     .beside = card_code_beside},
    {.field = "card_name",
     .label = "Name on card",
     .help = "As it stands on the card",
     .usual = card_own_name},
    {.field = "card_postcode",
     .label = "Postcode",
     .help = "Of the card's billing address, where that is not your company's",
     .width = 12},
    {0}};

static const struct give account_gives[] = {{.field = "holder",
                                             .must = true,
                                             .label = "Account holder",
                                             .help = "As the bank knows it",
                                             .usual = card_own_name},
                                            {.field = "iban",
                                             .must = true,
                                             .label = "IBAN",
                                             .help = "Blanks do no harm. The number itself is not kept.",
                                             .as = AS_TAIL,
                                             .width = 36},
                                            {0}};

static void a_card(const struct scene *v, const void *in, void *send)
{
    (void)v, (void)in;
    GIVE(method_save_in, (struct method_save_in *)send, mode, MODE_CARD);
}

static void an_account(const struct scene *v, const void *in, void *send)
{
    (void)v, (void)in;
    GIVE(method_save_in, (struct method_save_in *)send, mode, MODE_DEBIT);
}

static void at_page(const struct scene *v, const void *in, void *send)
{
    (void)v, (void)in;
    GIVE(method_save_in, (struct method_save_in *)send, online, true);
}

static bool takes_card(const struct scene *v)
{
    return all(v)->card || !all(v)->online;
}

static bool takes_account(const struct scene *v)
{
    return all(v)->account;
}

static bool takes_page(const struct scene *v)
{
    return all(v)->online;
}

static const char *can_card(const struct scene *v)
{
    return all(v)->card ? NULL : "No card can be saved here.";
}

static const char *can_account(const struct scene *v)
{
    return all(v)->account ? NULL : "No account can be saved here.";
}

static const char *can_page(const struct scene *v)
{
    return all(v)->online ? NULL : "There is no page here at which one is given.";
}

static const char *saved(const struct scene *v, const void *out)
{
    const struct saved_method *m = ((const struct method_save_out *)out)->saved;
    return m->state == METHOD_ADDING
               ? scene_text(v, "Give it at the page that stands here now.")
               : scene_text(v, "%s is saved. Nothing was charged.", show_text(m->title));
}

/* --- what is done with one */

static const char *can_first(const struct scene *v)
{
    return method(v)->preferred              ? "It is offered first."
           : method(v)->state != METHOD_GOOD ? "It can not be paid with."
                                             : NULL;
}

static const char *can_expiry(const struct scene *v)
{
    return method(v)->expires ? NULL : "It does not end on a day.";
}

static const struct give expiry_gives[] = {{.field = "expiry",
                                            .must = true,
                                            .label = "Expires",
                                            .help = "Month and year, as on the card",
                                            .unit = "MM/YY",
                                            .width = 8,
                                            .beside = card_expiry_beside},
                                           {0}};

static const struct give address_gives[] = {
    {.field = "billing.street", .width = 40},  {.field = "billing.street2", .width = 40},
    {.field = "billing.code", .width = 12},    {.field = "billing.city", .width = 30},
    {.field = "billing.country", .width = 30}, {0}};

static void review_remove(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s is forgotten here. What was paid with it stays as it is.%s", title(v),
              consent(v) ? " Nothing is charged by itself any more." : "");
}

static const char *can_agree(const struct scene *v)
{
    return method(v)->state == METHOD_GOOD ? NULL : "It can not be paid with.";
}

static const char *can_withdraw(const struct scene *v)
{
    return method(v)->automatic ? NULL : "It is not charged by itself.";
}

static bool is_on(const struct scene *v)
{
    return method(v)->automatic;
}

static void this_text(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(method_agree_in, (struct method_agree_in *)send, version, all(v)->version);
}

static void review_agree(struct page *p, const struct scene *v, const void *in)
{
    page_fact(p, "With", "%s", title(v));
    page_money(p, "At most", LOOK_STRONG, ((const struct method_agree_in *)in)->ceiling, "each charge");
    page_fact(p, "You agree", "%s", show_text(all(v)->text));
}

static void review_withdraw(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "From now on nothing is charged to %s by itself. What is due is yours to pay.",
              title(v));
}

static const struct give agree_gives[] = {
    {.field = "ceiling",
     .must = true,
     .label = "At most",
     .help = "The most that one charge may be; what is more waits for you",
     .width = 14},
    {0}};

#define ADDS .op = OPNO_method_save, .about = ABOUT_ALL, .makes = "saved", .busy = "Saving…", .told = saved
static const struct act acts[] = {
    {.key = '+',
     .name = "new",
     .help = "Save a card",
     .title = "Save a card",
     .gives = card_gives,
     .complete = a_card,
     .offered = takes_card,
     .possible = can_card,
     .yes = "Save it",
     ADDS},
    {.key = 'B',
     .name = "account",
     .help = "Save a bank account that is debited",
     .title = "Save an account",
     .gives = account_gives,
     .complete = an_account,
     .offered = takes_account,
     .possible = can_account,
     .yes = "Save it",
     ADDS},
    {.key = 'o',
     .name = "online",
     .help = "Save one at a page of the gateway's",
     .complete = at_page,
     .offered = takes_page,
     .possible = can_page,
     ADDS},
    {.key = 'd',
     .name = "prefer",
     .help = "Offer it first",
     .op = OPNO_method_set_default,
     .possible = can_first,
     .busy = "Saving…",
     .done = "It is offered first from now on."},
    {.key = 'e',
     .name = "expiry",
     .help = "Change until when the card is good",
     .op = OPNO_method_edit,
     .gives = expiry_gives,
     .possible = can_expiry,
     .busy = "Saving…",
     .done = "Saved."},
    {.key = 'a',
     .name = "address",
     .help = "Change its billing address",
     .op = OPNO_method_edit,
     .gives = address_gives,
     .quiet = true,
     .busy = "Saving…",
     .done = "Saved."},
    {.key = 'c',
     .name = "charge",
     .help = "Agree that what is due is charged by itself",
     .title = "Charged by itself",
     .op = OPNO_method_agree,
     .gives = agree_gives,
     .complete = this_text,
     .possible = can_agree,
     .agree = AGREE_YES,
     .question = "Agree to this?",
     .yes = "Agree",
     .review = review_agree,
     .busy = "Saving…",
     .done = "What is due is charged by itself. {withdraw} ends that at any time."},
    {.key = 'w',
     .name = "withdraw",
     .help = "Charge nothing by itself any more",
     .op = OPNO_method_withdraw,
     .about = ABOUT_ROW,
     .offered = is_on,
     .possible = can_withdraw,
     .agree = AGREE_YES,
     .question = "Withdraw it?",
     .yes = "Withdraw it",
     .review = review_withdraw,
     .busy = "Saving…",
     .done = "Nothing is charged by itself any more."},
    {.key = 'x',
     .name = "remove",
     .help = "Forget it",
     .op = OPNO_method_remove,
     .agree = AGREE_YES,
     .question = "Remove it?",
     .yes = "Remove it",
     .review = review_remove,
     .busy = "Removing…",
     .done = "It is removed."},
    {0}};

const struct book book_methods = {.name = "methods",
                                  .title = "Methods of payment",
                                  .noun = "method",
                                  .empty = "No method of payment is saved.",
                                  .op = OPNO_method_list,
                                  .rows = "methods",
                                  .one = "saved",
                                  .columns = columns,
                                  .above = above,
                                  .tell = tell,
                                  .name_of = name_of,
                                  .acts = acts,
                                  .live = SUBJECT_BIT(SUBJECT_METHOD)};

/* --- what staff see of them: that there is one */

void methods_tell(struct page *p, const struct method_known_out *k)
{
    char text[SHOW_TEXT];
    if (!k)
        return;
    page_fact(p, "Saved method", "%s", k->exists ? "there is one" : "none");
    if (k->automatic)
        page_fact(p, "Charged by itself", "up to %s, as %s agreed", show_money(text, k->ceiling),
                  show_text(k->by));
    for (size_t i = 0; i < k->held.n; i++)
        page_money(p, "Not charged", LOOK_WARN, k->held.v[i].amount, show_text(k->held.v[i].number)),
            page_note(p, LOOK_WARN, "%s", show_text(k->held.v[i].why));
}
