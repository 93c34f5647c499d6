#include "api/workbook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/scoped.h"

enum { COLUMNS = 10, CELL_MAX = 8000 };

static const struct {
    const char *head;
    double width;
} columns[COLUMNS] = { { "序号", 6 },        { "类别", 7 },      { "目标/任务", 44 }, { "指标", 26 },
                       { "目标值", 18 },     { "责任单位", 22 }, { "完成时限", 14 },  { "性质", 7 },
                       { "依据(原文)", 60 }, { "所在章节", 30 } };

struct sheet {
    lxw_worksheet *ws;
    lxw_format *cell, *head, *title;
    lxw_row_t row;
    int failed;
};

static void put(struct sheet *s, lxw_col_t column, const char *text)
{
    char cut[CELL_MAX + 1];
    size_t len = strlen(text);
    if (len > CELL_MAX) { /* never inside a character */
        for (len = CELL_MAX; len && ((unsigned char)text[len] & 0xc0) == 0x80; len--)
            ;
    }
    memcpy(cut, text, len);
    cut[len] = '\0';
    if (worksheet_write_string(s->ws, s->row, column, cut, s->cell) != LXW_NO_ERROR)
        s->failed = -EIO;
}

static const char *sign(const char *op)
{
    static const char *const word[][2] = { { "<=", "≤" },          { ">=", "≥" },
                                           { "<", "<" },           { ">", ">" },
                                           { "=", "=" },           { "attain", "达标" },
                                           { "decrease", "下降" }, { "increase", "提高" } };
    for (size_t i = 0; i < COUNT_OF(word); i++)
        if (strcmp(op, word[i][0]) == 0)
            return word[i][1];
    return "";
}

static void number(struct buf *b, const json_t *v)
{
    if (json_is_integer(v))
        buf_addf(b, "%lld", (long long)json_integer_value(v));
    else if (json_is_real(v))
        buf_addf(b, "%.12g", json_real_value(v));
}

void level_write(struct buf *b, const json_t *o)
{
    buf_adds(b, sign(json_str(o, "op", "")));
    number(b, json_object_get(o, "value"));
    if (json_object_get(o, "value2")) {
        buf_adds(b, "–");
        number(b, json_object_get(o, "value2"));
    }
    buf_adds(b, json_str(o, "unit", ""));
    if (json_str(o, "baseline", NULL))
        buf_addf(b, "(对照%s)", json_str(o, "baseline", ""));
}

/* The owner that the clause names; else the units that the paragraph names. */
static void owner(struct buf *b, const json_t *o)
{
    size_t i;
    json_t *unit;
    if (json_str(o, "owner", NULL)) {
        buf_adds(b, json_str(o, "owner", ""));
        return;
    }
    json_array_foreach(json_object_get(o, "units"), i, unit)
        buf_addf(b, "%s%s", i ? "、" : "", json_is_string(unit) ? json_string_value(unit) : "");
}

/* The headings that the item stands under, outermost first. */
static void headings(struct buf *b, const json_t *o)
{
    size_t i;
    json_t *title;
    json_array_foreach(json_object_get(o, "path"), i, title)
        buf_addf(b, "%s%s", i ? " / " : "", json_is_string(title) ? json_string_value(title) : "");
}

static void item(struct sheet *s, const json_t *o, unsigned n)
{
    bool target = strcmp(json_str(o, "kind", ""), "target") == 0;
    scoped(buf_release) struct buf what = BUF_INIT, value = BUF_INIT, who = BUF_INIT, where = BUF_INIT;
    if (target)
        buf_addf(&what, "%s%s", json_str(o, "region", ""), json_str(o, "indicator", ""));
    else
        buf_addf(&what, "%s%s", json_str(o, "verb", ""), json_str(o, "object", ""));
    level_write(&value, o);
    owner(&who, o);
    headings(&where, o);
    if (worksheet_write_number(s->ws, s->row, 0, n, s->cell) != LXW_NO_ERROR)
        s->failed = -EIO;
    put(s, 1, target ? "目标" : "任务");
    put(s, 2, what.data ? what.data : "");
    put(s, 3, target ? json_str(o, "indicator", "") : "");
    put(s, 4, value.data ? value.data : "");
    put(s, 5, who.data ? who.data : "");
    put(s, 6, json_str(o, "by", ""));
    put(s, 7, strcmp(json_str(o, "modality", ""), "stretch") == 0 ? "力争" : "确保");
    put(s, 8, json_str(o, "quote", ""));
    put(s, 9, where.data ? where.data : "");
    s->row++;
}

