/* News by long poll, and who is signed in. */
#include "tui/face/fill_in.h"
#include "tui/link/client_inside.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "common/date.h"
#include "common/zone.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

/* --- the long poll */

static void ask_news(void *ctx)
{
    struct client *c = ctx;
    struct event_wait_in in = {0};
    struct buf request;
    c->news_timer = 0;
    if (!*c->token || c->waiting)
        return;
    GIVE(event_wait_in, &in, since, c->last_event);
    GIVE(event_wait_in, &in, timeout, WAIT_MS);
    buf_init(&request, CALL_REQUEST_MAX);
    if (call_request(&request, op_at(OPNO_event_wait), c->token, NULL, &in) == OK &&
        link_send(c->news, request.data, request.size, WAIT_MS + 10000) == OK)
        c->waiting = true;
    else
        c->news_timer = loop_after(c->loop, 1000, ask_news, c);
    if (request.data)
        explicit_bzero(request.data, request.capacity);
    buf_fini(&request);
}

static void news_later(struct client *c)
{
    int64_t ms = 100 << (c->news_failures < 6 ? c->news_failures++ : 6);
    loop_forget(c->loop, c->news_timer);
    c->news_timer = loop_after(c->loop, ms, ask_news, c);
}

/* Midnight passes in long sessions. The clock of this machine is good enough for that. */
static void see_day(struct client *c)
{
    int32_t day = zone_day(c->me.time_zone, (int64_t)time(NULL) * 1000);
    if (c->me.today && day == c->me.today + 1) {
        c->me.today = day;
        ui_set_today(c->ui, day);
        ui_reload(c->ui);
    }
}

static const struct view *view_of(const struct client *c)
{
    return c->me.document ? &view_holder : c->me.role == ROLE_CUSTOMER ? &view_customer : &view_staff;
}

void client_see_work(struct client *c, const struct op *op, const void *out)
{
    if (!c->face && op == op_at(view_of(c)->work))
        view_of(c)->waits(c->ui, out);
}

static void tell(struct client *c, const uint8_t *bytes, size_t size)
{
    struct arena *a = arena_open();
    struct event_wait_out out;
    struct refusal why = {0};
    enum err e = call_answer(a, op_at(OPNO_event_wait), bytes, size, &out, &why);
    if (e == OK) {
        c->news_failures = 0;
        c->last_event = out.last;
        ui_set_bell(c->ui, (int)out.unread);
        for (size_t i = 0; i < out.events.n; i++) {
            client_see_event(c, &out.events.v[i]);
            ui_event(c->ui, &out.events.v[i]);
        }
        if (out.events.n && !c->face && ui_shows_waits(c->ui))
            client_ask_aside(c, view_of(c)->work);
        see_day(c);
        ask_news(c);
    } else if (e == ERR_SIGN_IN) {
        client_session_over(c);
    } else if (!client_stage_lost(c, e, &why)) {
        news_later(c);
    }
    arena_close(a);
}

void client_news_ready(void *ctx, int revents)
{
    struct client *c = ctx;
    const uint8_t *bytes;
    size_t size;
    (void)revents;
    client_tick(c);
    enum link_state state = link_state(c->news);
    if (!c->waiting || (state != LINK_ANSWERED && state != LINK_FAILED))
        return;
    c->waiting = false;
    if (link_take(c->news, &bytes, &size) == OK)
        tell(c, bytes, size);
    else
        news_later(c);
}

void client_news_start(struct client *c)
{
    client_news_stop(c);
    ask_news(c);
}

void client_news_stop(struct client *c)
{
    loop_forget(c->loop, c->news_timer);
    c->news_timer = 0;
    if (c->waiting)
        link_cancel(c->news);
    c->waiting = false;
}

/* --- who is signed in */

const struct me *client_me(const struct ui *ui)
{
    return &client_of(ui)->me;
}

const struct choice_list *client_choices(const struct ui *ui)
{
    return &client_of(ui)->choices;
}

void client_begin(struct ui *ui)
{
    book_start(ui, *client_fingerprint(ui) ? &book_key_entrance : &book_entrance);
}

bool client_locked(const struct ui *ui)
{
    return client_of(ui)->locked;
}

static const char *keep(struct arena *a, const char *text)
{
    return text ? arena_text(a, text, strlen(text)) : "";
}

