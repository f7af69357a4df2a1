/* What stands in door.conf and in what sshd says: taken when it is exactly right, else not at all. */
#include "proto/door_conf.h"
#include "tests/unit/test.h"
#include "tui/word/ssh_visit.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY "AAAAC3NzaC1lZDI1NTE5AAAAIOMrNgES5sUV0uDDHH6EBpgsiP4nazyJRM49crzjE4uV"

static const char *parse(const char *text, struct door *d)
{
    static struct refusal why;
    char *copy = strdup(text);
    why = (struct refusal){0};
    enum err e = door_parse(copy, d, &why);
    free(copy);
    return e ? why.detail : "";
}

static void door_conf_is_read(void)
{
    struct door d;
    CHECK_TEXT(
        parse("# a comment\n\n socket = /run/postern/postern.sock\r\nportal=acme\nkey-account = portal\n"
              "login-account\t=\tportal-login",
              &d),
        "");
    CHECK_TEXT(d.socket, "/run/postern/postern.sock");
    CHECK_TEXT(d.portal, "acme");
    CHECK_TEXT(d.key_account, "portal");
    CHECK_TEXT(d.login_account, "portal-login");
}

static void door_conf_of_another_kind_is_refused(void)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "socket is missing"},
        {"socket = /s\nkey-account = a\n", "login-account is missing"},
        {"socket = s\nkey-account = a\nlogin-account = b\n", "absolute"},
        {"socket = /s\nsocket = /t\n", "socket is given twice"},
        {"socket =\n", "socket is empty"},
        {"root:x:0:0:secret\n", "is not \"name = value\""},
        {"secret = stays here\n", "a name that is not known"},
        {"socket = "
         "/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
         "456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012"
         "34567"
         "890123456789\n",
         "too long"},
    };
    struct door d = {.socket = "untouched"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *said = parse(rows[i].text, &d);
        CHECK(strstr(said, rows[i].says) != NULL);
        CHECK(strstr(said, "stays here") == NULL);
    }
    CHECK_TEXT(d.socket, "untouched");
}

static void door_conf_that_others_can_write_is_refused(void)
{
    char path[] = "/tmp/postern-door-XXXXXX";
    static const char text[] = "socket = /s\nkey-account = a\nlogin-account = b\n";
    struct door d;
    struct refusal why;
    int fd = mkstemp(path);
    CHECK(write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1);
    if (geteuid() == 0) {
        CHECK_INT(door_read(path, &d, &why), OK);
        CHECK(fchmod(fd, 0666) == 0);
        CHECK_INT(door_read(path, &d, &why), ERR_INVALID);
        CHECK(fchmod(fd, 0644) == 0 && fchown(fd, 12345, 0) == 0);
    }
    CHECK_INT(door_read(path, &d, &why), ERR_INVALID);
    CHECK(strstr(why.detail, "must belong to root") != NULL);
    CHECK_INT(door_read("door.conf", &d, &why), ERR_INVALID);
    CHECK_INT(door_read("/tmp", &d, &why), ERR_INVALID);
    CHECK_INT(door_read("/dev/null", &d, &why), ERR_INVALID);
    CHECK_INT(door_read("/nowhere/door.conf", &d, &why), ERR_INVALID);
    close(fd);
    unlink(path);
}

static void where_somebody_comes_from_is_an_address_or_nothing(void)
{
    static const struct {
        const char *connection, *from;
    } rows[] = {
        {"192.0.2.1 50222 192.0.2.9 22", "192.0.2.1"},
        {"2001:db8::1 50222 2001:db8::9 22", "2001:db8::1"},
        {"fe80::1%eth0 1 fe80::2%eth0 22", "fe80::1"},
        {"UNKNOWN 65535 UNKNOWN 65535", ""},
        {"", ""},
        {NULL, ""},
        {"192.0.2.1", "192.0.2.1"},
        {"192.0.2.1\n 1 2 3", ""},
        {"\033[2J 1 2 3", ""},
        {"1.2.3.4.5.6.7.8.9.1.2.3.4.5.6.7.8.9.1.2.3.4.5.6.7.8.9.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8 1 2 3",
         ""},
    };
    char from[64];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        visit_from(rows[i].connection, from, sizeof from);
        CHECK_TEXT(from, rows[i].from);
    }
}

static void the_key_is_exactly_one_public_key(void)
{
    static const char *const wrong[] = {
        "",
        "\n",
        "publickey ssh-ed25519 " KEY, /* sshd ends its lines */
        "password\n",
        "publickey\n",
        "publickey ssh-ed25519\n",
        "publickey ssh-ed25519 \n",
        "publickey ssh-ed25519 " KEY " more\n",
        " publickey ssh-ed25519 " KEY "\n",
        "publickey  ssh-ed25519 " KEY "\n",
        "publickey ssh-ed25519-cert-v01@openssh.com " KEY "\n",
        "publickey ssh-ed25519 not*base64\n",
        "publickey ssh-ed25519 QUJD\n",
        "publickey ssh-ed25519 " KEY "\npublickey ssh-ed25519 " KEY "\n",
        "publickey ssh-ed25519 " KEY "\n\n",
        "hostbased ssh-ed25519 " KEY "\n",
    };
    char got[SSH_FINGERPRINT] = "untouched";
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!visit_key(wrong[i], got));
    CHECK_TEXT(got, "untouched");
    CHECK(visit_key("publickey ssh-ed25519 " KEY "\n", got));
    CHECK_TEXT(got, "SHA256:amz4s85xfiUMIiSmMr4mxSu4jXAjlutcvZECLP7eiJ0");
    CHECK(!ssh_key_type("") && !ssh_key_type("rsa") && !ssh_key_type("ssh ed25519") &&
          !ssh_key_type("SSH-RSA"));
    CHECK(ssh_key_type("sk-ssh-ed25519@openssh.com") && ssh_key_type("ecdsa-sha2-nistp256"));
}

int main(void)
{
    door_conf_is_read();
    door_conf_of_another_kind_is_refused();
    door_conf_that_others_can_write_is_refused();
    where_somebody_comes_from_is_an_address_or_nothing();
    the_key_is_exactly_one_public_key();
    return test_end();
}
