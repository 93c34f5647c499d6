/* clauses.c - cuts one sentence into tokens, and the tokens into clauses. */
#include "plan/internal.h"

#include <string.h>

/* Signs that open and close what is kept whole; inside them nothing ends a clause. */
static const uint32_t pair_sign[][2] = { { 0x201c, 0x201d }, { 0x2018, 0x2019 }, { 0x300a, 0x300b },
                                         { '(', ')' },       { 0x3010, 0x3011 }, { 0x300c, 0x300d },
                                         { '[', ']' } };
enum { APART_MAX = 24 };
enum { PAIRS = sizeof pair_sign / sizeof *pair_sign, DEPTH_MAX = 32 };

static void shut_mark(struct reader *r)
{
    struct {
        size_t at, kind;
    } open[DEPTH_MAX];
    size_t depth = 0;
    int16_t change[SENTENCE_MAX + 2];
    memset(change, 0, (r->n + 2) * sizeof *change);
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = r->cp[i] >= 0x4e00 && r->cp[i] <= 0x9fff ? PAIRS : 0; k < PAIRS;
             k++) { /* Han: no sign */
            if (r->cp[i] == pair_sign[k][0] && depth < DEPTH_MAX) {
                open[depth].at = i;
                open[depth++].kind = k;
                break;
            }
            if (r->cp[i] != pair_sign[k][1])
                continue;
            for (size_t d = depth; d-- > 0;)
                if (open[d].kind == k) {
                    change[open[d].at]++;
                    change[i + 1]--;
                    depth = d;
                    break;
                }
            break;
        }
    int inside = 0;
    for (size_t i = 0; i < r->n; i++) {
        inside += change[i];
        r->shut[i] = inside > 0;
    }
}

/* (甲镇12户、乙镇23户): are the things in the bracket at..end names with their numbers? No verbs, which would count things of their own. */
static bool parts_in(const struct reader *r, size_t at, size_t end)
{
    size_t signs = 0, figures = 0;
    if (words_longest_of(r->w, C_VERB | C_ROLE | C_LIMIT | C_TILL, r->cp + at, end - at))
        return false;
    for (size_t i = at, begin = at; i <= end; i++) {
        bool sign = i == end || r->cp[i] == 0x3001 || r->cp[i] == ',';
        bool digit = r->cp[i] >= '0' && r->cp[i] <= '9';
        if (i < end && digit && i > begin && !(r->cp[i - 1] >= '0' && r->cp[i - 1] <= '9') &&
            r->cp[i - 1] != '.')
            figures++;
        if ((digit && i == begin) || r->cp[i] == ':' || r->cp[i] == '%')
            return false;
        signs += sign;
        begin = sign ? i + 1 : begin;
    }
    return signs > 1 && figures == signs;
}

/* 完成改造35户(其中甲镇12户,乙镇23户)。 Parts in brackets at the clause's end are read as if they stood behind a comma. */
static void parts_open(struct reader *r)
{
    static const uint32_t among_them[] = { 0x5176, 0x4e2d }; /* 其中 */
    for (size_t i = 1; i + 4 < r->n; i++) {
        if (r->cp[i] != '(')
            continue;
        size_t end = i + 1, counted = i;
        while (end < r->n && r->cp[end] != ')' && r->cp[end] != '(')
            end++;
        while (counted && i - counted < 4 && !(r->cp[counted] >= '0' && r->cp[counted] <= '9'))
            counted--; /* a number stands right before: 35户( */
        bool parts =
            !memcmp(r->cp + i + 1, among_them, sizeof among_them) ||
            (r->cp[counted] >= '0' && r->cp[counted] <= '9' && end < r->n && parts_in(r, i + 1, end));
        uint32_t behind = end + 1 < r->n ? r->cp[end + 1] : 0x3002;
        if (parts && end < r->n && r->cp[end] == ')' &&
            (behind == ',' || behind == ';' || behind == 0x3002)) {
            r->cp[i] = ',';
            r->cp[end] = ' ';
        }
        i = end;
    }
}

