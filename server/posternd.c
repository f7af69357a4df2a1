/* posternd: init makes a store with its first business, serve runs it. */
#include "common/log.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include "server/door/certificate.h"
#include "server/core/daemon.h"
#include "server/core/dispatch.h"
#include "server/core/job.h"
#include "proto/door_conf.h"
#include "server/door/listener.h"
#include "server/ops/business.h"
#include "server/core/password_check.h"
#include "server/core/secret.h"
#include "server/pay/http.h"
#include "server/pay/webhook.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define LISTENS 16
static const char usage[] =
    "Examples:\n"
    "  posternd init --data /var/lib/postern --portal acme --name \"Acme Ltd\" --currency EUR --admin "
    "ada@acme.example\n"
    "  posternd serve --data /var/lib/postern\n"
    "\n"
    "posternd init   makes a store with one business; the administrator's password comes from standard "
    "input\n"
    "  --data DIR        folder of the store; made, with mode 0700, when absent\n"
    "  --portal NAME     portal name: lower-case letters, digits, hyphens\n"
    "  --name TEXT       name of the business\n"
    "  --currency CODE   base currency, ISO 4217\n"
    "  --admin EMAIL     e-mail address of the first administrator\n"
    "  --admin-name TEXT name of the administrator (Administrator)\n"
    "  --time-zone ZONE  IANA time zone, decides which day it is (UTC)\n"
    "\n"
    "posternd serve  runs in the foreground; SIGTERM ends it within 5 seconds, SIGHUP reads --cert and --key "
    "again\n"
    "  --data DIR        folder of the store\n"
    "  --listen URL      ipc:///path, tls+tcp://host:port, or tcp://127.0.0.1:port; may be given several "
    "times\n"
    "                    (" DEFAULT_URL ")\n"
    "  --cert FILE, --key FILE   PEM files for tls+tcp: the certificate and those between it and its "
    "authority, and its "
    "key;\n"
    "                    SIGHUP reads them again (docs/deploy/tls-setup.md)\n"
    "  --vouch ACCOUNT   account whose word is taken for the SSH key that sshd has proved (docs/deploy)\n"
    "  --door ACCOUNT    account whose word is taken for where a person comes from; several times\n"
    "  --keys ACCOUNT    account that tells sshd which keys are registered\n"
    "  --prove ACCOUNT   account that one comes in by once, with a key that is to be proved (docs/deploy)\n"
    "  --ssh-keygen FILE program that verifies signatures of SSH keys; default /usr/bin/ssh-keygen\n"
    "  --ssh-address TEXT what people type after ssh, for mails: portal-login@host\n"
    "  --ssh-host-key FILE its host key (.pub), for the fingerprint in mails\n"
    "  --mail-ca FILE    authority that certifies mail servers (PEM), instead of those of the system\n"
    "  --new-key         go on with a new server.key: the old one is lost, and with it all second factors\n"
    "  --sandbox         for trying it out: cards are taken by a gateway that moves no money, and every "
    "screen "
    "says so;\n"
    "                    without it, paying by card is not offered\n"
    "  --webhooks URL    http://127.0.0.1:PORT where gateways send word of payments, by a web server in "
    "front\n"
    "  --gateway-ca FILE authorities that certify gateways of payments (PEM), instead of those of the "
    "system\n"
    "  --local-gateways  for tests: settings may name a gateway of payments on this machine\n"
    "  --verbose         log more\n"
    "\n"
    "  --help, --version\n";

struct options {
    const char *data, *portal, *name, *currency, *admin, *admin_name, *zone, *cert, *key;
    const char *listen[LISTENS];
    size_t n_listen;
    struct doors doors;
    bool new_key, sandbox;
    const char *webhooks;
};

static int complain(enum err e, const struct refusal *why)
{
    bool said = why->code == e && why->detail[0];
    fprintf(stderr, "posternd: %s%s%s%s\n", why->code == e && why->field[0] ? why->field : "",
            why->code == e && why->field[0] ? ": " : "", said ? why->detail : err_sentence(e), "");
    return err_exit_code(e);
}

