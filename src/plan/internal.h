/* internal.h - what the files of this folder share: compiled words, one sentence's tokens, and the reader that walks them.
 *
 * A text is read sentence by sentence; a sentence is cut into tokens (words of the lexicon, figures, dates, plain text) and
 * the tokens into clauses. Everything below works on at most SENTENCE_MAX characters, so time and memory stay linear
 * whatever the text is. Positions are code points of the sentence; `first` turns them into code points of the text. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

enum {
    SENTENCE_MAX = 4096,
    BREAKS_MAX = 256, /* lines of a sentence that was broken into them */
    CLAUSE_MAX = 600,
    LIST_MAX = 32,
    RESULTS_MAX = 200000,
    RESULT_BYTES_MAX = 64 * 1024 * 1024,
    FILE_PLAN_MAX = 64 * 1024 * 1024
};

/* Token classes. The names after the first block are the tables of definitions/words. */
/* clang-format off */
#define TOKEN_CLASSES(X)                                                                                \
    X(TEXT, "text") X(NAME, "name") X(STOP, "stop") X(SEP, "sep") X(FIGURE, "figure")                   \
    X(ROMAN, "class") X(DATE, "date") X(BLANK, "blank") X(INDICATOR, "indicator") X(TAIL, "tail")       \
    X(BODY, "body") X(REGION, "region") X(ATMOST, "atmost") X(HOLD, "hold") X(ATLEAST, "atleast")       \
    X(REACH, "reach") X(BELOW, "below") X(ABOVE, "above") X(BETTER, "better") X(EQUAL, "equal")         \
    X(WITHIN, "within") X(MORE, "more") X(ABOUT, "about") X(DOWN, "down") X(UP, "up")                   \
    X(ATTAIN, "attain") X(MEET, "meet") X(STANDARD, "standard") X(QUOTA, "quota")                       \
    X(ISSUED, "issued") X(MODAL, "modal") X(SOFT, "soft") X(LEAD, "lead") X(AGAINST, "against")         \
    X(PAST, "past") X(LEVEL, "level") X(ZIP, "zip") X(EACH, "each") X(OF, "of") X(ETC, "etc")           \
    X(VERB, "verb") X(FRAME, "frame") X(TOWARDS, "towards") X(FACT, "fact") X(FROM, "from")             \
    X(OWNER, "owner") X(COMPOUND, "compound") X(BAN, "ban") X(UNCOUNTED, "uncounted")                   \
    X(FREQUENCY, "frequency") X(SEASON, "season") X(UNIT, "unit") X(PER, "per") X(TILL, "till")         \
    X(WHOLE, "whole") X(MATTER, "matter") X(SETTLED, "settled") X(NOISE, "noise") X(SINCE, "since")       \
    X(IMPROVE, "improve") X(ROLE, "role") X(LIMIT, "limit") X(COLUMN, "column")                   \
    X(RANK, "rank")
/* clang-format on */

enum token_class_no {
#define X(id, name) NO_##id,
    TOKEN_CLASSES(X)
#undef X
        CLASSES
};
_Static_assert(CLASSES <= 64, "a token's classes are bits of one number");
#define X(id, name) static const uint64_t C_##id __attribute__((unused)) = UINT64_C(1) << NO_##id;
TOKEN_CLASSES(X)
#undef X

/* Attributes that a word of the lexicon may carry. */
#define WORD_FLAGS(X)                                                                                       \
    X(LOW, "low")     /* less of it is better: concentrations, amounts emitted */                           \
    X(DATED, "dated") /* makes an uncounted task under a date */                                            \
    X(DONE, "done")   /* its end can be seen: the task can be closed */                                     \
    X(OPEN, "open")   /* open-ended: needs a quantity */                                                    \
    X(CAUSE, "cause") /* makes somebody else do it: 推进甲厂完成… */                                \
    X(MID, "mid")     /* a verb also behind its subject; the others are nouns there (生态文明建设) */ \
    X(FINAL, "final") /* a verb at the end of the clause: …体系基本建立 */                          \
    X(WEAK, "weak")   /* with a level behind it, a state and no work: 实现, 提高 */                     \
    X(COUNT, "count") /* a unit that counts things */                                                       \
    X(AMBIT, "ambit") /* only with certain ends: 实现…全覆盖 */                                      \
    X(WORK, "work")   /* a noun that is work when it is counted: 人工造林20万亩 */                    \
    X(RATIO, "ratio")

