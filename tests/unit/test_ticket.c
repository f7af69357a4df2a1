/* Codes that are sent by mail: each is good once, for a time, for the one it was sent to, and ends with everything that ends the access
 * it was meant for. Writes run twice (kv_twice): what is drawn at random has to be the same again. */
#include "server/core/limits.h"
#include "server/mail/outbox.h"
#include "server/ops/follow_ops.h"
#include "server/ops/leftover.h"
#include "tests/unit/office.h"

#define NEW_PASSWORD "three harbour lanterns"
#define HOUR (60 * 60 * 1000LL)

static struct office office, *const o = &office;
static int persons;

struct person {
    uint64_t customer, contact;
    const char *email;
};

static struct person add(void)
{
    struct customer c = {.id = 0};
    struct contact who = {.id = 0};
    struct customer_create_out out;
    const char *email = arena_printf(o->arena, "maria%d@bodega.test", persons++);
    GIVE(customer, &c, name, "Bodega Sur");
    GIVE(contact, &who, name, "Maria Ruiz");
    GIVE(contact, &who, email, email);
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c, .contact = &who), OK);
    return (struct person){out.customer->id, out.contact->id, email};
}

/* --- what stands in the outbox -------------------------------------------------------------------------------------------------- */
struct look {
    uint64_t mails;
    struct mail mail;
    const char *code;
};
static enum err look(struct kv_txn *kv, void *arg)
{
    struct look *l = arg;
    struct call c = office_call(o, kv);
    enum err e = record_last_id(&c.txn, KIND_MAIL, &l->mails);
    if (!e)
        e = record_get(&c.txn, KIND_MAIL, l->mail.id ? l->mail.id : l->mails, &l->mail);
    return e ? e : mail_code(&c.txn, &l->mail, &l->code);
}
static struct look last_mail(void)
{
    struct look l = {.mails = 0};
    CHECK_INT(kv_read(o->kv, look, &l), OK);
    return l;
}
static struct look mail_at(uint64_t id)
{
    struct look l = {.mail.id = id};
    CHECK_INT(kv_read(o->kv, look, &l), OK);
    return l;
}
static struct contact contact_at(uint64_t contact)
{
    struct customer_get_out out;
    struct contact found = {.id = 0};
    for (uint64_t id = 1; !found.id && RUN(o, customer_get, &out, .customer = id) == OK; id++)
        for (size_t i = 0; i < out.contacts.n; i++)
            if (out.contacts.v[i].id == contact)
                found = out.contacts.v[i];
    return found;
}

static const char *invite(const struct person *p)
{
    struct access_invite_out out;
    CHECK_INT(RUN(o, access_invite, &out, .contacts = {1, (uint64_t[]){p->contact}}), OK);
    CHECK(out.held);
    struct look l = last_mail();
    CHECK_INT(l.mail.template, TEMPLATE_INVITATION);
    CHECK_TEXT(l.mail.to, p->email);
    return l.code;
}

static enum err forgot(struct call *c, void *email)
{
    const struct who who = c->who;
    c->who = (struct who){.place = "test"};
    enum err e = follow_reset(c, email, false);
    c->who = who;
    return e;
}
static void ask_reset(const char *email)
{
    CHECK_INT(office_write(o, forgot, (void *)(uintptr_t)email), OK);
}

/* As nobody, from a place of its own: slowing down is tested elsewhere. */
static struct who nobody(void)
{
    const struct who was = o->who;
    static int places;
    o->who = (struct who){.place = arena_printf(o->arena, "place %d", places++)};
    return was;
}
static enum err show(const char *portal, const char *code)
{
    struct invitation_show_out out;
    const struct who was = nobody();
    enum err e = RUN(o, invitation_show, &out, .portal = portal, .code = code);
    o->who = was;
    o->business = 1;
    return e;
}
static enum err accept(const char *portal, const char *code)
{
    struct invitation_accept_out out;
    const struct who was = nobody();
    enum err e = RUN(o, invitation_accept, &out, .portal = portal, .code = code, .password = NEW_PASSWORD);
    if (!e)
        CHECK_INT(out.me->means, MEANS_INVITATION);
    o->who = was;
    return e;
}
static enum err reset(const char *portal, const char *code, const char *password)
{
    struct password_reset_out out;
    const struct who was = nobody();
    enum err e = RUN(o, password_reset, &out, .portal = portal, .code = code, .password = password);
    if (!e)
        CHECK_INT(out.me->means, MEANS_RESET);
    o->who = was;
    return e;
}
static enum err sign_in(const char *email, const char *password)
{
    struct session_sign_in_out out;
    const struct who was = nobody();
    enum err e = RUN(o, session_sign_in, &out, .portal = "northwind", .email = email, .password = password);
    o->who = was;
    return e;
}

