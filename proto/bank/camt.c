/* camt.053, of any version (02 and 08 are tested): elements are known by their names and where they stand, whatever the number of the namespace.
 * libxml2 calls as it reads: no tree is made, no entity is replaced, a DOCTYPE ends it, nothing else is opened. */
#include "proto/bank/bank_file.h"
#include "common/date.h"
#include "common/late.h"
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <string.h>

#define LATE(name) __typeof__(name) *name;
static struct {
#include "proto/bank/camt_xml.def"
} xml;
#undef LATE

#define LATE(name) #name,
static const char *const names_of_xml[] = {
#include "proto/bank/camt_xml.def"
};
#undef LATE

#define DEPTH 32
#define NAME 24
#define TEXT_MAX 4096 /* bytes of one element */
#define DETAILS 5000  /* of one entry */

struct account_side {
    const char *name, *iban;
};
/* What an entry, or a part of a batch, says. */
struct details {
    const char *amount, *currency, *sign, *status, *booked, *valued, *reference, *end_to_end, *creditor,
        *text, *reason;
    struct account_side debtor, other; /* other: the creditor */
    struct money
        charges; /* what banks kept, the whole where it is said, or else what is said of each; no currency: nothing, or of several */
    bool charges_whole;
    bool reversal;
};
struct balance {
    const char *code, *amount, *currency, *sign;
};
struct camt {
    struct arena *a;
    struct bank_file *out;
    struct refusal *why;
    enum err e;
    xmlParserCtxtPtr parser;
    size_t depth;
    char names[DEPTH][NAME];
    char currency[4]; /* Ccy of the element whose text is read */
    char text[TEXT_MAX];
    size_t size;
    /* under way */
    struct bank_statement *statement;
    const char *opening_code;
    struct balance balance;
    struct details entry, *parts;
    size_t n_parts, room;
};

static void stop(struct camt *c, enum err e)
{
    if (!c->e)
        c->e = e;
    xml.xmlStopParser(c->parser);
}

#define REFUSE_FILE(c, ...) stop(c, refuse((c)->why, __VA_ARGS__))

/* Is the element that ends called so, the names from the outside in, with '/' between them? */
static bool is(const struct camt *c, const char *path)
{
    size_t parts = 1;
    for (const char *p = path; *p; p++)
        parts += *p == '/';
    if (parts > c->depth)
        return false;
    for (size_t i = c->depth - parts; i < c->depth; i++) {
        size_t n = strcspn(path, "/");
        if (strlen(c->names[i]) != n || memcmp(c->names[i], path, n) != 0)
            return false;
        path += n + (path[n] == '/');
    }
    return true;
}

static bool inside(const struct camt *c, const char *name)
{
    for (size_t i = 0; i < c->depth; i++)
        if (strcmp(c->names[i], name) == 0)
            return true;
    return false;
}

static const char *said(struct camt *c, size_t characters)
{
    return bank_clean(c->a, c->text, characters);
}

/* Texts that come in several pieces go one behind the other. */
static void append(struct camt *c, const char **to)
{
    const char *more = said(c, 1000);
    if (more && (!*to || strlen(*to) < TEXT_MAX)) /* no more of it is kept in the end */
        *to = *to ? arena_printf(c->a, "%s %s", *to, more) : more;
}

static int32_t day(const char *text)
{
    char plain[11] = "";
    int32_t found = 0;
    if (text && strlen(text) >= 10)
        memcpy(plain, text, 10);
    return date_parse(plain, &found) == OK ? bank_day(found) : 0;
}

static bool amount(struct camt *c, const char *text, const char *currency, const char *sign, struct money *m)
{
    int64_t value = 0;
    enum err e = text && currency ? bank_amount(text, currency, '.', &value) : ERR_INVALID;
    if (e || value < 0)
        return false;
    *m = money_of(sign && strcmp(sign, "DBIT") == 0 ? -value : value, currency);
    return sign && (strcmp(sign, "DBIT") == 0 || strcmp(sign, "CRDT") == 0) && c;
}