enum word_flag_no {
#define X(id, name) FLAGNO_##id,
    WORD_FLAGS(X)
#undef X
        WORD_FLAG_COUNT
};
#define X(id, name) static const uint32_t F_##id __attribute__((unused)) = UINT32_C(1) << FLAGNO_##id;
WORD_FLAGS(X)
#undef X

struct word {
    uint64_t classes;
    uint32_t flags;
    uint16_t len;      /* code points */
    const char *canon; /* units: what it converts to; else NULL */
    double factor;     /* units: times this */
};

enum { RULE_PARTS = 8 };
struct rule_part {
    uint64_t classes;
    bool optional, any_gap; /* any_gap: whatever text may stand before it ("..") */
};
struct rule {
    const char *name, *match, *op, *low_op;
    struct rule_part part[RULE_PARTS];
    int parts;
    uint64_t starts; /* classes that the first token may have */
};

struct binding {
    const char *bound;
    const json_t *any, *none, *units;
    bool work; /* of tasks, by verb and object; else of targets */
};

struct words; /* words.c */
/* The longest word that begins at cp[0..n) (normalised), or NULL. */
const struct word *words_longest(const struct words *w, const uint32_t *cp, size_t n);
/* The longest one of a class. */
const struct word *words_longest_of(const struct words *w, uint64_t classes, const uint32_t *cp, size_t n);
/* Does any word begin with this character? */
bool words_begin(const struct words *w, uint32_t cp);
const struct rule *words_rules(const struct words *w, size_t *ret_n);
/* The classes that a rule may begin with, all rules together. */
uint64_t words_rule_starts(const struct words *w);
const struct binding *words_bindings(const struct words *w, size_t *ret_n);
/* Half-width, lower case, one sign for one meaning; always one code point for one. */
uint32_t normal_cp(uint32_t cp);

struct figure {
    double value, value2;
    bool whole, whole2, range;  /* whole: written without decimals */
    uint16_t unit_at, unit_end; /* sentence positions; equal when there is no unit */
    uint16_t per_at, per_end;   /* the base of 每立方米29.5微克 */
    const struct word *unit;
    bool percent;
};

struct token {
    uint64_t classes;
    const struct word *word; /* NULL for text, figures, dates */
    uint16_t at, end;        /* code points of the sentence */
    uint16_t figure;         /* index for FIGURE and ROMAN */
    uint16_t year;           /* DATE: four digits of it, else 0 */
    bool used;               /* a figure that belongs to a target already */
};

struct clause {
    uint16_t from, to; /* tokens */
    bool dated;        /* nothing but a date in it */
    bool target;       /* gave a target */
    uint32_t stop;     /* the sign that ended it */
};

struct found {
    json_t *object;
    size_t start;
};

/* headings.c: the branch of the heading tree that a place of the text stands in. */
enum { HEADING_LEVELS = 7, HEADING_TITLE_MAX = 40 };
struct headings {
    char title[HEADING_LEVELS][HEADING_TITLE_MAX * 4];
    size_t len[HEADING_LEVELS]; /* bytes; 0: no heading of this level is open */
    bool past[HEADING_LEVELS];  /* 一、2022年工作情况: what stands below it has been */
    bool any_past;
    bool open;    /* a heading was seen */
    json_t *path; /* the open titles, shared by all results below them; NULL: not made yet */
};
/* Looks whether the line that begins at text is, or begins with, a heading. */
void headings_see(struct headings *h, const char *text, size_t len);
/* Does the line begin with a heading's mark, with no blank before it? */
bool headings_mark(const char *text, size_t len);
/* wrap.c: the width that a text was broken into lines of. */
struct wrap {
    unsigned width; /* in cells, 0: the text was not broken */
    bool counted;   /* a Latin character has two, as a Han one */
};
struct wrap wrap_find(const char *text, size_t len);
/* Does the line of so many bytes at the front of text[0..len) go on in the next one? */
bool wrap_joins(const struct wrap *w, const char *text, size_t line, size_t len);
/* headings.c: title_past of a line. */
bool line_past(const char *text, size_t len);
/* Does the innermost open heading that says anything of it, else `outside`, say that the text here tells what has been? */
bool headings_past(const struct headings *h, bool outside);
/* The path of here, borrowed; NULL before the first heading, and when there is no memory. */
json_t *headings_path(struct headings *h);
void headings_release(struct headings *h);