/* --- invitations ------------------------------------------------------------------------------------------------------------------ */
static void an_invitation_lets_in_once(void)
{
    struct person p = add();
    const char *code = invite(&p);
    uint64_t mail = last_mail().mails;
    CHECK_INT(contact_at(p.contact).access, ACCESS_INVITED);
    CHECK(contact_at(p.contact).invite_expires > o->now + 6 * 24 * HOUR);
    CHECK_INT(show("northwind", code), OK);
    CHECK_INT(accept("northwind", code), OK);
    CHECK_INT(contact_at(p.contact).access, ACCESS_ACTIVE);
    CHECK_INT(contact_at(p.contact).invited, 0);
    CHECK(mail_at(mail).code == NULL);
    CHECK_INT(mail_at(mail).mail.state, MAIL_WITHDRAWN); /* it need not be sent any more */
    CHECK_INT(show("northwind", code), ERR_CODE);
    CHECK_INT(accept("northwind", code), ERR_CODE);
    CHECK_INT(sign_in(p.email, NEW_PASSWORD), OK);
}

static void of_two_who_use_a_code_at_once_one_gets_in(void)
{
    struct person p = add();
    const struct invitation_accept_in in = {
        .portal = "northwind", .code = invite(&p), .password = NEW_PASSWORD};
    struct invitation_accept_out out;
    void *prepared[2];
    o->op = op_at(OPNO_invitation_accept);
    o->in = &in;
    o->out = &out;
    for (int i = 0; i < 2; i++) {
        CHECK_INT(kv_read(o->kv, office_prepare, o), OK);
        prepared[i] = o->prepared;
    }
    for (int i = 0; i < 2; i++) {
        o->prepared = prepared[i];
        CHECK_INT(kv_write(o->kv, office_step, o), i ? ERR_CODE : OK);
    }
    o->in = o->out = NULL; /* they end here */
}

static void an_invitation_is_good_for_a_week(void)
{
    struct person p = add();
    const char *code = invite(&p);
    int64_t made = o->now;
    o->now = made + LIMIT_INVITATION_MS - 5000;
    CHECK_INT(show("northwind", code), OK);
    o->now = made + LIMIT_INVITATION_MS;
    CHECK_INT(show("northwind", code), ERR_CODE);
    CHECK_INT(accept("northwind", code), ERR_CODE);
    o->now = made;
}

