/* read.c - takes a text sentence by sentence and hands out what was found, in document order. */
#include "plan/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"

static void fail(struct reader *r, int code)
{
    if (!r->failed)
        r->failed = code;
}

static void set(struct reader *r, json_t *o, const char *key, json_t *value)
{
    if (o && (!value || json_object_set_new_nocheck(o, key, value) < 0))
        fail(r, -ENOMEM);
}

void result_str(struct reader *r, json_t *o, const char *key, const char *value)
{
    set(r, o, key, json_string_nocheck(value));
}

void result_constant(struct reader *r, json_t *o, const char *key, const char *value)
{
    size_t slot = ((uintptr_t)value ^ (uintptr_t)value >> 5) % COUNT_OF(r->constant);
    if (r->constant[slot].text != value) {
        json_decref(r->constant[slot].json);
        r->constant[slot].json = json_string_nocheck(value);
        r->constant[slot].text = value;
    }
    set(r, o, key, json_incref(r->constant[slot].json));
}

void result_text(struct reader *r, json_t *o, const char *key, size_t at, size_t end)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    size_t blank = at;
    while (blank < end && r->cp[blank] != ' ')
        blank++;
    if (blank == end &&
        lost_before(r, at, false) == lost_before(r, end, true)) { /* as it stands: nothing to leave out */
        set(r, o, key, json_stringn_nocheck(r->bytes + r->off[at], byte_behind(r, end) - r->off[at]));
        return;
    }
    text_add(r, &b, at, end, true);
    set(r, o, key, json_stringn_nocheck(b.data ? b.data : "", b.len));
}

json_t *result_new(struct reader *r, const char *kind, const char *rule, size_t at, size_t end)
{
    if (r->failed)
        return NULL;
    size_t byte_end = byte_behind(r, end);
    r->total_bytes += byte_end - r->off[at];
    if (r->total >= RESULTS_MAX || r->total_bytes > RESULT_BYTES_MAX) {
        fail(r, -E2BIG);
        return NULL;
    }
    if (r->founds == r->found_cap) {
        size_t cap = r->found_cap ? r->found_cap * 2 : 64;
        struct found *grown = realloc(r->found, cap * sizeof *grown);
        if (!grown) {
            fail(r, -ENOMEM);
            return NULL;
        }
        r->found = grown;
        r->found_cap = cap;
    }
    json_t *o = json_object();
    if (!o) {
        fail(r, -ENOMEM);
        return NULL;
    }
    r->found[r->founds++] = (struct found){ o, at };
    r->total++;
    result_constant(r, o, "kind", kind);
    set(r, o, "quote", json_stringn_nocheck(r->bytes + r->off[at], byte_end - r->off[at]));
    size_t first = r->first + at + lost_before(r, at, false),
           last = r->first + end + lost_before(r, end, true);
    set(r, o, "start", json_integer((json_int_t)first));
    set(r, o, "end", json_integer((json_int_t)last));
    result_constant(r, o, "rule", rule);
    if (r->headings.open)
        set(r, o, "path", json_incref(headings_path(&r->headings)));
    return o;
}

static json_t *number(double v, bool whole)
{
    return whole ? json_integer((json_int_t)v) : json_real(v);
}

/* 万吨/日 as 吨/日, 万立方米 as 立方米: for comparing and adding up; the original stays beside it. */
static void canon_add(struct reader *r, json_t *o, const struct figure *f)
{
    if (!f->unit || f->per_end)
        return;
    size_t len = f->unit->len, inner = (size_t)(f->unit_end - f->unit_at), at = f->unit_at;
    bool ten_thousand = r->cp[at] == 0x4e07 /* 万 */ && r->cp[at + 1] != '/';
    const char *canon = f->unit->canon;
    double factor = canon ? f->unit->factor : 1;
    scoped(buf_release) struct buf unit = BUF_INIT;
    if (inner > len && ten_thousand && words_longest_of(r->w, C_UNIT, r->cp + at + 1, len) == f->unit) {
        factor *= 10000;
        at++;
    } else if (!canon) {
        return;
    }
    if (canon)
        buf_adds(&unit, canon);
    else
        text_add(r, &unit, at, at + len, true);
    if (factor <= 0 || (at + len < f->unit_end && r->cp[at + len] != '/'))
        return;
    text_add(r, &unit, at + len, f->unit_end, true); /* /日 */
    double value = f->value * factor;
    set(r, o, "canon_value", json_real(value < 9e12 ? (double)llround(value * 1e6) / 1e6 : value));
    if (!unit.failed && unit.data)
        result_str(r, o, "canon_unit", unit.data);
}

