/* The client's end against a door in the same process. The handler's behaviour is the first byte of the request:
 * 'e' echoes, 'l' answers later from another thread, 'n' waits until the test lets it answer, 'b' answers with 1 MiB.
 * tsan: yes */
#include "proto/link.h"
#include "server/core/limits.h"
#include "server/door/listener.h"
#include "tests/unit/test.h"
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[64], url[128];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t held_changed = PTHREAD_COND_INITIALIZER;
static struct listener_request *held[64];
static int held_count;
static atomic_int gone_count;
static int tell_fd = -1; /* of the other process: a byte for each held request */

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void *answer_later(void *request)
{
    listener_answer(request, (const uint8_t *)"later", 5);
    return NULL;
}

static void handle(void *context, struct listener_request *request, const struct peer *peer,
                   const uint8_t *body, size_t size)
{
    static uint8_t big[1024 * 1024];
    (void)context;
    if (!peer->serial) /* nng's threads must not use CHECK */
        abort();
    if (size && body[0] == 'b') {
        listener_answer(request, big, sizeof big);
    } else if (size && body[0] == 'l') {
        pthread_t t;
        pthread_create(&t, NULL, answer_later, request);
        pthread_detach(t);
    } else if (size && body[0] == 'n') {
        pthread_mutex_lock(&lock);
        held[held_count++] = request;
        pthread_cond_broadcast(&held_changed);
        pthread_mutex_unlock(&lock);
        if (tell_fd >= 0 && write(tell_fd, "n", 1) != 1)
            abort();
    } else {
        listener_answer(request, body, size);
    }
}

static void on_gone(void *context, uint64_t serial)
{
    (void)context;
    (void)serial;
    atomic_fetch_add(&gone_count, 1);
}

