#include "proto/paper/show.h"
#include "common/rate.h"
#include "common/doc_kind.h"
#include "common/date.h"
#include "common/zone.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

char *show_amount(char buffer[SHOW_TEXT], struct money m)
{
    int digits = currency_digits(m.currency);
    return money_grouped(buffer, m.amount, digits < 0 ? 2 : digits);
}

char *show_money(char buffer[SHOW_TEXT], struct money m)
{
    char amount[SHOW_TEXT];
    struct money size = m;
    buffer[0] = '\0';
    if (!m.currency[0])
        return buffer;
    if (size.amount < 0)
        size.amount = -size.amount;
    snprintf(buffer, SHOW_TEXT, "%s%.3s %.50s", m.amount < 0 ? "−" : "", m.currency,
             show_amount(amount, size));
    return buffer;
}

char *show_decimal(char buffer[SHOW_TEXT], int64_t decimal, int places)
{
    money_grouped(buffer, decimal, DECIMAL_PLACES);
    size_t end = strlen(buffer), point = end - DECIMAL_PLACES - 1;
    while (end > point + 1 + (size_t)places && buffer[end - 1] == '0')
        end--;
    buffer[end == point + 1 ? point : end] = '\0';
    char *comma = strchr(buffer, ',');
    if (comma && end == point + 1 &&
        !strchr(comma + 1, ',')) /* "1,250" could be read as 1.25 (common/number.h) */
        memmove(comma, comma + 1, strlen(comma));
    return buffer;
}

static int year_of(int32_t day)
{
    int year = 0, month, dom;
    if (day)
        date_split(day, &year, &month, &dom);
    return year;
}

char *show_day(char buffer[SHOW_TEXT], int32_t day, int32_t today)
{
    date_short(buffer, day);
    if (day && year_of(day) == year_of(today) &&
        day >= today - DATE_READ_BACK) { /* date_read knows the year then */
        char *last = strrchr(buffer, ' ');
        if (last)
            *last = '\0';
    }
    return buffer;
}

char *show_when(char buffer[SHOW_TEXT], int64_t instant, const char *zone, int32_t today)
{
    buffer[0] = '\0';
    if (!instant)
        return buffer;
    int32_t day = zone_day(zone, instant);
    char date[SHOW_TEXT];
    show_day(date, day, today);
    if (year_of(day) != year_of(today)) {
        snprintf(buffer, SHOW_TEXT, "%.30s", date);
        return buffer;
    }
    int minutes = zone_second(zone, instant) / 60;
    snprintf(buffer, SHOW_TEXT, "%.30s %02d:%02d", date, minutes / 60, minutes % 60);
    return buffer;
}

char *show_since(char buffer[SHOW_TEXT], int64_t instant, int64_t now)
{
    int64_t minutes = instant < now ? (now - instant) / 60000 : 0, days = minutes / 1440;
    if (minutes < 1)
        snprintf(buffer, SHOW_TEXT, "now");
    else if (minutes < 60)
        snprintf(buffer, SHOW_TEXT, "%" PRId64 " min", minutes);
    else if (days < 1)
        snprintf(buffer, SHOW_TEXT, "%" PRId64 " h", minutes / 60);
    else
        snprintf(buffer, SHOW_TEXT, "%" PRId64 " day%s", days, days == 1 ? "" : "s");
    return buffer;
}

static void in_days(char buffer[SHOW_TEXT], const char *before, int32_t days, const char *after)
{
    snprintf(buffer, SHOW_TEXT, "%s %" PRId32 " day%s%s", before, days, days == 1 ? "" : "s", after);
}