/* A text that is not there is empty: nobody who reads it has to ask. */
static void fill_texts(const struct shape *shape, void *copy)
{
    for (size_t i = 0; i < shape->n; i++) {
        const char **text = (const char **)((char *)copy + shape->fields[i].offset);
        if (shape->fields[i].type == FIELD_TEXT && !*text)
            *text = "";
    }
}

/* Copies into a fresh arena and only then drops the former one: `me` may point into that. */
static void remember(struct client *c, const struct me *me, const struct choice_list *choices)
{
    struct arena *a = arena_open();
    struct me *copy = fill_copy(shape_me(), me, a); /* and all that it points to */
    struct choice_list list = {0};
    if (!choices)
        choices = &c->choices;
    list.v = arena_alloc(a, choices->n * sizeof *list.v);
    for (; list.n < choices->n; list.n++) {
        list.v[list.n] = choices->v[list.n];
        list.v[list.n].name = keep(a, choices->v[list.n].name);
    }
    arena_close(c->person);
    c->person = a;
    fill_texts(shape_me(), copy);
    c->me = *copy;
    c->choices = list;
}

static void show_person(struct client *c)
{
    char person[300];
    const struct me *m = &c->me;
    const char *role = enum_name(enum_role(), m->role);
    if (m->role == ROLE_CUSTOMER)
        snprintf(person, sizeof person, "%s%s%s", m->name, *m->customer_name ? " · " : "", m->customer_name);
    else
        snprintf(person, sizeof person, "%s%s%s", m->name, *role ? " · " : "", role);
    size_t n = strlen(person);
    if (!zone_known(m->time_zone)) /* set with newer tables of zones than this machine has */
        snprintf(person + n, sizeof person - n, " · times are UTC");
    ui_set_who(c->ui, m->business, person, 1u << m->role);
    ui_set_today(c->ui, m->today);
}

void client_signed_in(struct ui *ui, const char *token, const struct me *me,
                      const struct choice_list *choices)
{
    struct client *c = client_of(ui);
    client_news_stop(c);
    snprintf(c->token, sizeof c->token, "%s", token);
    remember(c, me, choices);
    if (*c->me.portal)
        snprintf(c->portal, sizeof c->portal, "%s", c->me.portal);
    c->last_event = c->me.last_event;
    ui_set_bell(ui, (int)c->me.unread);
    show_person(c);
    c->choosing = false;
    if (client_stage(ui) == STAGE_FULL)
        client_news_start(c);
    client_idle_start(c);
}

/* Whoever it was goes on there; anybody else has a view of their own. */
static void again(struct ui *ui, const char *token, const struct me *me, const struct choice_list *choices)
{
    const struct me *was = client_me(ui);
    const bool same = me->person == was->person && me->customer == was->customer && me->role == was->role;
    client_signed_in(ui, token, me, choices);
    client_unlocked(ui);
    if (!same || client_stage(ui) != STAGE_FULL)
        client_enter(ui);
}

void client_welcome(struct ui *ui, const char *token, const struct me *me, const struct choice_list *choices,
                    bool chosen)
{
    if (client_locked(ui)) {
        again(ui, token, me, choices);
        return;
    }
    client_signed_in(ui, token, me, choices);
    client_of(ui)->choosing = !chosen && choices && choices->n > 1;
    client_enter(ui);
}

void client_know(struct ui *ui, const struct me *me)
{
    remember(client_of(ui), me, NULL);
    show_person(client_of(ui));
}

int client_stage(const struct ui *ui)
{
    const struct me *me = client_me(ui);
    return me->stage && me->stage != STAGE_FULL ? me->stage : me->must_change ? STAGE_PASSWORD : STAGE_FULL;
}

/* What stands between signing in and the view; NULL: nothing. */
static const struct book *before(struct client *c)
{
    switch (client_stage(c->ui)) {
    case STAGE_CODE: return &book_code;
    case STAGE_PASSWORD: return &book_password_first;
    case STAGE_ENROL: return &book_enrol_first;
    default: break;
    }
    const bool choose = c->choosing;
    c->choosing = false;
    return choose ? &book_for_whom : NULL;
}

/* Sections, keys and places of a view; NULL: none. */
static void set_view(struct ui *ui, const struct view *view)
{
    ui_set_ways(ui, view ? view->ways : NULL);
    ui_set_keys(ui, view ? view->keys : NULL);
    ui_set_places(ui, view ? view->places : NULL);
    ui_set_finder(ui, view ? view->found : NULL);
}

