/* The contract, health, figures, check and backup. */
#include "proto/describe.h"
#include "server/core/call.h"
#include <string.h>

enum err op_system_describe(struct call *c, const struct system_describe_in *in,
                            struct system_describe_out *out)
{
    if (describe(c->arena, in->operation, out) != OK)
        return REFUSE(c, ERR_NOT_FOUND, "operation", "there is no such operation");
    out->version = POSTERN_VERSION;
    out->protocol = PROTOCOL_VERSION;
    return OK;
}

enum err op_system_health(struct call *c, const struct system_health_in *in, struct system_health_out *out)
{
    (void)in;
    out->ready = true;
    out->writable = call_writable(c);
    call_certificate(c, out);
    out->version = POSTERN_VERSION;
    out->now = c->now;
    return OK;
}

enum err op_system_stats(struct call *c, const struct system_stats_in *in, struct system_stats_out *out)
{
    (void)in;
    call_stats(c, out);
    return OK;
}

enum err op_system_check(struct call *c, const struct system_check_in *in, struct system_check_out *out)
{
    (void)in;
    return call_check(c, out);
}

enum err op_system_backup(struct call *c, const struct system_backup_in *in, struct system_backup_out *out)
{
    if (in->path[0] != '/' || strstr(in->path, "/../"))
        return REFUSE(c, ERR_INVALID, "path", "an absolute path on the server, without /../");
    return call_backup(c, in->path, out);
}
