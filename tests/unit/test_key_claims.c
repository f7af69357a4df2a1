/* Of those who say that one key is theirs so many are looked at, when it comes in: the first of them, whoever comes after. */
#include "server/core/limits.h"
#include "server/core/secret.h"
#include "tests/unit/call_fixture.h"

#define PRINT "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct fixture f;
static enum err result;

static const char *challenge(int n)
{
    return arena_printf(f.arena, "acme/sam@acme.test/%d", n);
}

static enum err claim(struct call *c, void *unused)
{
    (void)unused;
    for (int n = 1; n <= LIMIT_KEYS_CLAIMED + 1; n++)
        fixture_put(c, KIND_SSH_KEY,
                    &(struct ssh_key){.side = SIDE_STAFF,
                                      .person = 1,
                                      .label = "of another's",
                                      .type = "ssh-ed25519",
                                      .blob = {(const uint8_t *)"sixteen bytes...", 16},
                                      .fingerprint = PRINT,
                                      .challenge = challenge(n),
                                      .created = f.now,
                                      .expires = f.now + LIMIT_KEY_PROOF_MS});
    return OK;
}

static enum err come_in(struct kv_txn *kv, void *with)
{
    struct call c = fixture_call(&f, kv);
    c.txn.business = 0;
    result = prep_key_vouch(&c, &(struct key_vouch_in){.fingerprint = PRINT, .challenge = with});
    return OK;
}

static enum err comes_in_with(int n)
{
    CHECK_INT(kv_read(f.kv, come_in, (void *)(uintptr_t)challenge(n)), OK);
    return result;
}

int main(void)
{
    CHECK_INT(secret_start(), OK);
    fixture_open(&f);
    CHECK_INT(fixture_write(&f, claim, NULL), OK);
    CHECK_INT(comes_in_with(1), OK);
    CHECK_INT(comes_in_with(LIMIT_KEYS_CLAIMED), OK);
    CHECK_INT(comes_in_with(LIMIT_KEYS_CLAIMED + 1), ERR_CODE);
    fixture_close(&f);
    return test_end();
}
