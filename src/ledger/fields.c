/* fields.c - what people and programs give for a case, made into the one form that is stored. */
#include "ledger/fields.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"

int take_wrong(const struct taker *t, const char *zh, const char *en)
{
    return err_named(t->e, -EINVAL, "case.field_invalid", "%s（%s）：%s | %s (%s): %s", t->f->label, t->f->id,
                     zh, t->f->label_en, t->f->id, en);
}

json_t *take_trimmed(const char *s, size_t n)
{
    utf8_trim(&s, &n);
    return json_stringn(s, n);
}

bool take_in_list(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
            return true;
    return false;
}

/* Nothing was given: nothing, an empty text or list, a goal without words. A function's empty table arrives as an empty object. */
bool take_is_blank(const json_t *v)
{
    return !v || json_is_null(v) || (json_is_string(v) && !json_string_length(v)) ||
           (json_is_array(v) && !json_array_size(v)) || (json_is_object(v) && !json_object_size(v)) ||
           (json_is_object(v) && json_object_get(v, "text") && !*json_str(v, "text", ""));
}

int take_value(const struct taker *t, const json_t *v, json_t **ret)
{
    static take_fn *const take[FIELD_TYPES] = {
        [FIELD_TEXT] = take_text,         [FIELD_CHOICE] = take_choice,  [FIELD_UNIT] = take_unit,
        [FIELD_USER] = take_user,         [FIELD_DATE] = take_date,      [FIELD_GOAL] = take_goal,
        [FIELD_LIST] = take_list,         [FIELD_NUMBER] = take_number,  [FIELD_SITE] = take_site,
        [FIELD_FLAG] = take_flag,         [FIELD_TIME] = take_time,      [FIELD_POINT] = take_point,
        [FIELD_AREA] = take_area,         [FIELD_TRACK] = take_track,    [FIELD_ROWS] = take_rows,
        [FIELD_FILE] = take_file,         [FIELD_SIGNATURE] = take_file, [FIELD_CASE] = take_case,
        [FIELD_EVIDENCE] = take_evidence,
    };
    return take[t->f->type](t, v, ret);
}

int field_take(struct ledgers *l, const struct field *f, bool computed, const json_t *v, json_t **ret,
               struct err *e)
{
    return take_value(&(struct taker){ .l = l, .f = f, .computed = computed, .e = e }, v, ret);
}

static int check_known(const struct field *f, size_t n, const json_t *given, bool finding, struct err *e)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)given, key, v)
    {
        size_t i = 0;
        while (i < n && strcmp(f[i].id, key) != 0)
            i++;
        if (i == n)
            return err_named(e, -EINVAL, "case.field_unknown",
                             "没有“%.64s”这一项 | there is no field '%.64s'", key, key);
        if (f[i].value && !json_is_null(v))
            return err_named(e, -EINVAL, "case.field_invalid",
                             "%s（%s）由系统计算，不能填写 | %s (%s) is computed and cannot be given",
                             f[i].label, f[i].id, f[i].label_en, f[i].id);
        if (f[i].by_finding && !finding && !json_is_null(v))
            return err_named(
                e, -EINVAL, "case.field_invalid",
                "%s（%s）只由线索带入，不能填写 | %s (%s) comes from a finding and cannot be given",
                f[i].label, f[i].id, f[i].label_en, f[i].id);
    }
    return 0;
}

static void name_missing(struct said *s, const struct field *f)
{
    size_t zh = strlen(s->zh), en = strlen(s->en);
    snprintf(s->zh + zh, sizeof s->zh - zh, "%s%s（%s）", zh ? "、" : "", f->label, f->id);
    snprintf(s->en + en, sizeof s->en - en, "%s%s (%s)", en ? ", " : "", f->label_en, f->id);
}

static int check_differs(const struct field *f, size_t n, const json_t *values, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        const json_t *a = json_object_get(values, f[i].id);
        const json_t *b = f[i].differs_from ? json_object_get(values, f[i].differs_from) : NULL;
        if (a && b && json_equal(a, b))
            return err_named(e, -EINVAL, "case.field_invalid",
                             "%s（%s）不能与 %s 相同 | %s (%s) must differ from %s", f[i].label, f[i].id,
                             f[i].differs_from, f[i].label_en, f[i].id, f[i].differs_from);
    }
    return 0;
}

