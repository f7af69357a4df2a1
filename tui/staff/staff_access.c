#include "tui/staff/staff_access.h"
#include "common/date.h"
#include "common/zone.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_screens.h"
#include <stdio.h>
#include <string.h>

/* --- how it stands, in words */

static bool open_invitation(const struct contact *p)
{
    return p->invited && p->invite_expires;
}

char *access_words(char *buffer, size_t size, const struct contact *p, const char *zone, int32_t today)
{
    char when[SHOW_TEXT];
    switch (p->access) {
    case ACCESS_INVITED:
        if (!open_invitation(p))
            snprintf(buffer, size, "password set, not used");
        else if (p->invite_expires <= staff_clock())
            snprintf(buffer, size, "invitation expired");
        else
            snprintf(buffer, size, "invited, expires %s",
                     show_day(when, zone_day(zone, p->invite_expires), today));
        break;
    case ACCESS_ACTIVE:
        if (p->last_sign_in)
            snprintf(buffer, size, "active, last %s", show_when(when, p->last_sign_in, zone, today));
        else
            snprintf(buffer, size, "active");
        break;
    case ACCESS_DISABLED: snprintf(buffer, size, "switched off"); break;
    default: snprintf(buffer, size, "none");
    }
    return buffer;
}

unsigned access_style(const struct contact *p)
{
    switch (p->access) {
    case ACCESS_ACTIVE: return STYLE_GOOD;
    case ACCESS_INVITED:
        return open_invitation(p) && p->invite_expires <= staff_clock() ? STYLE_BAD : STYLE_WARN;
    case ACCESS_DISABLED: return STYLE_BAD;
    default: return STYLE_DIM;
    }
}

/* --- what is possible */

static bool all_have_mail(const struct access_who *who)
{
    for (size_t i = 0; i < who->n; i++)
        if (!who->v[i]->email || !*who->v[i]->email)
            return false;
    return true;
}

static bool can_sign_in(const struct contact *p)
{
    return p->access == ACCESS_INVITED || p->access == ACCESS_ACTIVE;
}

const char *access_can_set(const struct ui *ui, const struct access_who *who)
{
    const char *why = staff_may_write(ui);
    if (why)
        return why;
    if (!who->n)
        return "There is nobody: + adds a person.";
    if (who->deactivated)
        return "The customer is deactivated: e activates it again.";
    if (!all_have_mail(who))
        return who->n == 1 ? "There is no e-mail address: open the person and press e to add one."
                           : "One of them has no e-mail address: open the person and press e to add one.";
    return NULL;
}

const char *access_can_invite(const struct ui *ui, const struct access_who *who)
{
    return access_can_set(ui, who);
}

const char *access_can_end(const struct ui *ui, const struct access_who *who)
{
    const char *why = staff_may_write(ui);
    if (why)
        return why;
    for (size_t i = 0; i < who->n; i++)
        if (can_sign_in(who->v[i]))
            return NULL;
    return who->n > 1 ? "None of them has access." : "There is no access to switch off.";
}

const char *access_can_reset(const struct ui *ui, const struct access_who *who)
{
    const char *why = staff_may_write(ui);
    if (why)
        return why;
    if (who->n != 1)
        return "One person at a time: unmark the others.";
    return who->v[0]->mfa ? NULL : "No second factor is set up.";
}

/* --- the acts */

static void take(struct access_acts *acts, const struct access_who *who)
{
    acts->n = who->n;
    for (size_t i = 0; i < who->n; i++)
        acts->ids[i] = who->v[i]->id;
    acts->customer = who->v[0]->customer;
    for (size_t i = 1; i < who->n; i++)
        if (who->v[i]->customer != acts->customer)
            acts->customer = 0;
    snprintf(acts->email, sizeof acts->email, "%s", who->n == 1 ? show_text(who->v[0]->email) : "");
}

/* "Maria Ruiz, José Ferrer", cut with "and 3 more". */
static void names(char *buffer, size_t size, const struct access_who *who)
{
    size_t n = 0, i = 0;
    buffer[0] = '\0';
    for (; i < who->n && n + 160 < size; i++)
        n += (size_t)snprintf(buffer + n, size - n, "%s%s", n ? ", " : "", show_text(who->v[i]->name));
    if (i < who->n)
        snprintf(buffer + n, size - n, " and %zu more", who->n - i);
}

static struct id_list ids_of(struct access_acts *acts)
{
    return (struct id_list){acts->n, acts->ids};
}

static void invite_done(struct ui *ui, void *state, const struct said *said)
{
    struct access_invite_in in = {0};
    (void)said;
    GIVE(access_invite_in, &in, contacts, ids_of(state));
    ui_ask_with(
        ui, &(struct ask){
                .tag = ACCESS_TAG_INVITE, .op = op_at(OPNO_access_invite), .in = &in, .busy = "Inviting…"});
}

