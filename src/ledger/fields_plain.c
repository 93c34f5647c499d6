/* fields_plain.c - values of one line: texts, numbers, dates, names of units, sites, people, files and cases. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "ledger/fields.h"

enum { TEXT_MAX = 4000 };

int take_text(const struct taker *t, const json_t *v, json_t **ret)
{
    json_t *s = json_is_string(v) ? take_trimmed(json_string_value(v), json_string_length(v)) : NULL;
    size_t most = t->f->type == FIELD_TEXT ? t->f->most : TEXT_MAX;
    if (s && t->f->secret && secret_is(json_string_value(s))) { /* as it is stored: it must be one of ours */
        int r = secret_check(t->l, t->f, s, t->e);
        if (r < 0)
            json_decref(s);
        else
            *ret = s;
        return r;
    }
    if (!s || utf8_count(json_string_value(s), json_string_length(s)) > most) {
        char zh[80], en[80];
        snprintf(zh, sizeof zh, "须为不超过%zu字的文字", most);
        snprintf(en, sizeof en, "must be text of at most %zu characters", most);
        json_decref(s);
        return take_wrong(t, zh, en);
    }
    if (t->f->secret && json_string_length(s))
        return secret_seal(t->l, t->f, s, ret, t->e);
    *ret = s;
    return 0;
}

int take_choice(const struct taker *t, const json_t *v, json_t **ret)
{
    int r = take_text(t, v, ret);
    if (r < 0 || !json_string_length(*ret) || take_in_list(t->f->choices, json_string_value(*ret)))
        return r;
    json_decref(*ret);
    return take_wrong(t, "不在可选项之内", "is not one of the choices");
}

/* By code, by id, or as the API shows it: an object with a code. */
int take_unit(const struct taker *t, const json_t *v, json_t **ret)
{
    const char *code = json_is_object(v) ? json_str(v, "code", "") : json_string_value(v);
    json_int_t id = json_integer_value(v);
    const struct unit *u = id > 0 && id <= INT32_MAX ? place_unit(t->l->place, (int32_t)id) : NULL;
    if (!u && code)
        u = place_unit_by_code(t->l->place, code);
    if (!u && code && !*code) {
        *ret = json_string("");
        return 0;
    }
    if (!u)
        return take_wrong(t, "没有这个单位", "there is no such unit");
    *ret = json_string(u->code);
    return 0;
}

int take_site(const struct taker *t, const json_t *v, json_t **ret)
{
    const char *code = json_is_object(v) ? json_str(v, "code", "") : json_string_value(v);
    int64_t id = json_is_object(v) ? json_int(v, "id", 0) : json_integer_value(v);
    const struct site *s = id > 0 && id <= INT32_MAX ? place_site(t->l->place, (int32_t)id) : NULL;
    if (!s && code)
        s = place_site_by_code(t->l->place, code);
    if (!s && ((code && !*code && !id) || (json_is_integer(v) && id == 0))) {
        *ret = json_string("");
        return 0;
    }
    if (!s)
        return take_wrong(t, "没有这个点位", "there is no such site");
    *ret = json_string(s->code);
    return 0;
}

int take_user(const struct taker *t, const json_t *v, json_t **ret)
{
    int r = take_text(t, v, ret);
    if (r < 0 || !json_string_length(*ret))
        return r;
    struct user u;
    if (ledger_get_user(t->l->store, json_string_value(*ret), &u, NULL) == 0)
        return 0;
    json_decref(*ret);
    return take_wrong(t, "没有这个账号", "there is no such account");
}

int take_date(const struct taker *t, const json_t *v, json_t **ret)
{
    const char *s = json_string_value(v);
    char text[CN_TEXT];
    int64_t ms;
    if (s && !*s) {
        *ret = json_string("");
        return 0;
    }
    if (!s || !cn_parse_iso(s, strlen(s), &ms))
        return take_wrong(t, "须为日期，如 2026-12-31", "must be a date such as 2026-12-31");
    *ret = json_string(cn_format_date(ms, text));
    return 0;
}

/* Kept as given when the field sets no decimals. */
int take_number(const struct taker *t, const json_t *v, json_t **ret)
{
    const struct field *f = t->f;
    micro m = json_to_micro(v, MICRO_MISSING);
    char zh[120], en[120], edge[MICRO_TEXT];
    if (!json_is_number(v))
        return take_wrong(t, "须为数字", "must be a number");
    if (m == MICRO_MISSING && (f->decimals >= 0 || f->min != MICRO_MISSING || f->max != MICRO_MISSING))
        return take_wrong(t, "数字过大", "is too large a number");
    if (f->decimals >= 0) {
        micro kept = micro_round(m, f->decimals);
        if (kept != m && !t->computed) {
            snprintf(zh, sizeof zh, "小数不超过%d位", f->decimals);
            snprintf(en, sizeof en, "has more than %d decimals", f->decimals);
            return take_wrong(t, zh, en);
        }
        m = kept;
    }
    if (f->min != MICRO_MISSING && m < f->min) {
        snprintf(zh, sizeof zh, "不能小于%s", micro_format(f->min, -1, edge));
        snprintf(en, sizeof en, "must not be below %s", edge);
        return take_wrong(t, zh, en);
    }
    if (f->max != MICRO_MISSING && m > f->max) {
        snprintf(zh, sizeof zh, "不能大于%s", micro_format(f->max, -1, edge));
        snprintf(en, sizeof en, "must not be above %s", edge);
        return take_wrong(t, zh, en);
    }
    if (f->decimals < 0)
        *ret = json_copy((json_t *)v);
    else
        *ret = m % MICRO_ONE ? json_real(micro_to_double(m)) : json_integer(m / MICRO_ONE);
    return 0;
}