static void replaced(const struct person *p)
{
    (void)invite(p);
}
static void switched_off(const struct person *p)
{
    struct access_disable_out out;
    CHECK_INT(RUN(o, access_disable, &out, .contacts = {1, (uint64_t[]){p->contact}}), OK);
}
static void given_a_password(const struct person *p)
{
    struct access_enable_out out;
    CHECK_INT(
        RUN(o, access_enable, &out, .contacts = {1, (uint64_t[]){p->contact}}, .password = NEW_PASSWORD), OK);
    CHECK_INT(last_mail().mail.template, TEMPLATE_PASSWORD_SET);
    CHECK(!strstr(last_mail().mail.text, NEW_PASSWORD));
}
static void got_another_address(const struct person *p)
{
    struct contact patch = {.id = 0};
    struct contact_update_out out;
    GIVE(contact, &patch, email, arena_printf(o->arena, "new.%s", p->email));
    CHECK_INT(RUN(o, contact_update, &out, .id = p->contact, .contact = &patch), OK);
}
static void deleted(const struct person *p)
{
    struct contact_delete_out out;
    CHECK_INT(RUN(o, contact_delete, &out, .contact = p->contact), OK);
}
static void customer_deactivated(const struct person *p)
{
    struct customer patch = {.id = 0};
    struct customer_update_out out;
    struct customer_get_out is;
    CHECK_INT(RUN(o, customer_get, &is, .customer = p->customer), OK);
    GIVE(customer, &patch, revision, is.customer->revision);
    GIVE(customer, &patch, active, false);
    CHECK_INT(RUN(o, customer_update, &out, .id = p->customer, .customer = &patch), OK);
}
static void rename_portal(const char *name)
{
    struct business patch = {.id = 0};
    struct settings_update_out out;
    struct settings_get_out is;
    CHECK_INT(RUN(o, settings_get, &is, .head = {0}), OK);
    GIVE(business, &patch, revision, is.business->revision);
    GIVE(business, &patch, portal, name);
    CHECK_INT(RUN(o, settings_update, &out, .business = &patch), OK);
}
static enum err sweep_step(struct call *c, void *more)
{
    return leftover_step(c, more);
}
static int swept(void)
{
    bool more = true;
    int steps = 0;
    for (; more; steps++)
        CHECK_INT(office_write(o, sweep_step, &more), OK);
    return steps;
}
static void portal_renamed(const struct person *p)
{
    (void)p;
    rename_portal("northwind-paper");
    rename_portal("northwind");
}

static const struct {
    const char *name;
    void (*happens)(const struct person *p);
} ends[] = {
    {"replaced", replaced},
    {"switched off", switched_off},
    {"given a password", given_a_password},
    {"got another address", got_another_address},
    {"deleted", deleted},
    {"customer deactivated", customer_deactivated},
    {"portal renamed", portal_renamed},
};

static void a_code_ends_with_what_it_was_for(void)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct person p = add();
        const char *code = invite(&p);
        uint64_t mail = last_mail().mails;
        CHECK_INT(show("northwind", code), OK);
        ends[i].happens(&p);
        if (show("northwind", code) != ERR_CODE || accept("northwind", code) != ERR_CODE)
            printf("after: %s\n", ends[i].name);
        CHECK_INT(show("northwind", code), ERR_CODE);
        CHECK_INT(accept("northwind", code), ERR_CODE);
        swept(); /* what a new name of the portal ended is removed afterwards */
        CHECK(mail_at(mail).code == NULL);
    }
}

static void a_reset_code_ends_with_what_it_was_for(void)
{
    for (size_t i = 1; i < sizeof ends / sizeof *ends; i++) { /* an invitation beside it does not end it */
        struct person p = add();
        CHECK_INT(accept("northwind", invite(&p)), OK);
        ask_reset(p.email);
        struct look l = last_mail();
        CHECK_INT(l.mail.template, TEMPLATE_RESET);
        ends[i].happens(&p);
        CHECK_INT(reset("northwind", l.code, "another lantern at noon"), ERR_CODE);
        swept();
        CHECK(mail_at(l.mails).code == NULL);
    }
}

static void a_code_is_for_one_purpose_and_one_business(void)
{
    struct business_create_out made;
    struct person p = add();
    const char *code = invite(&p);
    const struct who was = o->who;
    o->who.role = ROLE_OPERATOR;
    CHECK_INT(RUN(o, business_create, &made, .portal = "other", .name = "Other Ltd", .currency = "EUR",
                  .admin_email = "ana@other.test", .password = NEW_PASSWORD),
              OK);
    o->who = was;
    CHECK_INT(reset("northwind", code, NEW_PASSWORD), ERR_CODE);
    CHECK_INT(accept("other", code), ERR_CODE);
    CHECK_INT(accept("nowhere", code), ERR_CODE);
    CHECK_INT(accept("northwind", "00000-00000-00000-00000-00000"), ERR_CODE);
    CHECK_INT(accept("northwind", "x"), ERR_CODE);
    CHECK_INT(accept("northwind", code), OK);
    ask_reset(p.email);
    CHECK_INT(accept("northwind", last_mail().code), ERR_CODE);
    CHECK_INT(reset("northwind", last_mail().code, "another lantern at noon"), OK);
}