/* What ends or goes on by it. */
static void consequences(char *text, size_t size, const struct access_who *who)
{
    size_t codes = 0, passwords = 0, active = 0, n = 0;
    bool one = who->n == 1;
    *text = '\0';
    for (size_t i = 0; i < who->n; i++) {
        codes += open_invitation(who->v[i]);
        passwords += who->v[i]->access == ACCESS_INVITED && !open_invitation(who->v[i]);
        active += who->v[i]->access == ACCESS_ACTIVE;
    }
    if (codes)
        n += (size_t)snprintf(text + n, size - n, "\n%s sent before end%s.",
                              one ? "The code that was" : "Codes that were", one ? "s" : "");
    if (passwords && n < size)
        n += (size_t)snprintf(text + n, size - n, "\n%s not used yet end%s.",
                              one ? "The password that was set and" : "Passwords that were set and",
                              one ? "s" : "");
    if (active && n < size)
        snprintf(text + n, size - n,
                 "\n%s signed in before: the present password is good until the invitation is accepted.",
                 one ? "This person has" : "Some have");
}

void access_invite(struct ui *ui, struct access_acts *acts, const struct access_who *who)
{
    char text[1400], all[400], more[500];
    bool one = who->n == 1, again = one && open_invitation(who->v[0]);
    take(acts, who);
    names(all, sizeof all, who);
    consequences(more, sizeof more, who);
    if (one)
        snprintf(text, sizeof text, "%s gets a mail at %s with the way in and a code that is good once.%s",
                 all, acts->email, more);
    else
        snprintf(text, sizeof text,
                 "%zu persons each get a mail with the way in and a code of their own, good once: %s.%s",
                 who->n, all, more);
    ui_confirm(ui,
               !one    ? "Invite these persons?"
               : again ? "Invite again?"
                       : "Invite to the portal?",
               text, again ? "Invite again" : "Invite", invite_done);
}

static void off_done(struct ui *ui, void *state, const struct said *said)
{
    struct access_disable_in in = {0};
    (void)said;
    GIVE(access_disable_in, &in, contacts, ids_of(state));
    ui_ask_with(ui, &(struct ask){.tag = ACCESS_TAG_OFF,
                                  .op = op_at(OPNO_access_disable),
                                  .in = &in,
                                  .busy = "Switching access off…"});
}

void access_off(struct ui *ui, struct access_acts *acts, const struct access_who *who)
{
    char text[700], all[400];
    take(acts, who);
    names(all, sizeof all, who);
    snprintf(text, sizeof text,
             "%s can not sign in any more, and open sessions end at once. An invitation ends, too, and "
             "SSH keys are removed: who gets access again registers them anew.",
             all);
    ui_confirm(ui, "Switch portal access off?", text, "Switch off", off_done);
}

static void mfa_done(struct ui *ui, void *state, const struct said *said)
{
    const struct access_acts *acts = state;
    struct mfa_reset_in in = {0};
    (void)said;
    GIVE(mfa_reset_in, &in, contact, acts->ids[0]);
    ui_ask_with(ui, &(struct ask){.tag = ACCESS_TAG_MFA,
                                  .op = op_at(OPNO_mfa_reset),
                                  .in = &in,
                                  .busy = "Resetting the second factor…"});
}

void access_reset_mfa(struct ui *ui, struct access_acts *acts, const struct access_who *who)
{
    char text[700];
    take(acts, who);
    snprintf(
        text, sizeof text,
        "%s signs in with the password alone until a new second factor is set up; where the portal asks for "
        "one, that is the next thing to do. The codes of the old device and the backup codes end, and so do "
        "open sessions. Be sure it is really them who ask.",
        show_text(who->v[0]->name));
    ui_confirm(ui, "Reset the second factor?", text, "Reset", mfa_done);
}

/* --- and what became of it */

static void invited(struct ui *ui, struct access_acts *acts, const struct access_invite_out *out)
{
    if (!out->held) {
        if (acts->n == 1)
            ui_toast(ui, TONE_GOOD, "Invited: the mail to %s is on its way.", acts->email);
        else
            ui_toast(ui, TONE_GOOD, "%zu invited: the mails are on their way.", acts->n);
        ui_reload(ui);
        return;
    }
    if (acts->n == 1) {
        book_open(ui, &book_mail, out->mail);
        ui_toast(ui, TONE_INFO, "Invited. There is no mail server yet: c tells the code, to be passed on.");
    } else {
        book_open_only(ui, &book_outbox, acts->customer, MAIL_HELD);
        ui_toast(ui, TONE_INFO, "%zu invited. There is no mail server yet: their mails wait here.", acts->n);
    }
}

bool access_reply(struct ui *ui, struct access_acts *acts, int tag, const struct reply *r)
{
    if (tag != ACCESS_TAG_INVITE && tag != ACCESS_TAG_OFF && tag != ACCESS_TAG_MFA)
        return false;
    if (r->code != OK && *r->why->detail && strncmp(r->why->field, "contacts", 8) == 0) {
        ui_toast(ui, TONE_BAD, "%s",
                 r->why->detail); /* it names the person; the field would only be a number */
        return true;
    }
    if (ui_refused(ui, r))
        return true;
    if (tag == ACCESS_TAG_INVITE) {
        invited(ui, acts, r->out);
        return true;
    }
    ui_toast(ui, TONE_GOOD,
             tag == ACCESS_TAG_OFF ? "Access is off; open sessions have ended."
                                   : "The second factor is reset; open sessions have ended.");
    ui_reload(ui);
    return true;
}