/* --- the statement around the entries */

static void end_balance(struct camt *c)
{
    struct statement *s = &c->statement->head;
    const struct balance *b = &c->balance;
    struct money m;
    const bool opens = b->code && (strcmp(b->code, "OPBD") == 0 || strcmp(b->code, "PRCD") == 0);
    const bool closes = b->code && strcmp(b->code, "CLBD") == 0;
    if (!opens && !closes)
        return;
    if (!amount(c, b->amount, b->currency, b->sign, &m)) {
        REFUSE_FILE(c, ERR_INVALID, "Bal", "a balance %s can not be read", b->code);
        return;
    }
    if (closes)
        GIVE(statement, s, closing, m);
    else if (!c->opening_code || strcmp(b->code, "OPBD") == 0) {
        GIVE(statement, s, opening, m);
        c->opening_code = b->code;
    }
}

static void statement_ended(struct camt *c)
{
    struct statement *s = &c->statement->head;
    if (!s->account)
        REFUSE_FILE(c, ERR_INVALID, "Acct", "the statement does not say of which account it is");
    else if (!*s->opening.currency || !*s->closing.currency)
        REFUSE_FILE(c, ERR_INVALID, "Bal", "the statement has no balance %s",
                    *s->opening.currency ? "CLBD" : "OPBD or PRCD");
    else if (!s->currency)
        GIVE(statement, s, currency, arena_text(c->a, s->closing.currency, 3));
    else if (strcmp(s->currency, s->closing.currency) != 0)
        REFUSE_FILE(c, ERR_CURRENCY, "Ccy", "the account is in %s, its balances in %s", s->currency,
                    s->closing.currency);
}

static void in_statement(struct camt *c)
{
    struct statement *s = &c->statement->head;
    if (is(c, "Stmt/Acct/Id/IBAN") || is(c, "Stmt/Acct/Id/Othr/Id"))
        GIVE(statement, s, account, bank_account_of(c->a, c->text));
    else if (is(c, "Stmt/Acct/Ccy"))
        GIVE(statement, s, currency, said(c, 3));
    else if (is(c, "Stmt/ElctrncSeqNb") || (is(c, "Stmt/LglSeqNb") && !s->number) ||
             (is(c, "Stmt/Id") && !s->number))
        GIVE(statement, s, number, said(c, 40));
    else if (is(c, "FrToDt/FrDtTm") || is(c, "FrToDt/FrDt"))
        GIVE(statement, s, from, day(said(c, 40)));
    else if (is(c, "FrToDt/ToDtTm") || is(c, "FrToDt/ToDt"))
        GIVE(statement, s, until, day(said(c, 40)));
    else if (is(c, "Bal/Tp/CdOrPrtry/Cd"))
        c->balance.code = said(c, 10);
    else if (is(c, "Bal/CdtDbtInd"))
        c->balance.sign = said(c, 10);
    else if (is(c, "Bal/Amt")) {
        c->balance.amount = said(c, 40);
        c->balance.currency = arena_text(c->a, c->currency, strlen(c->currency));
    } else if (is(c, "Stmt/Bal"))
        end_balance(c);
    else if (is(c, "Stmt"))
        statement_ended(c);
}

/* --- entries */

static struct details *details(struct camt *c)
{
    return inside(c, "TxDtls") && c->n_parts ? &c->parts[c->n_parts - 1] : &c->entry;
}

static void party(struct camt *c, struct details *d)
{
    if (is(c, "Dbtr/Nm") || is(c, "Dbtr/Pty/Nm"))
        d->debtor.name = said(c, 140);
    else if (is(c, "Cdtr/Nm") || is(c, "Cdtr/Pty/Nm"))
        d->other.name = said(c, 140);
    else if (is(c, "DbtrAcct/Id/IBAN"))
        d->debtor.iban = said(c, 34);
    else if (is(c, "CdtrAcct/Id/IBAN"))
        d->other.iban = said(c, 34);
}