static void wait_held(int count)
{
    pthread_mutex_lock(&lock);
    while (held_count < count)
        pthread_cond_wait(&held_changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void release_held(void)
{
    pthread_mutex_lock(&lock);
    while (held_count > 0)
        listener_answer(held[--held_count], (const uint8_t *)"held", 4);
    pthread_mutex_unlock(&lock);
}

static struct listener *serve(void)
{
    struct listener *l = NULL;
    struct refusal why = {0};
    CHECK(listener_open(&l, handle, on_gone, NULL) == OK);
    CHECK(listener_add(l, url, NULL, NULL, &why) == OK);
    if (why.code)
        fprintf(stderr, "%s\n", why.detail);
    return l;
}

/* Polls the link until it is in the state; false after 10 s. */
static bool reaches(struct link *l, enum link_state want)
{
    int64_t until = now_ms() + 10000;
    while (link_state(l) != want) {
        int64_t left = until - now_ms();
        struct pollfd p = {.fd = link_fd(l), .events = POLLIN};
        if (left <= 0 || poll(&p, 1, (int)left) < 0)
            return false;
    }
    return true;
}

static bool calls(struct link *l, const char *text, const char *want)
{
    const uint8_t *answer;
    size_t size;
    return link_call(l, (const uint8_t *)text, strlen(text), 10000, &answer, &size) == OK &&
           size == strlen(want) && memcmp(answer, want, size) == 0;
}

static void answers_come_back(void)
{
    struct link *l;
    CHECK(link_open(url, &l, NULL) == OK); /* before there is a server */
    CHECK(link_state(l) == LINK_DOWN);
    struct listener *door = serve();
    CHECK(reaches(l, LINK_IDLE));
    CHECK(link_connected(l));
    for (int i = 0; i < 200; i++)
        CHECK(calls(l, "echo this", "echo this"));
    CHECK(calls(l, "", ""));
    CHECK(calls(l, "l", "later"));
    const uint8_t *answer;
    size_t size = 0;
    CHECK(link_call(l, (const uint8_t *)"b", 1, 10000, &answer, &size) == OK);
    CHECK_INT(size, 1024 * 1024);
    static uint8_t large[LIMIT_FRAME];
    memset(large, 'e', sizeof large);
    CHECK(link_call(l, large, sizeof large, 10000, &answer, &size) == OK);
    CHECK(size == sizeof large && memcmp(answer, large, size) == 0);
    CHECK(link_send(l, (const uint8_t *)"e", 1, 10000) == OK);
    CHECK(link_send(l, (const uint8_t *)"e", 1, 10000) == ERR_BUSY);
    CHECK(reaches(l, LINK_ANSWERED));
    CHECK(link_take(l, &answer, &size) == OK);
    CHECK(link_state(l) == LINK_IDLE);
    struct listener_stats stats;
    listener_stats(door, &stats);
    CHECK_INT(stats.requests, 205);
    CHECK_INT(stats.answers, 205);
    CHECK_INT(stats.open, 1);
    link_close(l);
    listener_close(door);
}

static void a_frame_over_the_limit_ends_the_connection(void)
{
    struct listener *door = serve();
    struct link *l;
    CHECK(link_open(url, &l, NULL) == OK);
    static uint8_t large[LIMIT_FRAME + 1];
    const uint8_t *answer;
    size_t size;
    CHECK(link_call(l, large, sizeof large, 10000, &answer, &size) == ERR_OFFLINE);
    CHECK(calls(l, "again", "again"));
    link_close(l);
    listener_close(door);
}

static void a_cancelled_request_is_forgotten(void)
{
    struct listener *door = serve();
    struct link *l;
    CHECK(link_open(url, &l, NULL) == OK);
    CHECK(link_send(l, (const uint8_t *)"n", 1, 60000) == OK);
    wait_held(1);
    link_cancel(l);
    CHECK(reaches(l, LINK_IDLE));
    CHECK(link_send(l, (const uint8_t *)"second", 6, 10000) == OK);
    release_held(); /* the first's answer may arrive before or after; it is not the second's */
    CHECK(reaches(l, LINK_ANSWERED));
    const uint8_t *answer;
    size_t size;
    CHECK(link_take(l, &answer, &size) == OK);
    CHECK(size == 6 && memcmp(answer, "second", 6) == 0);
    for (int i = 0; i < 300; i++) { /* at any moment of its life */
        CHECK(link_send(l, (const uint8_t *)"dropped", 7, 10000) == OK);
        if (i % 3 == 1)
            sched_yield();
        link_cancel(l);
    }
    CHECK(calls(l, "third", "third"));
    link_close(l);
    listener_close(door);
}

static void time_passes_and_the_request_has_failed(void)
{
    struct link *l;
    const uint8_t *answer;
    size_t size;
    CHECK(link_open(url, &l, NULL) == OK);
    int64_t begun = now_ms();
    CHECK(link_call(l, (const uint8_t *)"e", 1, 100, &answer, &size) == ERR_OFFLINE); /* nobody there */
    struct listener *door = serve();
    CHECK(reaches(l, LINK_IDLE));
    CHECK(link_call(l, (const uint8_t *)"n", 1, 100, &answer, &size) == ERR_OFFLINE); /* no answer */
    CHECK(now_ms() - begun < 8000);
    wait_held(1);
    release_held();
    CHECK(calls(l, "e", "e"));
    link_close(l);
    listener_close(door);
}

/* The door in another process, which is killed while a request waits; then a second one takes over the stale socket. */
static void a_lost_server_fails_the_request_and_a_new_one_is_found(void)
{
    struct link *l;
    int arrived[2];
    CHECK(pipe(arrived) == 0);
    char fd[16];
    snprintf(fd, sizeof fd, "%d", arrived[1]);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", "test_link", "serve", url, fd, (char *)NULL);
        _exit(127);
    }
    CHECK(link_open(url, &l, NULL) == OK);
    CHECK(calls(l, "e", "e"));
    CHECK(link_send(l, (const uint8_t *)"n", 1, 60000) == OK);
    CHECK(link_state(l) == LINK_WAITING);
    char byte;
    CHECK(read(arrived[0], &byte, 1) == 1);
    int64_t begun = now_ms();
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK(reaches(l, LINK_FAILED));
    CHECK(now_ms() - begun < 3000);
    const uint8_t *answer;
    size_t size;
    CHECK(link_take(l, &answer, &size) == ERR_OFFLINE);
    CHECK(reaches(l, LINK_DOWN));
    CHECK(access(url + 6, F_OK) == 0); /* stale */
    struct listener *door = serve();
    CHECK(calls(l, "e again", "e again"));
    link_close(l);
    listener_close(door);
    CHECK(access(url + 6, F_OK) != 0);
    close(arrived[0]);
    close(arrived[1]);
}

static void a_second_door_on_the_same_path_is_refused_and_harms_nothing(void)
{
    struct listener *first = serve(), *second = NULL;
    struct link *l;
    struct refusal why = {0};
    CHECK(link_open(url, &l, NULL) == OK);
    for (int i = 0; i < 20; i++) {
        CHECK(listener_open(&second, handle, NULL, NULL) == OK);
        CHECK(listener_add(second, url, NULL, NULL, &why) == ERR_LOCKED);
        listener_close(second);
        CHECK(calls(l, "e", "e"));
    }
    char path[140];
    snprintf(path, sizeof path, "%s.lock", url + 6);
    CHECK(unlink(path) == 0); /* even without its lock file: somebody answers there */
    CHECK(listener_open(&second, handle, NULL, NULL) == OK);
    CHECK(listener_add(second, url, NULL, NULL, &why) == ERR_LOCKED);
    CHECK(listener_add(second, "tcp://0.0.0.0:5000", NULL, NULL, &why) == ERR_INVALID);
    CHECK(listener_add(second, "tcp://127.0.0.1.example.org:5000", NULL, NULL, &why) == ERR_INVALID);
    CHECK(listener_add(second, "ipc://relative", NULL, NULL, &why) == ERR_INVALID);
    CHECK(listener_add(second, "http://127.0.0.1", NULL, NULL, &why) == ERR_INVALID);
    CHECK(listener_add(second, "tls+tcp://127.0.0.1:5001", NULL, NULL, &why) == ERR_INVALID);
    listener_close(second);
    CHECK(calls(l, "e", "e"));
    link_close(l);
    listener_close(first);
}

static void a_peer_that_leaves_is_told_of_while_its_requests_wait(void)
{
    struct listener *door = serve();
    struct link *l;
    atomic_store(&gone_count, 0);
    CHECK(link_open(url, &l, NULL) == OK);
    CHECK(link_send(l, (const uint8_t *)"n", 1, 60000) == OK);
    wait_held(1);
    link_close(l);
    int64_t until = now_ms() + 10000;
    while (atomic_load(&gone_count) == 0 && now_ms() < until)
        sched_yield();
    CHECK_INT(atomic_load(&gone_count), 1);
    release_held();
    listener_close(door);
    CHECK_INT(atomic_load(&gone_count), 1);
}

/* Whatever is under way, and whether or not there is a connection yet. */
static void closing_waits_for_nobody(void)
{
    struct listener *door = serve();
    for (int i = 0; i < 300; i++) {
        struct link *l;
        CHECK(link_open(url, &l, NULL) == OK);
        if (i % 4)
            CHECK(calls(l, "e", "e"));
        if (i % 2)
            CHECK(link_send(l, (const uint8_t *)"n", 1, 60000) == OK);
        int64_t begun = now_ms();
        link_close(l);
        CHECK(now_ms() - begun < 3000);
        release_held();
    }
    int64_t until = now_ms() + 10000;
    for (struct listener_stats s = {.open = 1}; s.open && now_ms() < until; listener_stats(door, &s))
        release_held();
    listener_close(door);
}

/* A server by hand, on our path: greets, and reads nothing. Returns the connection. */
static int greet_only(int at)
{
    uint8_t hello[8] = {0, 'S', 'P', 0, 0, 0x31, 0, 0}, theirs[8];
    int fd = accept(at, NULL, NULL);
    CHECK(fd >= 0);
    CHECK(write(fd, hello, sizeof hello) == sizeof hello);
    CHECK(recv(fd, theirs, sizeof theirs, MSG_WAITALL) == sizeof theirs);
    return fd;
}

static int listen_by_hand(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%.100s", url + 6);
    int at = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(at, (struct sockaddr *)&a, sizeof a) == 0);
    CHECK(listen(at, 8) == 0);
    return at;
}

