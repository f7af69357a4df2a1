/* The envelope, seen from a client. Request: {"v":1,"op":…,"token":…,"id":…,"args":{…}}; answer: {"v":1,"result":{…}} or
 * {"v":1,"error":{"code":…,"message":…,"field":…,"request":…,"retry_ms":…}}. An answer is hostile until it has been read
 * here; texts in it are kept as they are, so text_shown comes before any of them reaches a screen. */
#ifndef PROTO_CALL_H
#define PROTO_CALL_H
#include "common/arena.h"
#include "common/buf.h"
#include "proto/op.h"

#define CALL_ID 16                            /* bytes of a request id */
#define CALL_REQUEST_MAX ((size_t)256 * 1024) /* the server takes no larger frame */
#define CALL_ANSWER_MAX ((size_t)1024 * 1024)

/* A refusal with what the wire says besides: refusal.detail is the server's whole message (sentence and detail). */
struct call_refusal {
    struct refusal why;
    char request[64]; /* the server's name for this request, to look up in its log; "" for none */
};

/* Sixteen random bytes. One id stands for one write: send it again with every retry of that write. */
void call_new_id(uint8_t id[CALL_ID]);

/* Appends a request to `out` (buf_init with CALL_REQUEST_MAX). `in`: the operation's input struct, NULL for no arguments; its
 * fields are sent when they are not empty or their has-bit is set. token NULL or "": none. id NULL: none.
 * ERR_TOO_LARGE when it does not fit. */
enum err call_request(struct buf *out, const struct op *op, const char *token, const uint8_t id[CALL_ID],
                      const void *in) MUST_USE;
/* The same from arguments that are packed already: one msgpack map. */
enum err call_request_raw(struct buf *out, const char *op_name, const char *token, const uint8_t id[CALL_ID],
                          const uint8_t *args, size_t args_size) MUST_USE;

/* Answer → where its result (one msgpack map that has passed mp_scan) lies within the bytes, or the server's refusal.
 * ERR_IO when it is no answer of this protocol. why may be NULL; it is filled only when something is returned. */
enum err call_result(const uint8_t *bytes, size_t size, struct bytes *result,
                     struct call_refusal *why) MUST_USE;
/* Answer → the operation's output struct (zeroed first; what it points to lives in the arena), or the refusal. */
enum err call_answer(struct arena *a, const struct op *op, const uint8_t *bytes, size_t size, void *out,
                     struct refusal *why) MUST_USE;
#endif
