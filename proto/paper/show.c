/* Amounts, days, people and where they are. */
#include "proto/paper/show.h"
#include "common/date.h"
#include "common/doc_kind.h"
#include "common/zone.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

const char *show_closed(int subject)
{
    return doc_kind_of_subject(subject)
               ? "There is no screen for it yet: the command line and ssh commands show it."
               : "There is nothing more to see of this.";
}
