/* The flows of line mode, and the tables that lead to them. A flow of its own: a function here, and a row in the table of its role. */
#ifndef TUI_LINE_FLOW_H
#define TUI_LINE_FLOW_H
#include "tui/line/talk.h"
#include "proto/paper/show.h"
#include "tui/full/qr.h"

const struct deed *deeds_of_customer(struct arena *a); /* the main menus, in the arena */
const struct deed *deeds_of_staff(struct arena *a);

/* Everybody. */

/* Customers. */
enum turn flow_how(struct talk *t, void *ctx);            /* how all that is due is paid elsewhere */
enum turn flow_how_one(struct talk *t, uint64_t invoice); /* how that one is paid */
bool flow_by_card(struct talk *t);                        /* for deeds: is paying by card offered here? */
bool flow_elsewhere(struct talk *t);                      /* are there ways to pay elsewhere? */
enum turn flow_account(struct talk *t);

/* Staff. */
enum turn flow_customer(struct talk *t, uint64_t id);
enum turn flow_write(struct talk *t, void *ctx);             /* a new document of any kind, or a draft */
enum turn flow_write_for(struct talk *t, uint64_t customer); /* … for that one */
enum turn flow_write_kind(struct talk *t, int kind, uint64_t customer); /* customer 0: it is asked for */
enum turn flow_write_change(struct talk *t, int kind, uint64_t id);
struct document;

/* Texts that several flows say. */
struct event;
void say_payment(struct talk *t, const struct payment *p);
void say_event(struct talk *t, const struct event *e);
void say_told(struct talk *t, const struct pay_told *told); /* how an invoice is paid elsewhere */
#endif
