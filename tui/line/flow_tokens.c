/* Machine tokens (H3): listed, made and told this once, taken back. */
#include "common/date.h"
#include "common/zone.h"
#include "tui/line/flow.h"
#include "tui/staff/accounts.h"
#include "tui/staff/tokens.h"
#include <stdlib.h>
#include <string.h>

static bool show_tokens(struct talk *t, void *ctx)
{
    const struct machine_token_list **list = ctx;
    const void *out;
    char until[80], used[SHOW_TEXT], count[60];
    const char *zone = talk_me(t)->time_zone;
    if (!talk_get(t, TAG_LIST, OPNO_token_list, NULL, &out))
        return false;
    *list = &((const struct token_list_out *)out)->tokens;
    talk_title(t, "Tokens for programs");
    if (!(*list)->n)
        talk_say(t, "No tokens yet.");
    for (size_t i = 0; i < (*list)->n; i++) {
        const struct machine_token *m = &(*list)->v[i];
        snprintf(count, sizeof count, m->operations.n ? "%zu operations of it" : "all of it",
                 m->operations.n);
        show_when(used, m->used, zone, talk_today(t));
        talk_say(t, "Token %zu: %s, may %s, %s, %s%s, last used %s%s%s", i + 1, show_text(m->name),
                 account_may(m->role), count, m->revoked || token_over(m) ? "" : "until ",
                 token_until(until, sizeof until, m, zone, talk_today(t)), *used ? used : "never",
                 *used && m->place && *m->place ? " from " : "", *used ? show_place(m->place) : "");
    }
    return true;
}

/* --- making one */

static void tell_operations(struct talk *t, int role)
{
    for (int i = 0; i < OP_COUNT; i++) {
        const struct op *op = op_at((enum op_number)i);
        if (token_may(op, role))
            talk_say(t, "%s: %s", op->name, op->help);
    }
}

/* The names in what was typed, which is cut into them. False after saying what is wrong. */
static bool take_operations(struct talk *t, int role, char *typed, struct text_list *list,
                            const char *names[TOKEN_OPERATIONS])
{
    char *rest = typed;
    *list = (struct text_list){0, names};
    for (char *word; (word = strsep(&rest, " ,")) != NULL;) {
        if (!*word)
            continue;
        const struct op *op = op_find(word, strlen(word));
        if (!op || !token_may(op, role)) {
            talk_say(t, "\"%s\" is nothing that a token of this role may. list tells what there is.", word);
            return false;
        }
        if (list->n == TOKEN_OPERATIONS) {
            talk_say(t, "At most %d.", TOKEN_OPERATIONS);
            return false;
        }
        names[list->n++] = op->name;
    }
    return true;
}

static enum turn ask_operations(struct talk *t, int role, struct text_list *list,
                                const char *names[TOKEN_OPERATIONS])
{
    char typed[4000];
    for (;;) {
        enum turn turn = talk_ask(
            t,
            &(struct talk_prompt){
                .label = "Operations, Enter for all of it",
                .help = "Names with blanks between them, such as invoice.list. Enter alone: "
                        "all that its role may, but what touches credentials. list tells what there is.",
                .optional = true},
            typed, sizeof typed);
        if (turn != TURN_ON)
            return turn;
        if (strcmp(typed, "list") == 0)
            tell_operations(t, role);
        else if (take_operations(t, role, typed, list, names))
            return TURN_ON;
    }
}

static const char *wrong_days(const char *text)
{
    size_t n = strlen(text);
    long days = n < 5 && strspn(text, "0123456789") == n ? strtol(text, NULL, 10) : 0;
    return days >= 1 && days <= 730 ? NULL : "A number from 1 to 730.";
}

static enum turn tell_token(struct talk *t, const struct token_create_out *made)
{
    char until[DATE_TEXT];
    bool kept = false;
    date_short(until, zone_day(talk_me(t)->time_zone, made->machine_token->expires));
    talk_say(t, "The token for %s, good until %s. It is told only now.", show_text(made->machine_token->name),
             until);
    talk_raw(t, show_text(made->token));
    while (!kept) {
        enum turn turn = talk_confirm(t, &kept, "Have you kept it?");
        if (turn == TURN_END)
            return turn;
        if (!kept)
            talk_say(t, "Keep it first, where the program reads it. It is not told again.");
    }
    return TURN_AGAIN;
}