static int wrong_use(const char *what)
{
    fprintf(stderr, "posternd: %s\nTry posternd --help.\n", what);
    return 2;
}

/* A line from a terminal without echo. */
static bool ask(const char *prompt, char *buffer, size_t size)
{
    struct termios shown, hidden;
    tcgetattr(STDIN_FILENO, &shown);
    hidden = shown;
    hidden.c_lflag &= (tcflag_t)~ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    fputs(prompt, stderr); /* only now: what is typed in answer to it is neither shown nor flushed */
    bool got = fgets(buffer, (int)size, stdin) != NULL;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    buffer[strcspn(buffer, "\n")] = '\0';
    return got;
}

static bool read_password(char *password, size_t size)
{
    if (!isatty(STDIN_FILENO)) {
        if (!fgets(password, (int)size, stdin))
            return false;
        password[strcspn(password, "\r\n")] = '\0';
        return true;
    }
    char again[256];
    bool same = ask("Password of the administrator: ", password, size) &&
                ask("Once more: ", again, sizeof again) && strcmp(password, again) == 0;
    if (!same)
        fputs("posternd: the two are not the same\n", stderr);
    secret_wipe(again, sizeof again);
    return same;
}

struct init {
    const struct options *o;
    struct arena *arena;
    const char *hash;
    int64_t now;
    struct refusal why;
};

static struct founding founding_of(const struct options *o)
{
    return (struct founding){.portal = o->portal,
                             .name = o->name,
                             .currency = o->currency,
                             .admin_email = o->admin,
                             .time_zone = o->zone ? o->zone : "UTC",
                             .admin_name = o->admin_name ? o->admin_name : "Administrator"};
}

static enum err found(struct kv_txn *kv, void *arg)
{
    struct init *i = arg;
    struct business made;
    struct call c = {
        .arena = i->arena, .txn = {.kv = kv, .arena = i->arena}, .now = i->now, .who.place = "posternd init"};
    struct founding f = founding_of(i->o);
    f.password_hash = i->hash;
    enum err e = business_found(&c, &f, &made);
    i->why = c.why;
    return e;
}

static int init(const struct options *o)
{
    char password[256];
    uint8_t key[32];
    struct kv *kv;
    struct init i = {.o = o, .now = daemon_now()};
    struct founding f = founding_of(o);
    if (!o->data || !o->portal || !o->name || !o->currency || !o->admin)
        return wrong_use("init takes --data, --portal, --name, --currency and --admin");
    enum err e = business_check(&f, &i.why);
    if (!e)
        e = secret_start();
    if (e)
        return complain(e, &i.why);
    if (!read_password(password, sizeof password))
        return wrong_use("no password: give it on standard input");
    i.arena = arena_open();
    const struct password_about about = {{f.admin_name, f.admin_email, f.name, f.portal}};
    e = password_check(i.arena, password, &about, "password", &i.why);
    if (!e)
        e = store_open(o->data, true, &kv, &i.why);
    if (!e) {
        e = secret_server_key(o->data, true, key, &i.why);
        if (!e)
            e = secret_use(key);
        if (!e)
            e = secret_password_hash(i.arena, o->admin, password, &i.hash);
        if (!e)
            e = kv_write(kv, found, &i);
        kv_close(kv);
    }
    secret_wipe(password, sizeof password);
    secret_wipe(key, sizeof key);
    arena_close(i.arena);
    if (e)
        return complain(e, &i.why);
    fprintf(stderr, "posternd: made %s with the portal %s; run it with: posternd serve --data %s\n", o->data,
            o->portal, o->data);
    return 0;
}