/* Larger than any socket's buffer, so a part of it is always on its way. */
static const uint8_t *half_sent(size_t *size)
{
    static uint8_t large[8 * 1024 * 1024];
    *size = sizeof large;
    return large;
}

static void a_server_lost_in_the_middle_of_a_request_is_found_again(void)
{
    size_t size;
    const uint8_t *large = half_sent(&size), *answer;
    for (int i = 0; i < 20; i++) {
        struct link *l;
        int at = listen_by_hand();
        CHECK(link_open(url, &l, NULL) == OK);
        CHECK(link_send(l, large, size, 60000) == OK);
        int fd = greet_only(at);
        char byte;
        CHECK(recv(fd, &byte, 1, 0) == 1); /* it is on its way */
        close(at);
        CHECK(unlink(url + 6) == 0);
        close(fd);
        CHECK(reaches(l, LINK_FAILED));
        CHECK(link_take(l, &answer, &size) == ERR_OFFLINE);
        struct listener *door = serve();
        CHECK(calls(l, "e", "e"));
        link_close(l);
        listener_close(door);
        half_sent(&size);
    }
}

static void a_server_that_takes_no_request_is_left(void)
{
    size_t size;
    const uint8_t *large = half_sent(&size), *answer;
    struct link *l;
    int at = listen_by_hand();
    CHECK(link_open(url, &l, NULL) == OK);
    int first = greet_only(at);
    CHECK(link_call(l, large, size, 200, &answer, &size) == ERR_OFFLINE);
    int second = greet_only(at); /* it dials again */
    half_sent(&size);
    CHECK(link_send(l, large, size, 60000) == OK);
    link_cancel(l);
    CHECK(link_send(l, (const uint8_t *)"e", 1, 200) == OK); /* behind what is half sent */
    CHECK(reaches(l, LINK_FAILED));
    link_close(l);
    close(first);
    close(second);
    close(at);
    CHECK(unlink(url + 6) == 0);
}

