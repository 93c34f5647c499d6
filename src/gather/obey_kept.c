/* What a device remembers of what it was asked: settings, samples, information. */
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "gather/obey_own.h"

static const char *setting(const struct device_client *d, const char *name)
{
    for (size_t i = 0; i < d->n_set; i++)
        if (strcmp(d->set[i].name, name) == 0)
            return d->set[i].value;
    return NULL;
}

static bool set(struct device_client *d, const char *name, const struct hj212_view *value)
{
    struct setting *x = d->set;
    while (x < d->set + d->n_set && strcmp(x->name, name) != 0)
        x++;
    if (x == d->set + COUNT_OF(d->set) || value->len >= sizeof x->value || strlen(name) >= sizeof x->name)
        return false;
    if (x == d->set + d->n_set)
        d->n_set++;
    snprintf(x->name, sizeof x->name, "%s", name);
    snprintf(x->value, sizeof x->value, "%.*s", (int)value->len, value->s);
    return true;
}

/* "w01018", or "" for the logger itself; false: a name that is none. */
static bool instrument(const struct hj212_frame *f, char out[8])
{
    const struct hj212_item *it = obey_item(f, "PolId");
    out[0] = 0;
    if (!it)
        return true;
    snprintf(out, 8, "%.*s", (int)it->value.len, it->value.s);
    return it->value.len >= 3 && it->value.len <= 6;
}

/* Requests whose values are kept as they come and told as they are, by code: names, and what stands there before anybody set it. */
static const struct kept_value {
    const char *setter, *getter, *name, *at_first;
    bool of_instrument; /* one for each PolId */
} kept_values[] = {
    { "1001", "", "WarnTime", "0", false },
    { "1022", "1021", "LowValue", "0", true },
    { "1022", "1021", "UpValue", "100", true },
    { "1032", "1031", "AlarmTarget", "10.0.0.1", false },
    { "1042", "1041", "ReportTime", "0100", false },
    { "3014", "", "CstartTime", "000000", false },
    { "3014", "", "Ctime", "2", false },
    { "3016", "3017", "CstartTime", "000000", true },
    { "3016", "3017", "Ctime", "2", true },
};

/* A limit is named by its factor (w01018-UpValue); the rest by themselves. */
static const struct hj212_item *value_item(const struct hj212_frame *f, const struct kept_value *k,
                                           const char *pol)
{
    const struct hj212_item *plain = obey_item(f, k->name);
    for (size_t i = 0; i < f->n_items && !plain; i++) {
        const struct hj212_item *it = &f->item[i];
        if (it->suffix.len == strlen(k->name) && memcmp(it->suffix.s, k->name, it->suffix.len) == 0 &&
            it->code.len == strlen(pol) && memcmp(it->code.s, pol, it->code.len) == 0)
            return it;
    }
    return plain;
}

static void key_of(const struct kept_value *k, const char *pol, char out[40])
{
    snprintf(out, 40, "%s %s %s", k->name, k->setter, k->of_instrument ? pol : "");
}

int obey_set_values(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char pol[8], key[40];
    int n = 0;
    (void)cp;
    if (!instrument(f, pol))
        return FAILED;
    for (const struct kept_value *k = kept_values; k < kept_values + COUNT_OF(kept_values); k++) {
        const struct hj212_item *it = obey_is_code(f, k->setter) ? value_item(f, k, pol) : NULL;
        if (!it)
            continue;
        key_of(k, pol, key);
        if (!set(d, key, &it->value))
            return FAILED;
        n++;
    }
    return n ? DONE : FAILED;
}

int obey_get_values(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char pol[8], key[40];
    if (!instrument(f, pol))
        return FAILED;
    if (*pol)
        buf_addf(cp, "PolId=%s", pol);
    for (const struct kept_value *k = kept_values; k < kept_values + COUNT_OF(kept_values); k++) {
        if (!obey_is_code(f, k->getter))
            continue;
        key_of(k, pol, key);
        const char *was = setting(d, key);
        bool limit = strcmp(k->getter, "1021") == 0;
        buf_addf(cp, "%s%s%s%s=%s", cp->len ? ";" : "", limit ? pol : "", limit ? "-" : "", k->name,
                 was ? was : k->at_first);
    }
    return cp->len ? DONE : FAILED;
}