/* What the bank added to an entry is no reason why it is less: only what was taken counts. */
static void add_charges(struct camt *c, struct details *d, bool whole)
{
    struct money m;
    if ((d->charges_whole && !whole) || !amount(c, said(c, 40), c->currency, "CRDT", &m))
        return;
    if (whole || !*d->charges.currency)
        d->charges = m;
    else if (strcmp(d->charges.currency, m.currency) != 0 ||
             money_add(d->charges.amount, m.amount, &d->charges.amount) != OK)
        d->charges = (struct money){0, ""};
    d->charges_whole |= whole;
}

static void in_details(struct camt *c, struct details *d)
{
    const bool part = d != &c->entry;
    if (is(c, part ? "TxDtls/CdtDbtInd" : "Ntry/CdtDbtInd"))
        d->sign = said(c, 10);
    else if (is(c, part ? "TxDtls/Amt" : "Ntry/Amt") ||
             (part && !d->amount && is(c, "TxDtls/AmtDtls/TxAmt/Amt"))) {
        d->amount = said(c, 40);
        d->currency = arena_text(c->a, c->currency, strlen(c->currency));
    } else if (is(c, "Refs/EndToEndId"))
        d->end_to_end = said(c, 40);
    else if (is(c, part ? "Refs/AcctSvcrRef" : "Ntry/AcctSvcrRef"))
        d->reference = said(c, 60);
    else if (is(c, "RmtInf/Strd/CdtrRefInf/Ref"))
        d->creditor = said(c, 40);
    else if (is(c, "RmtInf/Ustrd"))
        append(c, &d->text);
    else if (is(c, "Chrgs/TtlChrgsAndTaxAmt"))
        add_charges(c, d, true);
    else if (is(c, "Chrgs/Rcrd/Amt") || is(c, "Chrgs/Amt"))
        add_charges(c, d, false);
    else if (is(c, "RtrInf/Rsn/Cd") || is(c, "RtrInf/Rsn/Prtry"))
        d->reason = said(c, 40);
    else if (is(c, "RtrInf") && !d->reason)
        d->reason = "returned";
    else
        party(c, d);
}

static void in_entry(struct camt *c)
{
    struct details *e = &c->entry;
    if (is(c, "Ntry/RvslInd"))
        e->reversal = strcmp(c->text, "true") == 0 || strcmp(c->text, "1") == 0;
    else if (is(c, "Ntry/Sts") && !e->status)
        e->status = said(c, 10);
    else if (is(c, "Ntry/Sts/Cd"))
        e->status = said(c, 10);
    else if (is(c, "Ntry/BookgDt/Dt") || is(c, "Ntry/BookgDt/DtTm"))
        e->booked = said(c, 40);
    else if (is(c, "Ntry/ValDt/Dt") || is(c, "Ntry/ValDt/DtTm"))
        e->valued = said(c, 40);
    else if (is(c, "Ntry/AddtlNtryInf") && !e->text)
        append(c, &e->text);
    else
        in_details(c, details(c));
}

static const char *either(const char *one, const char *other)
{
    return one ? one : other;
}

