/* What an act is about: a row whose fields are the arguments, no row, several, a record that is called as what names it; and what is done a part
 * at a time. */
#include "common/filter_table.h"
#include "tests/unit/run_fixture.h"

/* --- arguments that are fields of the row; an act about no row; what is done a part at a time */

static const char *left(const struct scene *v, const void *out)
{
    const struct access_invite_all_out *o = out;
    (void)v;
    return o->left ? "Some are left." : NULL;
}

static const struct give staff_gives[] = {
    {.field = "name", .label = "Name"}, {.field = "role", .label = "May"}, {0}};
static const struct act staff_acts[] = {
    {.key = 'e',
     .name = "change",
     .op = OPNO_staff_update,
     .gives = staff_gives,
     .begins = BEGINS_ROW,
     .done = "Saved."},
    {.key = '+', .name = "invite", .op = OPNO_staff_invite, .about = ABOUT_ALL, .done = "Invited."},
    {.key = 'a', .name = "write", .op = OPNO_access_invite_all, .going = left, .done = "All of them."},
    {0}};
static const struct book staff = {.name = "staff",
                                  .title = "Staff",
                                  .noun = "colleague",
                                  .op = OPNO_staff_list,
                                  .rows = "staff",
                                  .one = "staff",
                                  .acts = staff_acts};

static struct run *begin_staff(size_t which)
{
    struct arena *a = arena_open();
    struct staff_list_out *out = arena_alloc(answers, sizeof *out);
    out->staff.n = 1;
    out->staff.v = arena_alloc(answers, sizeof *out->staff.v);
    out->staff.v[0] = (struct staff){.id = 3, .name = told("Una"), .role = ROLE_STAFF};
    struct scene v = {.arena = a, .me = &me, .out = out};
    CHECK(book_find(&staff, &v, 3));
    struct run *r = run_open(&staff, &staff_acts[which], &v, &(struct run_ids){make_id, NULL});
    arena_close(a);
    arena_reset(answers);
    return r;
}

static void of_a_row_only_what_differs_is_sent(void)
{
    struct run *r = begin_staff(0);
    CHECK_TEXT(run_typed(r, &staff_gives[0]), "Una");
    CHECK(run_read(r, &staff_gives[0], "Una Daly") == NULL);
    run_given(r);
    const struct staff_update_in *sent = r->send;
    CHECK_INT(sent->staff, 3);
    CHECK_TEXT(sent->name, "Una Daly");
    CHECK(GIVEN(staff_update_in, sent, name) && !GIVEN(staff_update_in, sent, role));
    run_close(r);
}

static void about_no_row_none_is_sent(void)
{
    struct run *r = begin_staff(1);
    CHECK(!book_about_row(&staff, r->act));
    CHECK_INT(((const struct staff_invite_in *)r->send)->staff, 0);
    run_close(r);
}

static void what_is_done_a_part_at_a_time_is_asked_for_until_nothing_is_left(void)
{
    struct run *r = begin_staff(2);
    uint8_t first[16];
    memcpy(first, r->request, sizeof first);
    run_answer(r, OK, &(struct refusal){0}, false, &(struct access_invite_all_out){.invited = 50, .left = 2});
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK_TEXT(r->going, "Some are left.");
    CHECK(memcmp(first, r->request, sizeof first) != 0);
    run_answer(r, OK, &(struct refusal){0}, false, &(struct access_invite_all_out){.invited = 2});
    CHECK_INT(r->wants, RUN_DONE);
    CHECK_TEXT(r->sentence, "All of them.");
    run_close(r);
}

/* --- where the record itself is called as what names it, and what concerns several */

static const struct give customer_gives[] = {{.field = "customer.name", .label = "Name"}, {0}};
static const struct act customer_acts[] = {
    {.key = 'e',
     .name = "change",
     .op = OPNO_customer_update,
     .gives = customer_gives,
     .begins = "customer",
     .done = "Saved."},
    {.key = 'a', .name = "invite", .op = OPNO_access_invite, .many = "customers", .done = "Invited."},
    {0}};
static const struct book marked_customers = {.name = "customers",
                                             .title = "Customers",
                                             .noun = "customer",
                                             .op = OPNO_customer_list,
                                             .rows = "customers",
                                             .one = "customer",
                                             .filter = filter_of_customers,
                                             .acts = customer_acts};
static const struct book customer = {.name = "customer",
                                     .title = "Customer",
                                     .op = OPNO_customer_overview,
                                     .one = "customer",
                                     .acts = customer_acts};

static void a_record_that_is_called_as_what_names_it_is_named_by_its_id(void)
{
    struct customer_overview_out *out = arena_alloc(answers, sizeof *out);
    out->customer = arena_alloc(answers, sizeof *out->customer);
    *out->customer = (struct customer){.id = 5, .name = told("Bodega Sur"), .revision = 3};
    struct arena *scratch = arena_open();
    struct scene v = {.arena = scratch, .me = &me, .out = out, .id = 5};
    struct run *r = run_open(&customer, &customer_acts[0], &v, &(struct run_ids){make_id, NULL});
    CHECK(!run_read(r, &customer_gives[0], "Bodega Norte"));
    run_given(r);
    const struct customer_update_in *in = r->send;
    CHECK_INT(in->id, 5);
    CHECK_TEXT(in->customer->name, "Bodega Norte");
    CHECK_INT(in->customer->revision, 3);
    run_close(r);
    arena_close(scratch);
}