struct reader {
    const struct words *w;
    /* the sentence */
    const char *bytes;
    size_t n, first;
    size_t breaks; /* lines that go on (wrap.c): their newlines are not among the characters */
    size_t tokens;
    size_t figures;
    size_t clauses;
    /* the document */
    uint16_t year; /* of a yearly plan, else 0 */
    char year_text[16];
    char row_by[96]; /* the limit of the table's row that is being read, "" outside a table */
    bool title_past; /* the document's title says so */
    enum { LABEL_NONE, LABEL_PAST, LABEL_AHEAD } label; /* 整改进展: 整改目标: in the line */
    bool told;                                          /* the line's last sentence was news of what was */
    bool past;                                          /* the sentence tells what has been */
    bool bad_digits;                                    /* the sentence has lost digits */
    int date;                                           /* token of the date that governs, -1: none */
    /* subject of the last target, for a clause that begins with its comparison */
    uint16_t subject_from, subject_to;
    bool subject;
    size_t carry_clause, counted_verb, /* what counted the last quantity */
        carry_verb; /* the last clause with a counted task and its verb, for bare quantities after it */
    /* results */
    struct found *found;
    size_t founds, found_cap, total, total_bytes; /* of quotes */
    json_t *out;
    int failed; /* negative errno */
    struct {
        const char *text;
        json_t *json;
    } constant[64]; /* strings that many results share, by their address */
    struct headings headings;
    /* the sentence's parts; not cleared: what stands behind n, tokens, figures and clauses is never read */
    uint32_t cp[SENTENCE_MAX + 8];  /* normalised, then zeros */
    uint32_t off[SENTENCE_MAX + 1]; /* byte of each character from `bytes` */
    bool shut[SENTENCE_MAX + 1];    /* inside “” 《》 or brackets */
    struct token token[SENTENCE_MAX + 1];
    struct {
        uint16_t at;       /* the character behind it */
        uint16_t lost;     /* characters left out up to here: newlines, and the blanks before them */
        uint32_t byte_end; /* of the character before it */
    } gap[BREAKS_MAX];
    struct figure figure[SENTENCE_MAX / 2 + 1];
    struct clause clause[SENTENCE_MAX / 2 + 2];
};

/* wrap.c: a newline inside a paragraph while a sentence is loaded; false: it ends the sentence. */
bool wrap_goes_on(struct reader *r, size_t at, size_t len);
/* Characters of the text that were left out before character i, or before the one that ends at i. */
size_t lost_before(const struct reader *r, size_t i, bool end);
/* The byte behind the character before `end`: newlines that were left out are not part of what ends there. */
size_t byte_behind(const struct reader *r, size_t end);

/* Every reading looks at tokens and at words; a test counts how often. */
#ifdef PLAN_STEPS
extern uint64_t plan_steps;
#define PLAN_STEP() (plan_steps++)
#else
#define PLAN_STEP() ((void)0)
#endif

static inline bool token_is(const struct reader *r, size_t i, uint64_t classes)
{
    PLAN_STEP();
    return i < r->tokens && (r->token[i].classes & classes);
}
static inline uint32_t token_flags(const struct reader *r, size_t i)
{
    return i < r->tokens && r->token[i].word ? r->token[i].word->flags : 0;
}

/* figures.c: a figure, date or class at position i; its length, 0 when none. Fills *t. */
size_t figure_at(struct reader *r, size_t i, struct token *t);
size_t date_at(const struct reader *r, size_t i, struct token *t);
/* units.c: the length of the unit at position i, 0 when none. */
size_t unit_read(const struct reader *r, size_t i, const struct word **ret);
/* clauses.c: fills token and clause from cp. */
void sentence_cut(struct reader *r);
/* The text of [at, end) in the text's own characters, without blanks when `tight`. */
void text_add(const struct reader *r, struct buf *b, size_t at, size_t end, bool tight);
/* Token positions without what stands around a phrase: adverbs, dates, modal words, blanks. */
size_t skip_front(const struct reader *r, size_t from, size_t to);
size_t skip_back(const struct reader *r, size_t from, size_t to);

/* value.c: is a token of these classes among from..to? */
bool token_among(const struct reader *r, size_t from, size_t to, uint64_t classes);