void result_figure(struct reader *r, json_t *o, const struct figure *f)
{
    set(r, o, "value", number(f->value, f->whole));
    if (f->range)
        set(r, o, "value2", number(f->value2, f->whole2));
    if (f->unit_end == f->unit_at)
        return;
    scoped(buf_release) struct buf b = BUF_INIT;
    text_add(r, &b, f->unit_at, f->unit_end, true);
    if (f->per_end) {
        buf_addc(&b, '/');
        text_add(r, &b, f->per_at, f->per_end, true);
    }
    set(r, o, "unit", json_stringn_nocheck(b.data ? b.data : "", b.len));
    canon_add(r, o, f);
}

size_t dates_for(const struct reader *r, size_t clause, size_t before, size_t *ret, size_t cap)
{
    const struct clause *c = &r->clause[clause];
    size_t n = 0;
    bool parted = false;
    for (size_t i = c->from; i < before && n < cap; i++) {
        if (token_is(r, i, C_VERB | C_AGAINST | C_FRAME | C_OF))
            return 0; /* a date behind these is part of a name */
        parted |= token_is(r, i, C_SEP);
        if (!token_is(r, i, C_DATE) || token_is(r, i + 1, C_PAST | C_LEVEL))
            continue;
        if (n && !parted)
            return 0;
        ret[n++] = i;
        parted = false;
    }
    return n;
}

int date_for(const struct reader *r, size_t clause, size_t before)
{
    const struct clause *c = &r->clause[clause];
    for (size_t i = before; i-- > c->from;) {
        if (!token_is(r, i, C_DATE))
            continue;
        size_t front = i, next = i + 1;
        while (front > c->from && token_is(r, front - 1, C_BLANK))
            front--;
        while (token_is(r, next, C_BLANK))
            next++;
        if (token_is(r, next, C_PAST | C_LEVEL) ||
            (front > c->from && token_is(r, front - 1, C_AGAINST | C_FRAME)))
            continue; /* 比2018年, 2017年水平 are baselines; 落实2030年前…要求 is a name */
        /* a verb before the date, with the date inside its object: 制定2019年度…方案 */
        if (front == c->from || !token_is(r, front - 1, C_VERB) ||
            (token_flags(r, front - 1) & (F_CAUSE | F_WEAK)))
            return (int)i;
    }
    return r->date;
}

/* The date as it stands; a year that shares its 年 with the next one (2019、2020年) gets it. */
void result_date(struct reader *r, json_t *o, size_t token)
{
    const struct token *t = &r->token[token];
    if (t->year && t->end == t->at + 4) {
        char year[16];
        snprintf(year, sizeof year, "%u年", (unsigned)t->year);
        result_str(r, o, "by", year);
        return;
    }
    result_text(r, o, "by", t->at, t->end);
}

void result_by(struct reader *r, json_t *o, size_t clause, size_t before, bool year_too)
{
    int date = date_for(r, clause, before);
    if (date >= 0)
        result_date(r, o, (size_t)date);
    else if (r->row_by[0])
        result_str(r, o, "by", r->row_by);
    else if (year_too && r->year)
        result_constant(r, o, "by", r->year_text);
}

void result_doubt(struct reader *r, const char *rule, size_t at, size_t end, const char *reason)
{
    json_t *o = result_new(r, "doubt", rule, at, end);
    result_str(r, o, "reason", reason);
}

static bool noise(const struct reader *r)
{
    for (size_t i = 0; i < r->tokens; i++)
        if (token_is(r, i, C_NOISE))
            return true;
    return false;
}

static void sentence_read(struct reader *r)
{
    if (!r->n)
        return;
    memset(r->cp + r->n, 0, 8 * sizeof *r->cp);
    sentence_cut(r);
    r->bad_digits = r->subject = false;
    r->date = -1;
    r->carry_clause = SENTENCE_MAX;
    struct tense tense;
    tense_begin(r, &tense);
    if (noise(r)) { /* advertisements and notes of the site that a text was copied from: never read as work */
        result_doubt(r, "doubt.noise", 0, r->n, "不像方案正文(网址、广告或转载说明),未读取");
        return;
    }
    doubts_read(r);
    roles_read(r);
    for (size_t i = 0; i < r->clauses && !r->failed; i++) {
        const struct clause *c = &r->clause[i];
        tense_clause(r, &tense, i);
        if (c->dated) {
            for (size_t k = c->from; k < c->to && !tense.now; k++) /* 截至10月底 is no deadline */
                if (token_is(r, k, C_DATE))
                    r->date = (int)k;
            continue;
        }
        targets_read(r, i);
        tasks_read(r, i);
    }
}

