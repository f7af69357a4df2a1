#include "tui/word/ssh_door.h"
#include "common/text.h"
#include "tui/word/ssh_prove.h"
#include "tui/word/ssh_verbs.h"
#include "tui/word/ssh_visit.h"
#include "tui/word/ssh_words.h"
#include "tui/portal.h"
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define REFUSED 4 /* the exit code of not being let in, as of ERR_FORBIDDEN */

static bool shell_of_this_account(void)
{
    const struct passwd *p = getpwuid(getuid());
    struct stat shell, self;
    return p && p->pw_shell && *p->pw_shell && stat(p->pw_shell, &shell) == 0 &&
           stat("/proc/self/exe", &self) == 0 && shell.st_dev == self.st_dev && shell.st_ino == self.st_ino;
}

bool door_called(int argc, char **argv)
{
    return argc < 1 || argv[0][0] == '-' || (argc > 1 && strcmp(argv[1], "--door") == 0) ||
           shell_of_this_account();
}

static int complain(struct arena *a, enum err e, const struct refusal *why)
{
    fprintf(stderr, "postern: %s\n", text_shown(a, why->detail[0] ? why->detail : err_sentence(e), false));
    return err_exit_code(e);
}

/* "--door", "--door CONF" */
static bool door_option(char *const *words, int n, const char **conf)
{
    if (n < 1 || n > 2 || strcmp(words[0], "--door") != 0)
        return false;
    *conf = n == 2 ? words[1] : DOOR_CONF;
    return true;
}

/* The conf that the words name. False for words of any other kind: su can pass some. */
static bool conf_of(struct arena *a, int argc, char **argv, const char **conf)
{
    struct door_words w;
    struct refusal why;
    *conf = DOOR_CONF;
    if (argc <= 1)
        return true;
    if (strcmp(argv[1], "-c") != 0)
        return door_option(argv + 1, argc - 1, conf);
    return argc == 3 && door_words(a, argv[2], strlen(argv[2]), &w, &why) == OK && w.n > 1 &&
           strcmp(basename(w.v[0]), "postern") == 0 && door_option(w.v + 1, w.n - 1, conf);
}

#define THREADS_MOST 8000 /* of an account together: some 500 visits at once */

/* A process at the door has other people's secrets in its memory and needs no second program. */
static void keep_to_oneself(void)
{
    const struct rlimit none = {0, 0};
    struct rlimit threads;
    (void)setrlimit(RLIMIT_CORE, &none);
    if (getrlimit(RLIMIT_NPROC, &threads) == 0 && threads.rlim_cur > THREADS_MOST) {
        threads.rlim_cur = THREADS_MOST;
        (void)setrlimit(RLIMIT_NPROC, &threads);
    }
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifndef __SANITIZE_ADDRESS__
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    umask(077);
    if (chdir("/") != 0) {
        /* then it stays where it is: no file is named by where it stands */
    }
}

static int open_portal(const struct door *d, const struct visit *v, bool lines)
{
    char url[DOOR_TEXT + 8], call[DOOR_TEXT + 16];
    snprintf(url, sizeof url, "ipc://%s", d->socket);
    snprintf(call, sizeof call, "ssh %s@HOST", d->key_account);
    struct profile profile = profile_read(STDIN_FILENO, STDOUT_FILENO, NULL);
    struct client_options o = {.url = url,
                               .portal = d->portal,
                               .fingerprint = *v->fingerprint ? v->fingerprint : NULL,
                               .from = v->from,
                               .call = call,
                               .bound = true};
    profile.line_mode |= lines;
    return portal_run(&o, &profile);
}

/* What sftp, scp and rsync have sshd run at this end. */
static bool file_transfer(const struct door_words *w)
{
    static const char *const names[] = {"sftp-server", "internal-sftp", "sftp", "scp", "rsync"};
    const char *slash = strrchr(w->v[0], '/'), *name = slash ? slash + 1 : w->v[0];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static int command(struct arena *a, const struct door *d, const struct visit *v)
{
    struct door_words w;
    struct refusal why = {0};
    enum err e = door_words(a, v->command, strlen(v->command), &w, &why);
    if (e)
        return complain(a, e, &why);
    if (v->role == DOOR_PROVE)
        return door_prove(a, d, v, &w);
    if (w.n == 0)
        return open_portal(d, v, false);
    if (w.n == 1 && strcmp(w.v[0], "line") == 0)
        return open_portal(d, v, true);
    if (file_transfer(&w))
        fputs("postern: there are no files here: sftp, scp and rsync have nothing to fetch.\n", stderr);
    else if (v->role == DOOR_LOGIN && strcmp(w.v[0], "help") != 0)
        fprintf(
            stderr,
            "postern: commands need a registered key, and are asked of the account %s. Without a command the "
            "portal opens here.\n",
            d->key_account);
    else
        return door_verbs(a, d, v, &w);
    return 2;
}

int door_main(int argc, char **argv)
{
    struct arena *a = arena_open();
    struct refusal why = {0};
    struct door d;
    struct visit v;
    const char *conf;
    int code = REFUSED;
    keep_to_oneself();
    if (!conf_of(a, argc, argv, &conf)) {
        fputs("postern: this account opens the portal and nothing else.\n", stderr);
        goto out;
    }
    enum err e = door_read(conf, &d, &why);
    if (!e)
        e = visit_take(a, &d, &v, &why);
    code = e ? complain(a, e, &why) : command(a, &d, &v);
out:
    arena_close(a);
    return code;
}