void client_enter(struct ui *ui)
{
    struct client *c = client_of(ui);
    const struct view *view = view_of(c);
    const bool full = client_stage(ui) == STAGE_FULL;
    if (!c->waiting && (c->face || full))
        client_news_start(c);
    if (c->face)
        return;
    const struct book *first = before(c);
    set_view(ui, first ? NULL : view);
    uint64_t document = c->me.document;
    if (!first && document)
        first = book_about(&c->me, doc_kind(c->me.document_kind)->subject, &document);
    if (first)
        book_start_at(ui, first, document);
    else
        ui_begin(ui);
}

/* Ends the session at the server; nothing of it stays here but who it was. */
static void end_session(struct client *c)
{
    struct ask out = {.tag = 15, .op = op_at(OPNO_session_sign_out)};
    struct refusal why;
    client_news_stop(c);
    client_idle_stop(c);
    client_drop_jobs(c);
    if (*c->token && c->online)
        (void)client_tell(c, &out, &why);
    explicit_bzero(c->token, sizeof c->token);
    ui_set_bell(c->ui, 0);
}

void client_sign_out(struct ui *ui, const char *why)
{
    static const struct choice_list none;
    static const struct me nobody;
    struct client *c = client_of(ui);
    end_session(c);
    c->locked = c->kept = c->choosing = false;
    remember(c, &nobody, &none);
    set_view(ui, NULL);
    ui_set_who(ui, "", "", BY_PUBLIC);
    if (c->face) {
        c->face->signed_out(c->face->ctx, why);
        return;
    }
    book_start(ui, &book_entrance);
    if (*why)
        ui_toast(ui, TONE_INFO, "%s", why);
}

void client_lock(struct ui *ui, const char *why)
{
    struct client *c = client_of(ui);
    if (c->locked || !*c->me.email)
        return;
    if (client_stage(ui) != STAGE_FULL ||
        c->me.document) { /* nothing is there that could be kept: a code opens it anew */
        client_sign_out(ui, why);
        return;
    }
    c->kept = c->me.mfa && *c->token && !c->face;
    if (c->kept) {
        client_news_stop(c);
        client_idle_stop(c);
        client_drop_jobs(c);
    } else {
        end_session(c);
    }
    c->locked = true;
    if (c->face)
        c->face->locked(c->face->ctx, why);
    else
        book_open(ui, c->kept ? &book_lock_kept : &book_lock, 0);
    if (*why && !c->face)
        ui_toast(ui, TONE_INFO, "%s", why);
    client_idle_locked(c);
}

void client_unlocked(struct ui *ui)
{
    struct client *c = client_of(ui);
    c->locked = c->kept = false;
    if (*c->token && client_stage(ui) == STAGE_FULL)
        client_news_start(c);
    client_idle_start(c);
    if (!c->face)
        ui_pop(ui);
}

void client_go_on(struct ui *ui)
{
    if (client_locked(ui))
        client_unlocked(ui);
    else
        client_enter(ui);
}

/* It was ended behind the lock: signing in again is the way. */
static void kept_no_more(struct client *c)
{
    c->kept = false;
    book_instead(c->ui, &book_lock, 0);
    ui_toast(c->ui, TONE_INFO, "Your session has ended. Password and code open it again.");
}

/* The server says that the session is no more: revoked, too old, or access was switched off. */
void client_session_over(struct client *c)
{
    explicit_bzero(c->token, sizeof c->token);
    if (c->locked && c->kept && !c->face)
        kept_no_more(c);
    if (!*c->me.email || c->locked)
        return;
    client_lock(c->ui, "Your session has ended. Sign in to go on where you were.");
}

/* The business switched the second factor on while somebody was there, or staff set another password. Refusals that are about
 * something else name it. */
bool client_stage_lost(struct client *c, enum err code, const struct refusal *why)
{
    int stage = code == ERR_ENROL             ? STAGE_ENROL
                : code == ERR_SECOND_FACTOR   ? STAGE_CODE
                : code == ERR_PASSWORD_CHANGE ? STAGE_PASSWORD
                                              : STAGE_FULL;
    if (stage == STAGE_FULL || *why->field || !*c->token || c->locked || c->face ||
        client_stage(c->ui) != STAGE_FULL)
        return false;
    c->me.stage = stage;
    client_news_stop(c);
    client_enter(c->ui);
    return true;
}