/* Connections need descriptors: as many as we may have. */
static void raise_descriptors(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
        r.rlim_cur = r.rlim_max < 65536 ? r.rlim_max : 65536;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

/* The folder of the usual socket, as docs/deploy/tmpfiles.conf makes it; where systemd did not, and this account may. Where it may not,
 * listening says what is missing. */
static void usual_folder(void)
{
    char folder[] = DEFAULT_SOCKET;
    *strrchr(folder, '/') = '\0';
    (void)!mkdir(folder, 0755);
}

static enum err listen_all(struct daemon *d, const struct options *o, struct refusal *why)
{
    if (!o->n_listen)
        usual_folder();
    enum err e = listener_open(&d->listener, dispatch, dispatch_gone, d);
    for (size_t i = 0; i < (o->n_listen ? o->n_listen : 1) && !e; i++) {
        char quoted[256];
        const char *url = o->n_listen ? o->listen[i] : DEFAULT_URL;
        e = listener_add(d->listener, url, o->cert, o->key, why);
        if (!e)
            log_line(LOG_INFO, "listening", "url=%s", log_quote(quoted, sizeof quoted, url));
    }
    return e;
}

static void give_up(int signal)
{
    (void)signal;
    static const char line[] = "level=error msg=\"not drained in time\"\n";
    (void)!write(STDERR_FILENO, line, sizeof line - 1);
    _exit(1);
}

/* Until a signal that ends us; its number. */
static unsigned attend(struct daemon *d, int fd)
{
    struct signalfd_siginfo info;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    for (;;) {
        certificate_look(d);
        if (poll(&p, 1, CERTIFICATE_LOOK_MS) <= 0 || read(fd, &info, sizeof info) != sizeof info)
            continue;
        if (info.ssi_signo != SIGHUP)
            return info.ssi_signo;
        certificate_reload(d);
    }
}

static int serve(const struct options *o)
{
    struct daemon d;
    struct refusal why = {0};
    sigset_t ends;
    int64_t begun = daemon_tick();
    if (!o->data)
        return wrong_use("serve takes --data");
    raise_descriptors();
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP);            /* reads the certificate again */
    sigprocmask(SIG_BLOCK, &ends, NULL); /* before any thread is started */
    signal(SIGPIPE, SIG_IGN);
    int fd = signalfd(-1, &ends, SFD_CLOEXEC);
    enum err e = daemon_open(&d, o->data, &o->doors, o->new_key, o->sandbox, &why);
    if (e)
        return complain(e, &why);
    struct webhook *webhook = NULL;
    e = listen_all(&d, o, &why);
    if (!e && o->webhooks)
        e = webhook_open(&d, o->webhooks, &webhook, &why);
    if (e) {
        daemon_close(&d);
        return complain(e, &why);
    }
    log_line(LOG_INFO, "ready", "version=%s took_ms=%lld", POSTERN_VERSION,
             (long long)(daemon_tick() - begun));
    log_line(LOG_INFO, "ending", "signal=%u", attend(&d, fd));
    signal(SIGALRM, give_up);
    alarm(5);
    webhook_close(webhook);
    listener_drain(d.listener);
    daemon_close(&d);
    close(fd);
    log_line(LOG_INFO, "ended", "requests=%llu", (unsigned long long)d.requests);
    return 0;
}

