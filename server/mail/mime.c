#include "server/mail/mime.h"
#include "common/late.h"
#include "common/text.h"
#include "server/core/limits.h"
#define G_DISABLE_CAST_CHECKS /* they would call the library by the way */
#include <gmime/gmime.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* One thread at a time: it takes a fraction of a millisecond, and GLib's own locks are none that ThreadSanitizer sees. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool started;

#define LATE(name) __typeof__(name) *name;
static struct {
#include "server/mail/mime_gmime.def"
} gmime;
#undef LATE

#define LATE(name) #name,
static const char *const names[] = {
#include "server/mail/mime_gmime.def"
};
#undef LATE

/* Under the lock. The first mail loads the library. */
static enum err start(void)
{
    enum err e = started ? OK : late_load(LATE_GMIME, names, sizeof names / sizeof *names, &gmime);
    if (!e && !started)
        gmime.g_mime_init();
    started = !e;
    return e;
}

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

#define WORD_MOST \
    63 /* characters of a text in one encoded word, which may have 75 with what stands around it */

/* Can it stand in a header as it is: ASCII, nothing that readers would take for an encoded word, no word that does not fit a line? */
static bool plain_header(const char *text)
{
    bool fits = true;
    for (const char *word = text; *word && fits; word += strspn(word, " ")) {
        size_t n = strcspn(word, " ");
        fits = n <= WORD_MOST;
        word += n;
    }
    return fits && g_str_is_ascii(text) && !strstr(text, "=?");
}

/* How many bytes of a text one encoded word takes: up to a blank where there is one, for some readers see one between two words, and never
 * half a character. */
static size_t word_bytes(const char *text)
{
    size_t n = 0, used = 0, blank = 0;
    while (text[n]) {
        size_t k = 1;
        while (((unsigned char)text[n + k] & 0xc0) == 0x80)
            k++;
        used += g_ascii_isalnum(text[n]) || text[n] == ' ' ? 1 : 3 * k;
        if (used > WORD_MOST)
            return blank ? blank : n;
        n += k;
        blank = text[n - 1] == ' ' ? n : blank;
    }
    return n;
}

/* Anything else as encoded words (RFC 2047), each whole by itself. Not left to GMime, whose words may be longer than is allowed and, as
 * base64, are read wrong by readers that join them first. */
static const char *header_text(struct arena *a, const char *text)
{
    const char *out = "";
    if (!text || plain_header(text))
        return text;
    for (size_t n; *text; text += n) {
        char word[WORD_MOST + 1], *at = word;
        n = word_bytes(text);
        for (size_t i = 0; i < n; i++)
            at += sprintf(at, g_ascii_isalnum(text[i]) || text[i] == ' ' ? "%c" : "=%02X",
                          text[i] == ' ' ? '_' : (unsigned char)text[i]);
        out = arena_printf(a, "%s%s=?utf-8?q?%s?=", out, *out ? " " : "", word);
    }
    return out;
}

/* GMime takes a domain in xn-- apart and puts it together again; one that stands for nothing does not come back, and would be written as
 * another one, or as what no header may have. */
static enum err add_mailbox(GMimeMessage *message, GMimeAddressType type, const char *name,
                            const char *address, const char *field, struct refusal *why)
{
    InternetAddress *mailbox = gmime.internet_address_mailbox_new(name && *name ? name : NULL, address);
    const char *written = gmime.internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(mailbox));
    enum err e = written && g_ascii_strcasecmp(written, address) == 0
                     ? OK
                     : refuse(why, ERR_INVALID, field, "not an e-mail address that can be written to");
    gmime.internet_address_set_charset(mailbox, "utf-8");
    gmime.internet_address_list_add(gmime.g_mime_message_get_addresses(message, type), mailbox);
    gmime.g_object_unref(mailbox);
    return e;
}

static void set_content(GMimePart *part, const char *bytes, size_t size)
{
    GMimeStream *stream = gmime.g_mime_stream_mem_new_with_buffer(bytes, size);
    GMimeDataWrapper *content =
        gmime.g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    gmime.g_mime_part_set_content(part, content);
    gmime.g_object_unref(content);
    gmime.g_object_unref(stream);
}

