/* number.c - the number of a new case, from its ledger's form. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "ledger/engine.h"

static void write_area(const struct ledgers *l, int digits, struct buf *out)
{
    const char *code = l->place->n_regions ? l->place->regions[0].code : "";
    /* GB/T 2260 codes are filled with zeros on the right: a city's 4 digits are the first of 6. */
    for (int i = 0; i < digits; i++) {
        bool digit = *code >= '0' && *code <= '9';
        buf_addc(out, digit ? *code : '0');
        code += digit;
    }
}

static int write_field(const json_t *fields, const char *id, size_t n, struct buf *out, struct err *e)
{
    static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
    enum { PART_MAX = 40 };
    char key[40];
    snprintf(key, sizeof key, "%.*s", (int)n, id);
    const char *value = json_str(fields, key, "");
    if (!*value || value[strspn(value, allowed)] || strlen(value) > PART_MAX)
        return err_named(
            e, -EINVAL, "case.field_invalid",
            "%s 用于编号，只能是字母、数字和“-”，不超过%d个 | %s stands in the number: letters, digits and "
            "'-', at most %d",
            key, PART_MAX, key, PART_MAX);
    buf_adds(out, value);
    return 0;
}

/* seq below 0 writes '#' for it: what the form counts within. */
static int write_number(const struct ledgers *l, const char *form, const json_t *fields, int64_t now,
                        int64_t seq, struct buf *out, struct err *e)
{
    struct cn_civil t = cn_from_ms(now);
    int r = 0;
    for (const char *p = form; r == 0 && *p; p++) {
        if (*p != '{') {
            buf_addc(out, *p);
            continue;
        }
        if (strncmp(p, "{year}", 6) == 0)
            buf_addf(out, "%d", t.year);
        else if (strncmp(p, "{month}", 7) == 0)
            buf_addf(out, "%02d", t.month);
        else if (strncmp(p, "{day}", 5) == 0)
            buf_addf(out, "%02d", t.day);
        else if (strncmp(p, "{area:", 6) == 0)
            write_area(l, p[6] - '0', out);
        else if (strncmp(p, "{field:", 7) == 0)
            r = write_field(fields, p + 7, strcspn(p + 7, "}"), out, e);
        else if (seq < 0)
            buf_addc(out, '#');
        else
            buf_addf(out, "%0*" PRId64, p[5] - '0', seq);
        p += strcspn(p, "}");
    }
    return r == 0 && out->failed ? err_set(e, -ENOMEM, "out of memory") : r;
}

/* The setting that counts: within the ledger and year, or within what else stands in the number. */
static int counter_name(const struct ledgers *l, const struct definition *def, const json_t *fields,
                        int64_t now, struct buf *out, struct err *e)
{
    bool plain =
        !strstr(def->number, "{month}") && !strstr(def->number, "{day}") && !strstr(def->number, "{field:");
    buf_addf(out, "ledger-seq:%s:", def->id);
    if (!plain)
        return write_number(l, def->number, fields, now, -1, out, e);
    buf_addf(out, "%d", cn_from_ms(now).year);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

/* The counter is kept beside; a number that is taken all the same (two ledgers with one form, a restored file) is passed over. */
int case_number(struct ledgers *l, const struct definition *def, const json_t *fields, int64_t now,
                struct buf *out, struct err *e)
{
    char value[24];
    char *was = NULL;
    struct buf name = BUF_INIT;
    int r = counter_name(l, def, fields, now, &name, e);
    if (r == 0)
        r = ledger_get_setting(l->store, name.data, &was, e);
    int64_t seq = r == 0 ? strtoll(was, NULL, 10) : 0;
    free(was);
    if (r == -ENOENT)
        r = 0;
    while (r == 0) {
        struct doc d = { 0 };
        buf_clear(out);
        if ((r = write_number(l, def->number, fields, now, ++seq, out, e)) < 0)
            break;
        r = ledger_get_doc_by_key(l->store, DOC_CASE, out->data, &d, NULL);
        if (r == 0)
            doc_release(&d);
        else if (r != -ENOENT)
            err_set(e, r, "case number %s cannot be looked up", out->data);
    }
    snprintf(value, sizeof value, "%" PRId64, seq);
    if (r == -ENOENT)
        r = ledger_put_setting(l->store, name.data, value, e);
    buf_release(&name);
    return r;
}