/* 一、 (一) 1. 1、 ① 第一章 一是: the numbers of the heading tree and of lists. */
static size_t heading_len(const struct reader *r, size_t i)
{
    static const uint32_t cn[] = { 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
                                   0x516d, 0x4e03, 0x516b, 0x4e5d, 0x5341 };
    size_t j = i;
    bool bracket = r->cp[j] == '(';
    if (r->cp[j] >= 0x2460 && r->cp[j] <= 0x2473)
        return 1;
    j += bracket;
    size_t start = j, chinese = 0, digits = 0;
    for (;; j++) {
        bool hit = false;
        for (size_t k = 0; k < 10; k++)
            hit |= r->cp[j] == cn[k];
        if (!hit)
            break;
        chinese++;
    }
    while (!chinese && digits < 3 && r->cp[j] >= '0' && r->cp[j] <= '9') {
        j++;
        digits++;
    }
    if (j == start || chinese > 4)
        return 0;
    if (bracket)
        return r->cp[j] == ')' ? j + 1 - i : 0;
    if (chinese && r->cp[j] == 0x662f /* 是 */)
        return j + 1 - i;
    if (digits && digits < 3 && r->cp[j] == '.') { /* 1.2022年6月底前: a number of the list before a date */
        size_t k = j + 1;
        while (r->cp[k] >= '0' && r->cp[k] <= '9')
            k++;
        if (k > j + 1 && k <= j + 5 && (r->cp[k] == 0x5e74 /* 年 */ || r->cp[k] == 0x6708 /* 月 */))
            return j + 1 - i;
    }
    if (r->cp[j] == 0x3001 ||
        (digits && (r->cp[j] == '.' || r->cp[j] == ')') && !(r->cp[j + 1] >= '0' && r->cp[j + 1] <= '9')))
        return j + 1 - i;
    return 0;
}

static bool ends_clause(uint32_t c)
{
    return c == ',' || c == ';' || c == ':' || c == 0x3002 || c == '!' || c == '?' || c == '\t' || c == '\n';
}