static void add(struct camt *c, const struct details *d, struct money m, size_t index)
{
    const struct details *e = &c->entry;
    struct statement_line l = {.date = day(e->booked)};
    const char *reason = either(d->reason, e->reason);
    const bool returned = e->reversal || reason;
    const bool incoming =
        m.amount > 0 ? !returned : returned; /* of a return the parties are those of what it takes back */
    const struct account_side *who = incoming ? &d->debtor : &d->other;
    if (!l.date) {
        REFUSE_FILE(c, ERR_INVALID, "BookgDt", "entry %zu of the statement has no day that it was booked on",
                    c->statement->n + 1);
        return;
    }
    GIVE(statement_line, &l, date, l.date);
    GIVE(statement_line, &l, amount, m);
    if (day(e->valued))
        GIVE(statement_line, &l, value_date, day(e->valued));
    GIVE(statement_line, &l, name, who->name);
    GIVE(statement_line, &l, iban, who->iban);
    GIVE(statement_line, &l, reference, d->creditor);
    GIVE(statement_line, &l, end_to_end, d->end_to_end);
    GIVE(statement_line, &l, text, bank_clean(c->a, either(d->text, e->text), 1000));
    GIVE(statement_line, &l, bank_reference, either(e->reference, d->reference));
    const struct money *kept =
        *d->charges.currency || index ? &d->charges : &e->charges; /* of a batch: each its own */
    if (!returned && m.amount > 0 && kept->amount > 0 && strcmp(kept->currency, m.currency) == 0)
        GIVE(statement_line, &l, charges, *kept);
    if (index)
        GIVE(statement_line, &l, index, (int64_t)index);
    if (returned) {
        GIVE(statement_line, &l, returned, true);
        GIVE(statement_line, &l, return_reason, reason);
    }
    enum err err = bank_add_line(c->a, c->statement, &l, c->why);
    if (err)
        stop(c, err);
}

/* Do the parts of a batch come to what it says? Where they do not (charges, another currency), it is one line. */
static bool parts_agree(struct camt *c, struct money whole)
{
    int64_t sum = 0;
    for (size_t i = 0; i < c->n_parts; i++) {
        struct money m;
        const struct details *d = &c->parts[i];
        if (!amount(c, d->amount, d->currency, either(d->sign, c->entry.sign), &m) ||
            strcmp(m.currency, whole.currency) != 0 || money_add(sum, m.amount, &sum) != OK)
            return false;
    }
    return sum == whole.amount;
}

static void entry_ended(struct camt *c)
{
    struct money whole, m;
    if (!c->entry.status || strcmp(c->entry.status, "BOOK") != 0)
        return;
    if (!amount(c, c->entry.amount, c->entry.currency, c->entry.sign, &whole)) {
        REFUSE_FILE(c, ERR_INVALID, "Ntry", "the amount of entry %zu can not be read", c->statement->n + 1);
        return;
    }
    if (c->n_parts < 2 ||
        !parts_agree(c, whole)) { /* the reference of one of several parts is not that of all */
        add(c, c->n_parts == 1 ? &c->parts[0] : &c->entry, whole, 0);
        return;
    }
    for (size_t i = 0; i < c->n_parts && !c->e; i++) {
        const struct details *d = &c->parts[i];
        if (amount(c, d->amount, d->currency, either(d->sign, c->entry.sign), &m))
            add(c, d, m, i + 1);
    }
}

/* --- what libxml2 tells */

static void begin_part(struct camt *c)
{
    if (c->n_parts == DETAILS) {
        REFUSE_FILE(c, ERR_TOO_LARGE, "NtryDtls", "an entry has at most %d parts", DETAILS);
        return;
    }
    if (c->n_parts == c->room)
        c->parts = arena_grow(c->a, c->parts, &c->room, sizeof *c->parts);
    c->parts[c->n_parts++] = (struct details){.amount = NULL};
}

