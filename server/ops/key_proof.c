/* Proving that a key is held by who registered it: by a signature of its challenge, or by coming in through sshd with it and the challenge
 * (docs/decisions/key-proof.md). */
#include "common/address.h"
#include "common/ssh_key.h"
#include "data/store.h"
#include "server/core/limits.h"
#include "server/ops/ssh_keys.h"
#include "server/ops/person.h"
#include "server/ops/session_open.h"
#include "server/ops/ticket.h"
#include "server/core/secret.h"
#include "server/core/sshsig.h"
#include <string.h>

#define NAMESPACE "key@postern"
#define ADDRESS_SHOWN \
    100 /* of the address in a challenge: of a longer one, which nobody has, its end, and two dots */
#define SAME_MOST 50 /* proved keys of one fingerprint that are looked at */

enum err key_owner(struct call *c, const struct ssh_key *k, struct key_owner *owner)
{
    struct contact p = {.id = 0};
    struct staff s = {.id = 0};
    enum err e = k->side == SIDE_STAFF ? record_get(&c->txn, KIND_STAFF, (uint64_t)k->person, &s)
                                       : record_get(&c->txn, KIND_CONTACT, (uint64_t)k->person, &p);
    if (!e)
        *owner = k->side == SIDE_STAFF ? (struct key_owner){0, s.name, s.email}
                                       : (struct key_owner){p.customer, p.name, p.email};
    return e;
}

enum err key_event(struct call *c, int what, const struct ssh_key *k)
{
    struct key_owner owner;
    enum err e = key_owner(c, k, &owner);
    struct event event = {.what = what,
                          .subject = SUBJECT_KEY,
                          .about = (int64_t)k->id,
                          .text = arena_printf(c->arena, "%s %s", k->fingerprint, k->label ? k->label : "")};
    if (e)
        return e;
    event.customer = owner.customer;
    event.number = owner.name;
    if (!c->who.role) { /* sshd's account asks; who did it is whose key it is */
        event.side = k->side;
        event.actor = k->person;
        event.name = owner.name;
    }
    return call_event(c, &event);
}

/* --- the challenge ------------------------------------------------------------------------------------------------------------ */
/* "acme/maria@bodega.test/7K3QZ-…": nothing in it that a shell would take for something else, and whoever is talked into signing for
 * somebody else's access can read whose it is. */
enum err key_challenge(struct call *c, struct ssh_key *k)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@.+_-";
    char address[ADDRESS_SHOWN + 1], code[SECRET_CODE_TEXT(SECRET_CODE)];
    uint8_t random[16];
    const struct business *b;
    const char *from = c->who.email ? c->who.email : "";
    const size_t size = strlen(from), over = size > ADDRESS_SHOWN ? size - ADDRESS_SHOWN : 0;
    enum err e = call_business(c, &b);
    if (e)
        return e;
    memcpy(address, from + over, size - over + 1);
    for (size_t i = 0; address[i]; i++)
        if (!strchr(plain, address[i]) || (over && i < 2))
            address[i] = over && i < 2 ? '.' : '_';
    call_draw(c, random, sizeof random);
    secret_code(code, SECRET_CODE, random);
    k->challenge = arena_printf(c->arena, "%s/%s/%s", b->portal, address, code);
    k->expires = c->now + LIMIT_KEY_PROOF_MS;
    return OK;
}

/* Where ssh-keygen puts a key when nobody says anything else. */
static const char *usual_file(const char *type)
{
    static const char *const names[][2] = {{"ssh-ed25519", "id_ed25519"},
                                           {"sk-ssh-ed25519@openssh.com", "id_ed25519_sk"},
                                           {"sk-ecdsa-sha2-nistp256@openssh.com", "id_ecdsa_sk"},
                                           {"ssh-rsa", "id_rsa"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], type) == 0)
            return names[i][1];
    return "id_ecdsa";
}