static void who_does_not_greet_like_a_server_is_no_server(void)
{
    static const char *const greetings[] = {"HTTP/1.1 400 Bad Request\r\n\r\n", "\0SP\0\0\x30\0\0 REQ", ""};
    static const size_t sizes[] = {28, 8, 0};
    int at = listen_by_hand();
    struct link *l;
    CHECK(link_open(url, &l, NULL) == OK);
    for (int i = 0; i < 3; i++) {
        int fd = accept(at, NULL, NULL); /* dialled again after each */
        CHECK(fd >= 0 && write(fd, greetings[i], sizes[i]) == (ssize_t)sizes[i]);
        close(fd);
        CHECK(!link_connected(l));
    }
    int fd = greet_only(at);
    CHECK(reaches(l, LINK_IDLE));
    static const uint8_t nonsense[] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    CHECK(link_send(l, (const uint8_t *)"e", 1, 60000) == OK);
    CHECK(write(fd, nonsense, sizeof nonsense) == sizeof nonsense);
    CHECK(reaches(l, LINK_FAILED));
    link_close(l);
    close(fd);
    close(at);
    CHECK(unlink(url + 6) == 0);
}

/* Runs a program without a shell; its exit code. */
static int run(const char *const argv[])
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr))
            execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(fd, (struct sockaddr *)&a, sizeof a) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&a, &size) == 0);
    close(fd);
    return ntohs(a.sin_port);
}

