/* Sealing, signing and codes: what may be opened where, and by whom. */
#include "server/core/secret.h"
#include "tests/unit/test.h"
#include <ctype.h>

static struct arena *arena;
static const struct secret_owner here = {.business = 1, .kind = KIND_CONTACT, .field = 21, .id = 7};

static void a_sealed_value_opens_only_where_it_belongs(void)
{
    const struct secret_owner elsewhere[] = {
        {2, KIND_CONTACT, 21, 7}, {1, KIND_STAFF, 21, 7}, {1, KIND_CONTACT, 22, 7}, {1, KIND_CONTACT, 21, 8}};
    struct bytes plain, sealed = secret_seal(arena, here, "twenty bytes of key.", 20);
    CHECK_INT(secret_unseal(arena, here, sealed, &plain), OK);
    CHECK_INT(plain.size, 20);
    CHECK_TEXT((const char *)plain.data, "twenty bytes of key.");
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        CHECK_INT(secret_unseal(arena, elsewhere[i], sealed, &plain), ERR_DAMAGED);
    struct bytes empty = secret_seal(arena, here, "", 0);
    CHECK_INT(secret_unseal(arena, here, empty, &plain), OK);
    CHECK_INT(plain.size, 0);
}

static void a_sealed_value_with_any_byte_changed_or_cut_does_not_open(void)
{
    struct bytes plain, sealed = secret_seal(arena, here, "secret", 6);
    for (size_t i = 0; i < sealed.size; i++) {
        uint8_t *changed = arena_copy(arena, sealed.data, sealed.size);
        changed[i] ^= 1;
        CHECK_INT(secret_unseal(arena, here, (struct bytes){changed, sealed.size}, &plain), ERR_DAMAGED);
        CHECK_INT(secret_unseal(arena, here, (struct bytes){sealed.data, i}, &plain), ERR_DAMAGED);
    }
}

static void sealing_again_gives_the_same_bytes_and_other_text_others(void)
{
    struct bytes one = secret_seal(arena, here, "secret", 6), two = secret_seal(arena, here, "secret", 6),
                 other = secret_seal(arena, here, "secreT", 6);
    CHECK(one.size == two.size && memcmp(one.data, two.data, one.size) == 0);
    CHECK(memcmp(one.data + 1, other.data + 1, 24) != 0); /* another nonce */
}

static void another_servers_key_opens_and_signs_nothing_of_ours(void)
{
    uint8_t ours[32] = {1}, theirs[32] = {2}, public[32], other[32], signature[SECRET_SIGNATURE];
    struct bytes plain;
    CHECK_INT(secret_use(ours), OK);
    struct bytes sealed = secret_seal(arena, here, "secret", 6);
    secret_sign(signature, "head", 4);
    secret_public(public);
    CHECK(secret_verify(public, signature, "head", 4));
    CHECK(!secret_verify(public, signature, "heaD", 4));
    CHECK_INT(secret_use(theirs), OK);
    secret_public(other);
    CHECK(!secret_verify(other, signature, "head", 4));
    CHECK_INT(secret_unseal(arena, here, sealed, &plain), ERR_DAMAGED);
    CHECK_INT(secret_use(ours), OK);
    CHECK_INT(secret_unseal(arena, here, sealed, &plain), OK);
}

static void a_code_is_read_as_people_type_it(void)
{
    static const uint8_t random[16] = {0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6,
                                       0x35, 0xcf, 0x84, 0x65, 0x3a, 0x56, 0xd7, 0xc0};
    char code[SECRET_CODE_TEXT(SECRET_CODE)], backup[SECRET_CODE_TEXT(SECRET_BACKUP)], plain[SECRET_CODE + 1];
    secret_code(code, SECRET_CODE, random);
    CHECK_TEXT(code, "01234-56789-ABCDE-FGHJK-MNPQR"); /* the bits are counted up, five by five */
    secret_code(backup, SECRET_BACKUP, random);
    CHECK_TEXT(backup, "01234-56789");
    CHECK(secret_code_read("o1234 56789abcde--fghjkMNPQR ", SECRET_CODE, plain));
    CHECK_TEXT(plain, "0123456789ABCDEFGHJKMNPQR");
    CHECK(secret_code_read("OIlOo-56789", SECRET_BACKUP, plain));
    CHECK_TEXT(plain, "0110056789");
    static const char *const wrong[] = {
        "", "01234-5678", "01234-567890", "01234-5678U", "01234-5678\n", "01234-5678\xc3\xa9", "01234_56789"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!secret_code_read(wrong[i], SECRET_BACKUP, plain));
}

static void the_digest_of_a_code_belongs_to_its_kind_business_and_owner(void)
{
    static const char code[] = "01234-56789-ABCDE-FGHJK-MNPQR";
    uint8_t one[32], two[32];
    CHECK(secret_code_digest(one, SECRET_CODE_INVITE, 1, 0, code));
    CHECK(secret_code_digest(two, SECRET_CODE_INVITE, 1, 0, "o1234 56789abcde--fghjkMNPQR"));
    CHECK(secret_equal(one, two, 32));
    CHECK(secret_code_digest(two, SECRET_CODE_RESET, 1, 0, code) && !secret_equal(one, two, 32));
    CHECK(secret_code_digest(two, SECRET_CODE_INVITE, 2, 0, code) && !secret_equal(one, two, 32));
    CHECK(secret_code_digest(two, SECRET_CODE_INVITE, 1, 1, code) && !secret_equal(one, two, 32));
    CHECK(!secret_code_digest(two, SECRET_CODE_BACKUP, 1, 0, code));
    CHECK(secret_code_digest(two, SECRET_CODE_BACKUP, 1, 0, "01234-56789"));
}

static void random_bytes_of_a_request_stretch_to_others_of_any_number(void)
{
    uint8_t random[64], one[100], two[100];
    secret_random(random, sizeof random);
    secret_stretch(one, sizeof one, random, 0);
    secret_stretch(two, sizeof two, random, 0);
    CHECK(memcmp(one, two, sizeof one) == 0);
    secret_stretch(two, sizeof two, random, 1);
    CHECK(memcmp(one, two, sizeof one) != 0);
}

int main(void)
{
    CHECK_INT(secret_start(), OK);
    arena = arena_open();
    a_sealed_value_opens_only_where_it_belongs();
    a_sealed_value_with_any_byte_changed_or_cut_does_not_open();
    sealing_again_gives_the_same_bytes_and_other_text_others();
    another_servers_key_opens_and_signs_nothing_of_ours();
    a_code_is_read_as_people_type_it();
    the_digest_of_a_code_belongs_to_its_kind_business_and_owner();
    random_bytes_of_a_request_stretch_to_others_of_any_number();
    arena_close(arena);
    return test_end();
}
