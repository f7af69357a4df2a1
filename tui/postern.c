/* postern: the portal in a terminal. */
#include "proto/config.h"
#include "proto/door_conf.h"
#include "tui/word/ssh_door.h"
#include "tui/portal.h"
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HINT_MOST 4000

static const char usage[] =
    "Usage: postern [--url URL] [--portal NAME] [--profile NAME] [line]\n"
    "The customer portal in your terminal: estimates, invoices, payments.\n"
    "\n"
    "  --url URL         where the daemon listens: ipc:///path, tls+tcp://host:port\n"
    "                    ($POSTERN_URL, else " DEFAULT_URL ")\n"
    "  --portal NAME     which portal ($POSTERN_PORTAL; asked for when left out)\n"
    "  --profile NAME    where and which, from ~/.config/postern/config: postern-config(5)\n"
    "                    ($POSTERN_PROFILE, else [default] where there is one)\n"
    "  --hint-file FILE  a text to show on the sign-in screen\n"
    "  line, --line      text and numbered choices instead of a full screen: for screen\n"
    "                    readers, for terminals that only append text, for scripts\n"
    "                    (also when ACCESSIBLE=1 or TERM=dumb)\n"
    "  --version         print the version\n"
    "  --help            print this\n"
    "\n"
    "Examples:\n"
    "  postern --portal northwind\n"
    "  postern --url tls+tcp://portal.example:4711 --portal northwind\n"
    "  POSTERN_URL=ipc:///tmp/demo.sock postern --portal demo --hint-file accounts.txt\n"
    "\n"
    "Keys: ? shows what works on a screen, Q leaves. NO_COLOR=1 leaves colours out.\n";

struct options {
    struct client_options client;
    const char *profile;
    bool line;
    char *hint;
};

static char *read_hint(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = calloc(1, HINT_MOST + 1);
    if (!f || !text) {
        fprintf(stderr, "postern: %s: %s\n", path, strerror(errno));
        free(text);
        if (f)
            fclose(f);
        return NULL;
    }
    size_t n = fread(text, 1, HINT_MOST, f);
    text[n] = '\0';
    fclose(f);
    return text;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* What was said neither by option nor by environment. A person signs in: a program's token is not looked at. */
static enum err read_profile(struct arena *a, struct options *o)
{
    struct refusal why = {0};
    struct config c;
    enum err e = config_choose(a, &why, &o->profile, &c);
    if (e) {
        fprintf(stderr, "postern: %s\n", why.detail);
        return e;
    }
    o->client.url = o->client.url ? o->client.url : c.url ? c.url : DEFAULT_URL;
    o->client.portal = o->client.portal ? o->client.portal : c.portal;
    const char *ca = config_of_home(a, c.ca);
    if (ca)
        (void)setenv("POSTERN_CA", ca, 0); /* read when the link is opened */
    return OK;
}

/* −1: go on; else the exit code. */
static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        {"url", required_argument, NULL, 'u'},     {"portal", required_argument, NULL, 'p'},
        {"profile", required_argument, NULL, 'f'}, {"hint-file", required_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},       {"help", no_argument, NULL, '?' + 256},
        {"line", no_argument, NULL, 'l'},          {NULL, 0, NULL, 0}};
    o->client.url = environment("POSTERN_URL");
    o->client.portal = environment("POSTERN_PORTAL");
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;)
        switch (option) {
        case 'u': o->client.url = optarg; break;
        case 'p': o->client.portal = optarg; break;
        case 'f': o->profile = optarg; break;
        case 'h':
            free(o->hint);
            if (!(o->hint = read_hint(optarg)))
                return 2;
            break;
        case 'l': o->line = true; break;
        case 'v': printf("postern %s\n", POSTERN_VERSION); return 0;
        case '?' + 256: fputs(usage, stdout); return 0;
        default: fputs("Try postern --help.\n", stderr); return 2;
        }
    if (optind == argc - 1 && strcmp(argv[optind], "line") == 0) {
        o->line = true;
        optind++;
    }
    if (optind < argc) {
        fprintf(stderr, "postern: what is \"%s\"? Try postern --help.\n", argv[optind]);
        return 2;
    }
    o->client.hint = o->hint;
    return -1;
}

int main(int argc, char **argv)
{
    struct options o = {0};
    if (door_called(argc, argv))
        return door_main(argc, argv);
    struct arena *a = arena_open();
    int code = read_options(argc, argv, &o);
    if (code < 0 && read_profile(a, &o) != OK)
        code = 2;
    if (code < 0) {
        struct profile profile = profile_read(STDIN_FILENO, STDOUT_FILENO, NULL);
        profile.line_mode |= o.line;
        code = portal_run(&o.client, &profile);
    }
    arena_close(a);
    free(o.hint);
    return code;
}
