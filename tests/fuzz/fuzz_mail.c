/* A mail: a template, what stands for its names, and who it is from and to, each ended by the byte 0x1e. What comes out is a message of
 * RFC 5322 with exactly our headers, whatever the values say, and says the same when it is read.
 * tries: server/mail/template.c server/mail/mime.c */
#include "server/mail/mime.h"
#include "common/address.h"
#include "server/mail/template.h"
#include "tests/fuzz/fuzz.h"
#include <gmime/gmime.h>

static const char *const headers[] = {
    "From",       "Reply-To",     "To",           "Subject",        "Date",
    "Message-Id", "MIME-Version", "Content-Type", "Auto-Submitted", "Content-Transfer-Encoding"};
#define HEADERS (sizeof headers / sizeof *headers)

static size_t header_at(const char *line)
{
    for (size_t i = 0; i < HEADERS; i++)
        if (g_ascii_strncasecmp(line, headers[i], strlen(headers[i])) == 0 && line[strlen(headers[i])] == ':')
            return i;
    return HEADERS;
}

/* Lines end with CR LF, none is too long, all is ASCII; a header's line is one of ours, once, or goes on the one before. */
static void check_lines(const char *text, size_t size)
{
    unsigned seen = 0;
    bool body = false;
    must(!memchr(text, 0, size) && size > 2 && memcmp(text + size - 2, "\r\n", 2) == 0);
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\r\n");
        must(line[n] == '\r' && line[n + 1] == '\n' && n <= 998);
        for (size_t i = 0; i < n; i++)
            must((line[i] >= ' ' && line[i] < 127) || line[i] == '\t');
        if (!body && n && *line != ' ' && *line != '\t') {
            size_t h = header_at(line);
            must(h < HEADERS && !(seen >> h & 1));
            seen |= 1u << h;
        }
        for (const char *word = line; !body && (word = strstr(word, "=?")) && word < line + n; word += 2) {
            const size_t size_of =
                strcspn(word, " \r>,"); /* an address may begin so, too, and is none: RFC 2047, 2 and 5 */
            must(size_of <= 75 || strncmp(word + size_of - 2, "?=", 2) != 0);
        }
        must(body || n == 0 || strspn(line, " \t") < n); /* no blank line that is none */
        body = body || n == 0;
        line += n + 2;
    }
    must(body && (seen >> 0 & 1) && (seen >> 2 & 1) && (seen >> 3 & 1) && (seen >> 5 & 1));
}

/* The same letters, blanks aside: where a header is folded, a reader may see another blank, or the fold. */
static bool alike(const char *a, const char *b)
{
    static const char blanks[] = " \t\r\n";
    for (;; a++, b++) {
        a += strspn(a, blanks);
        b += strspn(b, blanks);
        if (*a != *b || !*a)
            return *a == *b;
    }
}

static void check_mailbox(GMimeMessage *m, GMimeAddressType type, const char *name, const char *address)
{
    InternetAddressList *list = g_mime_message_get_addresses(m, type);
    must(internet_address_list_length(list) == 1);
    InternetAddress *one = internet_address_list_get_address(list, 0);
    const char *shown = internet_address_get_name(one);
    must(alike(shown ? shown : "", name ? name : ""));
    must(INTERNET_ADDRESS_IS_MAILBOX(one) &&
         address_same(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)), address));
}

static void check_read(struct arena *a, const struct mime_message *m, const char *text, size_t size)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, size);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *got = g_mime_parser_construct_message(parser, NULL);
    must(got && g_mime_message_get_subject(got) && alike(g_mime_message_get_subject(got), m->subject));
    must(strcmp(g_mime_message_get_message_id(got), m->id) == 0);
    check_mailbox(got, GMIME_ADDRESS_TYPE_FROM, m->from_name, m->from);
    check_mailbox(got, GMIME_ADDRESS_TYPE_TO, m->to_name, m->to);
    if (m->reply_to && *m->reply_to)
        check_mailbox(got, GMIME_ADDRESS_TYPE_REPLY_TO, NULL, m->reply_to);
    GMimeStream *plain = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(
        g_mime_part_get_content(GMIME_PART(g_mime_message_get_mime_part(got))), plain);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(plain));
    const char *body = arena_text(a, (const char *)bytes->data, bytes->len);
    size_t n = strlen(m->body), o = 0;
    for (size_t i = 0; i < n; i++) { /* lines of a message end with CR LF */
        o += m->body[i] == '\n' && body[o] == '\r';
        must(body[o++] == m->body[i]);
    }
    g_object_unref(plain);
    g_object_unref(got);
    g_object_unref(parser);
    g_object_unref(stream);
}

/* Values do not become the place of the code: as many places come out as the template has. */
static size_t codes(const char *text)
{
    size_t n = 0;
    for (; (text = strstr(text, "{code}")) != NULL; text += 6)
        n++;
    return n;
}

static void check_rendered(enum err e, const struct refusal *why, const char *template, const char *text)
{
    if (!e) {
        must(codes(text) <= codes(template) && (!is_utf8(template) || is_utf8(text)));
        return;
    }
    must(e == ERR_INTERNAL || e == ERR_INVALID || e == ERR_TOO_LARGE);
    must(why->detail[0] && (e != ERR_INVALID || why->field[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct given in = {data, size};
    struct refusal why = {0};
    const char *template = take_text(a, &in), *subject = take_text(a, &in), *out, *text;
    const char *name = take_text(a, &in), *business = take_text(a, &in);
    const struct mail_value values[] = {{"name", name}, {"business", business}, {"ssh", ""}};
    struct mime_message m = {.id = "0123abc.7@billing.example.org", .date = INT64_C(1795000000000)};
    m.from = take_text(a, &in);
    m.to = take_text(a, &in);
    m.reply_to = take_text(a, &in);
    m.from_name = business;
    m.to_name = name;
    enum err e = template_render(a, template, values, 3, &out, &why);
    check_rendered(e, &why, template, e ? "" : out);
    m.body = e ? template : template_code(a, out, name);
    e = template_render(a, subject, values, 3, &out, &why);
    m.subject = e ? subject : out;
    size_t n;
    e = mime_compose(a, &m, &text, &n, &why);
    if (e) {
        must_be_said(e, &why);
        must(e == ERR_INVALID && why.field[0]);
    } else {
        check_lines(text, n);
        check_read(a, &m, text, n);
    }
    arena_close(a);
    return 0;
}