static void begun(struct camt *c)
{
    if (is(c, "BkToCstmrStmt/Stmt")) {
        enum err e = bank_add_statement(c->a, c->out, &c->statement, c->why);
        c->opening_code = NULL;
        if (e)
            stop(c, e);
    } else if (is(c, "Stmt/Bal")) {
        c->balance = (struct balance){.code = NULL};
    } else if (is(c, "Stmt/Ntry")) {
        c->entry = (struct details){.amount = NULL};
        c->n_parts = 0;
    } else if (is(c, "NtryDtls/TxDtls")) {
        begin_part(c);
    }
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
                     const xmlChar **attributes)
{
    struct camt *c = context;
    (void)prefix, (void)uri, (void)n_namespaces, (void)namespaces, (void)n_defaulted;
    if (c->e)
        return;
    if (c->depth == DEPTH) {
        REFUSE_FILE(c, ERR_TOO_LARGE, "", "its elements stand in each other more than %d deep", DEPTH);
        return;
    }
    snprintf(c->names[c->depth++], NAME, "%s", (const char *)name);
    c->size = 0;
    c->text[0] = c->currency[0] = '\0';
    for (int i = 0; i < n_attributes; i++) {
        const xmlChar *const *at = attributes + (size_t)i * 5; /* name, prefix, URI, value, its end */
        if (strcmp((const char *)at[0], "Ccy") == 0 && at[4] - at[3] == 3)
            snprintf(c->currency, sizeof c->currency, "%.3s", (const char *)at[3]);
    }
    begun(c);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct camt *c = context;
    (void)name, (void)prefix, (void)uri;
    if (c->e || !c->depth)
        return;
    if (c->statement && inside(c, "Stmt")) {
        if (is(c, "Stmt/Ntry"))
            entry_ended(c);
        else if (inside(c, "Ntry"))
            in_entry(c);
        else
            in_statement(c);
        if (is(c, "Stmt"))
            c->statement = NULL;
    }
    c->depth--;
    c->size = 0;
    c->text[0] = '\0';
}

static void on_text(void *context, const xmlChar *text, int size)
{
    struct camt *c = context;
    if (c->e || size <= 0)
        return;
    if (c->size + (size_t)size >= sizeof c->text) {
        if (c->statement)
            REFUSE_FILE(c, ERR_TOO_LARGE, c->depth ? c->names[c->depth - 1] : "",
                        "has more than %d bytes of text", TEXT_MAX);
        return;
    }
    memcpy(c->text + c->size, text, (size_t)size);
    c->size += (size_t)size;
    c->text[c->size] = '\0';
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
    struct camt *c = context;
    (void)name, (void)id, (void)system;
    REFUSE_FILE(c, ERR_INVALID, "DOCTYPE", "a statement of a bank has no DOCTYPE, and no entities");
}

static void on_error(void *context, xmlErrorPtr error)
{
    struct camt *c = context;
    if (!c->e && error && error->level >= XML_ERR_ERROR)
        c->e = refuse(c->why, ERR_INVALID, "", "is no XML that can be read: line %d", error->line);
}

enum err camt_read(struct arena *a, const uint8_t *data, size_t size, struct bank_file *out,
                   struct refusal *why)
{
    struct camt *c = arena_alloc(a, sizeof *c);
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .internalSubset = on_doctype,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .cdataBlock = on_text,
                         .serror = on_error};
    *c = (struct camt){.a = a, .out = out, .why = why};
    out->format = "camt.053";
    if (!xml.xmlParseDocument) { /* only in programs of people, who read one file at a time */
        enum err e = late_load(LATE_LIBXML2, names_of_xml, sizeof names_of_xml / sizeof *names_of_xml, &xml);
        if (e)
            return e;
    }
    xmlParserCtxtPtr parser =
        size <= INT32_MAX ? xml.xmlCreateMemoryParserCtxt((const char *)data, (int)size) : NULL;
    if (!parser)
        return refuse(why, ERR_INVALID, "", "is no XML that can be read");
    c->parser = parser;
    xmlSAXHandlerPtr own = parser->sax;
    parser->sax = &sax;
    parser->userData = c;
    xml.xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOWARNING);
    (void)xml.xmlParseDocument(parser);
    const bool whole = parser->wellFormed;
    parser->sax = own;
    if (parser->myDoc)
        xml.xmlFreeDoc(parser->myDoc);
    parser->myDoc = NULL;
    xml.xmlFreeParserCtxt(parser);
    if (!c->e && !whole)
        c->e = refuse(why, ERR_INVALID, "", "is no XML that can be read");
    return c->e;
}
