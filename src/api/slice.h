/* slice.h - the data that a case is opened on. */
#pragma once

#include "api/http.h"

/* The hours of a factor from a day before `from` up to `to` or now, as rows {at, digits, flag} in order of time; the newest 120. */
int slice_of(struct api *api, const struct site *site, const char *factor, int64_t from, int64_t to,
             int64_t now, json_t **ret, struct err *e);