char *show_due(char buffer[SHOW_TEXT], int kind, int status, int32_t due, int32_t today)
{
    const bool bill = !doc_kind(kind)->answered; /* it is due; an offer has a last day */
    bool waits = status == STATUS_OPEN || status == STATUS_PARTLY_PAID || status == STATUS_OVERDUE ||
                 status == STATUS_EXPIRED;
    buffer[0] = '\0';
    if (!due || !waits)
        return buffer;
    if (due == today)
        snprintf(buffer, SHOW_TEXT, "%s", bill ? "due today" : "last day today");
    else if (due == today + 1)
        snprintf(buffer, SHOW_TEXT, "%s", bill ? "due tomorrow" : "until tomorrow");
    else if (due > today)
        snprintf(buffer, SHOW_TEXT, bill ? "due in %" PRId32 " days" : "%" PRId32 " more days", due - today);
    else
        in_days(buffer, bill ? "overdue" : "expired", today - due, bill ? "" : " ago");
    return buffer;
}

const char *show_status(int doc_status)
{
    switch (doc_status) {
    case STATUS_PARTLY_PAID: return "partly paid";
    case STATUS_WRITTEN_OFF: return "written off";
    default: return enum_name(enum_doc_status(), doc_status);
    }
}

enum look show_status_look(int doc_status)
{
    switch (doc_status) {
    case STATUS_OVERDUE:
    case STATUS_DECLINED: return LOOK_BAD;
    case STATUS_PAID:
    case STATUS_ACCEPTED:
    case STATUS_INVOICED: return LOOK_GOOD;
    case STATUS_EXPIRED:
    case STATUS_PARTLY_PAID: return LOOK_WARN;
    case STATUS_OPEN: return LOOK_INFO;
    default: return LOOK_DIM;
    }
}

char *show_pending(char *buffer, size_t size, const struct payment *p)
{
    size_t n = 0;
    if (p->unknown)
        snprintf(buffer, size,
                 "The gateway did not answer, so it is not known yet whether there is a charge. It is asked "
                 "until it says so. Do not pay again.");
    else if (!p->wants.n)
        snprintf(buffer, size,
                 "The gateway has not said yet whether the money was taken. Do not pay again: as soon as it "
                 "answers, this changes by itself.");
    else
        n = (size_t)snprintf(buffer, size, "It is not paid yet. Still wanted of the one who pays:");
    for (size_t i = 0; i < p->wants.n && n && n < size; i++)
        n += (size_t)snprintf(buffer + n, size - n, "%s %s", i ? "," : "", show_text(p->wants.v[i].label));
    if (n && n < size)
        snprintf(buffer + n, size - n, ".");
    return buffer;
}

char *show_deposit(char buffer[SHOW_DEPOSIT], const struct document *estimate)
{
    char percent[SHOW_TEXT];
    const bool share = estimate->deposit_percent != 0;
    snprintf(buffer, SHOW_DEPOSIT, "%s%s%s", share ? show_decimal(percent, estimate->deposit_percent, 0) : "",
             share ? " % of the total, " : "",
             estimate->deposit_terms ? "asked for when it is accepted, on the usual terms"
                                     : "due at once when it is accepted");
    return buffer;
}

char *show_ending(char *buffer, size_t size, const struct payment *p, const char *zone, int32_t today)
{
    char when[SHOW_TEXT];
    buffer[0] = '\0';
    if (p->state == PAY_PENDING && p->until)
        snprintf(buffer, size,
                 "Where nothing is done it ends by itself, %s; before that it can be called off.",
                 show_when(when, p->until, zone, today));
    return buffer;
}

const char *show_pay_state(int pay_status)
{
    switch (pay_status) {
    case PAY_STATUS_SUCCEEDED: return "paid";
    case PAY_STATUS_PARTLY_REFUNDED: return "partly refunded";
    default: return enum_name(enum_pay_status(), pay_status);
    }
}

enum look show_pay_state_look(int pay_status)
{
    switch (pay_status) {
    case PAY_STATUS_SUCCEEDED: return LOOK_GOOD;
    case PAY_STATUS_FAILED:
    case PAY_STATUS_DISPUTED:
    case PAY_STATUS_REVERSED: return LOOK_BAD;
    default: return LOOK_WARN;
    }
}

