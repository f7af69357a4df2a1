/* SSH keys and sessions of the person who is signed in. */
#include "tui/line/flow.h"
#include <inttypes.h>
#include <string.h>

static void say_when(struct talk *t, const char *label, int64_t at)
{
    char text[SHOW_TEXT];
    talk_fact(t, label, "%s", show_when(text, at, talk_me(t)->time_zone, talk_today(t)));
}

/* --- keys */

static bool show_keys(struct talk *t, void *ctx)
{
    const struct ssh_key_list **keys = ctx;
    const void *out;
    if (!talk_get(t, TAG_LIST, OPNO_key_list, NULL, &out))
        return false;
    *keys = &((const struct key_list_out *)out)->keys;
    talk_title(t, "SSH keys");
    if (!(*keys)->n)
        talk_say(t, "No key yet. With one you are signed in without a password.");
    for (size_t i = 0; i < (*keys)->n; i++) {
        const struct ssh_key *k = &(*keys)->v[i];
        talk_say(t, "Key %zu: %s", i + 1, *show_text(k->label) ? k->label : show_text(k->type));
        talk_fact(t, "Type", "%s", show_text(k->type));
        talk_fact(t, "Fingerprint", "%s", show_text(k->fingerprint));
        say_when(t, "Added", k->created);
        say_when(t, "Signs nobody in, waits to be proved until", k->expires);
        say_when(t, "Last used", k->used);
        talk_fact(t, "From", "%s", show_place(k->place));
    }
    return true;
}

/* The commands stand as they are, on a row each: they are marked and pasted. */
static void say_proof(struct talk *t, const struct ssh_key *k)
{
    talk_say(t, "Show that you hold it, then it signs you in. Run this where the key is, with the name of "
                "its file, and give what it "
                "prints to prove:");
    talk_raw(t, arena_printf(talk_scratch(t), "%s\n", show_text(k->sign)));
    if (!*show_text(k->visit))
        return;
    talk_say(t, "Or come in by it once:");
    talk_raw(t, arena_printf(talk_scratch(t), "%s\n", k->visit));
}

/* Password or code: what somebody who merely found the terminal open does not have. */
static enum turn show_oneself(struct talk *t, struct key_add_in *in, char secret[201])
{
    bool code = talk_me(t)->mfa;
    enum turn turn =
        talk_ask(t,
                 &(struct talk_prompt){.label = code ? "Code of your second factor" : "Present password",
                                       .secret = true},
                 secret, 201);
    if (turn != TURN_ON)
        return turn;
    if (code)
        GIVE(key_add_in, in, code, secret);
    else
        GIVE(key_add_in, in, password, secret);
    return TURN_ON;
}

static enum turn run_add(struct talk *t, void *ctx)
{
    char key[6001], label[401], secret[201];
    struct key_add_in in = {0};
    const void *out;
    (void)ctx;
    enum turn turn = talk_ask(
        t,
        &(struct talk_prompt){.label = "Public key, one line",
                              .help = "Paste the line of your .pub file, as ssh-ed25519 AAAA… name."},
        key, sizeof key);
    if (turn == TURN_ON)
        turn = talk_ask(t, &(struct talk_prompt){.label = "What to call it, may be empty", .optional = true},
                        label, sizeof label);
    if (turn == TURN_ON)
        turn = show_oneself(t, &in, secret);
    if (turn != TURN_ON)
        return turn;
    GIVE(key_add_in, &in, key, key);
    if (*label)
        GIVE(key_add_in, &in, label, label);
    bool fine = talk_get(t, TAG_ACT, OPNO_key_add, &in, &out);
    explicit_bzero(secret, sizeof secret);
    if (!fine)
        return talk_turn(t, TURN_BACK);
    const struct ssh_key *k = ((const struct key_add_out *)out)->key;
    talk_fact(t, "Registered", "%s", show_text(k->fingerprint));
    say_proof(t, k);
    return TURN_AGAIN;
}

static const char *has_keys(struct talk *t, const void *ctx)
{
    (void)t;
    return (*(const struct ssh_key_list *const *)ctx)->n ? NULL : "There is none.";
}

static const char *has_waiting(struct talk *t, const void *ctx)
{
    const struct ssh_key_list *keys = *(const struct ssh_key_list *const *)ctx;
    (void)t;
    for (size_t i = 0; i < keys->n; i++)
        if (keys->v[i].expires)
            return NULL;
    return "None waits to be proved.";
}

static enum turn which_waits(struct talk *t, const struct ssh_key_list *keys, const struct ssh_key **which)
{
    const char *names[50] = {NULL};
    size_t n = 0, waiting = 0, chosen = 0;
    for (; n < keys->n && n < COUNT_OF(names); n++) {
        if (!keys->v[n].expires)
            continue; /* no choice, but it keeps its number */
        if (!waiting++)
            chosen = n;
        names[n] = arena_printf(talk_scratch(t), "%s %s", show_text(keys->v[n].label),
                                show_text(keys->v[n].fingerprint));
    }
    enum turn turn = waiting > 1 ? talk_choose(t, "Which key", names, n, &chosen) : TURN_ON;
    *which = &keys->v[chosen];
    return turn;
}

