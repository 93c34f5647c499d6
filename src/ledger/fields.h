/* fields.h - what the files that read values share. Each take function makes what was given into the one form that is stored. */
#pragma once

#include "ledger/engine.h"

struct taker {
    struct ledgers *l;
    const struct field *f;
    bool computed; /* by the definition's function: decimals beyond the field's are rounded, not refused */
    struct err *e;
};

typedef int take_fn(const struct taker *t, const json_t *v, json_t **ret);

int take_wrong(const struct taker *t, const char *zh, const char *en);
/* Without white space at both ends; the ideographic space counts. NULL when it is not text that can be kept. */
json_t *take_trimmed(const char *s, size_t n);
bool take_in_list(const json_t *list, const char *word);
bool take_is_blank(const json_t *v);
int take_value(const struct taker *t, const json_t *v, json_t **ret); /* by the field's kind */

/* fields_plain.c */
take_fn take_text, take_choice, take_unit, take_user, take_date, take_list, take_number, take_site, take_flag,
    take_time, take_file, take_case;
/* fields_goal.c */
take_fn take_goal, take_evidence;
/* fields_shape.c */
take_fn take_point, take_area, take_track, take_rows;