const char *show_pay_mode(int pay_mode)
{
    switch (pay_mode) {
    case MODE_CHECK: return "cheque";
    case MODE_TRANSFER: return "bank transfer";
    case MODE_DEBIT: return "direct debit";
    default: return enum_name(enum_pay_mode(), pay_mode);
    }
}

static char *paid_with(char buffer[SHOW_WITH], const char *method, int mode, const char *note,
                       const char *gateway)
{
    bool marked = note && *note;
    snprintf(buffer, SHOW_WITH, "%s%s%s", marked ? show_text(gateway) : "", marked ? ": " : "",
             method && *method ? method : show_pay_mode(mode));
    return buffer;
}

char *show_with(char buffer[SHOW_WITH], const struct payment *p)
{
    return paid_with(buffer, p->method, p->mode, p->note, p->gateway);
}

char *show_row_with(char buffer[SHOW_WITH], const struct payment_row *p)
{
    return paid_with(buffer, p->method, p->mode, p->note, p->gateway);
}

char *show_credit_used(char buffer[SHOW_WITH], const struct payment *p)
{
    struct money sum = money_of(0, p->credit.n ? p->credit.v[0].amount.currency : "");
    char text[SHOW_TEXT];
    for (size_t i = 0; i < p->credit.n; i++)
        sum.amount += p->credit.v[i].amount.amount;
    size_t n = p->credit.n ? (size_t)snprintf(buffer, SHOW_WITH, "%s first", show_money(text, sum)) : 0;
    const char *before = "";
    buffer[n] = '\0';
    for (size_t i = 0; i < p->credit.n && n < SHOW_WITH; i++) {
        const char *number = show_text(p->credit.v[i].number);
        if (strcmp(number, before) != 0) /* one of several invoices has several rows */
            n += (size_t)snprintf(buffer + n, SHOW_WITH - n, "%s%s", *before ? ", " : ": ", number);
        before = number;
    }
    return buffer;
}

const char *show_may(int role)
{
    return role == ROLE_ADMIN ? "everything" : role == ROLE_READER ? "look" : "the daily work";
}

const char *show_mail(int template)
{
    switch (template) {
    case TEMPLATE_INVITATION: return "Invitation";
    case TEMPLATE_STAFF_INVITATION: return "Staff invitation";
    case TEMPLATE_PASSWORD_SET:
    case TEMPLATE_PASSWORD_KEPT: return "Password set";
    case TEMPLATE_RESET: return "Forgotten password";
    case TEMPLATE_PASSWORD_CHANGED: return "Password changed";
    case TEMPLATE_MFA_RESET: return "Factor reset";
    case TEMPLATE_PORTAL_RENAMED: return "New portal name";
    case TEMPLATE_TEST: return "Test mail";
    case TEMPLATE_KEY_ADDED: return "SSH key added";
    case TEMPLATE_KEY_REMOVED: return "SSH key removed";
    case TEMPLATE_REMINDER: return "Reminder";
    case TEMPLATE_RECEIPT: return "Receipt";
    default: return "Mail";
    }
}

const char *show_access(int access)
{
    switch (access) {
    case ACCESS_INVITED: return "invited";
    case ACCESS_ACTIVE: return "active";
    case ACCESS_DISABLED: return "switched off";
    default: return "none";
    }
}

const char *show_means(int means)
{
    switch (means) {
    case MEANS_KEY: return "SSH key";
    case MEANS_INVITATION: return "invitation";
    case MEANS_RESET: return "reset code";
    default: return "password";
    }
}

/* --- events */

