/* A line as the server keeps it. Two statements that overlap have lines in common, and two equal payments on a day are real: so what tells a line
 * from others is the bank's reference of it, or where there is none all that is said of it, and then which of its equals in its statement it is. */
#include "common/text.h"
#include "server/core/secret.h"
#include "server/ops/bank.h"
#include <inttypes.h>
#include <string.h>

#define ALIKE 1000 /* of one statement: more are no bank's doing */
#define PART 16    /* bytes of a digest that are kept */

static const char *text(const char *t)
{
    return t ? t : "";
}

static struct bytes digest(struct call *c, const uint8_t *key, const char *of)
{
    uint8_t whole[32];
    secret_digest(whole, key, of, strlen(of));
    return (struct bytes){arena_copy(c->arena, whole, PART), PART};
}

/* What banks write where they have no reference. */
static bool says_nothing(const char *reference)
{
    static const char *const none[] = {"", "NONREF", "NOTPROVIDED", "NOT PROVIDED", "0"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (strcmp(reference, none[i]) == 0)
            return true;
    return false;
}

void bank_line_take(struct call *c, const char *account, struct statement_line *l)
{
    const char *iban = bank_squeezed(c->arena, l->iban), *reference = text(l->bank_reference);
    const size_t size = strlen(iban);
    const char *tells = arena_printf(c->arena, "%s\n%d\n%" PRId64 "%s\n", account, l->date, l->amount.amount,
                                     l->amount.currency);
    if (says_nothing(reference))
        tells = arena_printf(c->arena, "%s%s\n%s\n%s\n%s", tells, text(l->end_to_end), text(l->reference),
                             bank_squeezed(c->arena, l->text), iban);
    else
        tells = arena_printf(c->arena, "%s#%s\n%" PRId64, tells, reference, l->index);
    l->key = digest(c, NULL, tells);
    if (size > 4) {
        l->iban_last = arena_text(c->arena, iban + size - 4, 4);
        l->payer = digest(c, c->key, arena_printf(c->arena, "payer %u %s", c->txn.business, iban));
    }
    l->iban = NULL;
}

enum err bank_line_place(struct call *c, struct statement_line *l)
{
    struct key k = index_key(&c->txn, INDEX_LINE_KEY);
    struct id_list ids = {0};
    enum err e = record_ids(&c->txn, key_bytes(&k, l->key.data, l->key.size), ALIKE + 1, &ids);
    if (!e && ids.n > ALIKE)
        return REFUSE(c, ERR_INVALID, "", "there are more than %d lines like it", ALIKE);
    int64_t own = 0, others = 0;
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct statement_line other;
        e = record_needed(&c->txn, KIND_STATEMENT_LINE, ids.v[i], &other);
        own += !e && other.statement == l->statement;
        others += !e && other.statement != l->statement;
    }
    l->nth = own;
    l->known = own < others; /* those of others are told apart: the first of them are the first of these */
    return e;
}

const char *bank_line_says(struct call *c, const struct statement_line *l)
{
    const char *says = *text(l->reference)                 ? l->reference
                       : *text(l->text)                    ? l->text
                       : says_nothing(text(l->end_to_end)) ? l->bank_reference
                                                           : l->end_to_end;
    size_t used, size = says ? strlen(says) : 0;
    if (size > 100)
        size = text_fit(says, 100, &used);
    return size ? arena_text(c->arena, says, size) : NULL;
}
