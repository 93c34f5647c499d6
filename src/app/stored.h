/* stored.h - a board made from a data folder alone, as it was known at a time: what receipts are verified by and bulletins are made of. */
#pragma once

#include "domain/place.h"
#include "measure/measure.h"

struct stored {
    struct place *place;
    struct board *board;
};
struct stored_ask {
    const char *data, *definitions;
    int64_t known;  /* what arrived or was said later is left out */
    int first_year; /* of rivers and sampled points; at most 20 before the year of `known` */
    int air_year;   /* the first year of everything else */
};
/* On failure nothing stays open. */
int stored_open(const struct stored_ask *ask, struct stored *ret, struct err *e);
void stored_close(struct stored *s);
/* The years a receipt's figure reaches back to. */
struct stored_ask stored_for(const char *data, const char *definitions, const json_t *measure, int64_t known);