/* What happened: with who did it, and for a table that has who in a column of its own. */
static const struct deed {
    const char *said, *bare;
} deeds[] = {
    [WHAT_CREATED] = {"created by %s", "created"},
    [WHAT_CHANGED] = {"changed by %s", "changed"},
    [WHAT_DELETED] = {"deleted by %s", "deleted"},
    [WHAT_SENT] = {"sent by %s", "sent"},
    [WHAT_VIEWED] = {"opened by %s", "opened"},
    [WHAT_ACCEPTED] = {"accepted by %s", "accepted"},
    [WHAT_DECLINED] = {"declined by %s", "declined"},
    [WHAT_CONVERTED] = {"made into an invoice by %s", "made into an invoice"},
    [WHAT_DEPOSIT] = {"issued as %s accepted the estimate", "deposit issued"},
    [WHAT_VOIDED] = {"withdrawn by %s", "withdrawn"},
    [WHAT_WRITTEN_OFF] = {"written off by %s", "written off"},
    [WHAT_COMMENTED] = {"new comment from %s", "comment"},
    [WHAT_COMMENT_DONE] = {"comment needs no answer, says %s", "comment done"},
    [WHAT_COMMENT_REOPENED] = {"comment waits again, says %s", "comment reopened"},
    [WHAT_PAID] = {"paid by %s", "payment received"},
    [WHAT_PAYMENT_STARTED] = {"payment started by %s", "payment started"},
    [WHAT_PAYMENT_UNKNOWN] = {"it is not known yet whether it was charged", "not known whether charged"},
    [WHAT_PAYMENT_WAITS] = {"it waits for an answer of %s", "waits for an answer"},
    [WHAT_PAYMENT_PAGE] = {"payment page ready", "payment page ready"},
    [WHAT_PAYMENT_FAILED] = {"payment of %s failed", "payment failed"},
    [WHAT_ACCESS_ON] = {"access switched on by %s", "access switched on"},
    [WHAT_ACCESS_OFF] = {"access switched off by %s", "access switched off"},
    [WHAT_PASSWORD_CHANGED] = {"password changed by %s", "password changed"},
    [WHAT_SIGNED_IN] = {"%s signed in", "signed in"},
    [WHAT_SIGNED_OUT] = {"%s signed out", "signed out"},
    [WHAT_IMPORTED] = {"brought in by %s", "brought in from a file"},
    [WHAT_INVITED] = {"invited by %s", "invited"},
    [WHAT_JOINED] = {"%s took the invitation up", "took the invitation up"},
    [WHAT_RESET_ASKED] = {"a new password was asked for", "new password asked for"},
    [WHAT_MFA_ON] = {"%s set up a second factor", "second factor set up"},
    [WHAT_MFA_OFF] = {"%s gave the second factor up", "second factor given up"},
    [WHAT_MFA_RESET] = {"second factor taken away by %s", "second factor taken away"},
    [WHAT_MFA_CODES] = {"%s made new backup codes", "new backup codes"},
    [WHAT_MFA_CODE_USED] = {"%s used a backup code", "backup code used"},
    [WHAT_KEY_ADDED] = {"SSH key added by %s", "SSH key added"},
    [WHAT_KEY_PROVED] = {"SSH key proved by %s", "SSH key proved"},
    [WHAT_KEY_REMOVED] = {"SSH key removed by %s", "SSH key removed"},
    [WHAT_SIGN_IN_REFUSED] = {"a sign-in was refused", "sign-in refused"},
    [WHAT_SESSION_ENDED] = {"sessions ended by %s", "sessions ended"},
    [WHAT_TOKEN_CREATED] = {"token made by %s", "token made"},
    [WHAT_TOKEN_REVOKED] = {"token taken back by %s", "token taken back"},
    [WHAT_MAIL_FAILED] = {"a mail could not be delivered", "mail not delivered"},
    [WHAT_PASSWORD_SET] = {"one-time password set by %s", "one-time password set"},
    [WHAT_CODE_READ] = {"%s read the code of a mail", "code of a mail read"},
    [WHAT_FROZEN] = {"seller and buyer put on record by %s", "seller and buyer put on record"},
    [WHAT_RECEIPT_SENT] = {"receipt mailed by %s", "receipt mailed"},
    [WHAT_CODE_SENT] = {"a code that opens it mailed by %s", "code mailed"},
    [WHAT_CODE_OPENED] = {"opened with a code of a mail by %s", "opened with a code"},
    [WHAT_CODE_REVOKED] = {"a code that opened it taken back by %s", "code taken back"},
    [WHAT_CREDIT_APPLIED] = {"credit used by %s", "credit used"},
    [WHAT_CREDIT_TAKEN_OFF] = {"taken off by %s", "taken off"},
    [WHAT_REFUNDED] = {"money given back by %s", "money given back"},
    [WHAT_REFUND_FAILED] = {"a refund failed", "refund failed"},
    [WHAT_REFUNDED_THERE] = {"money was given back at the gateway, not from here",
                             "given back at the gateway"},
    [WHAT_REFUND_AMISS] = {"money went back at the gateway that is not on record here",
                           "refund not on record"},
    [WHAT_DISPUTED] = {"the payer's bank holds it back", "held back by the payer's bank"},
    [WHAT_REVERSED] = {"the payer's bank took it back", "taken back by the payer's bank"},
    [WHAT_PAUSED] = {"paused by %s", "paused"},
    [WHAT_RESUMED] = {"resumed by %s", "resumed"},
    [WHAT_STOPPED] = {"stopped by %s", "stopped"},
    [WHAT_HELD] = {"waits for staff", "waits for staff"},
    [WHAT_REMINDED] = {"reminded by %s", "reminded"},
    [WHAT_REMINDER_WITHDRAWN] = {"the reminder was not sent: it is not owed any more", "reminder not sent"},
    [WHAT_REMINDER_HELD] = {"reminders set by %s", "reminders set"},
    [WHAT_MATCHED] = {"booked from a bank statement by %s", "booked from a bank statement"},
    [WHAT_LINE_IGNORED] = {"bank line is nobody's payment, says %s", "bank line set aside"},
    [WHAT_LINE_REOPENED] = {"bank line waits again, says %s", "bank line waits again"},
    [WHAT_MATCH_UNDONE] = {"was booked by mistake, says %s", "booked by mistake"},
    [WHAT_METHOD_SAVED] = {"method of payment saved by %s", "method saved"},
    [WHAT_METHOD_REMOVED] = {"method of payment removed by %s", "method removed"},
    [WHAT_METHOD_ASKED] = {"asked by %s to save a method of payment", "asked for a method"},
    [WHAT_AUTOMATIC_ON] = {"%s agreed that it is charged by itself", "charged by itself from now on"},
    [WHAT_AUTOMATIC_OFF] = {"%s ended that it is charged by itself", "charged by itself no more"},
    [WHAT_REWORK_DROPPED] = {"the rework that was not sent is void", "unsent rework void"},
};

