/* The settings: what there is, and how it is set now. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>

static const struct settings_get_out *set(const struct scene *v)
{
    return v->out;
}

static const char *now_business(const struct scene *v)
{
    const struct business *b = set(v)->business;
    char where[300];
    show_address_line(where, sizeof where, b->address);
    return scene_text(v, "%s%s%s%s", show_text(b->name), *where ? ", " : "", where,
                      !*where                  ? " · no address yet"
                      : !*show_text(b->tax_id) ? " · no tax id yet"
                                               : "");
}

static const char *now_portal(const struct scene *v)
{
    const struct business *b = set(v)->business;
    return scene_text(v, "customers may%s edit their details; part payments %s",
                      b->customers_edit ? "" : " not", b->partial_payments ? "on" : "off");
}

static const char *now_name(const struct scene *v)
{
    return set(v)->business->portal;
}

static const char *now_factor(const struct scene *v)
{
    const struct business *b = set(v)->business;
    return scene_text(v, "customers %s, staff %s", b->mfa ? "on" : "off", b->staff_mfa ? "on" : "off");
}

static const char *now_documents(const struct scene *v)
{
    const struct business *b = set(v)->business;
    return scene_text(v, "invoices due in %" PRId64 " days, estimates open %" PRId64 " days", b->terms_days,
                      b->estimate_days);
}

static const char *now_series(const struct scene *v)
{
    const char *all = "next ";
    for (size_t i = 0; i < set(v)->series.n; i++) {
        all = scene_text(v, "%s%s%s", all, i ? ", " : "", show_text(set(v)->series.v[i].example));
    }
    return all;
}

static const char *now_mail(const struct scene *v)
{
    const struct mail_settings_get_out *out = v->also[0];
    if (!out)
        return NULL;
    if (!*show_text(out->settings->host))
        return "none: mails are held in the outbox";
    return scene_text(v, "%s, port %" PRId64, out->settings->host, out->settings->port);
}

static const char *now_reminders(const struct scene *v)
{
    return set(v)->business->reminders ? "on" : "off";
}

static const struct place of[] = {
    {&book_business, "business", "Business", "what stands on papers, and which rules it follows",
     now_business},
    {&book_portal, "portal", "Portal", "what customers see and may", now_portal},
    {&book_portal_name, "name", "Portal name", "what people type to get in; another one", now_name},
    {&book_second_factor, "factor", "Second factor", "who has to have one", now_factor},
    {&book_documents, "documents", "Documents", "how new documents begin", now_documents},
    {&book_series, "series", "Number series", "how documents are numbered", now_series},
    {&book_reminders, "reminders", "Reminders", "mails about what is late; rules, late fees", now_reminders},
    {&book_gateways, "gateways", "Gateways", "what customers pay with; accounts and keys", NULL},
    {&book_taxes, "taxes", "Taxes", "rates that lines offer", NULL},
    {&book_items, "items", "Items", "what is sold, with its price", NULL},
    {&book_mail_server, "server", "Mail server", "how mails leave", now_mail},
    {&book_outbox, "outbox", "Outbox", "invitations and other mails, and how they fare", NULL},
    {&book_schedules, "recurring", "Recurring invoices", "what is billed again and again, and when next",
     NULL},
    {&book_due, "due", "Work that is due", "what waits for its time, and what was given up", NULL},
    {&book_staff, "staff", "Staff accounts", "who signs in here, and what they may do", NULL},
    {&book_tokens, "tokens", "Machine tokens", "programs that work with this business's data", NULL},
    {&book_audit, "audit", "Audit log", "who did what, when and from where; is it whole?", NULL},
    {&book_sign_in, "own", "My sign-in", "your password, second factor, SSH keys, sessions", NULL},
    {0}};

static const struct place unlisted[] = {
    {&book_retainers, "retainers", "Retainer invoices", "bills in advance", NULL},
    {&book_credit_notes, "creditnotes", "Credit notes", "what was given back of bills", NULL},
    {&book_refunds, "refunds", "Refunds", "what was given back: refunds made", NULL},
    {&book_credits, "credits", "Credit", "what is left of payments, credit notes and retainers", NULL},
    {&book_bank_statements, "bank", "Bank statements", "transfers that arrived; import a file", NULL},
    {0}};

const struct places places_settings = {.title = "Settings",
                                       .op = OPNO_settings_get,
                                       .also = OPNO_mail_settings_get,
                                       .live = SUBJECT_BIT(SUBJECT_BUSINESS),
                                       .of = of,
                                       .unlisted = unlisted};
