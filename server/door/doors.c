#include "server/door/doors.h"
#include "server/core/secret.h"
#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void doors_init(struct doors *d)
{
    *d = (struct doors){.voucher = -1, .keys = -1, .prover = -1, .keygen = "/usr/bin/ssh-keygen"};
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

enum err doors_prover(struct doors *d, const char *account, struct refusal *why)
{
    for (const char *p = account; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
            return refuse(why, ERR_INVALID, "--prove", "is the name of an account");
    if (*account == '-' || strlen(account) >= sizeof d->prover_name)
        return refuse(why, ERR_INVALID, "--prove", "is the name of an account");
    snprintf(d->prover_name, sizeof d->prover_name, "%s", account);
    return account_of(account, "--prove", &d->prover, why);
}

enum err doors_keygen(struct doors *d, const char *path, struct refusal *why)
{
    if (path[0] != '/' || strlen(path) >= sizeof d->keygen)
        return refuse(why, ERR_INVALID, "--ssh-keygen", "%.200s is not the whole path of a program", path);
    snprintf(d->keygen, sizeof d->keygen, "%s", path);
    return OK;
}

bool doors_prove_address(const struct doors *d, char *to, size_t size)
{
    const char *blank = strrchr(d->address, ' '), *word = blank ? blank + 1 : d->address;
    const char *at = strchr(word, '@'), *host = at ? at + 1 : word;
    *to = '\0';
    if (d->prover < 0 || !*host)
        return false;
    int n = snprintf(to, size, "%.*s%s@%s", (int)(word - d->address), d->address, d->prover_name, host);
    return n > 0 && (size_t)n < size;
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
    bool found = uid >= 0 && (uid == d->voucher || uid == d->prover);
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
