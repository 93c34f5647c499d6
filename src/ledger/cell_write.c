/* cell_write.c - a field's value as a cell shows it, by the field's kind. */
#include <string.h>

#include "ledger/cell_own.h"

void cell_write_words(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)n, (void)f;
    if (json_is_string(v))
        buf_adds(out, secret_is(json_string_value(v)) ? secret_shown : json_string_value(v));
}

static void write_code(const struct map *map, const char *name, const char *code, struct buf *out)
{
    struct buf plain = BUF_INIT;
    cell_plain(name ? name : "", &plain);
    const char *same = plain.len ? map_get(map, plain.data, plain.len) : NULL;
    buf_adds(out, same && strcmp(same, code) == 0 ? name : code);
    buf_release(&plain);
}

void cell_write_unit(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)f;
    const char *code = json_is_string(v) ? json_string_value(v) : "";
    const struct unit *u = *code ? place_unit_by_code(n->place, code) : NULL;
    write_code(&n->units, u ? u->name : NULL, code, out);
}

void cell_write_site(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)f;
    const char *code = json_is_string(v) ? json_string_value(v) : "";
    const struct site *s = *code ? place_site_by_code(n->place, code) : NULL;
    write_code(&n->sites, s ? s->name : NULL, code, out);
}

void cell_write_user(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)f;
    const char *name = json_is_string(v) ? json_string_value(v) : "";
    write_code(&n->users, map_get(&n->user_names, name, strlen(name)), name, out);
}

void cell_write_number(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    char text[MICRO_TEXT];
    (void)n, (void)f;
    if (json_is_number(v))
        buf_adds(out, micro_format(json_to_micro(v, MICRO_MISSING), -1, text));
}

void cell_write_goal(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)n, (void)f;
    buf_adds(out, json_str(v, "text", ""));
}

/* Numbered, so that an item that begins with a number of its own comes back as it was. */
void cell_write_list(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)n, (void)f;
    for (size_t i = 0; i < json_array_size(v); i++)
        buf_addf(out, "%s%zu．%s", i ? "\n" : "", i + 1, json_string_value(json_array_get(v, i)));
}

void cell_write_flag(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)n, (void)f;
    if (json_is_boolean(v))
        buf_adds(out, json_is_true(v) ? "是" : "否");
}

void cell_write_point(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)n, (void)f;
    if (json_is_object(v))
        buf_addf(out, "%.7g,%.7g", json_number_value(json_object_get(v, "lon")),
                 json_number_value(json_object_get(v, "lat")));
}

void cell_write_evidence(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)n, (void)f;
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *item = json_array_get(v, i);
        buf_addf(out, "%s%s：%s", i ? "\n" : "", json_str(item, "kind", ""), json_str(item, "text", ""));
    }
}

/* Objects of a list, their values joined; a line each. */
void cell_write_rows(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)n, (void)f;
    for (size_t i = 0; i < json_array_size(v); i++) {
        const char *key;
        json_t *x;
        size_t at = 0;
        buf_adds(out, i ? "\n" : "");
        json_object_foreach(json_array_get(v, i), key, x)
        {
            char text[MICRO_TEXT];
            buf_adds(out, at++ ? "，" : "");
            buf_adds(out, json_is_string(x)    ? json_string_value(x)
                          : json_is_number(x)  ? micro_format(json_to_micro(x, MICRO_MISSING), -1, text)
                          : json_is_boolean(x) ? (json_is_true(x) ? "是" : "否")
                                               : "");
        }
    }
}

void cell_write_count(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out)
{
    (void)n, (void)f;
    if (json_array_size(v))
        buf_addf(out, "%zu 项", json_array_size(v));
}