/* --- what else opened the door ------------------------------------------------------------------------------------------------------- */
struct left {
    uint64_t contact;
    size_t keys;
    bool factor;
};
static enum err count_left(struct kv_txn *kv, void *arg)
{
    struct left *l = arg;
    struct call c = office_call(o, kv);
    struct id_list ids;
    struct mfa factor;
    struct key k = index_key(&c.txn, INDEX_KEY_PERSON);
    enum err e = record_ids(&c.txn, key_u64(key_u8(&k, SIDE_CUSTOMER), l->contact), 10, &ids);
    l->keys = e ? 0 : ids.n;
    l->factor = record_get(&c.txn, KIND_MFA, l->contact * 2, &factor) == OK;
    return e;
}
static struct left left_of(const struct person *p)
{
    struct left l = {.contact = p->contact};
    CHECK_INT(kv_read(o->kv, count_left, &l), OK);
    return l;
}

static void whoever_comes_under_another_address_is_somebody_else(void)
{
    void (*const happens[])(const struct person *p) = {switched_off, got_another_address, deleted};
    for (size_t i = 0; i < 3; i++) {
        struct person p = add();
        uint8_t blob[32] = {1};
        CHECK_INT(accept("northwind", invite(&p)), OK);
        CHECK_INT(office_put(o, KIND_SSH_KEY,
                             &(struct ssh_key){.side = SIDE_CUSTOMER,
                                               .person = (int64_t)p.contact,
                                               .type = "ssh-ed25519",
                                               .fingerprint = p.email,
                                               .blob = {blob, sizeof blob}}),
                  OK);
        CHECK_INT(office_put(o, KIND_MFA, &(struct mfa){.id = (int64_t)p.contact * 2, .since = 1}), OK);
        happens[i](&p);
        struct left l = left_of(&p);
        CHECK_INT(l.keys, 0);
        CHECK_INT(l.factor, i == 0); /* switched off and on again, it is the same person */
    }
}

/* --- forgotten passwords ------------------------------------------------------------------------------------------------------------ */
static void who_forgot_gets_a_code_that_changes_one_password(void)
{
    struct person p = add(), other = add();
    struct contact patch = {.id = 0};
    struct contact_update_out out;
    GIVE(contact, &patch, email, p.email); /* the same human being at another customer */
    CHECK_INT(RUN(o, contact_update, &out, .id = other.contact, .contact = &patch), OK);
    other.email = p.email;
    CHECK_INT(accept("northwind", invite(&p)), OK);
    given_a_password(&other);
    uint64_t before = last_mail().mails;
    ask_reset(p.email);
    CHECK_INT(last_mail().mails, before + 1); /* one mail: for who was here last */
    CHECK_INT(reset("northwind", last_mail().code, "another lantern at noon"), OK);
    CHECK_INT(contact_at(other.contact).must_change, true);
    CHECK_INT(sign_in(p.email, "another lantern at noon"), OK);
    CHECK_INT(sign_in(p.email, NEW_PASSWORD), OK); /* as the other person */
    CHECK_INT(last_mail().mail.template, TEMPLATE_PASSWORD_CHANGED);
}

static void a_stranger_can_not_fill_a_mailbox(void)
{
    struct person p = add();
    CHECK_INT(accept("northwind", invite(&p)), OK);
    uint64_t before = last_mail().mails;
    int64_t begun = o->now;
    for (int i = 0; i < 10; i++) {
        o->now = begun + i * 60000;
        ask_reset(p.email);
    }
    CHECK_INT(last_mail().mails, before + LIMIT_RESETS);
    for (uint64_t mail = before + 1; mail <= before + LIMIT_RESETS; mail++)
        CHECK(mail_at(mail).code); /* whoever asked ends none of them */
    o->now = begun + LIMIT_RESETS_MS;
    ask_reset(p.email);
    CHECK_INT(last_mail().mails, before + LIMIT_RESETS + 1);
    CHECK(!mail_at(before + 1).code && mail_at(before + 2).code); /* so many are good at once, and no more */
    ask_reset(p.email);
    CHECK_INT(last_mail().mails, before + LIMIT_RESETS + 1);
    const char *code = last_mail().code;
    o->now += LIMIT_RESET_MS;
    CHECK_INT(reset("northwind", code, NEW_PASSWORD), ERR_CODE); /* too late */
}

