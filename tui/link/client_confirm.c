/* Before something touches credentials the daemon wants to see the password or a code once more, where that is more than a while ago. Every
 * screen has that step from here: what it asked for waits, a dialog asks, and the very same request goes out again. Its forms know nothing of
 * it; Esc goes back to them. */
#include "common/password_rules.h"
#include "tui/link/client_inside.h"
#include "common/factor_code.h"
#include <stdio.h>
#include <string.h>

static void ask(struct client *c, const char *wrong);

/* Answers what was held; nobody hears of it when its screen is gone. */
static void end(struct client *c, enum err code, const struct refusal *why)
{
    const struct refusal plain = {.code = code};
    struct errand j = c->held;
    c->held = (struct errand){0};
    if (j.request.data)
        explicit_bzero(j.request.data, j.request.capacity);
    buf_fini(&j.request);
    struct reply r = {.code = code, .why = why ? why : &plain};
    ui_answer(c->ui, j.ticket, &r);
}

static void cancelled(struct ui *ui, void *state)
{
    struct client *c = client_of(ui);
    (void)state;
    if (c->held.op)
        end(c, ERR_CANCELLED, NULL);
}

static void done(struct ui *ui, void *state, const struct said *said)
{
    struct client *c = client_of(ui);
    struct session_confirm_in in = {0};
    struct refusal why = {0};
    char code[MFA_CODE_TEXT];
    (void)state;
    if (!c->held.op)
        return;
    mfa_code_plain(code, said->text);
    if (password_is_code(said->text))
        GIVE(session_confirm_in, &in, code, code);
    else
        GIVE(session_confirm_in, &in, password, said->text);
    if (client_tell(c, &(struct ask){.op = op_at(OPNO_session_confirm), .in = &in}, &why))
        c->jobs[c->job_count - 1].confirms = true;
    else
        ask(c, why.detail);
    explicit_bzero(code, sizeof code);
}

static void ask(struct client *c, const char *wrong)
{
    char text[400];
    snprintf(text, sizeof text,
             "What you are about to do %s. Whoever finds this terminal open must not do it in your name. %s",
             op_secures(c->held.op),
             c->me.mfa ? "Your password, or the six digits that your phone shows:" : "Your password:");
    ui_dialog(c->ui, &(struct dialog){.kind = DIALOG_LINE,
                                      .title = "Is it you?",
                                      .text = text,
                                      .label = c->me.mfa ? "Password or code" : "Password",
                                      .yes = "Go on",
                                      .secret = true,
                                      .wrong = wrong,
                                      .step = true,
                                      .done = done,
                                      .cancelled = cancelled});
}

bool client_confirm(struct client *c, enum err code)
{
    struct errand *j = &c->jobs[0];
    if (code != ERR_CONFIRM || !j->ticket || c->held.op || c->face || c->locked)
        return false;
    c->held = *j;
    j->request = (struct buf){0}; /* it went along */
    client_job_drop(c, 0);
    ask(c, NULL);
    return true;
}

void client_confirmed(struct client *c, const struct reply *r)
{
    if (!c->held.op)
        return;
    if (r->code == ERR_SIGN_IN) {
        end(c, r->code, r->why);
    } else if (r->code != OK) {
        ask(c, *r->why->detail ? r->why->detail : err_sentence(r->code));
    } else if (c->job_count == CLIENT_JOBS) {
        end(c, ERR_BUSY, NULL);
    } else {
        memmove(&c->jobs[1], &c->jobs[0], (size_t)c->job_count * sizeof *c->jobs);
        c->jobs[0] = c->held;
        c->jobs[0].since = loop_now(c->loop);
        c->jobs[0].sent = false;
        c->job_count++;
        c->held = (struct errand){0};
        client_pump(c);
    }
}

void client_confirm_drop(struct client *c)
{
    if (c->held.op)
        end(c, ERR_CANCELLED, NULL);
    ui_step_over(c->ui);
}
