/* Who has to have a second factor: customers (A11, C1, C6), staff (C7). Each switch says what it means first. */
#include "tui/portal/books.h"
#include <inttypes.h>

static const struct business *set(const struct scene *v)
{
    return ((const struct settings_get_out *)v->out)->business;
}

static void tell_one(struct page *p, const char *whose, bool on)
{
    page_fact_as(p, on ? LOOK_GOOD : LOOK_DIM, whose,
                 on ? "on: everybody has to set one up" : "off: everybody may, nobody has to");
}

static void tell(struct page *p, const struct scene *v)
{
    tell_one(p, "Customers", set(v)->mfa);
    tell_one(p, "Staff", set(v)->staff_mfa);
    page_note(p, LOOK_PLAIN,
              "A second factor is a code from the person's phone (TOTP), asked for after the password or the "
              "SSH key. Five backup codes, each good once, stand in for a phone that is not at hand.");
    page_note(p, LOOK_PLAIN,
              "On: whoever has none sets one up at the next sign-in, before anything else. Off: whoever has "
              "one is still asked for it, until staff reset it; nobody else is asked.");
    page_note(p, LOOK_DIM,
              "Who lost the phone is helped by a reset, at the person or at the account of the colleague.");
}

/* --- switching. What is sent is what was agreed to: with the revision that was read, so never the contrary of it. */

static struct business *changed(const struct scene *v, void *send)
{
    struct business *b = arena_alloc(v->arena, sizeof *b);
    GIVE(business, b, revision, set(v)->revision);
    GIVE(settings_update_in, (struct settings_update_in *)send, business, b);
    return b;
}

static void switch_customers(const struct scene *v, const void *in, void *send)
{
    struct business *b = changed(v, send);
    (void)in;
    GIVE(business, b, mfa, !set(v)->mfa);
}

static void switch_staff(const struct scene *v, const void *in, void *send)
{
    struct business *b = changed(v, send);
    (void)in;
    GIVE(business, b, staff_mfa, !set(v)->staff_mfa);
}

static void review_off(struct page *p, const char *who)
{
    page_note(p, LOOK_PLAIN, "It is switched off.");
    page_note(p, LOOK_PLAIN,
              "%s who have set one up still need their code at every sign-in, until it is "
              "reset for them one by one. Nobody has to set one up any more.",
              who);
}

static void review_customers(struct page *p, const struct scene *v, const void *in)
{
    const struct access_count_out *n = v->also[0];
    (void)in;
    if (set(v)->mfa) {
        review_off(p, "Customers");
        return;
    }
    page_note(p, LOOK_PLAIN, "It is switched on.");
    page_note(p, LOOK_PLAIN,
              "From now on every customer has to set up a second factor at the next "
              "sign-in and show its code at each one after that. Nobody can leave it out.");
    if (n)
        page_note(p, LOOK_PLAIN, "%" PRId64 " %s signed in so far, %" PRId64 " %s invited.", n->active,
                  n->active == 1 ? "person has" : "persons have", n->invited, n->invited == 1 ? "is" : "are");
}

static void review_staff(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    if (set(v)->staff_mfa) {
        review_off(p, "Colleagues");
        return;
    }
    page_note(p, LOOK_PLAIN, "It is switched on.");
    page_note(p, LOOK_PLAIN,
              "From now on every colleague has to set up a second factor at the next sign-in and show its "
              "code at each one after that. That goes for you, too.");
    page_note(p, LOOK_PLAIN, "%s",
              v->me->mfa ? "You have one." : "You have none yet: have your phone ready.");
}

static const char *switched(bool on)
{
    return on ? "Switched on: it is asked for from the next sign-in on."
              : "Switched off: who has a second factor keeps it.";
}

static const char *told_customers(const struct scene *v, const void *out)
{
    (void)v;
    return switched(((const struct settings_update_out *)out)->business->mfa);
}

static const char *told_staff(const struct scene *v, const void *out)
{
    (void)v;
    return switched(((const struct settings_update_out *)out)->business->staff_mfa);
}

static const struct act acts[] = {{.key = 'c',
                                   .name = "customers",
                                   .help = "On or off for customers; says what it means first",
                                   .op = OPNO_settings_update,
                                   .complete = switch_customers,
                                   .agree = AGREE_YES,
                                   .question = "Switch the second factor for customers?",
                                   .yes = "Switch it",
                                   .busy = "Saving…",
                                   .review = review_customers,
                                   .told = told_customers},
                                  {.key = 't',
                                   .name = "staff",
                                   .help = "On or off for staff; says what it means first",
                                   .op = OPNO_settings_update,
                                   .complete = switch_staff,
                                   .agree = AGREE_YES,
                                   .question = "Switch the second factor for staff?",
                                   .yes = "Switch it",
                                   .busy = "Saving…",
                                   .review = review_staff,
                                   .told = told_staff},
                                  {0}};

static const struct also also[] = {{OPNO_access_count, NULL}, {OP_COUNT, NULL}};

const struct book book_second_factor = {.name = "second factor",
                                        .title = "Second factor",
                                        .op = OPNO_settings_get,
                                        .also = also,
                                        .tell = tell,
                                        .acts = acts,
                                        .live = SUBJECT_BIT(SUBJECT_BUSINESS)};
