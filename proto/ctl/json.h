/* msgpack → JSON text, exactly as the wire says it. Control, bidi and escape characters inside texts are written as \u
 * escapes, so that the output is safe on a terminal and still the same JSON. */
#ifndef PROTO_CTL_JSON_H
#define PROTO_CTL_JSON_H
#include "common/shape.h"
#include <jansson.h>
#include <stdio.h>

/* One item that has passed mp_scan; owned by the caller. Bytes become hexadecimal digits. */
json_t *json_of(const uint8_t *bytes, size_t size);
/* On standard output with a newline; indented, or on one line when `compact`. */
void json_print(json_t *value, bool compact);
void json_print_to(FILE *to, json_t *value, bool compact);
/* A string; sizes beyond what JSON or memory can hold end the process like an arena would. */
json_t *json_text(const char *text);
#endif