static void of_several_it_is_said_what_is_wrong_and_not_with_which_number(void)
{
    uint64_t marked[] = {5, 6};
    struct customer_list_out *out = arena_alloc(answers, sizeof *out);
    struct arena *scratch = arena_open();
    struct scene v = {.arena = scratch, .me = &me, .out = out, .marked = marked, .marked_n = 2};
    struct run *r = run_open(&marked_customers, &customer_acts[1], &v, &(struct run_ids){make_id, NULL});
    CHECK_INT(((const struct access_invite_in *)r->send)->customers.n, 2);
    answer(r, ERR_STATE, "customers.1", "Bodega Sur is deactivated", false);
    CHECK_INT(r->wants, RUN_REFUSED);
    CHECK_TEXT(r->sentence, "Bodega Sur is deactivated");
    run_close(r);
    arena_close(scratch);
}

/* --- one's own details, the record of a page whose fields are the arguments, and what is only asked for when it is missed */

static const struct give you_gives[] = {
    {.field = "name", .label = "Name"}, {.field = "phone", .label = "Phone"}, {0}};
static const struct give own_gives[] = {{.field = "phone", .label = "Phone"},
                                        {.field = "billing.street", .label = "Street"},
                                        {.field = "shipping.city", .label = "City"},
                                        {0}};
static const struct give switch_gives[] = {
    {.field = "password", .label = "Password there", .later = true, .proof = true}, {0}};
enum { YOU, OWN, SWITCH };
static const struct act account_acts[] = {{.key = 'e',
                                           .name = "you",
                                           .op = OPNO_account_update,
                                           .gives = you_gives,
                                           .begins = BEGINS_ME,
                                           .done = "Saved."},
                                          {.key = 'E',
                                           .name = "own",
                                           .op = OPNO_customer_edit_own,
                                           .gives = own_gives,
                                           .begins = "customer",
                                           .done = "Saved."},
                                          {.key = 'S',
                                           .name = "switch",
                                           .op = OPNO_session_switch,
                                           .gives = switch_gives,
                                           .enters = true,
                                           .done = "There."},
                                          {0}};
static const struct book account = {
    .name = "account", .title = "Account", .op = OPNO_customer_get, .acts = account_acts};

static struct run *begin_account(int which)
{
    struct customer_get_out *out = arena_alloc(answers, sizeof *out);
    out->customer = arena_alloc(answers, sizeof *out->customer);
    *out->customer = (struct customer){.id = 5, .phone = told("+34 1"), .revision = 7};
    out->customer->billing = arena_alloc(answers, sizeof *out->customer->billing);
    out->customer->billing->street = told("Calle Mayor 4");
    me.name = "Maria";
    me.phone = "";
    struct run *r = begin(&account, &account_acts[which], out, 0);
    arena_reset(answers);
    return r;
}

static void of_oneself_and_of_a_record_only_what_differs_is_sent(void)
{
    struct run *r = begin_account(YOU);
    CHECK_TEXT(run_typed(r, &you_gives[0]), "Maria");
    CHECK(!run_read(r, &you_gives[0], "Maria") && !run_read(r, &you_gives[1], "+34 2"));
    run_given(r);
    const struct account_update_in *you = r->send;
    CHECK(!GIVEN(account_update_in, you, name) && GIVEN(account_update_in, you, phone));
    CHECK_TEXT(you->phone, "+34 2");
    run_close(r);
    r = begin_account(OWN);
    CHECK_TEXT(run_typed(r, &own_gives[1]), "Calle Mayor 4");
    CHECK_TEXT(run_typed(r, &own_gives[2]), "");
    CHECK(!run_read(r, &own_gives[0], "+34 1") && !run_read(r, &own_gives[1], "Calle Mayor 14") &&
          !run_read(r, &own_gives[2], ""));
    run_given(r);
    const struct customer_edit_own_in *own = r->send;
    CHECK(GIVEN(customer_edit_own_in, own, revision) && own->revision == 7);
    CHECK(!GIVEN(customer_edit_own_in, own, phone));
    CHECK_TEXT(own->billing->street, "Calle Mayor 14");
    CHECK(!own->shipping || !own->shipping->city);
    run_close(r);
}

static void what_is_asked_for_later_is_asked_for_when_it_is_refused(void)
{
    struct run *r = begin_account(SWITCH);
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK(!run_offered(r, &switch_gives[0]));
    answer(r, ERR_CREDENTIALS, "password", "It is another one there.", false);
    CHECK_INT(r->wants, RUN_FIELD);
    CHECK(run_offered(r, &switch_gives[0]) && r->later == &switch_gives[0]);
    CHECK(!run_read(r, &switch_gives[0], "hush"));
    run_given(r);
    CHECK_TEXT(((const struct session_switch_in *)r->send)->password, "hush");
    answer(r, ERR_CREDENTIALS, "", "That is not it.", false);
    CHECK_INT(r->wants, RUN_FIELD);
    CHECK_TEXT(r->field, "password");
    run_close(r);
}

