/* What the interface knows, and what the program tells it. */
#include "tui/face/place.h"
#include "tui/full/ui_inside.h"
#include "common/date.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

bool ui_ascii(const struct ui *ui)
{
    return ui->ascii;
}

void ui_set_ascii(struct ui *ui, bool ascii)
{
    ui->ascii = ascii;
}

unsigned ui_who(const struct ui *ui)
{
    return ui->who;
}

int64_t ui_now(const struct ui *ui)
{
    return ui->now;
}

int32_t ui_today(const struct ui *ui)
{
    return ui->today;
}

bool ui_online(const struct ui *ui)
{
    return ui->online;
}

const char *ui_trouble(const struct ui *ui)
{
    return ui->online ? "" : ui->trouble;
}

void *ui_session(const struct ui *ui)
{
    return ui->session;
}

int64_t ui_last_key(const struct ui *ui)
{
    return ui->last_key;
}

void ui_id(struct ui *ui, uint8_t id[16])
{
    (void)ui;
    if (getrandom(id, 16, 0) != 16)
        abort();
}

void ui_set_session(struct ui *ui, void *session)
{
    ui->session = session;
}

void ui_set_who(struct ui *ui, const char *business, const char *person, unsigned who)
{
    snprintf(ui->business, sizeof ui->business, "%s", business);
    snprintf(ui->person, sizeof ui->person, "%s", person);
    ui->who = who;
    ui_dirty(ui, PAINT_NOW);
}

void ui_set_sections(struct ui *ui, const struct section *rows)
{
    ui->sections = rows;
    memset(ui->waits, 0, sizeof ui->waits);
}

void ui_set_ways(struct ui *ui, const struct way *ways)
{
    size_t n = 0;
    for (; ways && ways->word && n + 1 < COUNT_OF(ui->led); ways++)
        if (ways->section)
            ui->led[n++] = (struct section){.label = ways->section, .way = ways};
    ui->led[n] = (struct section){0};
    ui_set_sections(ui, ui->led);
}

void ui_set_waits(struct ui *ui, const char *label, int64_t n, const char *word)
{
    char text[sizeof ui->waits[0]] = "";
    const struct section *s;
    if (n)
        snprintf(text, sizeof text, "%" PRId64 " %s", n, word);
    for (size_t i = 0; (s = ui_section_at(ui, (int)i)) && i < sizeof ui->waits / sizeof *ui->waits; i++)
        if (strcmp(s->label, label) == 0 && strcmp(ui->waits[i], text) != 0) {
            snprintf(ui->waits[i], sizeof ui->waits[i], "%s", text);
            ui_dirty(ui, PAINT_LATER);
        }
}

bool ui_shows_waits(const struct ui *ui)
{
    return ui_navigates(ui);
}

void ui_set_places(struct ui *ui, const struct places *places)
{
    ui->places = places;
}

void ui_set_online(struct ui *ui, bool online)
{
    ui->met |= online;
    if (online == ui->online)
        return;
    ui->online = online;
    ui->offline_since = ui->now;
    if (online)
        ui_reload(ui);
    ui_dirty(ui, PAINT_NOW);
}

void ui_set_server(struct ui *ui, const char *url)
{
    snprintf(ui->server, sizeof ui->server, "%s", url);
}

const char *ui_unmet(const struct ui *ui)
{
    return ui->met ? "" : ui->server;
}

void ui_set_trouble(struct ui *ui, const char *why)
{
    if (strcmp(why, ui->trouble) == 0)
        return;
    snprintf(ui->trouble, sizeof ui->trouble, "%s", why);
    ui_dirty(ui, PAINT_NOW);
}

void ui_set_bell(struct ui *ui, int count)
{
    if (count != ui->bell)
        ui_dirty(ui, PAINT_LATER);
    ui->bell = count;
}

void ui_set_today(struct ui *ui, int32_t day)
{
    ui->today = day;
}

void ui_set_keys(struct ui *ui, const struct key_row *rows)
{
    ui->keys = rows;
}

struct ui_effects ui_effects(struct ui *ui)
{
    struct ui_effects now = ui->effects;
    memset(&ui->effects, 0, sizeof ui->effects);
    return now;
}

enum ui_paint ui_wants_paint(const struct ui *ui)
{
    return ui->paint;
}
