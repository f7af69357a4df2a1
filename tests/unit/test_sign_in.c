/* What may happen between the comparison of a password and the writing of the session. */
#include "tests/unit/office.h"

static struct office office, *const o = &office;

static uint64_t person(void)
{
    struct customer c = {.id = 0};
    struct contact who = {.id = 0};
    struct customer_create_out out;
    GIVE(customer, &c, name, "Bodega Sur");
    GIVE(contact, &who, name, "Maria Ruiz");
    GIVE(contact, &who, email, "maria@bodega.test");
    CHECK_INT(RUN(o, customer_create, &out, .customer = &c, .contact = &who), OK);
    return out.contact->id;
}

static void enable(uint64_t contact, const char *password)
{
    struct access_enable_out out;
    CHECK_INT(RUN(o, access_enable, &out, .contacts = {1, &contact}, .password = password), OK);
}

static const struct session_sign_in_in typed = {
    .portal = "northwind", .email = "maria@bodega.test", .password = "the first password"};

/* The slow half of a sign-in; what it found. */
static void *compare(void)
{
    o->op = op_at(OPNO_session_sign_in);
    o->in = &typed;
    o->prepared = NULL;
    CHECK_INT(kv_read(o->kv, office_prepare, o), OK);
    return o->prepared;
}

static enum err enter(void *prepared)
{
    struct session_sign_in_out out;
    o->op = op_at(OPNO_session_sign_in);
    o->in = &typed;
    o->out = &out;
    o->prepared = prepared;
    return kv_write(o->kv, office_step, o);
}

static void a_password_that_was_replaced_meanwhile_opens_nothing(void)
{
    uint64_t contact = person();
    struct access_disable_out off;
    enable(contact, typed.password);
    CHECK_INT(enter(compare()), OK);
    void *prepared = compare();
    enable(contact, "the second password");
    CHECK_INT(enter(prepared), ERR_CREDENTIALS);
    enable(contact, typed.password);
    prepared = compare();
    CHECK_INT(RUN(o, access_disable, &off, .contacts = {1, &contact}), OK);
    CHECK_INT(enter(prepared), ERR_CREDENTIALS);
}

int main(void)
{
    CHECK_INT(office_open(o), OK);
    a_password_that_was_replaced_meanwhile_opens_nothing();
    office_close(o);
    return test_end();
}
