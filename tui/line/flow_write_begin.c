/* What is to be written, and for whom: a new document of any kind, a draft, or an estimate that was sent and is revised. */
#include "proto/paper/paper.h"
#include "tui/line/flow_write.h"
#include <string.h>
#include <strings.h>

static void make_id(void *ctx, uint8_t id[16])
{
    ui_id(talk_ui(ctx), id);
}

/* All that is needed first; false after saying why not. */
static bool fetch(struct talk *t, struct writing *w)
{
    for (int need = 0; need < WRITING_NEEDS; need++) {
        enum op_number op = OP_COUNT;
        const void *out, *in = writing_needs(w, (enum writing_need)need, &op, talk_scratch(t));
        if (in && !talk_get(t, TAG_STEP, op, in, &out))
            return false;
        if (in)
            writing_take(w, (enum writing_need)need, out);
    }
    return true;
}

static enum turn write_opened(struct talk *t, struct writing *w)
{
    enum turn turn = TURN_BACK;
    const char *closed = fetch(t, w) ? writing_closed(w) : "";
    if (!closed && !w->id) {
        talk_title(t, "%s for %s, in %s", writing_name(w, ""), w->customer_name, w->currency);
        turn = flow_write_lines(t, w);
    }
    if (closed && *closed)
        talk_say(t, "%s", closed);
    else if (!closed && turn != TURN_END)
        turn = flow_write_menu(t, w);
    writing_close(w);
    return talk_turn(t, turn == TURN_END ? turn : TURN_AGAIN);
}

static struct writing *open_it(struct talk *t, int kind, uint64_t id, uint64_t customer)
{
    struct writing *w = writing_open(talk_me(t), talk_today(t), make_id, t);
    w->kind = kind;
    w->id = id;
    w->customer = customer;
    return w;
}

static enum turn write_it(struct talk *t, int kind, uint64_t id, uint64_t customer)
{
    return write_opened(t, open_it(t, kind, id, customer));
}

enum turn flow_write_recur(struct talk *t, uint64_t schedule, uint64_t customer)
{
    struct writing *w = open_it(t, DOC_INVOICE, schedule, customer);
    w->recurs = true;
    return write_opened(t, w);
}

/* --- for whom */

/* The one who is called so, or which of those who are called like that. */
static enum turn choose_customer(struct talk *t, const struct customer_list_out *out, const char *typed,
                                 uint64_t *customer)
{
    const struct customer_row_list *all = &out->customers;
    const char *names[WRITE_MATCHES];
    size_t n = 0, chosen = 0;
    for (; n < all->n && n < WRITE_MATCHES; n++) {
        names[n] = arena_printf(talk_scratch(t), "%s", show_text(all->v[n].name));
        if (strcasecmp(names[n], typed) == 0)
            chosen = n + 1;
    }
    if (!n)
        talk_say(t, "There is no active customer like \"%s\".", typed);
    if (n > 1 && !chosen) {
        if (all->n > n || *show_text(out->next))
            talk_say(t, "There are more than these; back, and type more of the name.");
        enum turn turn = talk_choose(t, "Which customer", names, n, &chosen);
        if (turn != TURN_ON)
            return turn == TURN_BACK ? TURN_AGAIN : turn;
        chosen++;
    }
    if (!n)
        return TURN_AGAIN;
    *customer = all->v[chosen ? chosen - 1 : 0].id;
    return TURN_ON;
}

static enum turn ask_customer(struct talk *t, uint64_t *customer)
{
    char typed[101];
    enum turn turn = TURN_AGAIN;
    while (turn == TURN_AGAIN) {
        struct customer_list_in in = {0};
        const void *out;
        turn = talk_ask(t, &(struct talk_prompt){.label = "Customer, or part of the name", .afresh = true},
                        typed, sizeof typed);
        if (turn != TURN_ON)
            return turn;
        GIVE(customer_list_in, &in, search, typed);
        GIVE(customer_list_in, &in, active, true);
        GIVE(customer_list_in, &in, limit, WRITE_MATCHES + 1);
        if (!talk_get(t, TAG_STEP, OPNO_customer_list, &in, &out))
            return talk_turn(t, TURN_BACK);
        turn = choose_customer(t, out, typed, customer);
    }
    return turn;
}

/* --- a draft, or what was sent and may be revised */

struct found {
    size_t n;
    const char *names[WRITE_MATCHES];
    uint64_t ids[WRITE_MATCHES];
    int kinds[WRITE_MATCHES];
};