/* ---- samples ---- */

static void take_bottle(struct device_client *d)
{
    d->bottle = d->bottle % 99 + 1; /* VaseNo, 1 to 99 */
}

int obey_sample(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    int r = obey_needs_instrument(d, f, cp);
    if (r == DONE)
        take_bottle(d);
    return r;
}

int obey_keep_sample(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char text[CN_TEXT];
    (void)f;
    take_bottle(d);
    buf_addf(cp, "DataTime=%s;VaseNo=%d", cn_format_compact(obey_device_now(d), text), d->bottle);
    return DONE;
}

int obey_get_result_time(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char pol[8];
    (void)d;
    if (!instrument(f, pol) || !*pol)
        return FAILED;
    buf_addf(cp, "PolId=%s;Stime=30", pol);
    return DONE;
}

/* An instrument's number is made of its device's and its factor's, so that each has its own. */
int obey_get_identity(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char pol[8];
    if (!instrument(f, pol) || !*pol)
        return FAILED;
    size_t len = strlen(d->cfg.mn);
    buf_addf(cp, "PolId=%s;%s-SN=%s%s", pol, pol, len > 12 ? d->cfg.mn + len - 12 : d->cfg.mn, pol);
    return DONE;
}

/* ---- site information (HJ 212-2017 tables of InfoId): what stands there before anybody set it ---- */

static const struct {
    const char *id, *value;
    bool of_instrument;
} informations[] = {
    { "i11001", "//instrument: no entry//", true },
    { "i12001", "0", true }, /* 0 it runs */
    { "i12002", "0", true },
    { "i12003", "0", true },
    { "i13001", "0-500", true },
    { "i13002", "0.1", true },
    { "i13003", "60", true },
    { "i13004", "165", true },
    { "i13005", "30", true },
    { "i13007", "0", true },
    { "i13008", "1", true },
    { "i13009", "4", true },
    { "i21001", "//logger: no entry//", false },
    { "i22001", "0", false }, /* 0 it runs */
    { "i22003", "0", false },
    { "i22101", "0", false },
    { "i23001", "101.3", false },
    { "i31001", "//auxiliary: no entry//", false },
    { "i32001", "0", false },
    { "i33101", "22.5", false },
    { "i33102", "45", false },
    { "i33103", "220", false },
};

int obey_get_info(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    char text[CN_TEXT], id[8], pol[8], key[40];
    const struct hj212_item *it = obey_item(f, "InfoId");
    if (!it || it->value.len != 6 || !instrument(f, pol))
        return FAILED;
    snprintf(id, sizeof id, "%.6s", it->value.s);
    snprintf(key, sizeof key, "%s %s", id, pol);
    const char *value = setting(d, key);
    for (size_t i = 0; i < COUNT_OF(informations) && !value; i++)
        if (strcmp(informations[i].id, id) == 0 && (!informations[i].of_instrument || *pol))
            value = informations[i].value;
    if (!value)
        return NO_DATA;
    buf_addf(cp, "DataTime=%s;", cn_format_compact(obey_device_now(d), text));
    if (*pol)
        buf_addf(cp, "PolId=%s;", pol);
    buf_addf(cp, "%s-Info=%s", id, value);
    return DONE;
}

int obey_set_parameter(struct device_client *d, const struct hj212_frame *f, struct buf *cp)
{
    const struct hj212_item *id = obey_item(f, "InfoId");
    char pol[8], key[40];
    (void)cp;
    if (!id || id->value.len != 6 || id->value.s[2] != '3' || !instrument(f, pol)) /* kind 3: a parameter */
        return FAILED;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        if (it->suffix.len != 4 || memcmp(it->suffix.s, "Info", 4) != 0 || it->code.len != id->value.len ||
            memcmp(it->code.s, id->value.s, it->code.len) != 0)
            continue;
        snprintf(key, sizeof key, "%.6s %s", id->value.s, pol);
        return set(d, key, &it->value) ? DONE : FAILED;
    }
    return FAILED;
}