static const struct deed *deed_of(int what)
{
    return what > 0 && (size_t)what < sizeof deeds / sizeof *deeds && deeds[what].said ? &deeds[what] : NULL;
}

const char *show_what(int what)
{
    const struct deed *d = deed_of(what);
    return d ? d->bare : enum_name(enum_what(), what);
}

const char *show_who(const struct event *e)
{
    if (e->name && *e->name)
        return e->name;
    switch (e->side) {
    case SIDE_SYSTEM: return "the system";
    case SIDE_STAFF: return "the business";
    case SIDE_MACHINE: return "a program";
    default: return "the customer";
    }
}

const char *show_subject(int subject)
{
    return subject == SUBJECT_KEY     ? "SSH key"
           : subject == SUBJECT_STAFF ? "colleague"
                                      : enum_name(enum_subject(), subject);
}

char *show_event(char *buffer, size_t size, const struct event *e, bool to_customer)
{
    const struct deed *d = deed_of(e->what);
    const char *at = d ? strstr(d->said, "%s") : NULL;
    if (e->what == WHAT_PAID && (to_customer || e->side != SIDE_CUSTOMER))
        snprintf(buffer, size, "payment received");
    else if (e->what == WHAT_PAYMENT_FAILED && to_customer)
        snprintf(buffer, size, "payment failed");
    else if (at)
        snprintf(buffer, size, "%.*s%s%s", (int)(at - d->said), d->said, show_who(e), at + 2);
    else
        snprintf(buffer, size, "%s", d ? d->said : enum_name(enum_what(), e->what));
    size_t n = strlen(buffer);
    if (e->text && *e->text && n < size)
        snprintf(buffer + n, size - n, e->what == WHAT_COMMENTED ? ": “%s”" : ": %s", e->text);
    return buffer;
}

