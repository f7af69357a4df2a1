#include "server/mail/mime.h"
#include "common/text.h"
#include "server/limits.h"
#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>

/* One thread at a time: it takes a fraction of a millisecond, and GLib's own locks are none that ThreadSanitizer sees. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool started;

bool mime_address(const char *address)
{
    if (!address || strlen(address) > 254)
        return false;
    for (const char *at = address; *at; at++)
        if ((unsigned char)*at >= 0x80)
            return false;
    return text_email(address);
}

static enum err check_text(const char *field, const char *value, size_t most, bool lines, struct refusal *why)
{
    size_t size = strlen(value);
    if (size > most)
        return refuse(why, ERR_INVALID, field, "longer than %zu bytes", most);
    if (!text_utf8(value, size))
        return refuse(why, ERR_INVALID, field, "not UTF-8");
    if (!text_printable(value, size, lines))
        return refuse(why, ERR_INVALID, field, "a control character");
    return OK;
}

/* Right-hand side of a Message-ID: what RFC 5322 calls dot-atom on both sides of one @, so that nobody has to quote it. */
static bool good_id(const char *id)
{
    size_t signs = 0;
    if (!id || strlen(id) > 200)
        return false;
    for (const char *at = id; *at; at++) {
        if (*at == '@')
            signs++;
        else if (!g_ascii_isalnum(*at) && *at != '.' && *at != '-' && *at != '_')
            return false;
    }
    return signs == 1 && g_ascii_isalnum(*id) && g_ascii_isalnum(id[strlen(id) - 1]);
}

static enum err check_address(const char *field, const char *address, struct refusal *why)
{
    return mime_address(address)
               ? OK
               : refuse(why, ERR_INVALID, field, "not an e-mail address that can be written to");
}

static enum err check(const struct mime_message *m, struct refusal *why)
{
    if (!m->subject || !*m->subject)
        return refuse(why, ERR_INVALID, "subject", "missing");
    if (!m->body || !*m->body)
        return refuse(why, ERR_INVALID, "body", "missing");
    if (!good_id(m->id))
        return refuse(why, ERR_INVALID, "id", "not a Message-ID");
    if (m->date <= 0)
        return refuse(why, ERR_INVALID, "date", "missing");
    enum err e = check_address("from", m->from, why);
    if (!e)
        e = check_address("to", m->to, why);
    if (!e && m->reply_to && *m->reply_to)
        e = check_address("reply_to", m->reply_to, why);
    if (!e && m->from_name)
        e = check_text("from_name", m->from_name, LIMIT_MAIL_HEADER, false, why);
    if (!e && m->to_name)
        e = check_text("to_name", m->to_name, LIMIT_MAIL_HEADER, false, why);
    if (!e)
        e = check_text("subject", m->subject, LIMIT_MAIL_HEADER, false, why);
    return e ? e : check_text("body", m->body, LIMIT_MAIL_BODY, true, why);
}

static void add_mailbox(GMimeMessage *message, GMimeAddressType type, const char *name, const char *address)
{
    InternetAddress *mailbox = internet_address_mailbox_new(name && *name ? name : NULL, address);
    internet_address_set_charset(mailbox, "utf-8");
    internet_address_list_add(g_mime_message_get_addresses(message, type), mailbox);
    g_object_unref(mailbox);
}

/* What ends without a newline gets one: the last line of a text is a line. Not a GMimeTextPart, which would choose a
 * charset of its own by what it finds in the text. */
static GMimePart *text_part(struct arena *a, const char *body)
{
    const char *whole = body[strlen(body) - 1] == '\n' ? body : arena_printf(a, "%s\n", body);
    GMimePart *part = g_mime_part_new_with_type("text", "plain");
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(whole, strlen(whole));
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_object_unref(content);
    g_object_unref(stream);
    return part;
}

static GMimeMessage *build(struct arena *a, const struct mime_message *m)
{
    GMimeMessage *message = g_mime_message_new(TRUE);
    add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, m->from_name, m->from);
    if (m->reply_to && *m->reply_to)
        add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, NULL, m->reply_to);
    add_mailbox(message, GMIME_ADDRESS_TYPE_TO, m->to_name, m->to);
    g_mime_message_set_subject(message, m->subject, "utf-8");
    GDateTime *date = g_date_time_new_from_unix_utc(m->date / 1000);
    if (date) {
        g_mime_message_set_date(message, date);
        g_date_time_unref(date);
    }
    g_mime_message_set_message_id(message, m->id);
    /* nobody's holiday notice is wanted in answer (RFC 3834) */
    g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL);
    GMimePart *part = text_part(a, m->body);
    g_mime_message_set_mime_part(message, GMIME_OBJECT(part));
    g_object_unref(part);
    return message;
}

enum err mime_compose(struct arena *a, const struct mime_message *m, const char **text, size_t *size,
                      struct refusal *why)
{
    enum err e = check(m, why);
    if (e)
        return e;
    pthread_mutex_lock(&lock);
    if (!started)
        g_mime_init();
    started = true;
    GMimeMessage *message = build(a, m);
    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    GMimeStream *stream = g_mime_stream_mem_new();
    if (g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream) < 0) {
        e = ERR_NO_MEMORY;
    } else {
        GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        *text = arena_text(a, (const char *)bytes->data, bytes->len);
        *size = bytes->len;
    }
    g_object_unref(stream);
    g_mime_format_options_free(options);
    g_object_unref(message);
    pthread_mutex_unlock(&lock);
    return e;
}