static void tls_is_spoken_with_a_server_whose_certificate_is_known_only(void)
{
    char cert[96], key[96], tls[64];
    snprintf(cert, sizeof cert, "%s/cert.pem", folder);
    snprintf(key, sizeof key, "%s/key.pem", folder);
    snprintf(tls, sizeof tls, "tls+tcp://localhost:%d", free_port());
    const char *const make[] = {"openssl",  "req",
                                "-x509",    "-newkey",
                                "rsa:2048", "-nodes",
                                "-days",    "2",
                                "-subj",    "/CN=localhost",
                                "-addext",  "subjectAltName=DNS:localhost",
                                "-keyout",  key,
                                "-out",     cert,
                                NULL};
    CHECK_INT(run(make), 0);
    struct listener *door = NULL;
    struct refusal why = {0};
    CHECK(listener_open(&door, handle, NULL, NULL) == OK);
    CHECK(listener_add(door, tls, key, cert, &why) == ERR_INVALID); /* the wrong way round */
    CHECK(listener_add(door, tls, cert, key, &why) == OK);
    CHECK(listener_add(door, url, NULL, NULL, &why) == OK); /* several at once */

    struct link *l;
    const uint8_t *answer;
    size_t size = 0;
    setenv("POSTERN_CA", cert, 1);
    CHECK(link_open(tls, &l, &why) == OK);
    for (int i = 0; i < 20; i++)
        CHECK(calls(l, "echo this", "echo this"));
    CHECK(calls(l, "l", "later"));
    CHECK(link_call(l, (const uint8_t *)"b", 1, 10000, &answer, &size) == OK);
    CHECK_INT(size, 1024 * 1024);
    link_close(l);

    unsetenv("POSTERN_CA"); /* the system's authorities do not know it */
    enum err opened = link_open(tls, &l, &why);
    CHECK(opened == OK || access("/etc/ssl/certs/ca-certificates.crt", R_OK) != 0);
    if (opened == OK) {
        CHECK(link_call(l, (const uint8_t *)"e", 1, 300, &answer, &size) == ERR_OFFLINE);
        link_close(l);
    }
    setenv("POSTERN_CA", key, 1);
    CHECK(link_open(tls, &l, &why) == ERR_INVALID);
    CHECK(link_open(url, &l, &why) == OK);
    CHECK(calls(l, "e", "e"));
    link_close(l);
    listener_close(door);
    unlink(cert);
    unlink(key);
}

static int serve_until_killed(void)
{
    struct listener *door = serve();
    for (;;)
        pause();
    listener_close(door);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "serve") == 0) {
        snprintf(url, sizeof url, "%s", argv[2]);
        tell_fd = atoi(argv[3]);
        return serve_until_killed();
    }
    snprintf(folder, sizeof folder, "/tmp/test_link.XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    snprintf(url, sizeof url, "ipc://%s/door", folder);
    answers_come_back();
    a_frame_over_the_limit_ends_the_connection();
    a_cancelled_request_is_forgotten();
    time_passes_and_the_request_has_failed();
    a_lost_server_fails_the_request_and_a_new_one_is_found();
    a_second_door_on_the_same_path_is_refused_and_harms_nothing();
    a_peer_that_leaves_is_told_of_while_its_requests_wait();
    closing_waits_for_nobody();
    a_server_lost_in_the_middle_of_a_request_is_found_again();
    a_server_that_takes_no_request_is_left();
    who_does_not_greet_like_a_server_is_no_server();
    tls_is_spoken_with_a_server_whose_certificate_is_known_only();
    rmdir(folder);
    return test_end();
}
