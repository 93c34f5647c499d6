/* demo_plan.c - the demo's yearly plan: read like any other, its air and river targets confirmed by the leader. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/plans.h"
#include "app/demo.h"
#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"

enum { CONFIRM_MAX = 64, WRITTEN_FOR = 2026 };

/* The shipped plan is written for 2026; in another year its years are moved with the calendar, so that the demo's plan is always this
 * year's. "20dd年" only: other digits stay. */
void demo_move_years(struct buf *text, int by)
{
    static const char nian[] = "年";
    for (char *p = text->data; by && (p = strstr(p, nian)); p += sizeof nian - 1) {
        char was[5] = "", *start = p - 4;
        int year;
        if (start < text->data)
            continue;
        memcpy(was, start, 4);
        year = (int)strtol(was, NULL, 10);
        if (strspn(was, "0123456789") == 4 && year >= 2000 && year <= 2099) {
            char now[16];
            snprintf(now, sizeof now, "%04d", year + by);
            memcpy(start, now, 4);
        }
    }
}

struct confirming {
    int64_t id[CONFIRM_MAX];
    size_t n;
};

static int choose(const struct doc *d, void *arg)
{
    struct confirming *c = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (c->n < CONFIRM_MAX && json_read(d->body, strlen(d->body), &body, NULL) == 0 &&
        (strncmp(json_str(body, "bound", ""), "air.", 4) == 0 ||
         strncmp(json_str(body, "bound", ""), "water.", 6) == 0))
        c->id[c->n++] = d->id;
    return 0;
}

static int confirm(struct demo *d, int64_t id, struct err *e)
{
    struct doc t = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    char when[CN_TEXT];
    int r = ledger_get_doc(d->core.store, DOC_TARGET, id, &t, e);
    if (r < 0)
        return r;
    r = json_read(t.body, strlen(t.body), &body, e);
    if (r == 0) {
        json_object_set_new(body, "confirmed_by", json_string("leader"));
        json_object_set_new(body, "confirmed_at", json_string(cn_format_iso(d->today, when)));
        scoped(freep) char *text = json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(15));
        struct doc changed = t;
        changed.state = "confirmed";
        changed.updated = d->today;
        changed.body = text;
        r = text ? ledger_put_doc(d->core.store, DOC_TARGET, &changed, NULL, e)
                 : err_set(e, -ENOMEM, "out of memory");
    }
    doc_release(&t);
    return r;
}

int demo_write_plan(struct demo *d, struct err *e)
{
    char path[4200];
    struct buf text = BUF_INIT;
    struct confirming c = { .n = 0 };
    int64_t plan = 0;
    snprintf(path, sizeof path, "%s/plan-2026.txt", d->from);
    int r = file_read(path, FILE_READ_MAX, &text, e);
    int year = cn_from_ms(d->today).year;
    char title[96];
    snprintf(title, sizeof title, "%d年碧湾市生态环境工作要点", year);
    if (r == 0)
        demo_move_years(&text, year - WRITTEN_FOR);
    if (r == 0)
        r = plan_store(d->core.store, d->core.words, title, text.data, text.len, "leader", d->today, &plan,
                       e);
    buf_release(&text);
    if (r == 0)
        r = ledger_each_doc(d->core.store, DOC_TARGET, &(struct doc_query){ .parent = plan, .state = "read" },
                            choose, &c, e);
    for (size_t i = 0; r == 0 && i < c.n; i++)
        r = confirm(d, c.id[i], e);
    return r;
}
