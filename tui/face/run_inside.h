/* Inside of run*.c only. */
#ifndef FACE_RUN_INSIDE_H
#define FACE_RUN_INSIDE_H
#include "tui/face/fill_in.h"
#include "tui/face/run.h"

void run_begin(struct run *r); /* the fields, from what is shown */
void run_finish(struct run *r);
void run_lost(struct run *r); /* from here on it is the same request, however often it is asked */
struct fill_by run_by(const struct run *r, const struct give *g); /* as what is typed there is read */
#endif