static enum turn run_prove(struct talk *t, void *ctx)
{
    const struct ssh_key *k;
    char signature[10001];
    struct key_prove_in in = {0};
    enum turn turn = which_waits(t, *(const struct ssh_key_list **)ctx, &k);
    if (turn != TURN_ON)
        return turn;
    say_proof(t, k);
    turn = talk_ask_text(t, &(struct talk_prompt){.label = "What it printed, from BEGIN to END"}, signature,
                         sizeof signature);
    if (turn != TURN_ON)
        return turn;
    GIVE(key_prove_in, &in, key, (int64_t)k->id);
    GIVE(key_prove_in, &in, signature, signature);
    if (!talk_get(t, TAG_ACT, OPNO_key_prove, &in, NULL)) /* it may have been proved elsewhere meanwhile */
        return talk_turn(t, talk_why(t)->code == ERR_STATE ? TURN_AGAIN : TURN_BACK);
    talk_say(t, "Proved: it signs you in from now on.");
    return TURN_AGAIN;
}

static enum turn run_remove(struct talk *t, void *ctx)
{
    const struct ssh_key_list *keys = *(const struct ssh_key_list **)ctx;
    const char *names[50];
    size_t n = 0, chosen;
    bool yes;
    struct key_remove_in in = {0};
    for (; n < keys->n && n < COUNT_OF(names); n++)
        names[n] = arena_printf(talk_scratch(t), "%s %s", show_text(keys->v[n].label),
                                show_text(keys->v[n].fingerprint));
    enum turn turn = talk_choose(t, "Which key", names, n, &chosen);
    if (turn == TURN_ON)
        turn = talk_confirm(t, &yes, "Remove it? Sessions it opened end.");
    if (turn != TURN_ON || !yes)
        return turn == TURN_ON ? TURN_BACK : turn;
    GIVE(key_remove_in, &in, key, (int64_t)keys->v[chosen].id);
    if (!talk_get(t, TAG_ACT, OPNO_key_remove, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "Removed.");
    return TURN_AGAIN;
}

static const struct deed key_deeds[] = {
    {.name = "add", .help = "Register a key", .op = OPNO_key_add, .run = run_add},
    {.name = "prove",
     .help = "Show that you hold one that waits",
     .op = OPNO_key_prove,
     .possible = has_waiting,
     .run = run_prove},
    {.name = "remove",
     .help = "Remove a key",
     .op = OPNO_key_remove,
     .possible = has_keys,
     .run = run_remove},
    {0}};

enum turn flow_keys(struct talk *t, void *ctx)
{
    const struct ssh_key_list *keys = NULL;
    (void)ctx;
    return talk_menu(t, "Keys", key_deeds, show_keys, (void *)&keys);
}

/* --- sessions */

static const char *means_words(int means)
{
    const struct enum_table *e = enum_means();
    for (size_t i = 0; i < e->n; i++)
        if (e->values[i].value == means)
            return e->values[i].help;
    return "";
}

static bool show_sessions(struct talk *t, void *ctx)
{
    const struct session_list **sessions = ctx;
    const void *out;
    if (!talk_get(t, TAG_LIST, OPNO_session_list, NULL, &out))
        return false;
    *sessions = &((const struct session_list_out *)out)->sessions;
    talk_title(t, "Sessions");
    for (size_t i = 0; i < (*sessions)->n; i++) {
        const struct session *s = &(*sessions)->v[i];
        char where[SHOW_SESSION];
        talk_say(t, "Session %zu%s", i + 1, s->current ? ": this one" : "");
        talk_fact(t, "From", "%s", show_session(where, s));
        talk_fact(t, "Opened with", "%s", means_words(s->means));
        say_when(t, "Since", s->created);
        say_when(t, "Last use", s->seen);
    }
    return true;
}

static enum turn run_end(struct talk *t, void *ctx)
{
    const struct session_list *sessions = *(const struct session_list **)ctx;
    const char *names[100];
    char since[SHOW_TEXT], where[SHOW_SESSION];
    size_t n = 0, chosen;
    struct session_revoke_in in = {0};
    for (; n < sessions->n && n < COUNT_OF(names); n++) {
        const struct session *s = &sessions->v[n];
        names[n] = arena_printf(talk_scratch(t), "%s, since %s%s", show_session(where, s),
                                show_when(since, s->created, talk_me(t)->time_zone, talk_today(t)),
                                s->current ? ", this one" : "");
    }
    enum turn turn = talk_choose(t, "Which session", names, n, &chosen);
    if (turn != TURN_ON)
        return turn;
    if (sessions->v[chosen].current) {
        talk_say(t, "That is this one: quit ends it.");
        return TURN_BACK;
    }
    GIVE(session_revoke_in, &in, session, (int64_t)sessions->v[chosen].id);
    if (!talk_get(t, TAG_ACT, OPNO_session_revoke, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "It has ended.");
    return TURN_AGAIN;
}

static enum turn run_others(struct talk *t, void *ctx)
{
    struct session_revoke_in in = {0};
    const void *out;
    bool yes;
    (void)ctx;
    enum turn turn = talk_confirm(t, &yes, "End all your sessions but this one?");
    if (turn != TURN_ON || !yes)
        return turn == TURN_ON ? TURN_BACK : turn;
    GIVE(session_revoke_in, &in, others, true);
    if (!talk_get(t, TAG_ACT, OPNO_session_revoke, &in, &out))
        return talk_turn(t, TURN_BACK);
    talk_fact(t, "Ended", "%" PRId64, ((const struct session_revoke_out *)out)->ended);
    return TURN_AGAIN;
}

static const struct deed session_deeds[] = {
    {.name = "end", .help = "End one of them", .op = OPNO_session_revoke, .run = run_end},
    {.name = "others", .help = "End all but this one", .op = OPNO_session_revoke, .run = run_others},
    {0}};

enum turn flow_sessions(struct talk *t, void *ctx)
{
    const struct session_list *sessions = NULL;
    (void)ctx;
    return talk_menu(t, "Sessions", session_deeds, show_sessions, (void *)&sessions);
}
