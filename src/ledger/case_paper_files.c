/* case_paper_files.c - what proves a case, on its form: the evidence, the attachments with the hash of each, the photos. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/case_paper_own.h"

enum { HASH_SHOWN = 16, HASH_LINE = 22, LISTED_MAX = 500 };

/* Attachments of the case in the order of their upload; a paper calls them 附件1, 附件2 … */
struct listed {
    const struct printing *p;
    struct {
        int64_t id, created;
        json_t *body; /* owned */
    } file[LISTED_MAX];
    size_t n, more; /* more: not listed */
};

static int list_file(const struct doc *d, void *arg)
{
    struct listed *x = arg;
    json_t *body = NULL;
    if (x->n == LISTED_MAX) {
        x->more++;
        return 0;
    }
    if (json_read(d->body, strlen(d->body), &body, NULL) < 0)
        return 0;
    x->file[x->n].id = d->id;
    x->file[x->n].created = d->created;
    x->file[x->n++].body = body;
    return 0;
}

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a, *y = b; /* an element begins with its id */
    return *x < *y ? -1 : *x > *y;
}

/* "附件1、附件3" */
static void numbers_of(const struct listed *x, const json_t *ids, struct buf *out)
{
    for (size_t i = 0; i < json_array_size(ids); i++)
        for (size_t k = 0; k < x->n; k++)
            if (x->file[k].id == json_integer_value(json_array_get(ids, i)))
                buf_addf(out, "%s附件%zu", out->len ? "、" : "", k + 1);
}

static const char *text_of(const struct buf *b)
{
    return b->data ? b->data : "";
}

static void evidence_table(struct printing *p, const struct listed *x)
{
    static const struct paper_column columns[] = {
        { "序号", PAPER_WORDS, 6 },    { "类别", PAPER_WORDS, 14 }, { "内容", PAPER_WORDS, 40 },
        { "提交人", PAPER_WORDS, 14 }, { "日期", PAPER_WORDS, 14 }, { "附件", PAPER_WORDS, 12 },
    };
    const json_t *list = json_object_get(json_object_get(p->c.doc, "given"), "evidence");
    if (!json_array_size(list))
        return;
    paper_add(p->paper, PAPER_HEADING, "附：佐证材料（证据）清单");
    struct paper_part *t = paper_table(p->paper, columns, COUNT_OF(columns));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        scoped(buf_release) struct buf day = BUF_INIT, files = BUF_INIT;
        char number[24];
        snprintf(number, sizeof number, "%zu", i + 1);
        printed_day_of(json_int(o, "at", 0), false, &day);
        numbers_of(x, json_object_get(o, "files"), &files);
        const char *const cell[] = { number,
                                     json_str(o, "kind", ""),
                                     json_str(o, "text", ""),
                                     printed_name(p, json_str(o, "by", "")),
                                     text_of(&day),
                                     text_of(&files) };
        for (size_t k = 0; k < COUNT_OF(cell); k++)
            paper_cell(p->paper, t, cell[k]);
    }
}

/* In three lines, so that it is seen where it ends. */
static void hash_lines(const char *hash, struct buf *out)
{
    for (size_t i = 0; hash[i]; i++)
        buf_addf(out, "%s%c", i && i % HASH_LINE == 0 ? "\n" : "", hash[i]);
}

static void size_text(int64_t bytes, struct buf *out)
{
    if (bytes < 1024)
        buf_addf(out, "%" PRId64 " 字节", bytes);
    else
        buf_addf(out, "%.1f %s", bytes < 1024 * 1024 ? (double)bytes / 1024 : (double)bytes / 1024 / 1024,
                 bytes < 1024 * 1024 ? "KB" : "MB");
}

