/* Number series (F2): what the next document or payment is called. */
#include "common/doc_kind.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"

static const struct series *series(const struct scene *v)
{
    return v->row;
}

static const char *of(const struct scene *v)
{
    return series_words(series(v)->id);
}

static const char *format(const struct scene *v)
{
    const char *own = show_text(series(v)->format);
    return *own ? own : scene_text(v, "%s{number}", show_text(series(v)->prefix));
}

static const char *restarts(const struct scene *v)
{
    return series(v)->restarts ? "each year" : "never";
}

static const char *restarts_spoken(const struct scene *v)
{
    return series(v)->restarts ? "beginning anew each year" : "going on from year to year";
}

static const struct column columns[] = {
    {.field = "id", .title = "Numbers of", .width = 14, .text = of},
    {.field = "example", .title = "Next one", .says = "the next one is", .width = 24, .grow = 1},
    {.field = "format", .says = "written as", .width = 22, .text = format},
    {.field = "restarts", .title = "Anew", .width = 11, .text = restarts, .spoken = restarts_spoken},
    {.field = "digits", .title = "Digits", .says = "least digits", .width = 6},
    {.field = "shares",
     .title = "Same as",
     .says = "one number may be of two, these and",
     .width = 12,
     .drop = 1,
     .sparse = true},
    {0}};

static const struct give gives[] = {{.field = "series.prefix", .width = 21},
                                    {.field = "series.format",
                                     .empty = "empty for the prefix and the number",
                                     .help = "Such as INV-{year}-{number}: {number} once, and {year} or {yy}",
                                     .width = 30},
                                    {.field = "series.restarts"},
                                    {.field = "series.next", .width = 14},
                                    {.field = "series.digits", .width = 4},
                                    {0}};

static void complete(const struct scene *v, const void *in, void *send)
{
    struct series *changed = ((struct series_update_in *)send)->series;
    (void)in;
    GIVE(series, changed, id, series(v)->id);
}

static const struct act acts[] = {{.key = 'e',
                                   .name = "change",
                                   .help = "Change how the next ones are called",
                                   .op = OPNO_series_update,
                                   .gives = gives,
                                   .begins = "series",
                                   .complete = complete,
                                   .busy = "Saving…",
                                   .done = "Saved."},
                                  {0}};

const struct book book_series = {.name = "series",
                                 .title = "Number series",
                                 .noun = "series",
                                 .empty = "There are none.",
                                 .op = OPNO_settings_get,
                                 .rows = "series",
                                 .columns = columns,
                                 .acts = acts,
                                 .live = SUBJECT_BIT(SUBJECT_BUSINESS)};
