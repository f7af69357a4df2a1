/* The mail server: as it is set, changing it, and a test mail. */
#include "tui/line/flow.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const int securities[] = {MAIL_STARTTLS, MAIL_TLS, MAIL_PLAIN};
static const char *const protections[] = {"STARTTLS, which the server must offer", "TLS from the beginning",
                                          "none: only to a server on this machine"};
static const char *const usual_ports[] = {"587", "465", "25"};

struct server {
    const struct mail_settings *set; /* until the next ask with TAG_LIST */
};

static bool is_set(const struct server *s)
{
    return s->set->host && *s->set->host;
}

static bool show_server(struct talk *t, void *ctx)
{
    struct server *s = ctx;
    const void *out;
    if (!talk_get(t, TAG_LIST, OPNO_mail_settings_get, NULL, &out))
        return false;
    const struct mail_settings *m = s->set = ((const struct mail_settings_get_out *)out)->settings;
    talk_title(t, "Mail server");
    if (!is_set(s)) {
        talk_say(t, "None is set: mails wait in the outbox, where they can be read and copied.");
        return true;
    }
    talk_fact(t, "Host", "%s", m->host);
    talk_fact(t, "Port", "%" PRId64, m->port);
    for (size_t i = 0; i < COUNT_OF(securities); i++)
        if (securities[i] == m->security)
            talk_fact(t, "Protection", "%s", protections[i]);
    talk_fact(t, "User", "%s", m->user && *m->user ? m->user : "without signing in");
    talk_fact(t, "Password", "%s", m->has_password ? "is set" : "none");
    talk_fact(t, "Mails come from", "%s", show_text(m->from));
    talk_fact(t, "With the name", "%s", show_text(m->from_name));
    return true;
}

static const char *wrong_port(const char *text)
{
    char *end;
    long n = strtol(text, &end, 10);
    return *end || n < 1 || n > 65535 ? "A number from 1 to 65535." : NULL;
}

/* What is asked for when there is a server: kept apart from whether there is to be one. */
struct answers {
    char host[254], port[8], user[255], password[201], from[255], from_name[481];
    size_t security;
};

static enum turn ask_text(struct talk *t, const char *label, const char *help, const char *initial,
                          bool optional, char *buffer, size_t size)
{
    return talk_ask(t,
                    &(struct talk_prompt){
                        .label = label, .help = help, .initial = show_text(initial), .optional = optional},
                    buffer, size);
}

static enum turn ask_port(struct talk *t, const struct mail_settings *was, struct answers *a)
{
    char now[8];
    bool same = was->port && was->security == securities[a->security];
    snprintf(now, sizeof now, "%" PRId64, was->port);
    struct talk_prompt prompt = {
        .label = "Port", .initial = same ? now : usual_ports[a->security], .check = wrong_port};
    return talk_ask(t, &prompt, a->port, sizeof a->port);
}

static enum turn ask_server(struct talk *t, const struct mail_settings *was, struct answers *a)
{
    static const struct talk_prompt password = {
        .label = "Password, Enter leaves it as it was", .secret = true, .optional = true};
    enum turn turn = talk_choose(t, "Protection", protections, COUNT_OF(protections), &a->security);
    if (turn == TURN_ON)
        turn = ask_port(t, was, a);
    if (turn == TURN_ON)
        turn = ask_text(t, "User, empty: without signing in", NULL, was->user, true, a->user, sizeof a->user);
    if (turn == TURN_ON && *a->user)
        turn = talk_ask(t, &password, a->password, sizeof a->password);
    if (turn == TURN_ON)
        turn = ask_text(t, "Mails come from", "The address that the server lets you write from.", was->from,
                        false, a->from, sizeof a->from);
    if (turn == TURN_ON)
        turn = ask_text(t, "With the name, empty: that of the business", NULL, was->from_name, true,
                        a->from_name, sizeof a->from_name);
    return turn;
}

static enum turn save(struct talk *t, const struct mail_settings *was, const struct answers *a)
{
    struct mail_settings_set_in in = {0};
    struct mail_settings m = {0};
    GIVE(mail_settings, &m, revision, was->revision);
    GIVE(mail_settings, &m, host, a->host);
    if (*a->host) {
        GIVE(mail_settings, &m, security, securities[a->security]);
        GIVE(mail_settings, &m, port, strtol(a->port, NULL, 10));
        GIVE(mail_settings, &m, user, a->user);
        GIVE(mail_settings, &m, from, a->from);
        GIVE(mail_settings, &m, from_name, a->from_name);
    }
    GIVE(mail_settings_set_in, &in, settings, &m);
    if (*a->host && (*a->password || !*a->user)) /* without a user there is no password either */
        GIVE(mail_settings_set_in, &in, password, a->password);
    if (!talk_get(t, TAG_ACT, OPNO_mail_settings_set, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, *a->host ? "Saved. Mails that were held leave now."
                         : "Saved. Mails are held in the outbox from now on.");
    return TURN_AGAIN;
}

static enum turn run_change(struct talk *t, void *ctx)
{
    const struct mail_settings *was = ((const struct server *)ctx)->set;
    struct answers a = {0};
    enum turn turn =
        ask_text(t, "Host, empty for none", "smtp.example.com. Empty: no mail server, mails are held.",
                 was->host, true, a.host, sizeof a.host);
    if (turn == TURN_ON && *a.host)
        turn = ask_server(t, was, &a);
    if (turn == TURN_ON)
        turn = save(t, was, &a);
    explicit_bzero(a.password, sizeof a.password);
    return turn;
}

static const char *can_test(struct talk *t, const void *ctx)
{
    (void)t;
    return is_set(ctx) ? NULL : "There is no mail server yet: change sets one.";
}

static enum turn run_test(struct talk *t, void *ctx)
{
    const void *out;
    (void)ctx;
    if (!talk_get(t, TAG_ACT, OPNO_mail_test, NULL, &out))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "A mail to %s is on its way. The outbox tells what became of it.",
             show_text(((const struct mail_test_out *)out)->mail->to));
    return TURN_BACK;
}

static const struct deed server_deeds[] = {
    {.name = "change", .help = "Change the mail server", .op = OPNO_mail_settings_set, .run = run_change},
    {.name = "test",
     .help = "Send a test mail to yourself",
     .op = OPNO_mail_test,
     .possible = can_test,
     .run = run_test},
    {0}};

enum turn flow_mail_server(struct talk *t, void *ctx)
{
    struct server s = {0};
    (void)ctx;
    return talk_menu(t, "Mail server", server_deeds, show_server, &s);
}
