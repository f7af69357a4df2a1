#include "server/pay/ledger.h"
#include "common/hash.h"
#include "common/log.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 256

struct ledger {
    pthread_mutex_t lock;
    int fd;
    off_t size; /* of what is known to be whole */
    bool broken;
    struct ledger_entry *entries;
    size_t n, capacity;
    uint32_t *slots; /* entry + 1; 0: free; a power of two of them, at most half full */
    size_t n_slots;
};

static const char *const states[] = {"unknown", "pending", "succeeded", "failed", "disputed", "reversed"};

static bool state_named(const char *name, enum gateway_state *state)
{
    for (size_t i = GATEWAY_PENDING; i < sizeof states / sizeof *states; i++)
        if (strcmp(name, states[i]) == 0) {
            *state = (enum gateway_state)i;
            return true;
        }
    return false;
}

/* --- the index by key --------------------------------------------------------------------------------------------------- */
static size_t slot_of(const struct ledger *l, const char *key)
{
    size_t i = hash_add(HASH_BEGIN, key, strlen(key)) & (l->n_slots - 1);
    while (l->slots[i] && strcmp(l->entries[l->slots[i] - 1].key, key) != 0)
        i = (i + 1) & (l->n_slots - 1);
    return i;
}

static struct ledger_entry *find(const struct ledger *l, const char *key)
{
    if (!l->n_slots)
        return NULL;
    uint32_t entry = l->slots[slot_of(l, key)];
    return entry ? &l->entries[entry - 1] : NULL;
}

/* Makes room for one more, so that remembering what was written can not fail. */
static enum err reserve(struct ledger *l)
{
    if (l->n == l->capacity) {
        size_t capacity = l->capacity ? l->capacity * 2 : 64;
        struct ledger_entry *entries = realloc(l->entries, capacity * sizeof *entries);
        if (!entries)
            return ERR_NO_MEMORY;
        l->entries = entries;
        l->capacity = capacity;
    }
    if ((l->n + 1) * 2 > l->n_slots) {
        size_t n_slots = l->n_slots ? l->n_slots * 2 : 256;
        uint32_t *slots = calloc(n_slots, sizeof *slots);
        if (!slots)
            return ERR_NO_MEMORY;
        free(l->slots);
        l->slots = slots;
        l->n_slots = n_slots;
        for (size_t i = 0; i < l->n; i++)
            l->slots[slot_of(l, l->entries[i].key)] = (uint32_t)i + 1;
    }
    return OK;
}

/* Can so much of a charge still go back? */
static bool can_go_back(const struct ledger_entry *charge, struct money amount)
{
    return charge->state == GATEWAY_SUCCEEDED && strcmp(charge->amount.currency, amount.currency) == 0 &&
           amount.amount <= charge->amount.amount - charge->back;
}

/* What a refund takes of its charge, it takes as long as it has not failed. */
static void count_back(struct ledger *l, const struct ledger_entry *refund, int64_t times)
{
    struct ledger_entry *charge = *refund->of ? find(l, refund->of) : NULL;
    if (charge && refund->state != GATEWAY_FAILED)
        charge->back += times * refund->amount.amount;
}

static void remember(struct ledger *l, const struct ledger_entry *entry)
{
    l->entries[l->n++] = *entry;
    l->slots[slot_of(l, entry->key)] = (uint32_t)l->n;
    count_back(l, entry, 1);
}

static void change(struct ledger *l, struct ledger_entry *entry, enum gateway_state state)
{
    count_back(l, entry, -1);
    entry->state = state;
    count_back(l, entry, 1);
}

/* --- reading ------------------------------------------------------------------------------------------------------------ */
static enum err read_new(struct ledger *l, const struct ledger_entry *entry)
{
    if (find(l, entry->key))
        return ERR_DAMAGED;
    enum err e = reserve(l);
    if (!e)
        remember(l, entry);
    return e;
}

static enum err read_charge(struct ledger *l, char *rest)
{
    struct ledger_entry entry = {.asked = 0};
    char state[16];
    int end = 0;
    if (sscanf(rest, "%64s %15s %" SCNd64 " %3s %40s%n", entry.key, state, &entry.amount.amount,
               entry.amount.currency, entry.token, &end) != 5 ||
        rest[end] || !state_named(state, &entry.state))
        return ERR_DAMAGED;
    return read_new(l, &entry);
}

