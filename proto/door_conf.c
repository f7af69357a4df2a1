#include "proto/door_conf.h"
#include "common/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST 4096

static const struct {
    const char *name;
    size_t at;
    bool must;
} lines[] = {
    {"socket", offsetof(struct door, socket), true},
    {"portal", offsetof(struct door, portal), false},
    {"key-account", offsetof(struct door, key_account), true},
    {"login-account", offsetof(struct door, login_account), true},
    {"prove-account", offsetof(struct door, prove_account), false},
};
#define LINES (sizeof lines / sizeof *lines)

static enum err take_line(char *line, struct door *d, struct refusal *why)
{
    char *equals = strchr(line, '=');
    if (!equals)
        return refuse(why, ERR_INVALID, "door.conf", "a line is not \"name = value\"");
    *equals = '\0';
    const char *name = text_trim(line), *value = text_trim(equals + 1);
    for (size_t i = 0; i < LINES; i++) {
        char *to = (char *)d + lines[i].at;
        if (strcmp(lines[i].name, name) != 0)
            continue;
        if (*to)
            return refuse(why, ERR_INVALID, "door.conf", "%s is given twice", lines[i].name);
        if (!*value || strlen(value) >= DOOR_TEXT)
            return refuse(why, ERR_INVALID, "door.conf", "%s is empty or too long", lines[i].name);
        memcpy(to, value, strlen(value) + 1);
        return OK;
    }
    /* not what the line says: the file might not be meant for those who ask */
    return refuse(why, ERR_INVALID, "door.conf", "a line has a name that is not known");
}

enum err door_parse(char *text, struct door *out, struct refusal *why)
{
    struct door d = {.socket = ""};
    char *rest = text, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        line = text_trim(line);
        if (!*line || *line == '#')
            continue;
        enum err e = take_line(line, &d, why);
        if (e)
            return e;
    }
    for (size_t i = 0; i < LINES; i++)
        if (lines[i].must && !*((char *)&d + lines[i].at))
            return refuse(why, ERR_INVALID, "door.conf", "%s is missing", lines[i].name);
    if (d.socket[0] != '/')
        return refuse(why, ERR_INVALID, "door.conf", "socket is not an absolute path");
    *out = d;
    return OK;
}

static enum err whole(int fd, const char *path, char *text, struct refusal *why)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return refuse(why, ERR_INVALID, "door.conf", "%.150s is no file", path);
    if (st.st_uid != 0 || st.st_mode & (S_IWGRP | S_IWOTH))
        return refuse(why, ERR_INVALID, "door.conf", "%.150s must belong to root, and only root may write it",
                      path);
    size_t size = 0;
    ssize_t n;
    while (size < FILE_MOST && (n = read(fd, text + size, FILE_MOST - size)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return refuse(why, ERR_INVALID, "door.conf", "%.150s: %s", path, strerror(errno));
        size += (size_t)n;
    }
    if (size == FILE_MOST || memchr(text, 0, size))
        return refuse(why, ERR_INVALID, "door.conf", "%.150s is too long, or no text", path);
    text[size] = '\0';
    return OK;
}

enum err door_read(const char *path, struct door *out, struct refusal *why)
{
    char text[FILE_MOST + 1];
    int fd = *path == '/' ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW) : -1;
    if (fd < 0)
        return refuse(why, ERR_INVALID, "door.conf", "%.150s: %s", path,
                      *path == '/' ? strerror(errno) : "is not an absolute path");
    enum err e = whole(fd, path, text, why);
    close(fd);
    return e ? e : door_parse(text, out, why);
}