static enum turn run_new(struct talk *t, void *ctx)
{
    static const int values[] = {ROLE_READER, ROLE_STAFF, ROLE_ADMIN};
    const char *roles[COUNT_OF(values)], *names[TOKEN_OPERATIONS];
    char name[241], days[8], usual[8];
    size_t role;
    struct text_list operations = {0};
    struct token_create_in in = {0};
    const void *out;
    (void)ctx;
    for (size_t i = 0; i < COUNT_OF(values); i++)
        roles[i] = account_may(values[i]);
    snprintf(usual, sizeof usual, "%d", TOKEN_DAYS);
    enum turn turn =
        talk_ask(t, &(struct talk_prompt){.label = "Token for", .help = "The program that uses it."}, name,
                 sizeof name);
    if (turn == TURN_ON)
        turn = talk_choose(t, "What it may", roles, COUNT_OF(roles), &role);
    if (turn == TURN_ON)
        turn = talk_ask(
            t,
            &(struct talk_prompt){.label = "Good for how many days", .initial = usual, .check = wrong_days},
            days, sizeof days);
    if (turn == TURN_ON)
        turn = ask_operations(t, values[role], &operations, names);
    if (turn != TURN_ON)
        return turn;
    GIVE(token_create_in, &in, name, name);
    GIVE(token_create_in, &in, role, values[role]);
    GIVE(token_create_in, &in, days, strtol(days, NULL, 10));
    if (operations.n)
        GIVE(token_create_in, &in, operations, operations);
    if (!talk_get(t, TAG_ACT, OPNO_token_create, &in, &out))
        return talk_turn(t, TURN_BACK);
    return tell_token(t, out);
}

/* --- taking one back */

static const char *has_tokens(struct talk *t, const void *ctx)
{
    const struct machine_token_list *list = *(const struct machine_token_list *const *)ctx;
    (void)t;
    for (size_t i = 0; i < list->n; i++)
        if (!list->v[i].revoked)
            return NULL;
    return "There is none.";
}

static enum turn run_revoke(struct talk *t, void *ctx)
{
    const struct machine_token_list *list = *(const struct machine_token_list **)ctx;
    struct token_revoke_in in = {0};
    char number[8];
    bool yes;
    enum turn turn =
        talk_ask(t, &(struct talk_prompt){.label = "Which token", .help = "Its number, as it stands above."},
                 number, sizeof number);
    if (turn != TURN_ON)
        return turn;
    size_t at = (size_t)strtoul(number, NULL, 10);
    if (strspn(number, "0123456789") != strlen(number) || !at || at > list->n) {
        talk_say(t, "There is no token \"%s\".", number);
        return TURN_BACK;
    }
    const struct machine_token *m = &list->v[at - 1];
    if (m->revoked) {
        talk_say(t, "It was taken back already.");
        return TURN_BACK;
    }
    GIVE(token_revoke_in, &in, token, m->id);
    turn = talk_confirm(t, &yes, "Take the token for %s back? Its program is refused from then on, for good.",
                        show_text(m->name));
    if (turn != TURN_ON || !yes)
        return turn == TURN_ON ? TURN_BACK : turn;
    if (!talk_get(t, TAG_ACT, OPNO_token_revoke, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "Taken back.");
    return TURN_AGAIN;
}

static const struct deed token_deeds[] = {
    {.name = "new", .help = "Make a token for a program", .op = OPNO_token_create, .run = run_new},
    {.name = "revoke",
     .help = "Take a token back at once",
     .op = OPNO_token_revoke,
     .possible = has_tokens,
     .run = run_revoke},
    {0}};

enum turn flow_tokens(struct talk *t, void *ctx)
{
    const struct machine_token_list *list = NULL;
    (void)ctx;
    return talk_menu(t, "Tokens", token_deeds, show_tokens, (void *)&list);
}