static void find_rows(struct talk *t, const struct document_row_list *rows, struct found *f)
{
    char state[2 * SHOW_TEXT], total[SHOW_TEXT];
    for (size_t i = 0; i < rows->n && f->n < WRITE_MATCHES; i++) {
        const struct document_row *d = &rows->v[i];
        if (!doc_kind_may(d->kind, d->state, ACT_UPDATE, NULL))
            continue;
        f->names[f->n] =
            arena_printf(talk_scratch(t), "%s%s%s, %s, %s, %s", doc_noun(d->kind),
                         *show_text(d->number) ? " " : "", show_text(d->number), show_text(d->customer_name),
                         paper_state(state, sizeof state, d->kind, d->status, d->due, talk_today(t)),
                         show_money(total, d->total));
        f->ids[f->n] = d->id;
        f->kinds[f->n++] = d->kind;
    }
}

/* Of those that were sent only what is looked for: there may be very many. */
static bool find_all(struct talk *t, const char *typed, struct found *f)
{
    size_t n;
    const struct doc_traits *kinds = doc_kinds(&n);
    for (size_t i = 0; i < n; i++) {
        struct document_list_in in = {0};
        const void *out;
        bool sent = kinds[i].versions && *typed;
        GIVE(document_list_in, &in, filter,
             arena_printf(talk_scratch(t), "%s%s", typed, sent ? "" : " status:draft"));
        GIVE(document_list_in, &in, limit, 25);
        if (!talk_may(t, op_for(kinds[i].kind, ANY_document_update)))
            continue;
        if (!talk_get(t, TAG_STEP, op_for(kinds[i].kind, ANY_document_list), &in, &out))
            return false;
        find_rows(t, &((const struct document_list_out *)out)->rows, f);
    }
    return true;
}

static enum turn write_draft(struct talk *t)
{
    struct found f = {0};
    char typed[200];
    size_t chosen = 0;
    enum turn turn = talk_ask(
        t,
        &(struct talk_prompt){.label = "Number, or part of the customer's name, empty for all drafts",
                              .optional = true,
                              .afresh = true},
        typed, sizeof typed);
    if (turn != TURN_ON)
        return turn;
    if (!find_all(t, typed, &f))
        return talk_turn(t, TURN_BACK);
    if (!f.n) {
        talk_say(t, "There is none that can be changed.");
        return TURN_BACK;
    }
    turn = f.n == 1 ? TURN_ON : talk_choose(t, "Which", f.names, f.n, &chosen);
    return turn == TURN_ON ? write_it(t, f.kinds[chosen], f.ids[chosen], 0) : turn;
}

/* --- what */

/* The kinds that this person may write, and then what is there already. */
static enum turn ask_what(struct talk *t, const char *typed, bool drafts, int *kind)
{
    size_t n, told = 0, chosen = 0, found = 0;
    const struct doc_traits *kinds = doc_kinds(&n);
    const char *names[16];
    int of[16];
    for (size_t i = 0; i < n && told < COUNT_OF(names) - 1; i++)
        if (talk_may(t, op_for(kinds[i].kind, ANY_document_create))) {
            names[told] = doc_noun(kinds[i].kind);
            of[told++] = kinds[i].kind;
        }
    if (drafts) {
        names[told] = "draft, or an estimate that was sent: change it";
        of[told++] = 0;
    }
    for (size_t i = 0; *typed && i < told; i++)
        if (strncasecmp(names[i], typed, strlen(typed)) == 0 && !found++)
            chosen = i;
    enum turn turn = found ? TURN_ON : talk_choose(t, "What to write", names, told, &chosen);
    *kind = of[chosen];
    return turn;
}

enum turn flow_write_kind(struct talk *t, int kind, uint64_t customer)
{
    enum turn turn = customer ? TURN_ON : ask_customer(t, &customer);
    return turn == TURN_ON ? write_it(t, kind, 0, customer) : turn;
}

/* Whatever of it is not said is asked for. */
static enum turn write_some(struct talk *t, bool drafts, uint64_t customer)
{
    int kind;
    enum turn turn = ask_what(t, talk_argument(t), drafts, &kind);
    return turn != TURN_ON ? turn : kind ? flow_write_kind(t, kind, customer) : write_draft(t);
}

enum turn flow_write_recur_for(struct talk *t, uint64_t customer)
{
    enum turn turn = customer ? TURN_ON : ask_customer(t, &customer);
    return turn == TURN_ON ? flow_write_recur(t, 0, customer) : turn;
}

enum turn flow_write(struct talk *t, void *ctx)
{
    (void)ctx;
    return write_some(t, true, 0);
}

enum turn flow_write_for(struct talk *t, uint64_t customer)
{
    return write_some(t, false, customer);
}

enum turn flow_write_change(struct talk *t, int kind, uint64_t id)
{
    return write_it(t, kind, id, 0);
}