static enum err read_refund(struct ledger *l, char *rest)
{
    struct ledger_entry entry = {.asked = 0};
    char state[16];
    int end = 0;
    if (sscanf(rest, "%64s %64s %15s %" SCNd64 " %3s%n", entry.key, entry.of, state, &entry.amount.amount,
               entry.amount.currency, &end) != 5 ||
        rest[end] || !state_named(state, &entry.state))
        return ERR_DAMAGED;
    const struct ledger_entry *charge = find(l, entry.of);
    if (!charge || *charge->of || (entry.state != GATEWAY_FAILED && !can_go_back(charge, entry.amount)))
        return ERR_DAMAGED;
    memcpy(entry.token, charge->token, sizeof entry.token);
    return read_new(l, &entry);
}

static enum err read_asked(struct ledger *l, char *rest)
{
    char key[LEDGER_KEY + 1], name[16];
    enum gateway_state state;
    int end = 0;
    if (sscanf(rest, "%64s %15s%n", key, name, &end) != 2 || rest[end] || !state_named(name, &state))
        return ERR_DAMAGED;
    struct ledger_entry *entry = find(l, key);
    if (!entry)
        return ERR_DAMAGED;
    entry->asked++;
    change(l, entry, state);
    return OK;
}

static enum err read_answered(struct ledger *l, char *rest)
{
    char key[LEDGER_KEY + 1], name[16], word[LEDGER_WORD + 1];
    enum gateway_state state;
    int end = 0;
    if (sscanf(rest, "%64s %15s %7s%n", key, name, word, &end) != 3 || rest[end] ||
        !state_named(name, &state))
        return ERR_DAMAGED;
    struct ledger_entry *entry = find(l, key);
    if (!entry || *entry->of || entry->state != GATEWAY_PENDING)
        return ERR_DAMAGED;
    entry->answered++;
    memcpy(entry->word, word, sizeof entry->word);
    entry->state = state;
    return OK;
}

static enum err read_line(struct ledger *l, char *line)
{
    static const struct {
        const char *name;
        enum err (*read)(struct ledger *l, char *rest);
    } kinds[] = {{"charge ", read_charge},
                 {"refund ", read_refund},
                 {"asked ", read_asked},
                 {"answered ", read_answered}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const size_t size = strlen(kinds[i].name);
        if (strncmp(line, kinds[i].name, size) == 0)
            return kinds[i].read(l, line + size);
    }
    return ERR_DAMAGED;
}

static enum err read_all(struct ledger *l, FILE *f)
{
    char line[LINE_MAX_BYTES];
    enum err e = OK;
    while (!e && fgets(line, sizeof line, f)) {
        size_t size = strlen(line);
        if (!size || line[size - 1] != '\n') {
            if (size && size < sizeof line - 1 && feof(f))
                break; /* cut short: dropped */
            e = ERR_DAMAGED;
        } else {
            line[size - 1] = 0;
            e = read_line(l, line);
            l->size += (off_t)size;
        }
    }
    if (!e && ferror(f))
        e = ERR_IO;
    if (!e && ftruncate(l->fd, l->size) != 0)
        e = ERR_IO;
    return e;
}