enum look show_event_look(const struct event *e)
{
    switch (e->what) {
    case WHAT_DECLINED:
    case WHAT_PAYMENT_FAILED:
    case WHAT_SIGN_IN_REFUSED:
    case WHAT_MAIL_FAILED:
    case WHAT_REFUND_FAILED:
    case WHAT_REFUND_AMISS:
    case WHAT_DISPUTED:
    case WHAT_REVERSED:
    case WHAT_ACCESS_OFF: return LOOK_BAD;
    case WHAT_MFA_RESET:
    case WHAT_MFA_OFF:
    case WHAT_CODE_READ:
    case WHAT_REFUNDED_THERE:
    case WHAT_REWORK_DROPPED:
    case WHAT_PAYMENT_UNKNOWN:
    case WHAT_PAYMENT_WAITS:
    case WHAT_MFA_CODE_USED: return LOOK_WARN;
    case WHAT_ACCEPTED:
    case WHAT_PAID: return LOOK_GOOD;
    default: return LOOK_PLAIN;
    }
}

const char *show_place(const char *place)
{
    static const char local[] = "ipc uid ";
    return strncmp(show_text(place), local, sizeof local - 1) == 0 ? "this machine" : show_text(place);
}

const char *show_machine(const char *place)
{
    return place && *place ? show_place(place) : "this machine";
}

char *show_session(char buffer[SHOW_SESSION], const struct session *s)
{
    const char *now = show_text(s->now_at), *origin = show_text(s->signed_in_for);
    const char *other = *now ? now : origin, *says = *now ? "now at " : *origin ? "came from " : "";
    snprintf(buffer, SHOW_SESSION, "%s%s%s%s", says, other, *says ? ", " : "", show_machine(s->place));
    return buffer;
}

/* --- addresses */

size_t show_address_lines(const char *lines[SHOW_ADDRESS_LINES], char *city, size_t size,
                          const struct address *a)
{
    size_t n = 0;
    if (!a)
        return 0;
    snprintf(city, size, "%s%s%s", show_text(a->code), a->code && *a->code ? " " : "", show_text(a->city));
    const char *parts[SHOW_ADDRESS_LINES] = {a->attention, a->street, a->street2, city, a->state, a->country};
    for (size_t i = 0; i < SHOW_ADDRESS_LINES; i++)
        if (parts[i] && *parts[i])
            lines[n++] = parts[i];
    return n;
}

char *show_address_line(char *buffer, size_t size, const struct address *a)
{
    char city[320];
    const char *lines[SHOW_ADDRESS_LINES];
    size_t n = 0, count = show_address_lines(lines, city, sizeof city, a);
    buffer[0] = '\0';
    for (size_t i = 0; i < count; i++)
        if (lines[i] != a->attention && n < size)
            n += (size_t)snprintf(buffer + n, size - n, "%s%s", n ? ", " : "", lines[i]);
    return buffer;
}

char *show_party(char *buffer, size_t size, const struct party *p)
{
    char where[900];
    buffer[0] = '\0';
    if (!p)
        return buffer;
    show_address_line(where, sizeof where, p->address);
    bool number = p->tax_id && *p->tax_id;
    snprintf(buffer, size, "%s%s%s%s%s", show_text(p->name), *where ? ", " : "", where, number ? " · " : "",
             show_text(p->tax_id));
    return buffer;
}

/* --- taxes */

