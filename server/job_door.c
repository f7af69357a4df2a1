/* A request and the door: whose share it takes, and that whoever asks is no stranger. */
#include "server/job.h"
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

static uint64_t hash(uint64_t h, const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < size; i++)
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    return h;
}

void job_source(struct job *j, const struct peer *peer)
{
    uint64_t secret, h;
    char source[SOURCE_ROOM];
    memcpy(&secret, j->daemon->key, sizeof secret); /* so that nobody can choose whose share is also theirs */
    memcpy(source, peer->source, sizeof source);
    h = hash(secret, NULL, 0);
    if (doors_trusted(&j->daemon->doors, peer->uid)) {
        const char *from = said_from(j);
        if (from && *from)
            source_of_place(source, from);
        else if (j->token_size) /* all of them have one account; their sessions tell them apart */
            h = hash(h, j->token, j->token_size);
    }
    j->source = hash(h, source, strlen(source)) | 1;
    j->known = !listener_stranger(j->request) || tries_came_in(source, j->tick);
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
