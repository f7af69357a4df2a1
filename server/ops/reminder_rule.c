/* The reminder rules. Until one is changed they are those below, under the numbers that they are stored with then. */
#include "common/date.h"
#include "common/text.h"
#include "server/due/due.h"
#include "server/ops/patch.h"
#include "server/ops/reminder.h"
#include <stdlib.h>
#include <string.h>

static const char EDITABLE[] = "name days subject text active fee fee_percent";

#define HEAD "Hello {customer},\n\n"
#define TAIL                                                     \
    "\n\n{invoices}\n\n"                                         \
    "Total: {total}\n\n"                                         \
    "{how_to_pay}\n\n"                                           \
    "If you have paid already, there is nothing left to do.\n\n" \
    "{business}\n"
static const struct reminder_rule at_first[] = {
    {.id = 1,
     .name = "Before it is due",
     .days = -3,
     .subject = "Due soon at {business}: {total}",
     .text = HEAD "this is due in the next days:" TAIL,
     .active = true},
    {.id = 2,
     .name = "First reminder",
     .days = 7,
     .subject = "Reminder of {business}: {total}",
     .text = HEAD "perhaps it was overlooked: this is late, the oldest of it for {oldest_days}." TAIL,
     .active = true},
    {.id = 3,
     .name = "Second reminder",
     .days = 21,
     .subject = "Second reminder of {business}: {total}",
     .text = HEAD "this is still open, the oldest of it for {oldest_days}. Please pay it now,\n"
                  "or tell us what stands in the way." TAIL,
     .active = true},
};

static int by_days(const void *a, const void *b)
{
    const struct reminder_rule *x = a, *y = b;
    return x->days < y->days ? -1 : x->days > y->days;
}

static enum err stored(struct call *c, struct reminder_rule_list *rules)
{
    struct key k = record_key(&c->txn, KIND_REMINDER_RULE);
    struct id_list ids;
    enum err e = record_ids(&c->txn, &k, REMINDER_RULES_MOST, &ids);
    if (e)
        return e;
    *rules = (struct reminder_rule_list){ids.n, arena_alloc(c->arena, ids.n * sizeof *rules->v)};
    for (size_t i = 0; i < ids.n && !e; i++)
        e = record_needed(&c->txn, KIND_REMINDER_RULE, ids.v[i], &rules->v[i]);
    return e;
}

enum err reminder_rules(struct call *c, struct reminder_rule_list *rules)
{
    uint64_t last;
    enum err e = record_last_id(&c->txn, KIND_REMINDER_RULE, &last);
    if (!e && last)
        e = stored(c, rules);
    else if (!e)
        *rules = (struct reminder_rule_list){sizeof at_first / sizeof *at_first,
                                             arena_copy(c->arena, at_first, sizeof at_first)};
    if (e)
        return e;
    if (rules->n)
        qsort(rules->v, rules->n, sizeof *rules->v, by_days);
    for (size_t i = 0; i < rules->n; i++)
        rules->v[i].step = (int64_t)i + 1;
    return OK;
}

const struct reminder_rule *reminder_rule_of(const struct reminder_rule_list *rules, uint64_t id)
{
    for (size_t i = 0; i < rules->n; i++)
        if (rules->v[i].id == id)
            return &rules->v[i];
    return NULL;
}

enum err op_reminder_rules(struct call *c, const struct reminder_rules_in *in, struct reminder_rules_out *out)
{
    const struct business *b;
    struct mail_settings s = {0};
    (void)in;
    enum err e = reminder_rules(c, &out->rules);
    if (!e)
        e = call_business(c, &b);
    if (!e)
        e = record_get(&c->txn, KIND_MAIL_SETTINGS, 1, &s);
    if (e && e != ERR_NOT_FOUND)
        return e;
    out->on = b->reminders;
    out->held = !s.host || !*s.host;
    return OK;
}

/* --- changing them ------------------------------------------------------------------------------------------------------ */
/* From now on they are what is stored. */
static enum err store_all(struct call *c)
{
    uint64_t last;
    enum err e = record_last_id(&c->txn, KIND_REMINDER_RULE, &last);
    for (size_t i = 0; !e && !last && i < sizeof at_first / sizeof *at_first; i++) {
        struct reminder_rule r = at_first[i];
        r.id = 0;
        e = record_put(&c->txn, KIND_REMINDER_RULE, &r);
    }
    return e;
}

static enum err check(struct call *c, const struct reminder_rule *r)
{
    enum err e = patch_check_name(c, "rule.name", r->name);
    if (!e)
        e = patch_check_name(c, "rule.subject", r->subject);
    if (!e)
        e = patch_check_name(c, "rule.text", r->text);
    const char *wrong = e ? NULL : reminder_text_wrong(c, r->subject, true);
    if (wrong)
        return REFUSE(c, ERR_INVALID, "rule.subject", "%s", wrong);
    wrong = e ? NULL : reminder_text_wrong(c, r->text, false);
    if (wrong)
        return REFUSE(c, ERR_INVALID, "rule.text", "%s", wrong);
    if (!e && r->fee.amount < 0)
        e = REFUSE(c, ERR_INVALID, "rule.fee", "is not less than nothing");
    return e;
}

/* The furthest step decides, so two of one day would be one too many. */
static enum err check_day(struct call *c, const struct reminder_rule *r, const struct reminder_rule_list *all)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].id != r->id && all->v[i].days == r->days)
            return REFUSE(c, ERR_EXISTS, "rule.days", "%s is about that day", all->v[i].name);
    return OK;
}

