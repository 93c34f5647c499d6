/* forecast_models.h - what forecast.c asks when rows name models: they are gathered, and scored beside one another (standard/models.h). */
#pragma once

#include "evaluate/kind.h"
#include "standard/forecast.h"

struct several;
/* A row of a model: its forecast of the row's day at a lead, and what was observed. *s is made when NULL. false: it has no use. */
bool several_take(struct several **s, const struct row *row, const struct forecast_pair *p, int lead);
void several_write(struct several *s, const struct shelf *shelf, struct buf *to);
void several_free(struct several *s); /* takes NULL */
