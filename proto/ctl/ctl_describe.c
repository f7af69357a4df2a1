/* `describe`: the contract, as the server states it or as this program knows it. */
#include "common/codec.h"
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/json.h"
#include "proto/ctl/ctl.h"
#include "proto/describe.h"
#include <stdio.h>

static int describe_here(struct ctl *c, const char *name)
{
    struct system_describe_out out = {.version = POSTERN_VERSION, .protocol = PROTOCOL_VERSION};
    struct buf packed;
    if (describe(c->a, name, &out) != OK) {
        (void)refuse(&c->why, ERR_NOT_FOUND, "operation", "there is no operation %.100s", name);
        return ctl_fail(c, ERR_NOT_FOUND);
    }
    if (!c->json) {
        show_record(c->a, stdout, op_at(OPNO_system_describe)->out(), &out, c->wide ? 0 : show_width(stdout));
        return 0;
    }
    buf_init(&packed, CALL_ANSWER_MAX);
    codec_pack(&packed, op_at(OPNO_system_describe)->out(), &out, CODEC_TO_STAFF);
    json_t *value = json_of(packed.data, packed.size);
    json_print(value, false);
    json_decref(value);
    buf_fini(&packed);
    return 0;
}

int verb_describe(struct ctl *c)
{
    const char *name = c->n_words > 1 ? c->words[1] : NULL;
    if (c->n_words > 2)
        return ctl_usage(c, "describe takes at most one operation");
    if (c->local)
        return describe_here(c, name);
    if (name)
        c->words[1] = arena_printf(c->a, "operation=%s", name);
    return verb_op(c, op_at(OPNO_system_describe));
}
