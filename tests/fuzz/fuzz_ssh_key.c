/* A line of a .pub file. With a first byte of 1 … 7 the rest is the blob of a key of that type. A key that is taken is written again as the
 * same line, with the same fingerprint. */
#include "common/ssh_key.h"
#include "tests/fuzz/fuzz.h"
#include <sodium.h>

static const char *const types[] = {"ssh-ed25519",
                                    "sk-ssh-ed25519@openssh.com",
                                    "ecdsa-sha2-nistp256",
                                    "ecdsa-sha2-nistp384",
                                    "ecdsa-sha2-nistp521",
                                    "sk-ecdsa-sha2-nistp256@openssh.com",
                                    "ssh-rsa"};

static const char *base64(struct arena *a, const uint8_t *bytes, size_t size)
{
    size_t room = sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL);
    return sodium_bin2base64(arena_alloc(a, room), room, bytes, size, sodium_base64_VARIANT_ORIGINAL);
}

static void check_line(struct arena *a, const char *line)
{
    struct ssh_key_line k, again;
    struct refusal why = {0};
    char print[SSH_FINGERPRINT] = "untouched";
    enum err e = ssh_key_read(line, "key", &k, &why);
    if (e) {
        must(e == ERR_INVALID && strcmp(why.field, "key") == 0 && why.detail[0] && is_utf8(why.detail));
        return;
    }
    const char *blob = base64(a, k.blob, k.size);
    must(ssh_key_type(k.type) && k.size <= sizeof k.blob && strncmp(k.fingerprint, "SHA256:", 7) == 0);
    must(k.comment >= line && k.comment <= line + strlen(line));
    must(ssh_key_fingerprint(blob, print) && strcmp(print, k.fingerprint) == 0);
    must(ssh_key_read(arena_printf(a, "%s %s %s", k.type, blob, k.comment), "key", &again, &why) == OK);
    must(again.size == k.size && memcmp(again.blob, k.blob, k.size) == 0 &&
         strcmp(again.comment, k.comment) == 0);
}

/* Written again it is the same, and what is passed on to ssh-keygen has nothing in it but the two lines and base64. */
static void check_signature(const char *text)
{
    char armor[SSH_SIGNATURE_TEXT], again[SSH_SIGNATURE_TEXT];
    struct refusal why = {0};
    enum err e = ssh_signature_read(text, "signature", armor, &why);
    if (e) {
        must(e == ERR_INVALID && strcmp(why.field, "signature") == 0 && why.detail[0] && is_utf8(why.detail));
        return;
    }
    must(strlen(armor) < sizeof armor && strchr(armor, '\n') &&
         strncmp(strchr(armor, '\n') + 1, "U1NIU0lH", 8) == 0);
    must(ssh_signature_read(armor, "signature", again, &why) == OK && strcmp(armor, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct given in = {data, size};
    uint8_t type = take_byte(&in);
    char print[SSH_FINGERPRINT] = "untouched";
    if (type >= 1 && type <= 7) {
        check_line(a, arena_printf(a, "%s %s me@example.org", types[type - 1], base64(a, in.at, in.left)));
    } else {
        const char *line = take_text(a, &in);
        check_line(a, line);
        check_signature(line);
        check_signature(
            arena_printf(a, "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH%s\n-----END SSH SIGNATURE-----", line));
        if (!ssh_key_fingerprint(line, print))
            must(strcmp(print, "untouched") == 0);
        (void)ssh_key_type(line);
    }
    arena_close(a);
    return 0;
}