static enum err load(struct ledger *l, const char *folder, const char *path)
{
    struct stat st;
    l->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (l->fd < 0)
        return ERR_IO;
    if (flock(l->fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? ERR_LOCKED : ERR_IO;
    if (fstat(l->fd, &st) != 0)
        return ERR_IO;
    if (st.st_size == 0) { /* perhaps just made: its name has to be on the disk as well */
        int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int failed = dir < 0 || fsync(dir) != 0;
        if (dir >= 0)
            close(dir);
        if (failed)
            return ERR_IO;
    }
    int copy = dup(l->fd);
    FILE *f = copy < 0 ? NULL : fdopen(copy, "r");
    if (!f) {
        if (copy >= 0)
            close(copy);
        return ERR_IO;
    }
    enum err e = read_all(l, f);
    fclose(f);
    return e;
}

enum err ledger_open(const char *folder, struct ledger **out)
{
    char path[4096], quoted[512];
    int size = snprintf(path, sizeof path, "%s/sandbox.ledger", folder);
    struct ledger *l = calloc(1, sizeof *l);
    if (!l)
        return ERR_NO_MEMORY;
    l->fd = -1;
    pthread_mutex_init(&l->lock, NULL);
    enum err e = size < 0 || (size_t)size >= sizeof path ? ERR_IO : load(l, folder, path);
    if (e) {
        log_line(LOG_ERROR, "ledger", "path=%s error=%s", log_quote(quoted, sizeof quoted, path),
                 err_name(e));
        ledger_close(l);
        return e;
    }
    *out = l;
    return OK;
}

void ledger_close(struct ledger *l)
{
    if (!l)
        return;
    if (l->fd >= 0)
        close(l->fd);
    pthread_mutex_destroy(&l->lock);
    free(l->entries);
    free(l->slots);
    free(l);
}

/* --- writing ------------------------------------------------------------------------------------------------------------ */
/* Appends a line and waits for the disk. When it can not be undone or is not known to be written, the ledger is broken. */
static enum err append(struct ledger *l, const char *line, size_t size)
{
    if (l->broken)
        return ERR_IO;
    size_t done = 0;
    while (done < size) {
        ssize_t n = write(l->fd, line + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            int why = errno;
            l->broken = ftruncate(l->fd, l->size) != 0;
            log_line(LOG_ERROR, "ledger", "call=write errno=%d broken=%d", why, l->broken);
            return why == ENOSPC || why == EDQUOT ? ERR_DISK_FULL : ERR_IO;
        }
        done += (size_t)n;
    }
    if (fdatasync(l->fd) != 0) {
        l->broken = true; /* what the kernel dropped, a second fdatasync would not report */
        log_line(LOG_ERROR, "ledger", "call=fdatasync errno=%d broken=1", errno);
        return ERR_IO;
    }
    l->size += (off_t)size;
    return OK;
}

__attribute__((format(printf, 2, 3))) static enum err append_line(struct ledger *l, const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    return size < 0 || (size_t)size >= sizeof line ? ERR_INTERNAL : append(l, line, (size_t)size);
}

static enum err add(struct ledger *l, const struct ledger_entry *wanted, struct ledger_entry *first,
                    bool *made)
{
    const struct ledger_entry *known = find(l, wanted->key), *charge = find(l, wanted->of);
    struct ledger_entry entry = *wanted;
    *made = !known;
    if (known) {
        *first = *known;
        return OK;
    }
    if (*entry.of && (!charge || *charge->of))
        return ERR_NOT_FOUND;
    if (charge && !can_go_back(charge, entry.amount))
        entry.state = GATEWAY_FAILED;
    enum err e = reserve(l);
    if (!e && *entry.of)
        e = append_line(l, "refund %s %s %s %" PRId64 " %s\n", entry.key, entry.of, states[entry.state],
                        entry.amount.amount, entry.amount.currency);
    else if (!e)
        e = append_line(l, "charge %s %s %" PRId64 " %s %s\n", entry.key, states[entry.state],
                        entry.amount.amount, entry.amount.currency, entry.token);
    if (!e) {
        remember(l, &entry);
        *first = entry;
    }
    return e;
}

enum err ledger_add(struct ledger *l, const struct ledger_entry *wanted, struct ledger_entry *first,
                    bool *made)
{
    pthread_mutex_lock(&l->lock);
    enum err e = add(l, wanted, first, made);
    pthread_mutex_unlock(&l->lock);
    return e;
}

static enum err ask(struct ledger *l, const char *key,
                    enum gateway_state (*next)(const struct ledger_entry *), struct ledger_entry *out)
{
    struct ledger_entry *known = find(l, key);
    if (!known)
        return ERR_NOT_FOUND;
    const enum gateway_state state = next(known);
    enum err e = state ? append_line(l, "asked %s %s\n", key, states[state]) : OK;
    if (e)
        return e;
    if (state) {
        known->asked++;
        change(l, known, state);
    }
    *out = *known;
    return OK;
}

enum err ledger_ask(struct ledger *l, const char *key,
                    enum gateway_state (*next)(const struct ledger_entry *), struct ledger_entry *out)
{
    pthread_mutex_lock(&l->lock);
    enum err e = ask(l, key, next, out);
    pthread_mutex_unlock(&l->lock);
    return e;
}

static enum err answer(struct ledger *l, const char *key, enum gateway_state state, const char *word,
                       struct ledger_entry *out)
{
    struct ledger_entry *known = find(l, key);
    if (!known || *known->of)
        return ERR_NOT_FOUND;
    enum err e = known->state == GATEWAY_PENDING ? OK : ERR_STATE;
    if (!e)
        e = append_line(l, "answered %s %s %s\n", key, states[state], word);
    if (!e) {
        known->answered++;
        known->state = state;
        snprintf(known->word, sizeof known->word, "%s", word);
    }
    if (!e || e == ERR_STATE)
        *out = *known;
    return e;
}

enum err ledger_answer(struct ledger *l, const char *key, enum gateway_state state, const char *word,
                       struct ledger_entry *out)
{
    pthread_mutex_lock(&l->lock);
    enum err e = answer(l, key, state, word, out);
    pthread_mutex_unlock(&l->lock);
    return e;
}