static void attachments(struct printing *p, const struct listed *x)
{
    static const struct paper_column columns[] = { { "附件", PAPER_WORDS, 8 },
                                                   { "名称", PAPER_WORDS, 28 },
                                                   { "大小", PAPER_WORDS, 10 },
                                                   { "上传", PAPER_WORDS, 20 },
                                                   { "校验值（SM3）", PAPER_WORDS, 24 } };
    if (!x->n)
        return;
    paper_add(p->paper, PAPER_HEADING, "附：附件清单");
    struct paper_part *t = paper_table(p->paper, columns, COUNT_OF(columns));
    for (size_t i = 0; i < x->n; i++) {
        const json_t *body = x->file[i].body;
        scoped(buf_release) struct buf number = BUF_INIT, size = BUF_INIT, from = BUF_INIT, hash = BUF_INIT;
        buf_addf(&number, "附件%zu", i + 1);
        size_text(json_int(body, "size", 0), &size);
        buf_addf(&from, "%s\n", printed_name(p, json_str(body, "uploader", "")));
        printed_day_of(x->file[i].created, true, &from);
        hash_lines(json_str(body, "hash", ""), &hash);
        const char *const cell[] = { text_of(&number), json_str(body, "name", ""), text_of(&size),
                                     text_of(&from), text_of(&hash) };
        for (size_t k = 0; k < COUNT_OF(cell); k++)
            paper_cell(p->paper, t, cell[k]);
    }
    if (x->more) {
        char line[80];
        snprintf(line, sizeof line, "另有 %zu 个附件未列出。", x->more);
        paper_add(p->paper, PAPER_TEXT, line);
    }
}

/* When and where by the camera's own note, who by the upload; "未记录" is said, for a photo without them is weaker. */
static void caption(const struct printing *p, const struct listed *x, size_t i, struct buf *out)
{
    const json_t *body = x->file[i].body, *lng = json_object_get(body, "lng"),
                 *lat = json_object_get(body, "lat");
    buf_addf(out, "附件%zu　%s\n拍摄时间：", i + 1, json_str(body, "name", ""));
    if (json_int(body, "taken", 0))
        printed_day_of(json_int(body, "taken", 0), true, out);
    else
        buf_adds(out, "照片未记录");
    if (json_is_number(lng) && json_is_number(lat))
        buf_addf(out, "\n拍摄地点：东经 %.5f，北纬 %.5f", json_number_value(lng), json_number_value(lat));
    else
        buf_adds(out, "\n拍摄地点：照片未记录");
    buf_addf(out, "\n上传：%s ", printed_name(p, json_str(body, "uploader", "")));
    printed_day_of(x->file[i].created, true, out);
    buf_addf(out, "\nSM3：%.*s…", HASH_SHOWN, json_str(body, "hash", ""));
}

static void photos(struct printing *p, const struct listed *x)
{
    struct paper_part *part = NULL;
    size_t left = 0;
    for (size_t i = 0; p->photo && i < x->n; i++) {
        const json_t *body = x->file[i].body;
        if (!json_flag(body, "picture", false))
            continue;
        if (!part) {
            paper_add(p->paper, PAPER_HEADING, "附：照片");
            part = paper_add(p->paper, PAPER_PHOTOS, NULL);
        }
        if (part->n_photos == PAPER_PHOTOS_MAX) {
            left++;
            continue;
        }
        scoped(buf_release) struct buf jpeg = BUF_INIT, words = BUF_INIT;
        caption(p, x, i, &words);
        if (p->photo(p->photo_arg, json_str(body, "hash", ""), &jpeg, NULL) < 0)
            buf_clear(&jpeg);
        paper_photo(p->paper, part, text_of(&jpeg), jpeg.len, text_of(&words));
    }
    if (left) {
        char line[120];
        snprintf(line, sizeof line, "其余 %zu 张照片未印在纸上，见附件清单。", left);
        paper_add(p->paper, PAPER_TEXT, line);
    }
}

int printed_evidence(struct printing *p, struct err *e)
{
    struct listed *x = calloc(1, sizeof *x);
    if (!x)
        return err_set(e, -ENOMEM, "no memory for a paper");
    x->p = p;
    int r = ledger_each_doc(p->l->store, DOC_FILE, &(struct doc_query){ .parent = p->c.id }, list_file, x, e);
    qsort(x->file, x->n, sizeof x->file[0], by_id);
    if (r == 0) {
        evidence_table(p, x);
        attachments(p, x);
        photos(p, x);
    }
    for (size_t i = 0; i < x->n; i++)
        json_decref(x->file[i].body);
    free(x);
    return r;
}