/* --- a book that is opened for its first act: what is typed before anybody is signed in, and what led there */

static const char *long_enough(const struct scene *v, const char *typed, const char **wrong)
{
    if (strlen(typed) < 4)
        *wrong = scene_text(v, "At least %d.", 4);
    return *wrong ? "too short" : "fine";
}

static const char *at_the_portal(const struct scene *v, const void *out)
{
    (void)out;
    return scene_text(v, "%s is asked at %s.", ((const struct password_ask_reset_in *)v->sent)->email,
                      v->way->portal);
}

static const struct give mail_gives[] = {{.field = "email", .label = "E-mail", .must = true}, {0}};
static const struct give code_gives[] = {
    {.field = "code", .label = "Code", .must = true, .proof = true, .wrong = "That code is not good."},
    {.field = "password", .label = "Password", .twice = true, .beside = long_enough},
    {0}};
enum { SEND, HAVE };
static const struct act mail_acts[] = {
    {.key = 'n',
     .name = "send",
     .op = OPNO_password_ask_reset,
     .gives = mail_gives,
     .as_done = ERR_NOT_FOUND,
     .told = at_the_portal},
    {.key = 'h', .name = "have", .op = OPNO_password_ask_reset, .told = at_the_portal},
    {0}};
static const struct act reset_acts[] = {{.key = 'w',
                                         .name = "reset",
                                         .op = OPNO_password_reset,
                                         .gives = code_gives,
                                         .enters = true,
                                         .done = "Set."},
                                        {0}};
static const struct book forgotten = {
    .name = "forgotten", .title = "Forgotten", .op = OP_COUNT, .straight = true, .acts = mail_acts};
static const struct book reset_book = {
    .name = "reset", .title = "Another", .op = OPNO_password_ask_reset, .straight = true, .acts = reset_acts};

static struct run *begin_straight(const struct book *b, const void *sent)
{
    static const struct way_in way = {.portal = "northwind", .from = ""};
    struct arena *scratch = arena_open();
    const struct scene v = {.arena = scratch, .me = &me, .way = &way, .sent = sent};
    struct run *r = run_open(b, b->acts, &v, &(struct run_ids){make_id, NULL});
    arena_close(scratch);
    return r;
}

static void nothing_is_learnt_from_a_refusal_that_counts_as_done(void)
{
    struct run *r = begin_straight(&forgotten, NULL);
    CHECK(!run_read(r, &mail_gives[0], "a@n.example"));
    run_given(r);
    answer(r, ERR_NOT_FOUND, "", "", false);
    CHECK_INT(r->wants, RUN_DONE);
    CHECK_TEXT(r->sentence, "a@n.example is asked at northwind.");
    run_close(r);
    r = begin_straight(&forgotten, NULL);
    run_given(r);
    answer(r, ERR_SLOW_DOWN, "", "", false);
    CHECK_INT(r->wants, RUN_REFUSED);
    run_close(r);
}

static void what_led_there_is_known_and_another_act_goes_on_without_asking(void)
{
    struct run *led = begin_straight(&forgotten, NULL);
    CHECK(!run_read(led, &mail_gives[0], "a@n.example"));
    run_instead(led, &mail_acts[HAVE]);
    CHECK_INT(led->wants, RUN_DONE);
    struct run *r = begin_straight(&reset_book, led->send);
    run_close(led);
    CHECK_TEXT(((const struct password_ask_reset_in *)r->view.sent)->email, "a@n.example");
    const char *wrong = NULL;
    CHECK_TEXT(run_beside(r, &code_gives[1], "abc", &wrong), "too short");
    CHECK_TEXT(wrong, "At least 4.");
    CHECK_TEXT(run_read(r, &code_gives[1], "abc"), "At least 4.");
    CHECK(!run_read(r, &code_gives[0], "xxxxx") && !run_read(r, &code_gives[1], "abcd"));
    run_given(r);
    answer(r, ERR_CODE, "", "The server says it longer.", false);
    CHECK_INT(r->wants, RUN_FIELD);
    CHECK_TEXT(r->field, "code");
    CHECK_TEXT(r->sentence, "That code is not good.");
    run_close(r);
}

int main(void)
{
    answers = arena_open();
    of_a_row_only_what_differs_is_sent();
    about_no_row_none_is_sent();
    what_is_done_a_part_at_a_time_is_asked_for_until_nothing_is_left();
    a_record_that_is_called_as_what_names_it_is_named_by_its_id();
    of_several_it_is_said_what_is_wrong_and_not_with_which_number();
    of_oneself_and_of_a_record_only_what_differs_is_sent();
    what_is_asked_for_later_is_asked_for_when_it_is_refused();
    nothing_is_learnt_from_a_refusal_that_counts_as_done();
    what_led_there_is_known_and_another_act_goes_on_without_asking();
    arena_close(answers);
    return test_end();
}