/* Hands the sentence's results over by their place. */
static void sentence_flush(struct reader *r)
{
    for (size_t i = 1; i < r->founds; i++)
        for (size_t k = i; k > 0 && r->found[k - 1].start > r->found[k].start; k--) {
            struct found swap = r->found[k];
            r->found[k] = r->found[k - 1];
            r->found[k - 1] = swap;
        }
    for (size_t i = 0; i < r->founds; i++)
        if (json_array_append_new(r->out, r->found[i].object) < 0)
            fail(r, -ENOMEM);
    r->founds = 0;
}

static bool ends_sentence(uint32_t c)
{
    return c == 0x3002 || c == '!' || c == '?' || c == 0xff01 || c == 0xff1f;
}

/* The character at p of a text that is known to be UTF-8; nearly all of a plan has three bytes. */
static inline uint32_t character_at(const char *p, size_t len, size_t *ret_used)
{
    const unsigned char *b = (const unsigned char *)p;
    if ((b[0] & 0xf0) != 0xe0)
        return utf8_decode(p, len, ret_used);
    *ret_used = 3;
    return (b[0] & 0xfu) << 12 | (b[1] & 0x3fu) << 6 | (b[2] & 0x3fu);
}

/* Loads characters of text[at..len) into r until `ends` says so or the room is full; a newline that is not its last character is a line
 * that goes on. Returns the byte behind them, and in *ret_last the last character, which is loaded too unless it is a newline. */
static size_t load(struct reader *r, const char *text, size_t at, size_t len, bool line, uint32_t *ret_last)
{
    size_t begin = at, depth = 0;
    uint32_t raw = 0;
    r->bytes = text + at;
    r->n = r->breaks = 0;
    while (at < len && r->n < SENTENCE_MAX) {
        size_t used;
        raw = character_at(text + at, len - at, &used);
        r->off[r->n] = (uint32_t)(at - begin);
        at += used;
        if (raw == '\n' && wrap_goes_on(r, at, len))
            continue;
        if (raw == '\n')
            break;
        r->cp[r->n++] = normal_cp(raw);
        if (line)
            continue;
        depth += raw == 0x201c || raw == 0x300a;
        if ((raw == 0x201d || raw == 0x300b) && depth)
            depth--;
        if (raw == 0x2028 || (!depth && ends_sentence(raw)))
            break;
    }
    r->off[r->n] = (uint32_t)(at - begin) - (raw == '\n');
    *ret_last = raw;
    return at;
}

/* 责任单位 written behind the work of a paragraph, or in a line of its own below it, holds for the work before it. */
static void units_apply(struct reader *r, size_t *group, size_t from)
{
    for (size_t i = from; i < json_array_size(r->out); i++) {
        json_t *u = json_array_get(r->out, i);
        const char *role = json_str(u, "role", "");
        if (strcmp(json_str(u, "kind", ""), "unit") != 0 ||
            (strcmp(role, "lead") != 0 && strcmp(role, "responsible") != 0))
            continue;
        for (size_t k = *group; k < i; k++) {
            json_t *o = json_array_get(r->out, k);
            const char *kind = json_str(o, "kind", "");
            bool work = strcmp(kind, "target") == 0 || strcmp(kind, "task") == 0;
            if (work && !json_object_get(o, "units"))
                set(r, o, "units", json_incref(json_object_get(u, "units")));
        }
        *group = i + 1;
    }
}

struct walk {
    struct reader *r;
    struct repeats *seen;
    const char *text;
    size_t chars; /* code points before the place */
    bool title;   /* the year of a yearly plan may still be named */
};

