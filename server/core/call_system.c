/* What the operations about the daemon itself need from it. */
#include "common/text.h"
#include "data/check.h"
#include "data/engine/kv.h"
#include "server/door/allowance.h"
#include "server/door/bound.h"
#include "server/core/call.h"
#include "server/core/clock_set.h"
#include "server/core/daemon.h"
#include "server/door/listener.h"
#include "server/core/waits.h"
#include "server/core/writer.h"
#include "server/due/works.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Resident memory that is not the map: the anonymous part (proc(5)). */
static int64_t memory(void)
{
    char line[128];
    long long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "RssAnon: %lld kB", &kb) == 1)
            break;
    if (f)
        fclose(f);
    return kb * 1024;
}

const atomic_bool *call_stopping(const struct call *c)
{
    return c->daemon ? &c->daemon->stopping : NULL;
}

const char *call_keygen(const struct call *c)
{
    return c->daemon ? c->daemon->doors.keygen : "";
}

const char *call_door(const struct call *c)
{
    return c->daemon && c->daemon->doors.address[0] ? c->daemon->doors.address : NULL;
}

const char *call_prove_address(const struct call *c)
{
    char to[sizeof c->daemon->doors.address + sizeof c->daemon->doors.prover_name];
    bool known = c->daemon && doors_prove_address(&c->daemon->doors, to, sizeof to);
    return known ? arena_text(c->arena, to, strlen(to)) : NULL;
}

const char *call_place(const struct call *c, const char *from)
{
    return c->daemon && doors_believed(&c->daemon->doors, c->peer_uid, from)
               ? arena_printf(c->arena, "ssh %s", from)
               : c->who.place;
}

int64_t call_boot(const struct call *c)
{
    return c->daemon ? c->daemon->started : 0;
}

int64_t call_steady(const struct call *c)
{
    return c->daemon ? daemon_steady() : INT64_MAX;
}

int64_t call_clock_set(const struct call *c)
{
    return c->daemon ? clock_set_ago() : -1;
}

size_t call_unread_work(const struct call *c, bool *foreign)
{
    return works_unread(c->daemon ? c->daemon->works : NULL, c->txn.business, foreign);
}

bool call_writable(const struct call *c)
{
    return writer_can_write(c->daemon);
}

void call_certificate(const struct call *c, struct system_health_out *out)
{
    struct refusal words = {0};
    out->certificate_ends =
        c->daemon->listener ? listener_certificate(c->daemon->listener, c->now, &words) : 0;
    if (c->daemon->listener && !words.detail[0])
        listener_not_read(c->daemon->listener, &words);
    if (words.detail[0])
        out->certificate_fault = arena_text(c->arena, words.detail, text_cut(words.detail, 250));
}

void call_stats(struct call *c, struct system_stats_out *out)
{
    struct daemon *d = c->daemon;
    struct listener_stats door = {0};
    struct kv_stats store = {0};
    if (d->listener)
        listener_stats(d->listener, &door);
    kv_stats(d->kv, &store);
    out->uptime_ms = daemon_tick() - d->begun;
    out->requests = (int64_t)atomic_load(&d->requests);
    out->reads = (int64_t)atomic_load(&d->reads);
    out->writes = (int64_t)atomic_load(&d->writes);
    out->commits = (int64_t)atomic_load(&d->commits);
    out->refusals = (int64_t)atomic_load(&d->refusals);
    out->faults = (int64_t)atomic_load(&d->faults);
    out->connections = (int64_t)door.open;
    out->waits = (int64_t)waits_count(d->waits);
    out->store_bytes = (int64_t)store.bytes_used;
    out->store_entries = (int64_t)store.entries;
    out->memory_bytes = memory();
    out->queue = (int64_t)writer_queue(d->writer);
    out->bound = (int64_t)bound_count(d->bound);
}

enum err call_check(struct call *c, struct system_check_out *out)
{
    struct check *check = arena_alloc(c->arena, sizeof *check);
    struct refusal why = {.code = OK};
    enum err e = kv_check(c->daemon->kv, &why);
    if (e == ERR_DAMAGED) { /* nobody reads it: what is mapped is trusted by the library */
        check->problems[check->n_problems++] =
            arena_printf(c->arena, "%s", why.detail[0] ? why.detail : "the file is damaged");
        e = OK;
    } else if (!e) {
        e = check_store(c->txn.kv, c->arena, check);
    }
    if (e)
        return e;
    out->records = check->records;
    out->entries = check->entries;
    out->totals = check->totals;
    out->problems.n = check->n_problems;
    out->problems.v = check->problems;
    return OK;
}

enum err call_sign_in(struct call *c, int side, uint64_t person)
{
    return c->daemon
               ? allowance_sign_in(c->daemon->allowance, c->txn.business, side, person, c->tick, &c->why)
               : OK;
}

enum err call_backup(struct call *c, const char *path, struct system_backup_out *out)
{
    char file[4096];
    struct stat st;
    enum err e = kv_backup(c->daemon->kv, path, 0);
    if (e == ERR_EXISTS)
        return REFUSE(c, e, "path", "the folder is not empty");
    if (e == ERR_NOT_FOUND || e == ERR_IO)
        return REFUSE(c, ERR_INVALID, "path", "the copy can not be written there: %s", strerror(errno));
    if (e)
        return e;
    snprintf(file, sizeof file, "%s/data.mdb", path);
    out->bytes = stat(file, &st) == 0 ? st.st_size : 0;
    return OK;
}
