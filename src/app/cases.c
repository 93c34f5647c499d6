#include "app/cases.h"

#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

int cases_each(struct ledger_store *s, const struct case_query *q,
               int (*each)(int64_t id, const char *number, const json_t *doc, void *arg), void *arg,
               struct err *e)
{
    struct case_query all = *q;
    struct case_page page = { 0 };
    all.limit = all.offset = 0;
    all.order = ORDER_NUMBER;
    int r = case_rows_page(s, &all, &page, e);
    if (r == 0 && page.n)
        qsort(page.id, page.n, sizeof *page.id, by_id);
    for (size_t i = 0; r == 0 && i < page.n; i++) {
        struct doc d = { 0 };
        scoped(json_decrefp) json_t *doc = NULL;
        r = ledger_get_doc(s, DOC_CASE, page.id[i], &d, e);
        if (r == 0 && (r = json_read(d.body, strlen(d.body), &doc, e)) == 0)
            r = each(page.id[i], d.key, doc, arg);
        doc_release(&d);
    }
    free(page.id);
    return r;
}
