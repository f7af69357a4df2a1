/* The mail server (G5): as it is set, changing it, and a test mail whose fate is watched. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/books.h"

static bool has(const char *text)
{
    return text && *text;
}

static const struct mail_settings *set(const struct scene *v)
{
    return ((const struct mail_settings_get_out *)v->out)->settings;
}

static const struct mail_settings *mine(const void *in)
{
    return ((const struct mail_settings_set_in *)in)->settings;
}

static const char *protection(int security)
{
    return security == MAIL_TLS     ? "TLS from the beginning"
           : security == MAIL_PLAIN ? "none: only to a server on this machine"
                                    : "STARTTLS, which the server must offer";
}

/* --- as it is set */

/* How many mails wait for a server. */
static void ask_held(const struct scene *v, void *in)
{
    struct mail_list_in *held = in;
    (void)v;
    GIVE(mail_list_in, held, state, MAIL_HELD);
    GIVE(mail_list_in, held, limit, 100);
}

static void tell_held(struct page *p, const struct mail_list_out *held)
{
    size_t n = held ? held->mails.n : 0;
    if (n)
        page_note(p, LOOK_WARN, "%zu%s mail%s held.", n, has(held->next) ? " or more" : "",
                  n == 1 ? " is" : "s are");
}

static void tell(struct page *p, const struct scene *v)
{
    const struct mail_settings *m = set(v);
    char port[24];
    tell_held(p, v->also[0]);
    if (!has(m->host)) {
        page_note(p, LOOK_WARN, "No mail server is set.");
        page_note(p, LOOK_PLAIN,
                  "Mails wait in the outbox, where they can be read and copied. As soon as there is "
                  "a server, those that are still good leave by themselves.");
        return;
    }
    page_fact(p, "Host", "%s", m->host);
    page_fact(p, "Port", "%s",
              fill_told(port, sizeof port, fill_field(shape_mail_settings(), "port"), &m->port));
    page_fact(p, "Protection", "%s", protection(m->security));
    page_fact(p, "User", "%s", has(m->user) ? m->user : "without signing in");
    page_fact(p, "Password", "%s", m->has_password ? "is set" : "none");
    page_fact(p, "Mails come from", "%s", show_text(m->from));
    page_fact(p, "With the name", "%s", show_text(m->from_name));
}

/* --- changing it */

static bool with_host(const struct scene *v, const void *in)
{
    (void)v;
    return has(mine(in)->host);
}

static bool with_user(const struct scene *v, const void *in)
{
    return with_host(v, in) && has(mine(in)->user);
}

static bool ways(const struct scene *v, const void *in, size_t i, struct option *o)
{
    static const int values[] = {MAIL_STARTTLS, MAIL_TLS, MAIL_PLAIN};
    (void)v, (void)in;
    if (i >= 3)
        return false;
    *o = (struct option){.value = values[i], .name = protection(values[i])};
    return true;
}

static const char *usual_port(const struct scene *v, const void *in)
{
    (void)v;
    return mine(in)->security == MAIL_TLS ? "465" : mine(in)->security == MAIL_PLAIN ? "25" : "587";
}

static const struct give gives[] = {
    {.field = "settings.host",
     .empty = "empty for none",
     .help = "smtp.example.com; empty: no mail server, mails are held in the outbox",
     .width = 40},
    {.field = "settings.security", .choice = ways, .wanted = with_host, .width = 40},
    {.field = "settings.port",
     .help = "Empty: the usual one, 587 with STARTTLS, 465 with TLS, 25 without",
     .usual = usual_port,
     .wanted = with_host,
     .width = 7},
    {.field = "settings.user",
     .empty = "empty: without signing in",
     .help = "Empty: without signing in to the server",
     .wanted = with_host,
     .width = 40},
    {.field = "password",
     .empty = "Enter leaves it as it was",
     .help = "Empty: as it was. It is never shown, and kept encrypted",
     .wanted = with_user,
     .width = 40},
    {.field = "settings.from",
     .help = "accounts@example.com: the address that the server lets you write from",
     .must = true,
     .wanted = with_host,
     .width = 40},
    {.field = "settings.from_name",
     .empty = "empty: that of the business",
     .help = "Empty: the name of the business",
     .wanted = with_host,
     .width = 40},
    {0}};

/* An emptied user takes the password with it. */
static void complete(const struct scene *v, const void *in, void *send)
{
    if (with_host(v, in) && !with_user(v, in))
        GIVE(mail_settings_set_in, (struct mail_settings_set_in *)send, password, "");
}

static const char *saved(const struct scene *v, const void *out)
{
    (void)v;
    return has(((const struct mail_settings_set_out *)out)->settings->host)
               ? "Saved. {test} sends a test mail to you; mails that were held leave now."
               : "Saved. Mails are held in the outbox from now on.";
}

/* --- trying it */

static const char *can_test(const struct scene *v)
{
    return has(set(v)->host) ? NULL : "There is no mail server yet: {change} sets one.";
}

static const struct mail_row *made(const void *out)
{
    return ((const struct mail_test_out *)out)->mail;
}

static const char *on_its_way(const struct scene *v, const void *out)
{
    return scene_text(v, "A mail to %s is on its way.", show_text(made(out)->to));
}

static uint64_t test_mail(const struct scene *v, const void *out)
{
    (void)v;
    return made(out)->id;
}

static const struct act acts[] = {
    {.key = 'e',
     .name = "change",
     .help = "Change the mail server",
     .op = OPNO_mail_settings_set,
     .note = "Invitations, codes for forgotten passwords and other mails leave through this server. Its "
             "certificate "
             "is checked.",
     .gives = gives,
     .begins = "settings",
     .complete = complete,
     .busy = "Saving…",
     .told = saved},
    {.key = 't',
     .name = "test",
     .help = "Send a test mail to yourself and watch it",
     .op = OPNO_mail_test,
     .possible = can_test,
     .told = on_its_way,
     .goes = &book_mail,
     .goes_to = test_mail},
    {LEADS_TO('O', "outbox", "All mails", OPNO_mail_list, book_outbox)},
    {0}};

static const struct also also[] = {{OPNO_mail_list, ask_held}, {OP_COUNT, NULL}};

const struct book book_mail_server = {.name = "mail server",
                                      .title = "Mail server",
                                      .op = OPNO_mail_settings_get,
                                      .also = also,
                                      .tell = tell,
                                      .acts = acts};
