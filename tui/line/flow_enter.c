/* Getting in: which portal, who, what a session has still to show, for which customer; and again after it was locked. */
#include "common/zone.h"
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_places.h"
#include "tui/line/talk_inside.h"
#include "tui/portal/books.h"
#include <stdio.h>
#include <string.h>

static enum turn stages(struct talk *t)
{
    for (int i = 0; i < 10; i++) {
        enum turn turn = TURN_ON;
        switch (client_stage(t->ui)) {
        case STAGE_CODE: turn = talk_book(t, &book_code, 0); break;
        case STAGE_PASSWORD: turn = talk_book(t, &book_password_first, 0); break;
        case STAGE_ENROL: turn = talk_book(t, &book_enrol_first, 0); break;
        default: return TURN_ON;
        }
        if (turn == TURN_END || turn == TURN_BACK)
            return turn;
    }
    return talk_turn(t, TURN_BACK);
}

/* A sign-in has been answered: what it has still to show, and for which of several customers. */
static enum turn signed_in(struct talk *t)
{
    enum turn turn = stages(t);
    if (turn != TURN_ON)
        return turn;
    if (client_choices(t->ui)->n > 1 && !t->unlocking)
        turn = talk_book(t, &book_for_whom, 0);
    if (turn != TURN_END) /* the other one may have something to show first, too */
        turn = stages(t);
    if (turn == TURN_ON)
        client_enter(t->ui);
    return turn;
}

/* Known before anybody is asked who they are: a server that does not answer is named, and a portal that there is not. */
static enum turn which_portal(struct talk *t)
{
    char portal[41];
    struct portal_show_in in = {0};
    const void *out;
    snprintf(portal, sizeof portal, "%s", client_portal(t->ui));
    if (!*portal) {
        enum turn turn =
            talk_ask(t,
                     &(struct talk_prompt){.label = "Portal",
                                           .help = "The name of the portal, as in your invitation."},
                     portal, sizeof portal);
        if (turn != TURN_ON)
            return turn;
    }
    GIVE(portal_show_in, &in, portal, portal);
    enum err e = talk_try(t, TAG_PERSON, OPNO_portal_show, &in, NULL, &out);
    if (e == ERR_NOT_FOUND) {
        talk_say(t, "There is no portal named %s.", portal);
        client_set_portal(t->ui, "");
        return TURN_BACK;
    }
    if (e != OK) {
        talk_refused(t);
        return talk_turn(t, TURN_BACK);
    }
    client_set_portal(t->ui, portal);
    return TURN_ON;
}

/* E-mail and password, or what is led to from there. */
static enum turn sign_in(struct talk *t)
{
    enum turn turn = TURN_AGAIN;
    while (turn != TURN_END && !talk_ended(t) && !*show_text(talk_me(t)->email))
        turn = talk_straight(t, &book_entrance, NULL, NULL);
    if (turn == TURN_END || talk_ended(t))
        return talk_turn(t, TURN_END);
    turn = signed_in(t);
    if (turn == TURN_BACK) /* gave up halfway: nothing of that session is kept */
        talk_say(t, "You are not signed in.");
    return turn;
}

/* With the key that sshd has proved. TURN_BACK: it opens nothing, or not what was asked for; e-mail and password may. For whom was chosen
 * with it. */
static enum turn with_key(struct talk *t)
{
    enum turn turn = talk_straight(t, &book_key_entrance, NULL, NULL);
    if (turn == TURN_LEAVE)
        turn = stages(t);
    if (turn == TURN_ON)
        client_enter(t->ui);
    return turn;
}

static bool greet(struct talk *t, void *ctx)
{
    const struct me *me = talk_me(t);
    const char *role = enum_name(enum_role(), me->role);
    (void)ctx;
    talk_title(t, "%s", me->business);
    talk_say(t, "You are %s, %s.", me->name, me->role == ROLE_CUSTOMER ? me->customer_name : role);
    if (!zone_known(me->time_zone))
        talk_say(t, "The time zone of the business (%s) is not known here: times are UTC.", me->time_zone);
    if (me->unread)
        talk_fact(t, "Unread on the bell", "%d", (int)me->unread);
    return true;
}

static enum turn get_in(struct talk *t)
{
    enum turn turn = TURN_BACK;
    talk_say(t, "Type help or ? wherever you are asked something; quit leaves.");
    if (*client_fingerprint(t->ui))
        turn = with_key(t);
    if (turn != TURN_BACK || talk_ended(t))
        return turn;
    do
        turn = which_portal(t);
    while (turn == TURN_BACK && !talk_ended(t) && !*client_portal(t->ui));
    return turn == TURN_ON ? sign_in(t) : turn;
}

/* Whoever came with the code of a document has that document, and nothing around it. */
static enum turn one_document(struct talk *t)
{
    enum turn turn = TURN_ON;
    uint64_t id = talk_me(t)->document;
    const struct book *b = book_about(talk_me(t), doc_kind(talk_me(t)->document_kind)->subject, &id);
    greet(t, NULL);
    while (b && !talk_ended(t) && turn != TURN_END) {
        turn = talk_book(t, b, id);
        if (turn == TURN_BACK)
            talk_say(t, "The code opens this document alone. Type quit to leave.");
    }
    return TURN_END;
}

enum turn flow_enter(struct talk *t)
{
    if (*client_hint(t->ui))
        talk_quote(t, "Note", client_hint(t->ui));
    enum turn turn = get_in(t);
    if (turn != TURN_ON) {
        if (!talk_ended(t))
            talk_end(t, err_exit_code(ERR_SIGN_IN));
        return TURN_END;
    }
    if (talk_me(t)->document)
        return one_document(t);
    struct arena *a = arena_open();
    const struct deed *staff = talk_ways(a, ways_staff, &places_settings),
                      *customer = talk_ways(a, ways_customer, &places_own);
    while (!talk_ended(t)) {
        turn = talk_menu(t, &(struct talk_menu){.label = "Main menu",
                                                .deeds = talk_is_customer(t) ? customer : staff,
                                                .show = greet});
        if (turn == TURN_BACK)
            talk_say(t, "This is the main menu. Type quit to leave.");
    }
    arena_close(a);
    return TURN_END;
}

/* --- locked */

enum turn flow_unlock(struct talk *t)
{
    talk_title(t, "%s", *t->reason ? t->reason : "Locked.");
    enum turn turn = talk_straight(t, &book_lock, NULL, NULL);
    if (turn == TURN_LEAVE)
        turn = signed_in(t);
    if (turn != TURN_ON) {
        if (turn != TURN_END)
            talk_end(t, err_exit_code(ERR_SIGN_IN));
        return TURN_END;
    }
    t->locked = false;
    client_unlocked(t->ui);
    talk_say(t, "You are back where you were.");
    return TURN_ON;
}