/* A unit and those above and below it are one house. */
static bool one_house(const struct place *p, const struct unit *a, const struct unit *b)
{
    return place_unit_within(p, a->id, b->id) || place_unit_within(p, b->id, a->id);
}

/* Among what is given now or, for what an action needs, stands in the case. */
static int check_independent(struct ledgers *l, const struct field *f, size_t n, const json_t *values,
                             const json_t *of_case, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        const char *other = f[i].independent_of;
        const struct unit *a = other ? fields_unit(l, values, f[i].id) : NULL,
                          *b = other ? fields_unit(l, values, other) : NULL;
        if (a && !b)
            b = fields_unit(l, of_case, other);
        if (a && b && one_house(l->place, a, b))
            return err_named(
                e, -EINVAL, "case.field_invalid",
                "%s（%s）须独立于%s：%s与%s是同一单位或有隶属关系 | %s (%s) must be independent of "
                "%s: one is the other or belongs to it",
                f[i].label, f[i].id, other, a->name, b->name, f[i].label_en, f[i].id, other);
    }
    return 0;
}

static const json_t *value_of(const struct field *f, const json_t *values, const json_t *of_case)
{
    const json_t *v = json_object_get(values, f->when_field);
    return v ? v : json_object_get(of_case, f->when_field);
}

static bool is_required(const struct field *f, const json_t *values, const json_t *of_case)
{
    if (!f->when_field)
        return f->required;
    const json_t *v = value_of(f, values, of_case);
    for (size_t i = 0; i < json_array_size(f->when_is); i++) {
        const json_t *is = json_array_get(f->when_is, i);
        if (v && (json_equal(v, is) ||
                  (json_is_number(v) && json_is_number(is) && json_number_value(v) == json_number_value(is))))
            return true;
        if (!v && json_is_false(is)) /* a box not ticked is not sent */
            return true;
    }
    return false;
}

int fields_take(struct ledgers *l, const struct field *f, size_t n, const json_t *given, bool finding,
                const json_t *of_case, json_t **ret, struct err *e)
{
    struct said missing = { 0 };
    if (given && !json_is_object(given))
        return err_named(e, -EINVAL, "case.field_invalid", "fields 须为对象 | fields must be an object");
    int r = check_known(f, n, given, finding, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *values = json_object();
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_object_get(given, f[i].id);
        if ((!v || json_is_null(v)) && finding)
            v = f[i].from_finding;
        if ((!v || json_is_null(v)) && !of_case)
            v = f[i].otherwise;
        json_t *taken = NULL;
        if (v && !json_is_null(v) && (r = field_take(l, &f[i], false, v, &taken, e)) < 0)
            return r;
        if (!take_is_blank(taken))
            json_object_set(values, f[i].id, taken);
        json_decref(taken);
    }
    for (size_t i = 0; i < n; i++)
        if (!json_object_get(values, f[i].id) && is_required(&f[i], values, of_case))
            name_missing(&missing, &f[i]);
    if (*missing.zh)
        return err_named(e, -EINVAL, "case.field_missing", "缺少必填项：%s | missing: %s", missing.zh,
                         missing.en);
    if ((r = check_differs(f, n, values, e)) < 0 || (r = check_independent(l, f, n, values, of_case, e)) < 0)
        return r;
    *ret = TAKE(values);
    return 0;
}

const struct unit *fields_unit(const struct ledgers *l, const json_t *fields, const char *key)
{
    const char *code = json_str(fields, key, "");
    return *code ? place_unit_by_code(l->place, code) : NULL;
}

json_t *fields_index(const struct ledgers *l, const json_t *fields)
{
    const struct unit *owner = fields_unit(l, fields, "owner"),
                      *supervisor = fields_unit(l, fields, "supervisor");
    const char *code = json_str(fields, "site", "");
    const struct site *s = *code ? place_site_by_code(l->place, code) : NULL;
    return json_pack("{s:i, s:i, s:i}", "unit", owner ? owner->id : 0, "unit2",
                     supervisor ? supervisor->id : 0, "site", s ? s->id : 0);
}
