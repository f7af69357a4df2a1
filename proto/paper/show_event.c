/* What happened, and how it stands out. */
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>

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