static size_t add_tax(char *buffer, size_t size, const char *name, int64_t percent, const char *sign)
{
    char number[SHOW_TEXT];
    int n = snprintf(buffer, size, "%s%s%s%s", show_text(name), name && *name ? " " : "",
                     show_decimal(number, percent, 0), sign);
    return n > 0 && (size_t)n < size ? (size_t)n : size;
}

char *show_taxes(char *buffer, size_t size, const struct line *l, bool named)
{
    bool first = l->tax_percent || !l->tax2_percent, second = l->tax2_percent;
    size_t n = 0;
    buffer[0] = '\0';
    if (first)
        n = add_tax(buffer, size, named ? l->tax_name : "", l->tax_percent, named || !second ? " %" : "");
    if (first && second && n < size)
        n += (size_t)snprintf(buffer + n, size - n, " + ");
    if (second && n < size)
        add_tax(buffer + n, size - n, named ? l->tax2_name : "", l->tax2_percent, " %");
    return buffer;
}

char *show_exchange(char buffer[SHOW_EXCHANGE], const struct payment *p)
{
    const struct exchange *x = p->exchange;
    char received[SHOW_TEXT], rate[RATE_TEXT];
    bool exact = true;
    buffer[0] = '\0';
    if (!x)
        return buffer;
    const char *at = *show_text(x->rate) ? x->rate : rate_between(rate, x->received, p->amount, &exact);
    snprintf(buffer, SHOW_EXCHANGE, "%s, %s%s %s for one %s%s%s", show_money(received, x->received),
             exact ? "" : "about ", p->amount.currency, at, x->received.currency,
             *show_text(x->source) ? ": " : "", show_text(x->source));
    return buffer;
}

char *show_deduction(char *buffer, size_t size, const struct deduction *x)
{
    snprintf(buffer, size, "Deposit %s", show_text(x->number));
    return buffer;
}

struct money show_deducted(const struct document *d, const struct deduction *x)
{
    struct money off = money_of(-x->amount.amount, x->amount.currency);
    for (size_t i = 0; i < x->taxes.n && !d->tax_inclusive; i++)
        off.amount += x->taxes.v[i].tax.amount;
    return off;
}

bool show_price_without_tax(char buffer[SHOW_TEXT], const struct document *d, const struct line *l)
{
    int64_t both = l->tax_percent + l->tax2_percent, hundred = 100 * DECIMAL_ONE, price;
    int digits = currency_digits(show_text(d->currency));
    if (!d->tax_inclusive || !both || !l->price || money_mul_div(l->price, hundred, hundred + both, &price))
        return false;
    show_decimal(buffer, price, digits < 0 ? 2 : digits);
    return true;
}

static const char *category_words(int category)
{
    switch (category) {
    case TAX_ZERO: return "zero-rated";
    case TAX_EXEMPT: return "exempt";
    case TAX_REVERSE: return "reverse charge";
    case TAX_INTRA: return "intra-Community supply";
    case TAX_EXPORT: return "export";
    case TAX_OUTSIDE: return "outside the scope of tax";
    default: return "";
    }
}

char *show_tax(char *buffer, size_t size, const struct tax_sum *t)
{
    const char *words = category_words(t->category), *name = show_text(t->name);
    if (!*name)
        name = *words ? words : t->percent ? "Tax" : "No tax";
    bool reason = t->reason && *t->reason && strcasecmp(t->reason, name) != 0;
    if (reason)
        snprintf(buffer, size, "%s: %s", name, t->reason);
    else if (*words && name != words && !(t->reason && *t->reason))
        snprintf(buffer, size, "%s (%s)", name, words);
    else
        snprintf(buffer, size, "%s", name);
    if (*buffer >= 'a' && *buffer <= 'z')
        *buffer = (char)(*buffer - 32);
    return buffer;
}

const char *show_closed(int subject)
{
    return doc_kind_of_subject(subject)
               ? "There is no screen for it yet: the command line and ssh commands show it."
               : "There is nothing more to see of this.";
}
