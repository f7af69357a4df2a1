#include "server/doors.h"
#include "server/secret.h"
#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void doors_init(struct doors *d)
{
    *d = (struct doors){.voucher = -1, .keys = -1};
}

static enum err account_of(const char *account, const char *option, int64_t *uid, struct refusal *why)
{
    char *end;
    errno = 0;
    long number = strtol(account, &end, 10);
    const struct passwd *p = getpwnam(account); /* before any thread is started */
    if (p)
        *uid = p->pw_uid;
    else if (*account && !*end && !errno && number >= 0 && number < UINT32_MAX)
        *uid = number;
    else
        return refuse(why, ERR_INVALID, option, "there is no account %.100s on this machine", account);
    if (*uid == 0)
        return refuse(why, ERR_INVALID, option, "must not be root: it could be anybody");
    return OK;
}

enum err doors_add(struct doors *d, const char *account, struct refusal *why)
{
    if (d->n == DOORS)
        return refuse(why, ERR_INVALID, "--door", "at most %d accounts", DOORS);
    enum err e = account_of(account, "--door", &d->door[d->n], why);
    d->n += !e;
    return e;
}

enum err doors_voucher(struct doors *d, const char *account, struct refusal *why)
{
    return account_of(account, "--vouch", &d->voucher, why);
}

enum err doors_keys(struct doors *d, const char *account, struct refusal *why)
{
    return account_of(account, "--keys", &d->keys, why);
}

enum err doors_address(struct doors *d, const char *address, struct refusal *why)
{
    for (const char *p = address; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("@.-_:[] ", *p))
            return refuse(why, ERR_INVALID, "--ssh-address", "is what to type after ssh: portal-login@host");
    if (!*address || *address == '-' || strlen(address) >= sizeof d->address)
        return refuse(why, ERR_INVALID, "--ssh-address", "is what to type after ssh: portal-login@host");
    snprintf(d->address, sizeof d->address, "%s", address);
    return OK;
}

enum err doors_host_key(struct doors *d, const char *path, struct refusal *why)
{
    char line[8192];
    FILE *f = fopen(path, "re");
    bool got = f && fgets(line, sizeof line, f);
    if (f)
        fclose(f);
    char *rest = NULL, *type = got ? strtok_r(line, " \t\n", &rest) : NULL;
    const char *blob = type ? strtok_r(NULL, " \t\n", &rest) : NULL;
    if (!blob || !secret_fingerprint(blob, d->fingerprint, sizeof d->fingerprint))
        return refuse(why, ERR_INVALID, "--ssh-host-key", "%.200s is no public key file of OpenSSH", path);
    return OK;
}

enum err doors_mail_ca(struct doors *d, const char *path, struct refusal *why)
{
    if (path[0] != '/' || strlen(path) >= sizeof d->mail_ca || access(path, R_OK) != 0)
        return refuse(why, ERR_INVALID, "--mail-ca",
                      "%.200s is not the whole path of a file that can be read", path);
    snprintf(d->mail_ca, sizeof d->mail_ca, "%s", path);
    return OK;
}

bool doors_trusted(const struct doors *d, int64_t uid)
{
    bool found = uid >= 0 && uid == d->voucher;
    for (size_t i = 0; i < d->n && !found; i++)
        found = uid >= 0 && d->door[i] == uid;
    return found;
}

bool doors_believed(const struct doors *d, int64_t uid, const char *from)
{
    static const char address[] /* with its zone */ =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.:%-_";
    return from && *from && doors_trusted(d, uid) && strspn(from, address) == strlen(from);
}
