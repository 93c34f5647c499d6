/* cell.h - the values of fields as people write them in a table: read from a cell, and written so that reading gives the same value.
 *
 * A value that is not certain is refused with a sentence, never guessed: "2026年6月" names no day, "约3" no number. */
#pragma once

#include "ledger/engine.h"

/* Names to codes, made once for a whole list. */
struct names {
    const struct place *place;
    struct map units, sites, users; /* plain text (cell_plain) -> code; "" where two share a name */
    struct map user_names;          /* account -> display name */
};
int names_read(struct ledgers *l, struct names *ret, struct err *e);
void names_release(struct names *n);

/* What a field's kind and settings say of its cells. */
struct cell_kind;
struct cell_field {
    const struct field *field;
    const struct cell_kind *kind;
    const char *unit; /* of a number; "" none */
    bool computed;    /* nobody gives it */
};
void cell_field_of(const struct definition *d, const struct field *f, struct cell_field *ret);
/* Whether its values can be read from a cell at all. */
bool cell_readable(const struct cell_field *f);

/* Without blanks and line breaks, full-width characters as narrow ones, letters small: how headings and names are compared. */
void cell_plain(const char *text, struct buf *out);
/* text is not blank. *ret: what fields_take takes. -EINVAL with the reason in why and a stable word in *code. */
int cell_read(const struct names *n, const struct cell_field *f, const char *text, json_t **ret,
              const char **code, struct said *why);
/* The value as a cell shows it; NULL or missing adds nothing. */
void cell_write(const struct names *n, const struct cell_field *f, const json_t *value, struct buf *out);

/* The parts, for tests. */
bool cell_date(const char *text, char ret[11], bool *ret_no_day);
bool cell_number(const char *text, const char *unit, json_t **ret, bool *ret_unit);