static enum err event_of(struct call *c, int what, const struct reminder_rule *r, const char *text)
{
    struct event event = {
        .what = what, .subject = SUBJECT_REMINDER, .about = (int64_t)r->id, .number = r->name, .text = text};
    return call_event(c, &event);
}

static enum err save(struct call *c, const struct reminder_rule *given, struct reminder_rule *r,
                     const struct reminder_rule_list *all)
{
    const bool new = r->id == 0;
    const char *changed;
    enum err e = patch_apply(c, shape_reminder_rule(), "rule", EDITABLE, given, r, &changed);
    if (!e)
        e = check(c, r);
    if (!e)
        e = check_day(c, r, all);
    if (e || (!new && !*changed))
        return e;
    e = store_all(c);
    if (!e)
        e = record_put(&c->txn, KIND_REMINDER_RULE, r);
    if (!e)
        e = event_of(c, new ? WHAT_CREATED : WHAT_CHANGED, r, new ? NULL : changed);
    return e ? e : reminder_anew(c, NULL);
}

/* As it stands now, with its step. */
static enum err give(struct call *c, uint64_t id, struct reminder_rule **out)
{
    struct reminder_rule_list all;
    enum err e = reminder_rules(c, &all);
    if (!e)
        *out = (struct reminder_rule *)(uintptr_t)reminder_rule_of(&all, id);
    return e;
}

enum err op_reminder_rule_create(struct call *c, const struct reminder_rule_create_in *in,
                                 struct reminder_rule_create_out *out)
{
    struct reminder_rule r = {.active = true};
    struct reminder_rule_list all;
    enum err e = reminder_rules(c, &all);
    if (!e && all.n == REMINDER_RULES_MOST)
        e = REFUSE(c, ERR_INVALID, "rule", "there are %d, which is as many as there can be",
                   REMINDER_RULES_MOST);
    if (!e)
        e = save(c, in->rule, &r, &all);
    return e ? e : give(c, r.id, &out->rule);
}

static enum err known(struct call *c, uint64_t id, struct reminder_rule_list *all, struct reminder_rule *r)
{
    enum err e = reminder_rules(c, all);
    const struct reminder_rule *found = e ? NULL : reminder_rule_of(all, id);
    if (!e && !found)
        e = REFUSE(c, ERR_NOT_FOUND, "id", "there is no such rule");
    if (!e)
        *r = *found;
    return e;
}

enum err op_reminder_rule_update(struct call *c, const struct reminder_rule_update_in *in,
                                 struct reminder_rule_update_out *out)
{
    struct reminder_rule r;
    struct reminder_rule_list all;
    enum err e = known(c, in->id, &all, &r);
    if (!e)
        e = save(c, in->rule, &r, &all);
    return e ? e : give(c, r.id, &out->rule);
}

enum err op_reminder_rule_delete(struct call *c, const struct reminder_rule_delete_in *in,
                                 struct reminder_rule_delete_out *out)
{
    struct reminder_rule r;
    struct reminder_rule_list all;
    (void)out;
    enum err e = known(c, in->id, &all, &r);
    if (!e)
        e = store_all(c);
    if (!e)
        e = record_del(&c->txn, KIND_REMINDER_RULE, r.id);
    if (!e)
        e = event_of(c, WHAT_DELETED, &r, NULL);
    return e ? e : reminder_anew(c, NULL);
}

enum err reminder_anew(struct call *c, struct business *b)
{
    const struct business *stored;
    enum err e = OK;
    if (!b) {
        e = call_business(c, &stored);
        if (e || !stored->reminders)
            return e;
        struct business *now = arena_copy(c->arena, stored, sizeof *now);
        now->reminding_from = 1;
        c->business = now;
        e = record_put(&c->txn, KIND_BUSINESS, now);
    } else {
        b->reminding_from = 1;
        if (!b->reminded_on) /* from here on a clock that jumps is noticed */
            e = call_today(c, &b->reminded_on);
        if (!e)
            e = b->reminders ? due_set(c, DUE_REMIND, 0, c->now) : due_drop(c, DUE_REMIND, 0);
    }
    due_now(c, DUE_REMIND);
    return e;
}

/* --- quiet days --------------------------------------------------------------------------------------------------------- */
static const char *const week[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* 1 … 7 a day of the week, 100 × month + day one of the year, 0 neither. */
static int day_named(const char *word, size_t size)
{
    for (int i = 0; i < 7; i++)
        if (size == 3 && strncmp(word, week[i], 3) == 0)
            return i + 1;
    if (size != 5 || word[2] != '-' || strspn(word, "0123456789") != 2 || strspn(word + 3, "0123456789") < 2)
        return 0;
    const int month = (word[0] - '0') * 10 + word[1] - '0', day = (word[3] - '0') * 10 + word[4] - '0';
    return date_of(2000, month, day) ? 100 * month + day : 0;
}

bool reminder_is_quiet(const char *quiet, int32_t day)
{
    int year, month, dom;
    date_split(day, &year, &month, &dom);
    for (const char *p = quiet ? quiet : ""; *p;) {
        const size_t size = strcspn(p, " ");
        const int named = day_named(p, size);
        if (named && (named == date_weekday(day) || named == 100 * month + dom))
            return true;
        p += size + strspn(p + size, " ");
    }
    return false;
}

const char *reminder_quiet_wrong(struct call *c, const char *quiet)
{
    for (const char *p = quiet ? quiet + strspn(quiet, " ") : ""; *p;) {
        const size_t size = strcspn(p, " ");
        if (!day_named(p, size))
            return arena_printf(c->arena,
                                "%.*s is no day of the week (mon … sun), nor one of the year, such as 12-25",
                                (int)size, p);
        p += size + strspn(p + size, " ");
    }
    return NULL;
}