/* read.c: a new result over sentence positions; NULL (and r->failed set) when out of memory. */
json_t *result_new(struct reader *r, const char *kind, const char *rule, size_t at, size_t end);
void result_str(struct reader *r, json_t *o, const char *key, const char *value);
/* The same for one of the program's own words: all results share it. The text at this address never changes while a plan is read. */
void result_constant(struct reader *r, json_t *o, const char *key, const char *value);
void result_text(struct reader *r, json_t *o, const char *key, size_t at, size_t end);
void result_figure(struct reader *r, json_t *o, const struct figure *f);
void result_date(struct reader *r, json_t *o, size_t token);
void result_by(struct reader *r, json_t *o, size_t clause, size_t before, bool year_too);
void result_doubt(struct reader *r, const char *rule, size_t at, size_t end, const char *reason);
/* target_make.c: the measure that the result's words name, if any, as "bound". `work`: it is a task. */
void bind_result(struct reader *r, json_t *o, bool work);
/* The dates side by side before token `before` (3月底前、6月底前分别…; 党委每半年、政府每季度…); how many there are. */
size_t dates_for(const struct reader *r, size_t clause, size_t before, size_t *ret, size_t cap);
/* The date that governs token `before` of the clause: a token, or -1. */
int date_for(const struct reader *r, size_t clause, size_t before);

/* subject.c */
struct subject {
    size_t from, to;          /* tokens of the list of indicators, region and baseline left off */
    size_t quote;             /* first token of the quote */
    size_t region, region_to; /* tokens; equal: none */
    size_t baseline, baseline_to;
    size_t percent; /* 湾区海水98%达标: the figure, 0: none */
    bool verb;      /* it began with a verb of work */
};
/* Is there a word of an indicator among the tokens? */
bool indicator_in(const struct reader *r, size_t from, size_t to);
/* Takes baseline, leading words and region off s->from..s->to and sets the other fields. */
void subject_trim(const struct reader *r, struct subject *s);

/* places.c: a list of places before one indicator, which begins where the last place ends. */
struct places {
    size_t place[LIST_MAX][2], n; /* tokens */
    bool water;                   /* rivers, lakes and seas, all of them */
    bool generic;                 /* 内陆河及重要湖库: not called by their names */
};
bool places_find(const struct reader *r, size_t from, size_t to, struct places *p);
/* 东山、西岭、北坡三县城区PM2.5浓度: names that are counted together are one region. Where it ends, else from. */
size_t places_counted(const struct reader *r, size_t from, size_t to);

/* work.c: 对已治理完成的12处点位…: what token `fact` tells as done is what the work is about. */
bool done_before(const struct reader *r, const struct clause *c, size_t fact);
/* tense.c */
/* Does a title say that the text below it tells what has been (normalised characters), or what shall be? */
bool title_past(const uint32_t *cp, size_t n);
bool title_ahead(const char *title, size_t len);
/* The year of a yearly plan, from its title or first sentence. */
void year_find(struct reader *r);
/* Keeps r->past while the clauses of a sentence are walked. */
struct tense {
    bool since, looks_back, facts, then, now; /* now: past up to where the sentence looks ahead */
};
void tense_begin(struct reader *r, struct tense *t);
void tense_clause(struct reader *r, struct tense *t, size_t clause);
void targets_read(struct reader *r, size_t clause);
void tasks_read(struct reader *r, size_t clause);
void doubts_read(struct reader *r);
/* repeats.c: doubts about what an earlier sentence said already; _see after a sentence was read, _end after the last one. */
struct repeats;
struct repeats *repeats_new(size_t text_bytes);
struct repeats *repeats_free(struct repeats *s);
void repeats_see(struct reader *r, struct repeats *s);
void repeats_end(struct reader *r, struct repeats *s);
/* table.c: what the line in r is, and its cells. A row of a table under a head that is understood gives its task; the cells that are
 * to be read for sentences are marked. */
enum { TABLE_CELLS_MAX = 64 };
struct row {
    struct {
        size_t at, end;        /* code points of the line */
        size_t byte, byte_end; /* of r->bytes */
        bool read;
    } cell[TABLE_CELLS_MAX];
    size_t n;
};
struct table {
    bool active;
    bool indicators;         /* a table of indicators (indicator_table.c) */
    size_t name, goal, unit; /* its columns; TABLE_CELLS_MAX: none */
    char by[16];             /* the goal's year */
    size_t role[TABLE_CELLS_MAX], columns;
};
/* indicator_table.c: is the row the head of a table of indicators? Gives the row's target; false when its goal is no figure. */
bool indicator_head(const struct reader *r, const struct row *row, struct table *t);
bool indicator_row(struct reader *r, const struct row *row, const struct table *t);
enum table_line { LINE_PLAIN, LINE_HEAD, LINE_ROW };
enum table_line table_line(struct reader *r, struct table *t, struct row *row);
/* roles.c: who is named as responsible: 责任单位:甲局、乙局; (甲局牵头,乙局配合). */
void roles_read(struct reader *r);