enum {
    OPT_DATA = 1000,
    OPT_PORTAL,
    OPT_NAME,
    OPT_CURRENCY,
    OPT_ADMIN,
    OPT_ADMIN_NAME,
    OPT_ZONE,
    OPT_LISTEN,
    OPT_CERT,
    OPT_KEY,
    OPT_VOUCH,
    OPT_DOOR,
    OPT_KEYS,
    OPT_SSH_ADDRESS,
    OPT_SSH_HOST_KEY,
    OPT_MAIL_CA,
    OPT_PROVE,
    OPT_SSH_KEYGEN,
    OPT_NEW_KEY,
    OPT_SANDBOX,
    OPT_WEBHOOKS,
    OPT_LOCAL_GATEWAYS,
    OPT_GATEWAY_CA,
    OPT_VERBOSE,
    OPT_HELP,
    OPT_VERSION
};
static const struct option long_options[] = {
    {"data", required_argument, NULL, OPT_DATA},
    {"portal", required_argument, NULL, OPT_PORTAL},
    {"name", required_argument, NULL, OPT_NAME},
    {"currency", required_argument, NULL, OPT_CURRENCY},
    {"admin", required_argument, NULL, OPT_ADMIN},
    {"admin-name", required_argument, NULL, OPT_ADMIN_NAME},
    {"time-zone", required_argument, NULL, OPT_ZONE},
    {"listen", required_argument, NULL, OPT_LISTEN},
    {"cert", required_argument, NULL, OPT_CERT},
    {"key", required_argument, NULL, OPT_KEY},
    {"vouch", required_argument, NULL, OPT_VOUCH},
    {"door", required_argument, NULL, OPT_DOOR},
    {"keys", required_argument, NULL, OPT_KEYS},
    {"ssh-address", required_argument, NULL, OPT_SSH_ADDRESS},
    {"ssh-host-key", required_argument, NULL, OPT_SSH_HOST_KEY},
    {"mail-ca", required_argument, NULL, OPT_MAIL_CA},
    {"prove", required_argument, NULL, OPT_PROVE},
    {"ssh-keygen", required_argument, NULL, OPT_SSH_KEYGEN},
    {"new-key", no_argument, NULL, OPT_NEW_KEY},
    {"sandbox", no_argument, NULL, OPT_SANDBOX},
    {"webhooks", required_argument, NULL, OPT_WEBHOOKS},
    {"gateway-ca", required_argument, NULL, OPT_GATEWAY_CA},
    {"local-gateways", no_argument, NULL, OPT_LOCAL_GATEWAYS},
    {"verbose", no_argument, NULL, OPT_VERBOSE},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static int take_door(struct options *o, int option)
{
    static enum err (*const take[])(struct doors *, const char *, struct refusal *) = {
        doors_voucher,  doors_add,     doors_keys,   doors_address,
        doors_host_key, doors_mail_ca, doors_prover, doors_keygen};
    struct refusal why = {0};
    enum err e = take[option - OPT_VOUCH](&o->doors, optarg, &why);
    return e ? complain(e, &why) : -1;
}

static int take_authorities(void)
{
    struct refusal why = {0};
    enum err e = http_trust(optarg, &why);
    return e ? complain(e, &why) : -1;
}

/* −1: go on; else the exit code. */
static int take_option(struct options *o, int option)
{
    const char **text[] = {&o->data, &o->portal, &o->name, &o->currency, &o->admin, &o->admin_name, &o->zone};
    if (option >= OPT_DATA && option <= OPT_ZONE)
        *text[option - OPT_DATA] = optarg;
    else if (option == OPT_LISTEN && o->n_listen < LISTENS)
        o->listen[o->n_listen++] = optarg;
    else if (option == OPT_CERT)
        o->cert = optarg;
    else if (option == OPT_KEY)
        o->key = optarg;
    else if (option >= OPT_VOUCH && option <= OPT_SSH_KEYGEN)
        return take_door(o, option);
    else if (option == OPT_NEW_KEY)
        o->new_key = true;
    else if (option == OPT_SANDBOX)
        o->sandbox = true;
    else if (option == OPT_WEBHOOKS)
        o->webhooks = optarg;
    else if (option == OPT_LOCAL_GATEWAYS)
        http_allow_loopback();
    else if (option == OPT_GATEWAY_CA)
        return take_authorities();
    else if (option == OPT_VERBOSE)
        log_level_set(LOG_DEBUG);
    else if (option == OPT_HELP)
        return fputs(usage, stdout) < 0;
    else if (option == OPT_VERSION)
        return puts("posternd " POSTERN_VERSION) < 0;
    else
        return wrong_use("that option is not understood");
    return -1;
}

int main(int argc, char **argv)
{
    struct options o = {.data = NULL};
    int option, code;
    umask(077);
    doors_init(&o.doors);
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        if ((code = take_option(&o, option)) >= 0)
            return code;
    if (optind + 1 != argc)
        return wrong_use("say init or serve");
    if (strcmp(argv[optind], "init") == 0)
        return init(&o);
    if (strcmp(argv[optind], "serve") == 0)
        return serve(&o);
    return wrong_use("say init or serve");
}