static bool alnum(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool rate_unit(const struct reader *r, const struct figure *f) /* 立方米/日 */
{
    for (size_t i = f->unit_at; i < f->unit_end; i++)
        if (r->cp[i] == '/')
            return true;
    return false;
}

/* 城东污水厂(2万吨/日): a size behind a name counts as if it stood before it, unless something is counted already. Its length, 0: none. */
static size_t size_in_brackets(struct reader *r, size_t i, struct token *t)
{
    size_t about = r->cp[i + 1] == 0x7ea6 /* 约 */ || r->cp[i + 1] == 0x5171 /* 共 */;
    for (size_t k = 1; k <= 6 && !about; k++) /* 三期工程(规模5万吨/日), (设计规模:2万吨/日) */
        if (r->cp[i + k] == 0x89c4 && r->cp[i + k + 1] == 0x6a21 /* 规模 */)
            about = k + 1 + (r->cp[i + k + 2] == ':' || r->cp[i + k + 2] == 0x4e3a /* 为 */);
    if (r->cp[i] != '(' || !r->tokens || !(r->cp[i + 1 + about] >= '0' && r->cp[i + 1 + about] <= '9'))
        return 0;
    for (size_t k = r->tokens; k-- > 0 && !(r->token[k].classes & (C_STOP | C_SEP));)
        if (r->token[k].classes & C_FIGURE)
            return 0;
    size_t figures = r->figures, len = figure_at(r, i + 1 + about, t);
    const struct figure *f = &r->figure[figures];
    size_t end = i + 1 + about + len;
    bool size = len && f->unit && (f->unit->canon || f->per_end || rate_unit(r, f)),
         last = end + 1 >= r->n || ends_clause(r->cp[end + 1]); /* 安装在线监控(约230家)。 */
    if (len && r->cp[end] == ')' && f->unit && (f->unit->flags & F_COUNT) && (size || last))
        return len + about + 2;
    r->figures = figures;
    *t = (struct token){ .classes = C_TEXT, .at = (uint16_t)i };
    return 0;
}

/* PM 2.5, O 3, SO 2: an index that a copyist set apart from its name. The length of the word with its blank, longer than `plain`; 0: none. */
static size_t word_apart(const struct reader *r, size_t i, const struct word *plain, struct token *t)
{
    uint32_t cp[APART_MAX];
    size_t end = i, n = 0, blank;
    while (n < 4 && r->cp[end] >= 'a' && r->cp[end] <= 'z')
        cp[n++] = r->cp[end++];
    blank = end;
    if (r->cp[blank] != ' ' || r->cp[blank + 1] < '0' || r->cp[blank + 1] > '9' || (i && alnum(r->cp[i - 1])))
        return 0;
    for (end = blank + 1; n < APART_MAX && end < r->n;)
        cp[n++] = r->cp[end++];
    const struct word *w = words_longest_of(r->w, C_INDICATOR, cp, n);
    if (!w || w->len <= blank - i || (plain && plain->len >= w->len) ||
        (r->cp[i + w->len + 1] >= '0' && r->cp[i + w->len + 1] <= '9')) /* VOCs 30% */
        return 0;
    t->classes = w->classes;
    t->word = w;
    return w->len + 1u;
}

static size_t token_next(struct reader *r, size_t i, struct token *t)
{
    uint32_t c = r->cp[i];
    size_t len;
    *t = (struct token){ .classes = C_TEXT, .at = (uint16_t)i };
    if (r->shut[i]) {
        len = size_in_brackets(r, i, t);
        if (len)
            return len;
        for (len = 1; i + len < r->n && r->shut[i + len];)
            len++;
        t->classes = c == '(' || c == '[' ? C_TEXT : C_NAME;
        return len;
    }
    if (c == ' ' || c == '\r' || c == '_' /* digits that a copyist lost */) {
        t->classes = C_BLANK;
        return 1;
    }
    bool begins = words_begin(r->w, c), digit = c >= '0' && c <= '9',
         numeral = c == 'i' || c == 'v' || (c >= 0x2160 && c <= 0x217f);
    if (!begins && !digit && !numeral && !ends_clause(c) && !alnum(c))
        return 1;
    len = begins || digit ? date_at(r, i, t) : 0;
    if (len) {
        const struct word *since = words_longest_of(r->w, C_SINCE, r->cp + i + len, r->n - i - len);
        if (since && r->cp[i + len + since->len] == 0x7684 /* 2023年以来的信访件: says which */) {
            *t = (struct token){ .classes = C_TEXT, .at = (uint16_t)i };
            return len + since->len;
        }
        if (since)
            t->classes = C_SINCE;
        return len;
    }
    *t = (struct token){ .classes = C_TEXT, .at = (uint16_t)i };
    const struct word *w = words_longest(r->w, r->cp + i, r->n - i);
    size_t apart = c >= 'a' && c <= 'z' ? word_apart(r, i, w, t) : 0;
    if (apart)
        return apart;
    len = digit || numeral || c == 0x6bcf /* 每 */ ? figure_at(r, i, t) : 0;
    if (len && (!w || len >= w->len))
        return len;
    t->classes = C_TEXT;
    if (w) {
        t->classes = w->classes;
        t->word = w;
        return w->len;
    }
    if (ends_clause(c)) {
        t->classes = C_STOP;
        return 1;
    }
    len = 1;
    if (alnum(c))
        while (i + len < r->n && (alnum(r->cp[i + len]) || r->cp[i + len] == '.') && !r->shut[i + len])
            len++;
    return len;
}

static void tokens_cut(struct reader *r)
{
    size_t i = 0;
    while (i < r->n && (r->cp[i] == ' ' || r->cp[i] == '-')) /* ——完成… */
        i++;
    i += heading_len(r, i);
    r->tokens = r->figures = 0;
    while (i < r->n) {
        struct token t;
        size_t len = token_next(r, i, &t);
        t.at = (uint16_t)i;
        t.end = (uint16_t)(i + len);
        i += len;
        struct token *before = r->tokens ? &r->token[r->tokens - 1] : NULL;
        bool note = r->tokens == 1 && r->cp[before->at] == '('; /* (甲局负责)… is said of what went before */
        if (before && !note && t.classes == C_TEXT && before->classes == C_TEXT && before->end == t.at)
            before->end = t.end;
        else
            r->token[r->tokens++] = t;
        if (t.classes == C_STOP) /* 责任分工:(1)完成…;(2)… */
            i += heading_len(r, i);
    }
}

/* 方案提出到2025年,…: words before 到 and the date, which governs all the same. */
static bool leads_to_date(const struct reader *r, size_t from, size_t to)
{
    if (to < from + 2 || !token_is(r, to - 1, C_DATE) || token_is(r, to - 1, C_FREQUENCY) ||
        !token_is(r, to - 2, C_TILL))
        return false;
    for (size_t i = from; i < to; i++)
        if (token_is(r, i, C_FIGURE | C_INDICATOR | C_TAIL | C_ATTAIN | C_FROM))
            return false;
    return true;
}

static void clause_end(struct reader *r, size_t from, size_t to, uint32_t stop)
{
    struct clause *c = &r->clause[r->clauses];
    bool date = false, other = false;
    if (!from && to > 1 && r->cp[r->token[0].at] == '(' && r->shut[r->token[0].at])
        from = 1;
    for (size_t i = from; i < to; i++) {
        date |= token_is(r, i, C_DATE) && !token_is(r, i, C_FREQUENCY);
        other |= !token_is(r, i, C_DATE | C_SEP | C_TILL | C_BLANK | C_SOFT | C_MODAL | C_LEAD | C_SINCE);
    }
    bool alone = date && (!other || (stop == ',' && leads_to_date(r, from, to)));
    *c = (struct clause){ .from = (uint16_t)from, .to = (uint16_t)to, .dated = alone, .stop = stop };
    if (to > from)
        r->clauses++;
}

/* 6月底前完成A、12月底前完成B: a date with its own verb behind a list sign begins a clause, unless 力争 reaches over it. */
static bool date_begins(const struct reader *r, size_t from, size_t i)
{
    if (!token_is(r, i, C_SEP) || !token_is(r, i + 1, C_DATE) || token_is(r, i + 1, C_FREQUENCY))
        return false;
    size_t k = i + 2;
    while (token_is(r, k, C_SOFT | C_BLANK))
        k++;
    if (!token_is(r, k, C_VERB) || token_is(r, k, C_ZIP))
        return false;
    bool verb = false;
    for (size_t j = from; j < i; j++) {
        if (token_is(r, j, C_MODAL))
            return false;
        verb |= token_is(r, j, C_VERB);
    }
    return verb;
}

/* 污水处理率:97%: a colon between an indicator and its level parts no clauses. */
static bool level_behind(const struct reader *r, size_t i)
{
    static const uint64_t compares = UINT64_C(1) << NO_ATMOST | UINT64_C(1) << NO_ATLEAST |
                                     UINT64_C(1) << NO_BELOW | UINT64_C(1) << NO_ABOVE;
    if (r->cp[r->token[i].at] != ':' || !i || !token_is(r, i - 1, C_TAIL | C_INDICATOR))
        return false;
    size_t k = i + 1;
    while (token_is(r, k, C_BLANK))
        k++;
    k += token_is(r, k, compares);
    return token_is(r, k, C_FIGURE) && token_is(r, k + 1, C_STOP | C_MORE | C_WITHIN);
}

void sentence_cut(struct reader *r)
{
    parts_open(r);
    shut_mark(r);
    tokens_cut(r);
    r->clauses = 0;
    size_t from = 0;
    for (size_t i = 0; i < r->tokens; i++) {
        const struct token *t = &r->token[i];
        bool long_list = t->at - r->token[from].at > CLAUSE_MAX;
        bool date = t->classes & C_SEP && date_begins(r, from, i);
        if (!(t->classes & C_STOP) && !long_list && !date)
            continue;
        if (t->classes & C_STOP && level_behind(r, i)) {
            r->token[i].classes = C_BLANK;
            continue;
        }
        clause_end(r, from, i, date ? ',' : r->cp[t->at]);
        from = t->classes & C_STOP || date ? i + 1 : i;
    }
    clause_end(r, from, r->tokens, 0);
}

static const uint64_t AROUND = UINT64_C(1) << NO_BLANK | UINT64_C(1) << NO_SOFT | UINT64_C(1) << NO_MODAL |
                               UINT64_C(1) << NO_LEAD | UINT64_C(1) << NO_TILL | UINT64_C(1) << NO_DATE |
                               UINT64_C(1) << NO_SEP | UINT64_C(1) << NO_ZIP | UINT64_C(1) << NO_STOP |
                               UINT64_C(1) << NO_SINCE;

size_t skip_front(const struct reader *r, size_t from, size_t to)
{
    while (from < to && token_is(r, from, AROUND))
        from++;
    return from;
}

size_t skip_back(const struct reader *r, size_t from, size_t to)
{
    while (to > from && token_is(r, to - 1, AROUND))
        to--;
    return to;
}

void text_add(const struct reader *r, struct buf *b, size_t at, size_t end, bool tight)
{
    size_t gap = 0;
    while (gap < r->breaks && r->gap[gap].at <= at)
        gap++;
    for (size_t i = at, begin = at; i <= end && begin < end;
         i++) { /* in runs between blanks and broken lines */
        bool broken = gap < r->breaks && r->gap[gap].at == i;
        size_t byte_end = broken ? r->gap[gap++].byte_end : r->off[i];
        bool blank = i < end && tight && r->cp[i] == ' ';
        if (i < end && !blank && !broken)
            continue;
        if (i > begin)
            buf_add(b, r->bytes + r->off[begin], byte_end - r->off[begin]);
        begin = i + (blank || !broken);
    }
}
