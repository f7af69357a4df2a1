/* A request and the door: whose share it takes, and that whoever asks is no stranger. */
#include "server/core/job.h"
#include "common/hash.h"
#include "server/ops/tries.h"
#include <stdio.h>
#include <string.h>

/* The text of the argument `from`; NULL: it has none. */
static const char *said_from(const struct job *j)
{
    const struct shape *shape = j->op->in();
    for (size_t i = 0; i < shape->n; i++)
        if (shape->fields[i].type == FIELD_TEXT && strcmp(shape->fields[i].name, "from") == 0)
            return *(const char *const *)(const void *)((const char *)j->in + shape->fields[i].offset);
    return NULL;
}

void job_source(struct job *j, const struct peer *peer)
{
    uint8_t digest[32];
    char source[SOURCE_ROOM], network[SOURCE_ROOM], text[SOURCE_ROOM + 100];
    memcpy(source, peer->source, sizeof source);
    const char *from = said_from(j);
    bool believed = doors_believed(&j->daemon->doors, peer->uid, from);
    if (believed)
        source_of_place(source, from);
    /* all that sshd starts has one account; their sessions tell them apart */
    const bool by_token = !believed && doors_trusted(&j->daemon->doors, peer->uid);
    const int n = snprintf(text, sizeof text, "%s\n%.*s", source,
                           by_token && j->token_size < 100 ? (int)j->token_size : 0,
                           j->token_size ? (const char *)j->token : "");
    secret_digest(digest, j->daemon->key, text,
                  (size_t)n); /* so that nobody can choose whose share is also theirs */
    memcpy(&j->whose.source, digest, sizeof j->whose.source);
    j->whose.source |= 1;
    j->whose.known = !listener_stranger(j->request) || tries_came_in(source, j->tick);
    if (j->whose.known || by_token) /* a neighbour who is known is not kept out by strangers there */
        return;
    source_network(network, source);
    secret_digest(digest, j->daemon->key, network, strlen(network));
    memcpy(&j->whose.wide, digest, sizeof j->whose.wide);
    j->whose.wide |= 1;
}

void job_person(struct job *j)
{
    const struct shown *s = &j->shown;
    const uint64_t who[] = {s->business, (uint64_t)s->side, s->person, s->machine};
    j->whose.known = !s->session && !s->machine;
    if (j->whose.known)
        return;
    j->whose.source = hash_add(HASH_BEGIN, who, sizeof who) | 1;
    j->whose.wide = s->business;
}

void job_show(struct job *j)
{
    char who[70];
    const struct shown *s = &j->shown;
    if ((!s->session && !s->machine) || !j->request || !listener_stranger(j->request))
        return;
    (void)snprintf(who, sizeof who, "%u.%d.%llu.%llu", (unsigned)s->business, s->machine ? -1 : s->side,
                   (unsigned long long)s->person, (unsigned long long)s->machine);
    listener_known(j->request, who);
}