static void nobody_else_gets_a_mail(void)
{
    struct person invited = add(), off = add(), never = add();
    (void)invite(&invited);
    CHECK_INT(accept("northwind", invite(&off)), OK);
    switched_off(&off);
    uint64_t before = last_mail().mails;
    ask_reset("nobody@nowhere.test");
    ask_reset(invited.email); /* staff invite anew */
    ask_reset(off.email);
    ask_reset(never.email);
    ask_reset("@");
    CHECK_INT(last_mail().mails, before);
}

/* --- another name for the portal -------------------------------------------------------------------------------------------------------- */
static void everyone_is_told_the_new_name_once(void)
{
    struct access_count_out count;
    struct access_invite_all_out all;
    struct person active = add(), once = add(), open = add();
    CHECK_INT(accept("northwind", invite(&active)), OK);
    given_a_password(&once);
    for (int i = 0; i < LIMIT_INVITE_ALL; i++) {
        struct person p = add();
        (void)invite(&p);
    }
    const char *code = invite(&open);
    do
        CHECK_INT(RUN(o, access_invite_all, &all, .head = {0}), OK);
    while (all.left); /* those whom other tests have renamed */
    CHECK_INT(RUN(o, access_count, &count, .head = {0}), OK);
    CHECK(count.active > 0 && count.invited > LIMIT_INVITE_ALL && count.sessions > 0);
    rename_portal("paper");
    CHECK_INT(RUN(o, access_count, &count, .head = {0}), OK);
    CHECK_INT(count.invited, 0);
    CHECK_INT(count.sessions, 0);
    uint64_t before = last_mail().mails;
    int64_t told = 0;
    for (bool first = true; first || all.left; first = false) {
        CHECK_INT(RUN(o, access_invite_all, &all, .head = {0}), OK);
        CHECK(all.invited <= LIMIT_INVITE_ALL && all.invited > 0);
        told += all.invited;
    }
    CHECK(told > LIMIT_INVITE_ALL + 3);
    CHECK_INT(last_mail().mails, before + (uint64_t)told);
    CHECK_INT(RUN(o, access_invite_all, &all, .head = {0}), OK);
    CHECK_INT(all.invited + all.left, 0);
    int renamed = 0, invitations = 0;
    for (uint64_t i = before + 1; i <= before + (uint64_t)told; i++) {
        struct look l = mail_at(i);
        renamed += l.mail.template == TEMPLATE_PORTAL_RENAMED;
        invitations += l.mail.template == TEMPLATE_INVITATION;
        CHECK(strstr(l.mail.text, "paper") != NULL);
        if (!strcmp(l.mail.to, open.email))
            CHECK_INT(accept("paper", l.code), OK);
        if (!strcmp(l.mail.to, active.email) || !strcmp(l.mail.to, once.email))
            CHECK_INT(l.mail.template, TEMPLATE_PORTAL_RENAMED);
    }
    CHECK_INT(renamed + invitations, told);
    CHECK_INT(accept("paper", code), ERR_CODE);
    rename_portal("northwind");
    CHECK_INT(sign_in(active.email, NEW_PASSWORD), OK); /* passwords stay */
    CHECK_INT(sign_in(once.email, NEW_PASSWORD), OK);
}