void key_commands(struct call *c, struct ssh_key *k)
{
    const char *file = usual_file(k->type), *address = call_prove_address(c);
    if (!key_waits(c, k) || !k->challenge)
        return;
    k->sign = arena_printf(c->arena, "printf %%s %s | ssh-keygen -Y sign -n " NAMESPACE " -f ~/.ssh/%s",
                           k->challenge, file);
    if (address)
        k->visit = arena_printf(c->arena, "ssh -o IdentitiesOnly=yes -i ~/.ssh/%s %s %s", file, address,
                                k->challenge);
}

/* --- proved ------------------------------------------------------------------------------------------------------------------- */
/* In a business a key belongs to one human being, who may have it with several customers. One that somebody registered before keys
 * were proved gives way to who proves it. */
static enum err make_room(struct call *c, const struct ssh_key *k, const char *email)
{
    struct key print = index_key(&c->txn, INDEX_KEY_PRINT);
    struct id_list same;
    enum err e = record_ids(&c->txn, key_text(&print, k->fingerprint), SAME_MOST, &same);
    for (size_t i = 0; !e && i < same.n; i++) {
        struct ssh_key other;
        struct key_owner owner;
        e = record_get(&c->txn, KIND_SSH_KEY, same.v[i], &other);
        if (!e)
            e = key_owner(c, &other, &owner);
        if (e == ERR_NOT_FOUND || (!e && address_same(owner.email, email)))
            e = OK;
        else if (!e && other.proved)
            e = REFUSE(c, ERR_EXISTS, "key", "somebody else has proved that they hold that key");
        else if (!e)
            e = key_end(c, &other);
    }
    return e;
}

static enum err settle(struct call *c, struct ssh_key *k)
{
    struct key_owner owner;
    enum err e = key_owner(c, k, &owner);
    if (!e)
        e = make_room(c, k, owner.email);
    if (e)
        return e;
    k->proved = c->now;
    k->expires = 0;
    k->challenge = NULL;
    e = record_put(&c->txn, KIND_SSH_KEY, k);
    if (!e)
        e = person_tell(c, k->side, (uint64_t)k->person, TEMPLATE_KEY_ADDED, k);
    return e ? e : key_event(c, WHAT_KEY_PROVED, k);
}

/* --- by a signature ----------------------------------------------------------------------------------------------------------- */
static enum err own_waiting(struct call *c, int64_t id, struct ssh_key *k)
{
    enum err e = record_get(&c->txn, KIND_SSH_KEY, (uint64_t)id, k);
    if (e == ERR_NOT_FOUND || (!e && (!key_is_own(c, k) || key_over(c, k))))
        return REFUSE(c, ERR_NOT_FOUND, "key", "there is none of that id or number");
    return e || key_waits(c, k) ? e : REFUSE(c, ERR_STATE, "key", "it waits for no proof");
}

static enum err proves_nothing(struct call *c)
{
    return REFUSE(c, ERR_INVALID, "signature",
                  "that does not prove it: sign what is shown for this key, as it stands, with this key");
}

/* Leaves the challenge that the signature is of in c->prepared. */
enum err prep_key_prove(struct call *c, const struct key_prove_in *in)
{
    struct ssh_key k;
    char *armor = arena_alloc(c->arena, SSH_SIGNATURE_TEXT),
         *key = arena_alloc(c->arena, SSH_KEY_TEXT_MOST + 1);
    bool good = false;
    enum err e = own_waiting(c, in->key, &k);
    if (!e)
        e = ssh_signature_read(in->signature, "signature", armor, &c->why);
    if (e)
        return e;
    if (!ssh_key_text(k.blob.data, k.blob.size, key))
        return record_damaged(&c->txn, KIND_SSH_KEY, k.id);
    const struct sshsig s = {
        .type = k.type, .key = key, .space = NAMESPACE, .text = k.challenge, .armor = armor};
    e = sshsig_verify(call_keygen(c), &s, &good);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, ERR_STATE, "signature",
                      "this server can not look at signatures: ssh-keygen is not installed on it%s",
                      call_prove_address(c) ? "; come in once with the key instead" : "");
    if (e == ERR_IO)
        return REFUSE(c, ERR_BUSY, "signature", "ssh-keygen gives no answer on this server: try again");
    c->prepared = arena_text(c->arena, k.challenge, strlen(k.challenge));
    return e || good ? e : proves_nothing(c);
}

