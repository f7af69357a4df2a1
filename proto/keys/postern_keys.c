/* postern-keys: sshd's AuthorizedKeysCommand. For the account `portal` it asks the daemon whether a key is registered by somebody
 * who may sign in, and prints its line if so. For `portal-prove`, whose visitors may do nothing but prove a key, it prints the line of
 * any key and asks nobody, so that sshd's answer tells nothing about keys. sshd runs it before the key is proved, and twice a login: it
 * changes nothing.
 *
 *   AuthorizedKeysCommand /usr/lib/postern/postern-keys /etc/postern/door.conf %f %t %k
 *   AuthorizedKeysCommand /usr/lib/postern/postern-keys any %f %t %k
 */
#include "common/ssh_key.h"
#include "proto/envelope.h"
#include "proto/door_conf.h"
#include "proto/link.h"
#include <stdio.h>
#include <string.h>

#define WAIT_MS 4000

static int complain(const char *what)
{
    fprintf(stderr, "postern-keys: %s\n", what);
    return 1;
}

/* Asks; 1 after saying why there is no answer. */
static int ask(struct link *link, struct arena *a, const char *fingerprint, bool *known)
{
    const struct op *op = op_at(OPNO_key_known);
    struct key_known_in in = {.fingerprint = fingerprint};
    struct key_known_out out = {.known = false};
    struct refusal why = {0};
    struct buf request;
    const uint8_t *answer;
    size_t size;
    buf_init(&request, CALL_REQUEST_MAX);
    enum err e = call_request(&request, op, NULL, NULL, &in);
    if (!e)
        e = link_call(link, request.data, request.size, WAIT_MS, &answer, &size);
    if (!e)
        e = call_answer(a, op, answer, size, &out, &why);
    buf_fini(&request);
    *known = !e && out.known;
    return e ? complain(why.detail[0] ? why.detail : err_sentence(e)) : 0;
}

/* Is it registered, as the daemon of door.conf knows? */
static int look(const char *conf, const char *fingerprint, bool *known)
{
    struct door door;
    struct refusal why = {0};
    struct link *link;
    char url[DOOR_TEXT + 8];
    if (door_read(conf, &door, &why) != OK)
        return complain(why.detail);
    snprintf(url, sizeof url, "ipc://%s", door.socket);
    if (link_open(url, &link, &why) != OK)
        return complain(why.detail);
    struct arena *a = arena_open();
    int code = ask(link, a, fingerprint, known);
    arena_close(a);
    link_close(link);
    return code;
}

int main(int argc, char **argv)
{
    char fingerprint[SSH_FINGERPRINT];
    bool known = false;
    if (argc != 5)
        return complain(
            "usage: postern-keys /etc/postern/door.conf %f %t %k (of sshd), or any instead of the file");
    const char *type = argv[3], *key = argv[4];
    bool any = strcmp(argv[1], "any") == 0;
    /* what sshd says of the key and what the key is must agree: the line that is printed is about the key */
    if (!ssh_key_type(type) || !ssh_key_fingerprint(key, fingerprint) || strcmp(fingerprint, argv[2]) != 0)
        return complain("that is no key as sshd describes one");
    int code = any ? 0 : look(argv[1], fingerprint, &known);
    if ((any || known) &&
        (printf("restrict%s %s %s\n", any ? "" : ",pty", type, key) < 0 || fflush(stdout) != 0))
        return complain("can not be written");
    return code;
}