static void sentences_walk(struct walk *k, size_t at, size_t len)
{
    struct reader *r = k->r;
    while (at < len && !r->failed) {
        uint32_t last;
        r->first = k->chars;
        at = load(r, k->text, at, len, false, &last);
        k->chars += r->n + lost_before(r, r->n, false) + (last == '\n');
        sentence_read(r);
        repeats_see(r, k->seen);
        if (k->title && r->clauses) {
            if (!r->year)
                year_find(r);
            k->title = !r->year && last == '\n' &&
                       r->first < 200; /* the first sentence after the title still counts */
        }
        sentence_flush(r);
    }
}

static void row_walk(struct walk *k, const struct row *row, size_t at)
{
    size_t first = k->chars;
    for (size_t i = 0; i < row->n && !k->r->failed; i++) {
        k->chars = first + row->cell[i].at;
        if (row->cell[i].read)
            sentences_walk(k, at + row->cell[i].byte, at + row->cell[i].byte_end);
    }
    k->r->row_by[0] = '\0';
}

static int text_walk(struct reader *r, struct repeats *seen, const char *text, size_t len)
{
    struct walk k = { r, seen, text, 0, true };
    struct table table = { .active = false };
    size_t group = 0, paragraph = 0;
    bool titled = false;
    struct wrap wrap = wrap_find(text, len);
    for (size_t at = 0, end; at < len && !r->failed; at = end) {
        size_t before = json_array_size(r->out);
        const char *newline = memchr(text + at, '\n', len - at);
        end = newline ? (size_t)(newline - text) + 1 : len;
        enum table_line kind = LINE_PLAIN;
        struct row row;
        if (memchr(text + at, '\t', end - at)) {
            uint32_t last;
            r->first = k.chars;
            size_t read = load(r, text, at, end, true, &last), chars = r->n + (last == '\n');
            if (read == end) { /* a longer line is no row that anybody wrote */
                kind = table_line(r, &table, &row);
                sentence_flush(r);
            }
            if (kind != LINE_PLAIN) {
                size_t after = k.chars + chars;
                if (kind == LINE_ROW)
                    row_walk(&k, &row, at);
                k.chars = after;
                continue;
            }
        } else if (end - at > 1) {
            table.active = false;
        }
        headings_see(&r->headings, text + at, end - at);
        size_t first_end = end;
        for (size_t from = at; newline && wrap_joins(&wrap, text + from, end - 1 - from, len - from);) {
            from = end;
            newline = memchr(text + from, '\n', len - from);
            end = newline ? (size_t)(newline - text) + 1 : len;
        }
        r->label = LABEL_NONE;
        r->told = false;
        if (!titled && end - at > 1) {
            r->title_past = line_past(text + at, first_end - at);
            titled = true;
        }
        sentences_walk(&k, at, end);
        units_apply(r, &group, before);
        bool gave = json_array_size(r->out) > before; /* an empty line parts nothing */
        group = gave && group < paragraph ? paragraph : group;
        paragraph = gave ? before : paragraph;
    }
    repeats_end(r, seen);
    return r->failed;
}

int plan_read(const struct words *w, const char *text, size_t len, json_t **ret, struct err *e)
{
    size_t bad;
    if (len > FILE_PLAN_MAX)
        return err_set(e, -E2BIG, "plan: the text has %zu bytes, more than %d", len, FILE_PLAN_MAX);
    if (!utf8_valid(text, len, &bad))
        return err_set(e, -EILSEQ, "plan: byte %zu is not UTF-8", bad);
    struct reader *r = malloc(sizeof *r); /* a third of a megabyte: cleared as far as it must be */
    if (r)
        memset(r, 0, offsetof(struct reader, cp));
    struct repeats *seen = repeats_new(len);
    int rc = -ENOMEM;
    if (r && seen && (r->out = json_array())) {
        r->w = w;
        rc = text_walk(r, seen, text, len);
    }
    if (r) {
        for (size_t i = 0; i < r->founds; i++)
            json_decref(r->found[i].object);
        free(r->found);
        for (size_t i = 0; i < COUNT_OF(r->constant); i++)
            json_decref(r->constant[i].json);
        headings_release(&r->headings);
        if (!rc)
            *ret = r->out;
        else
            json_decref(r->out);
    }
    repeats_free(seen);
    free(r);
    if (rc == -E2BIG)
        return err_set(e, rc, "plan: more than %d results or %d MB of quotes: this is no plan", RESULTS_MAX,
                       RESULT_BYTES_MAX / 1024 / 1024);
    return rc ? err_set(e, rc, "plan: no memory") : 0;
}