static GMimePart *file_part(const struct mime_file *file)
{
    GMimePart *part = gmime.g_mime_part_new_with_type("application", "pdf");
    gmime.g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
    gmime.g_mime_part_set_filename(part, file->name);
    gmime.g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    set_content(part, file->pdf, file->size);
    return part;
}

/* What ends without a newline gets one: the last line of a text is a line. Not a GMimeTextPart, which would choose a
 * charset of its own by what it finds in the text. */
static GMimePart *text_part(struct arena *a, const char *body)
{
    const char *whole = body[strlen(body) - 1] == '\n' ? body : arena_printf(a, "%s\n", body);
    GMimePart *part = gmime.g_mime_part_new_with_type("text", "plain");
    gmime.g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    gmime.g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    set_content(part, whole, strlen(whole));
    return part;
}

static enum err add_mailboxes(struct arena *a, GMimeMessage *message, const struct mime_message *m,
                              struct refusal *why)
{
    enum err e =
        add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, header_text(a, m->from_name), m->from, "from", why);
    if (!e && m->reply_to && *m->reply_to)
        e = add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, NULL, m->reply_to, "reply_to", why);
    if (!e)
        e = add_mailbox(message, GMIME_ADDRESS_TYPE_TO, header_text(a, m->to_name), m->to, "to", why);
    return e;
}

static void fill(struct arena *a, GMimeMessage *message, const struct mime_message *m)
{
    gmime.g_mime_message_set_subject(message, header_text(a, m->subject), "utf-8");
    GDateTime *date = g_date_time_new_from_unix_utc(m->date / 1000);
    if (date) {
        gmime.g_mime_message_set_date(message, date);
        g_date_time_unref(date);
    }
    gmime.g_mime_message_set_message_id(message, m->id);
    /* nobody's holiday notice is wanted in answer (RFC 3834) */
    gmime.g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL);
    GMimePart *part = text_part(a, m->body), *file = m->file ? file_part(m->file) : NULL;
    if (file) {
        GMimeMultipart *both = gmime.g_mime_multipart_new_with_subtype("mixed");
        gmime.g_mime_multipart_add(both, GMIME_OBJECT(part));
        gmime.g_mime_multipart_add(both, GMIME_OBJECT(file));
        gmime.g_mime_message_set_mime_part(message, GMIME_OBJECT(both));
        gmime.g_object_unref(both);
        gmime.g_object_unref(file);
    } else {
        gmime.g_mime_message_set_mime_part(message, GMIME_OBJECT(part));
    }
    gmime.g_object_unref(part);
}

static enum err write_out(struct arena *a, GMimeMessage *message, const char **text, size_t *size)
{
    enum err e = OK;
    GMimeFormatOptions *options = gmime.g_mime_format_options_new();
    gmime.g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    GMimeStream *stream = gmime.g_mime_stream_mem_new();
    if (gmime.g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream) < 0) {
        e = ERR_NO_MEMORY;
    } else {
        GByteArray *bytes = gmime.g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        *text = arena_text(a, (const char *)bytes->data, bytes->len);
        *size = bytes->len;
    }
    gmime.g_object_unref(stream);
    gmime.g_mime_format_options_free(options);
    return e;
}

enum err mime_compose(struct arena *a, const struct mime_message *m, const char **text, size_t *size,
                      struct refusal *why)
{
    enum err e = check(m, why);
    if (e)
        return e;
    pthread_mutex_lock(&lock);
    e = start();
    if (e) {
        pthread_mutex_unlock(&lock);
        return e;
    }
    GMimeMessage *message = gmime.g_mime_message_new(TRUE);
    e = add_mailboxes(a, message, m, why);
    if (!e) {
        fill(a, message, m);
        e = write_out(a, message, text, size);
    }
    gmime.g_object_unref(message);
    pthread_mutex_unlock(&lock);
    return e;
}