int take_flag(const struct taker *t, const json_t *v, json_t **ret)
{
    if (!json_is_boolean(v))
        return take_wrong(t, "须为是或否（true、false）", "must be true or false");
    *ret = json_boolean(json_is_true(v));
    return 0;
}

int take_time(const struct taker *t, const json_t *v, json_t **ret)
{
    const char *s = json_string_value(v);
    char text[CN_TEXT];
    int64_t ms;
    if (s && !*s) {
        *ret = json_string("");
        return 0;
    }
    if (!s || !cn_parse_iso(s, strlen(s), &ms))
        return take_wrong(t, "须为时间，如 2026-12-31T08:30", "must be a time such as 2026-12-31T08:30");
    cn_format_iso(ms, text);
    text[16] = '\0'; /* date and minute, Chinese time */
    *ret = json_string(text);
    return 0;
}

/* Ids of attachments, as numbers or texts. Whether each of them is there is a matter of those who keep them. */
int take_file(const struct taker *t, const json_t *v, json_t **ret)
{
    scoped(json_decrefp) json_t *all = json_array();
    if (!json_is_array(v) || json_array_size(v) > t->f->most)
        return take_wrong(t, "须为附件编号的列表", "must be a list of attachment ids");
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *id = json_array_get(v, i);
        int64_t n = json_integer_value(id);
        if (!json_is_integer(id) || n < 1)
            return take_wrong(t, "附件编号须为正整数", "an attachment's id is a whole number from 1");
        for (size_t k = 0; k < i; k++)
            if (json_equal(id, json_array_get(v, k)))
                return take_wrong(t, "附件重复", "names an attachment twice");
        json_array_append_new(all, json_integer(n));
    }
    *ret = TAKE(all);
    return 0;
}

/* By number, by id, or as the API shows it: an object with a number. */
int take_case(const struct taker *t, const json_t *v, json_t **ret)
{
    const char *number = json_is_object(v) ? json_str(v, "number", "") : json_string_value(v);
    struct doc d = { 0 };
    if (number && !*number) {
        *ret = json_string("");
        return 0;
    }
    int r = number               ? ledger_get_doc_by_key(t->l->store, DOC_CASE, number, &d, NULL)
            : json_is_integer(v) ? ledger_get_doc(t->l->store, DOC_CASE, json_integer_value(v), &d, NULL)
                                 : -ENOENT;
    scoped(json_decrefp) json_t *doc = NULL;
    if (r == 0)
        r = json_read(d.body, strlen(d.body), &doc, NULL);
    doc_release(&d);
    if (r < 0)
        return take_wrong(t, "没有这个编号的事项", "there is no case of that number");
    if (t->f->ledger && strcmp(t->f->ledger, json_str(doc, "ledger", "")) != 0)
        return take_wrong(t, "该事项不属于要求的台账", "that case is of another ledger");
    *ret = json_string(json_str(doc, "number", ""));
    return 0;
}

/* A list of texts, or one text with an item a line. Blank items fall away. */
int take_list(const struct taker *t, const json_t *v, json_t **ret)
{
    json_t *all = json_array();
    if (json_is_string(v)) {
        const char *s = json_string_value(v);
        while (*s) {
            size_t n = strcspn(s, "\n");
            json_array_append_new(all, take_trimmed(s, n));
            s += n + (s[n] == '\n');
        }
    } else if (json_is_array(v)) {
        for (size_t i = 0; i < json_array_size(v); i++) {
            json_t *item = NULL;
            if (take_text(t, json_array_get(v, i), &item) < 0) {
                json_decref(all);
                return -EINVAL;
            }
            json_array_append_new(all, item);
        }
    } else {
        json_decref(all);
        return take_wrong(t, "须为文字列表", "must be a list of texts");
    }
    for (size_t i = json_array_size(all); i-- > 0;)
        if (!json_string_length(json_array_get(all, i)))
            json_array_remove(all, i);
    if (json_array_size(all) > t->f->most) {
        char zh[80], en[80];
        snprintf(zh, sizeof zh, "不超过%zu项", t->f->most);
        snprintf(en, sizeof en, "has more than %zu items", t->f->most);
        json_decref(all);
        return take_wrong(t, zh, en);
    }
    *ret = all;
    return 0;
}