enum err op_key_prove(struct call *c, const struct key_prove_in *in, struct key_prove_out *out)
{
    struct ssh_key *k = arena_alloc(c->arena, sizeof *k);
    enum err e = own_waiting(c, in->key, k);
    if (!e && strcmp(k->challenge, c->prepared) != 0)
        e = proves_nothing(c);
    out->key = k;
    return e ? e : settle(c, k);
}

/* --- by coming in ------------------------------------------------------------------------------------------------------------- */
static enum err bad_code(struct call *c)
{
    return REFUSE(c, ERR_CODE, "challenge", "%s", err_sentence(ERR_CODE));
}

static bool same_text(const char *a, const char *b)
{
    size_t n = strlen(a);
    return n == strlen(b) && secret_equal((const uint8_t *)a, (const uint8_t *)b, n);
}

/* May its owner sign in at all? */
static enum err may(struct call *c, const struct ssh_key *k)
{
    struct contact p;
    struct staff s;
    enum err e = k->side == SIDE_STAFF ? record_get(&c->txn, KIND_STAFF, (uint64_t)k->person, &s)
                                       : session_may_sign_in(c, (uint64_t)k->person, &p);
    return !e && k->side == SIDE_STAFF && !s.active ? ERR_NOT_FOUND : e;
}

/* Wrong ones count by the portal that the challenge begins with. */
static const char *portal_of(struct call *c, const char *challenge)
{
    return arena_text(c->arena, challenge, strcspn(challenge, "/"));
}

/* In the call's business. ERR_NOT_FOUND. */
static enum err find_here(struct call *c, const struct key_vouch_in *in, struct ssh_key *k)
{
    struct id_list ids;
    struct key print = index_key(&c->txn, INDEX_KEY_PRINT);
    enum err e = record_ids(&c->txn, key_text(&print, arena_printf(c->arena, "?%s", in->fingerprint)),
                            LIMIT_KEYS_CLAIMED, &ids);
    for (size_t i = 0; !e && i < ids.n; i++) {
        e = record_get(&c->txn, KIND_SSH_KEY, ids.v[i], k);
        if (!e && key_waits(c, k) && same_text(k->challenge, in->challenge))
            return may(c, k);
    }
    return e ? e : ERR_NOT_FOUND;
}

/* Its portal may have got another name since: so the challenge is looked for in every business. */
static enum err find_waiting(struct call *c, const struct key_vouch_in *in, struct ssh_key *k)
{
    uint32_t businesses;
    enum err e = store_businesses(c->txn.kv, &businesses), found = ERR_NOT_FOUND;
    for (uint32_t b = 1; !e && found == ERR_NOT_FOUND && b <= businesses; b++) {
        call_enter(c, b);
        found = find_here(c, in, k);
    }
    if (found == ERR_NOT_FOUND)
        call_enter(c, 0);
    return e ? e : found == ERR_NOT_FOUND ? bad_code(c) : found;
}

enum err prep_key_vouch(struct call *c, const struct key_vouch_in *in)
{
    struct ssh_key k;
    const struct tries tries = ticket_tries(c, portal_of(c, in->challenge), "key", in->from);
    enum err e = tries_check(&tries, &c->why);
    if (e)
        return e;
    e = find_waiting(c, in, &k);
    if (e == ERR_CODE)
        tries_failed(&tries);
    else if (!e)
        tries_fine(&tries);
    return e;
}

enum err op_key_vouch(struct call *c, const struct key_vouch_in *in, struct key_vouch_out *out)
{
    struct ssh_key *k = arena_alloc(c->arena, sizeof *k);
    enum err e = find_waiting(c, in, k);
    if (e)
        return e;
    c->who.place = call_place(c, in->from);
    const struct business *b;
    e = call_business(c, &b);
    if (e)
        return e;
    out->key = k;
    out->portal = b->portal;
    return settle(c, k);
}
