#include "tui/word/ssh_visit.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define AUTH_MOST 16384 /* bytes of the file of $SSH_USER_AUTH */

void visit_from(const char *connection, char *out, size_t size)
{
    struct in6_addr address; /* also large enough for the smaller kind */
    char word[64];
    size_t n = connection ? strcspn(connection, " %") : 0;
    *out = '\0';
    if (!n || n >= sizeof word || n >= size)
        return;
    memcpy(word, connection, n);
    word[n] = '\0';
    if (inet_pton(AF_INET, word, &address) == 1 || inet_pton(AF_INET6, word, &address) == 1)
        memcpy(out, word, n + 1);
}

/* "publickey TYPE BASE64" */
static bool key_line(char *line, char out[SSH_FINGERPRINT])
{
    char *rest = line;
    const char *method = strsep(&rest, " "), *type = strsep(&rest, " "), *key = strsep(&rest, " ");
    return method && type && key && !rest && strcmp(method, "publickey") == 0 && ssh_key_type(type) &&
           ssh_key_fingerprint(key, out);
}

bool visit_key(const char *text, char out[SSH_FINGERPRINT])
{
    char line[AUTH_MOST + 1];
    size_t n = strcspn(text, "\n");
    if (!n || n > AUTH_MOST || text[n] != '\n' || text[n + 1])
        return false;
    memcpy(line, text, n);
    line[n] = '\0';
    return key_line(line, out);
}

/* sshd writes it as root or as the account that it has become; nobody else has a say in either. */
static bool key_of_file(const char *path, char out[SSH_FINGERPRINT])
{
    char text[AUTH_MOST + 1];
    struct stat st;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW) : -1;
    if (fd < 0)
        return false;
    ssize_t n = -1;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_uid == 0 || st.st_uid == geteuid()) &&
        !(st.st_mode & (S_IWGRP | S_IWOTH)) && st.st_size > 0 && st.st_size < AUTH_MOST)
        n = read(fd, text, AUTH_MOST);
    close(fd);
    if (n <= 0 || n != st.st_size || memchr(text, 0, (size_t)n))
        return false;
    text[n] = '\0';
    return visit_key(text, out);
}

/* Is our parent an sshd that became this account? Else it was su or the like, which anybody of this machine can call with any
 * variables. A process of this account is never somebody else's: it runs this program only. */
static bool started_by_sshd(void)
{
    char path[64], line[200], name[32] = "";
    unsigned real = 0, effective = 0;
    bool ids = false;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)getppid());
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    while (fgets(line, sizeof line, f)) {
        (void)sscanf(line, "Name: %31s", name);
        ids |= sscanf(line, "Uid: %u %u", &real, &effective) == 2;
    }
    fclose(f);
    return ids && strncmp(name, "sshd", 4) == 0 && real == geteuid() && effective == geteuid();
}

static bool plain(const char *value)
{
    size_t n = strlen(value);
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)value[i]) && !strchr("+-._@:", value[i]))
            return false;
    return n > 0 && n <= 64;
}

/* Which letters the terminal has: what it says, and UTF-8 where it says nothing. */
static const char *locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8") ? "C.UTF-8" : "C";
    }
    return "C.UTF-8";
}

static void clean_environment(struct arena *a)
{
    static const char *const kept[] = {"TERM", "COLORTERM", "NO_COLOR", "ACCESSIBLE"};
    const char *values[sizeof kept / sizeof *kept], *letters = locale();
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const char *value = getenv(kept[i]);
        values[i] = value && plain(value) ? arena_text(a, value, strlen(value)) : NULL;
    }
    clearenv();
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (values[i])
            setenv(kept[i], values[i], 1);
    setenv("LC_ALL", letters, 1);
    setenv("PATH", "/usr/bin:/bin", 1);
    setenv("HOME", "/", 1);
}

static enum door_role role_of(const struct door *d)
{
    const struct passwd *p = getpwuid(getuid());
    if (!p || getuid() != geteuid() || getuid() == 0)
        return DOOR_NOBODY;
    if (strcmp(p->pw_name, d->key_account) == 0)
        return DOOR_KEY;
    if (strcmp(p->pw_name, d->prove_account) == 0)
        return DOOR_PROVE;
    return strcmp(p->pw_name, d->login_account) == 0 ? DOOR_LOGIN : DOOR_NOBODY;
}

enum err visit_take(struct arena *a, const struct door *d, struct visit *out, struct refusal *why)
{
    struct visit v = {.role = role_of(d), .command = ""};
    const char *command = getenv("SSH_ORIGINAL_COMMAND");
    bool keyed = v.role == DOOR_KEY || v.role == DOOR_PROVE;
    bool key = keyed && key_of_file(getenv("SSH_USER_AUTH"), v.fingerprint);
    /* nobody but root can su to the accounts of the keys, and root need not lie */
    if (keyed || (v.role == DOOR_LOGIN && started_by_sshd())) {
        visit_from(getenv("SSH_CONNECTION"), v.from, sizeof v.from);
        if (command)
            v.command = arena_text(a, command, strlen(command));
    }
    clean_environment(a);
    if (v.role == DOOR_NOBODY)
        return refuse(why, ERR_FORBIDDEN, "",
                      "this account is no way into the portal; door.conf names those that are");
    if (keyed && !key)
        return refuse(why, ERR_FORBIDDEN, "", "sshd did not say which key opened (ExposeAuthInfo yes)");
    *out = v;
    return OK;
}