static void sheet_fill(struct sheet *s, const char *title, const json_t *items)
{
    unsigned n = 0;
    size_t i;
    const json_t *o;
    worksheet_merge_range(s->ws, 0, 0, 0, COLUMNS - 1, title, s->title);
    for (int c = 0; c < COLUMNS; c++) {
        worksheet_set_column(s->ws, (lxw_col_t)c, (lxw_col_t)c, columns[c].width, NULL);
        if (worksheet_write_string(s->ws, 1, (lxw_col_t)c, columns[c].head, s->head) != LXW_NO_ERROR)
            s->failed = -EIO;
    }
    worksheet_freeze_panes(s->ws, 2, 0);
    worksheet_set_landscape(s->ws);
    worksheet_set_paper(s->ws, 9); /* A4 */
    worksheet_fit_to_pages(s->ws, 1, 0);
    worksheet_repeat_rows(s->ws, 0, 1);
    s->row = 2;
    json_array_foreach(items, i, o)
    {
        const char *kind = json_str(o, "kind", "");
        bool work = strcmp(kind, "target") == 0 || strcmp(kind, "task") == 0;
        if (work && strcmp(json_str(o, "state", ""), "rejected") != 0)
            item(s, o, ++n);
    }
}

static void format_all(lxw_workbook *book, struct sheet *s)
{
    s->cell = workbook_add_format(book);
    s->head = workbook_add_format(book);
    s->title = workbook_add_format(book);
    format_set_text_wrap(s->cell);
    format_set_align(s->cell, LXW_ALIGN_VERTICAL_TOP);
    format_set_border(s->cell, LXW_BORDER_THIN);
    format_set_bold(s->head);
    format_set_align(s->head, LXW_ALIGN_CENTER);
    format_set_border(s->head, LXW_BORDER_THIN);
    format_set_bold(s->title);
    format_set_font_size(s->title, 16);
    format_set_align(s->title, LXW_ALIGN_CENTER);
}

static int file_take(int fd, struct buf *out)
{
    for (;;) {
        char *room = buf_room(out, 65536);
        ssize_t n = room ? read(fd, room, 65536) : -1;
        if (n <= 0)
            return !room ? -ENOMEM : n < 0 ? -errno : 0;
        buf_grown(out, (size_t)n);
    }
}

int responsibility_xlsx(const char *title, const json_t *items, struct buf *out, struct err *e)
{
    char path[] = "/tmp/bihuan-xlsx-XXXXXX";
    int fd = mkstemp(path), r = 0;
    if (fd < 0)
        return err_set(e, -errno, "xlsx: %s: %s", path, strerror(errno));
    lxw_workbook *book = workbook_new(path);
    struct sheet s = { .ws = book ? workbook_add_worksheet(book, "责任分解表") : NULL };
    if (s.ws) {
        format_all(book, &s);
        sheet_fill(&s, title, items);
        lxw_error failed = workbook_close(book);
        if (failed != LXW_NO_ERROR || s.failed)
            r = err_set(e, -EIO, "xlsx: %s",
                        failed != LXW_NO_ERROR ? lxw_strerror(failed) : "a cell was refused");
        close(fd); /* the library renamed nothing, but it opened the name anew */
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (r == 0 && (fd < 0 || file_take(fd, out) < 0 || out->failed))
            r = err_set(e, -EIO, "xlsx: the file cannot be read back");
    } else {
        r = err_set(e, -ENOMEM, "xlsx: no memory");
    }
    unlink(path);
    if (fd >= 0)
        close(fd);
    return r;
}