/* Nothing is rewritten by the change itself, however many are concerned; what it ended goes in steps, which may be broken off. */
static void what_a_new_name_ended_is_removed_in_steps(void)
{
    struct access_count_out count;
    struct access_invite_all_out all;
    struct person first = add(), last;
    bool more = false;
    swept();
    do
        CHECK_INT(RUN(o, access_invite_all, &all, .head = {0}), OK);
    while (all.left);
    const char *code = invite(&first);
    uint64_t mail = last_mail().mails;
    for (int i = 0; i < 2 * LIMIT_SWEEP; i++) {
        last = add();
        (void)invite(&last);
    }
    CHECK_INT(RUN(o, access_count, &count, .head = {0}), OK);
    const int64_t open = count.invited;
    uint64_t mails = last_mail().mails;
    rename_portal("ahead");
    CHECK_INT(accept("ahead", code), ERR_CODE);
    CHECK_INT(mail_at(mail).mail.state, MAIL_HELD); /* not touched yet, and good for nothing */
    CHECK(mail_at(mail).code != NULL);
    struct mail_retry_out again;
    CHECK_INT(RUN(o, mail_retry, &again, .mail = mail), ERR_STATE);
    CHECK_INT(office_write(o, sweep_step, &more), OK);
    CHECK(more);
    CHECK_INT(contact_at(last.contact).invited != 0, true); /* its turn has not come */
    CHECK_INT(RUN(o, access_count, &count, .head = {0}), OK);
    CHECK_INT(count.invited, 0);
    rename_portal("astern"); /* meanwhile */
    CHECK_INT(RUN(o, access_invite_all, &all, .head = {0}), OK);
    CHECK(all.invited > LIMIT_SWEEP && all.left > 0);
    CHECK(swept() >= (open - LIMIT_SWEEP - LIMIT_INVITE_ALL) / LIMIT_SWEEP);
    CHECK_INT(mail_at(mail).mail.state, MAIL_WITHDRAWN);
    CHECK(mail_at(mail).code == NULL);
    CHECK_INT(mail_at(mails).mail.state, MAIL_WITHDRAWN);
    CHECK_INT(RUN(o, access_count, &count, .head = {0}), OK);
    CHECK(count.invited > 0 && count.invited <= LIMIT_INVITE_ALL); /* those who were invited since are */
    CHECK_INT(contact_at(last.contact).invited, 0);
    struct event_list_out events;
    CHECK_INT(RUN(o, event_list, &events, .what = WHAT_MAIL_FAILED), OK);
    CHECK_INT(events.events.n, 0); /* what somebody ended is no failure */
    rename_portal("northwind");
    swept();
}

static void an_earlier_name_that_comes_back_brings_nothing_back(void)
{
    struct access_invite_all_out all;
    struct person open = add(), active = add();
    CHECK_INT(accept("northwind", invite(&active)), OK);
    const char *code = invite(&open);
    do
        CHECK_INT(RUN(o, access_invite_all, &all, .head = {0}), OK);
    while (all.left);
    code = invite(&open);
    uint64_t before = last_mail().mails;
    rename_portal("away");
    rename_portal("northwind");
    CHECK_INT(accept("northwind", code), ERR_CODE);
    do
        CHECK_INT(RUN(o, access_invite_all, &all, .head = {0}), OK);
    while (all.left);
    int invited = 0;
    for (uint64_t i = before + 1; i <= last_mail().mails; i++) {
        struct look l = mail_at(i);
        CHECK(l.mail.template != TEMPLATE_PORTAL_RENAMED); /* they know the name */
        if (!strcmp(l.mail.to, open.email) && ++invited)
            CHECK_INT(accept("northwind", l.code), OK);
    }
    CHECK_INT(invited, 1);
}

int main(void)
{
    CHECK_INT(office_open(o), OK);
    an_invitation_lets_in_once();
    of_two_who_use_a_code_at_once_one_gets_in();
    an_invitation_is_good_for_a_week();
    a_code_ends_with_what_it_was_for();
    a_reset_code_ends_with_what_it_was_for();
    a_code_is_for_one_purpose_and_one_business();
    whoever_comes_under_another_address_is_somebody_else();
    who_forgot_gets_a_code_that_changes_one_password();
    a_stranger_can_not_fill_a_mailbox();
    nobody_else_gets_a_mail();
    everyone_is_told_the_new_name_once();
    what_a_new_name_ended_is_removed_in_steps();
    an_earlier_name_that_comes_back_brings_nothing_back();
    office_close(o);
    return test_end();
}
