/* internal.h - what the files of this folder share. Everything here is called with the board's lock held. */
#pragma once

#include <pthread.h>

#include "domain/factor.h"
#include "domain/flag.h"
#include "lua/sandbox.h"
#include "measure/measure.h"
#include "standard/air.h"
#include "standard/ordinance.h"
#include "standard/standards.h"
#include "standard/rates.h"

/* ---- one value of a stream at one time ---- */
struct cell {
    micro v;
    uint32_t arrival; /* seconds: of two values for the same time the later arrival stands */
    uint32_t
        order : 24; /* breaks a tie: seconds and ms of the QN; then the larger value, so that no order of arrival matters */
    char flag; /* 0: not sent */
};
_Static_assert(sizeof(struct cell) == 16, "a year of twelve stations is 630,000 of them");
enum { SERIES_CHUNK = 720, SERIES_CHUNKS_MAX = 48 };
/* A slot is an hour number or a day number (cntime.h). */
struct series {
    int64_t first; /* number of the first chunk */
    size_t n;
    struct chunk {
        struct cell *cell; /* SERIES_CHUNK of them; NULL where nothing came */
    } * chunk;
};
const struct cell *series_at(const struct series *s, int64_t slot); /* NULL: not sent */
/* 1: the cell changed, 0: what is there stands, -ENOMEM. */
int series_put(struct series *s, int64_t slot, const struct cell *c);
void series_drop_before(struct series *s, int64_t slot);
/* First and last slot that may hold something; false when empty. */
bool series_span(const struct series *s, int64_t *ret_first, int64_t *ret_last);
void series_release(struct series *s);

static inline bool cell_valid(const struct cell *c)
{
    return c && c->v != MICRO_MISSING && flag_valid(c->flag);
}

/* ---- definitions ---- */
enum rule_on {
    ON_SOURCE_HOUR,
    ON_SOURCE_DAY,
    ON_SOURCE_INVALID,
    ON_AIR_DAY,
    ON_SILENT,
    ON_TARGET,
    ON_RIVER_DAY,
    ON_MARKS,
    ON_COUNT
};
struct rule {
    char id[48], severity[12], title[256], title_en[256];
    enum rule_on on;
    int when, severity_fn; /* functions of the sandbox, 0: none */
    int clean;             /* valid periods without trouble that end an episode */
    int within_days;       /* episodes that ended longer ago are not reported */
    int min_hours;         /* source.day: valid hours a day mean wants when the device sends no day */
    int level;             /* air.day: from this level on */
    int intervals, at_least_s, hourly_s, daily_s; /* site.silent */
    json_t *goal;                                 /* template, or NULL */
    char ledger[36];                              /* of the case that is made of it */
    int react_hours;                              /* within which it is sent on or dismissed */
    json_t *opens;                                /* when the program opens the case itself, or NULL */
};
struct indicator {
    char id[48], title[96], title_en[96], unit[24],
        item[16]; /* of the air, or a pollutant of the ledger of emissions */
    enum indicator_kind {
        OF_MEAN,
        OF_PERCENTILE,
        OF_GOOD_RATIO,
        OF_GOOD_COUNT,
        OF_HEAVY_COUNT,
        OF_RIVER_GOOD,
        OF_RIVER_BAD,
        OF_RIVER_CLASS,
        OF_CASES_CLOSED, /* from here on nothing is measured: target_cases.c */
        OF_CASES_RATIO,
        OF_OUTSIDE, /* and target_report.c */
        OF_EMISSION /* target_emission.c */
    } kind;
    int percentile, above; /* heavy days: AQI above this */
    int decimals;
    int red_percent; /* red when the rest must be this much better than the year so far */
    json_t *aliases, *units, *ledgers;
    char reason[240], reason_en[240]; /* OF_OUTSIDE: why it cannot be judged */
};
/* A consistency check of definitions/checks; `kind` names the arithmetic, the file its bounds and words. */
enum check_kind {
    CHECK_ORDER,
    CHECK_CONVERTED,
    CHECK_TOTAL,
    CHECK_HOUR_MEAN,
    CHECK_HOUR_SUM,
    CHECK_CLOCK,
    CHECK_CONSTANT,
    CHECK_PM,
    CHECK_NEGATIVE,
    CHECK_KINDS
};
enum { CHECK_EXCEPT = 12 };
struct check {
    char id[24], title[64], title_en[64], text[240], text_en[240], source[120], clause[160], certainty[40];
    bool on;
    unsigned kinds;                /* bits of enum site_kind; 0: all */
    micro percent, least;          /* tolerance: the larger of percent of the expected value and `least` */
    int seconds, hours, n;         /* clock: skew, and records in a row; constant: hours in a row */
    char except[CHECK_EXCEPT][12]; /* factors it says nothing of */
    struct {
        char code[12];
        micro v;
    } floor[CHECK_EXCEPT]; /* constant: values up to here may last */
};
struct definitions {
    struct check check[CHECK_KINDS];
    struct rate_rules rates[8];
    size_t n_rates;
    struct air_rulebook book;
    struct ordinances ordinances; /* rankings, warnings, compensation */
    struct standards standards;   /* of everything else */
    struct rule *rule;
    size_t n_rules;
    struct indicator *indicator;
    size_t n_indicators;
    struct sandbox *sandbox; /* of the rules: their functions live in it */
};
/* tests: also runs what the files say of themselves. */
int definitions_load(const char *folder, bool tests, struct definitions *ret, struct err *e);
void definitions_release(struct definitions *d);

/* ---- what the board holds ---- */
struct latest {
    int64_t time, arrival;
    uint8_t period, digits_len; /* digits_len 0: nothing yet */
    char flag, digits[28];
    micro value;
};
struct stream {
    const char *code;               /* the place's */
    const struct factor *factor;    /* NULL: not a known code */
    const struct site_limit *limit; /* the first the place has; stream_limit for a day's */
    bool dated;                     /* there is more than one, or it does not always hold */
    int item;                       /* enum air_item at an air site, else -1 */
    struct series hour, day;
    struct latest latest;
    uint8_t
        *made; /* MADE_HOURS bits: the device measured in that hour, as a real-time or minute value shows */
    int64_t made_newest;
    int64_t run_first, run_last; /* hours of one value in a row, the last that were looked at */
    struct minutes *minutes;     /* MINUTE_HOURS of them; NULL: it sends none */
};
enum { MADE_HOURS = 800 * 24, MINUTE_HOURS = 32, MARKS_MAX = 256, STREAMS_MAX = 64 };

/* The values of one factor in one record, by enum statistic. */
struct item {
    micro v[STAT_OTHER];
    char flag;
};
/* What one check says of one record (of an hour's records, where many come in one). */
struct mark {
    uint8_t check, period;
    int8_t stream; /* -1: of the device as a whole */
    uint32_t count;
    int64_t time;    /* of the first record */
    micro figure[4]; /* {a} to {d} of the check's sentence */
};
/* One finished or running natural day of a station, a region or the city, under the whole-day rules. */
struct day_state {
    struct air_values v;
    uint8_t hours[AIR_ITEMS], invalid[AIR_ITEMS], lost[AIR_ITEMS], excepted[AIR_ITEMS]; /* of a station */
    uint8_t stations;
    struct air_index index;
    const struct air_index_rules *rules; /* NULL: none in force */
};
struct past;
struct noted;
struct group;
void group_release(struct group *g);
struct group { /* of findings: a site, the city, the targets */
    struct noted *noted;
    size_t n;
    bool touched;
    int64_t judged_until; /* what the clock alone can change was judged up to this hour */
    int64_t silent_from;
};
/* What was sampled by hand, in order of time; sample.h. */
struct sample {
    int64_t time, arrival;
    uint64_t tag;
    const char *code; /* the place's */
    micro v;
    char flag;
};
struct board_site {
    const struct site *site;
    struct sample *sample;
    size_t n_samples, samples_cap;
    struct stream *stream;
    size_t n_streams;
    int64_t last_arrival;
    int64_t last_data; /* end of the newest span, never after its arrival */
    bool seen_realtime, seen_hour, seen_day;
    const struct stream *air[AIR_ITEMS]; /* of an air site */
    struct day_state *day;               /* n_days of the board; air sites only */
    uint8_t *dirty;
    struct group group;
    struct river *river;           /* of a river section; river.c */
    const char *planned;           /* device flags of planned states */
    int64_t first_hour, first_day; /* slots of the first value that came; INT64_MAX: none yet */
    const struct review *review;   /* of the board's list */
    size_t n_reviews;
    const struct tier_book *tiers; /* of the definitions */
    const struct lost_span *lost;
    size_t n_lost;
    struct mark *mark; /* by time; at most MARKS_MAX */
    size_t n_marks;
    int64_t
        skew_ms; /* of the first of skew_n real-time records in a row whose clock is off by about the same */
    int skew_n;
};
struct board {
    pthread_mutex_t lock;
    const struct place *place;
    struct definitions def;
    struct board_site *site; /* index is id - 1 */
    int64_t now;             /* of the last settle; 0: none yet */
    int back;                /* years before this one that are kept; 0: one */
    int64_t
        rules_day; /* everything is judged by the rules of this day; 0: each day by its own (versions.c) */
    int64_t first_day; /* 1 January of the first of them */
    size_t n_days;
    struct day_state *city;
    uint8_t *city_dirty;
    struct group city_group, target_group;
    json_t *targets;
    board_cases_fn count_cases;
    void *count_arg;
    struct board_reports reports;
    struct past *past; /* complete years before those kept; odds.c */
    size_t n_past;
    struct review *review;  /* by site, then time of giving */
    struct lost_span *lost; /* by site */
};

/* The day whose rules judge `day`. */
static inline int64_t ruled(const struct board *b, int64_t day)
{
    return b->rules_day ? b->rules_day : day;
}

/* ---- reviews.c ---- */
/* The opinion on a period that holds, as known then: of the highest level that decides, the one given last (standard/tiers.h). NULL: none. */
const struct review *review_of(const struct board_site *s, const struct stream *st, int64_t from, int64_t to,
                               int64_t known);
/* Adds the comparisons of quality control in from <= time < to; factor NULL: of all. */
void count_checks(const struct board_site *s, const char *factor, int64_t from, int64_t to, int64_t known,
                  struct counts *c);
/* What rests on the opinions or losses of a site is to be computed again. */
void reviews_touch(struct board *b, struct board_site *s);

/* ---- slots.c ---- */
const struct site_limit *stream_limit(const struct board_site *s, const struct stream *st, int64_t day);
/* What became of hour (or day) `slot`. */
enum slot_kind slot_of(const struct board_site *s, const struct stream *st, bool days, int64_t slot,
                       int64_t known);
/* Its value when it may be judged, else MICRO_MISSING. */
micro hour_of(const struct board_site *s, const struct stream *st, int64_t slot);
bool made_put(struct stream *st, int64_t hour); /* true: that was not known */
void count_slots(const struct board_site *s, const struct stream *st, int64_t from, int64_t to, int64_t known,
                 int64_t now, struct counts *c);
void write_counts(struct jw *w, const struct counts *c);
/* A site's object of /quality. */
struct rates_ask {
    int64_t from, to, known, now;
    bool factors;
};
void write_site_rates(struct jw *w, const struct board *b, const struct board_site *s,
                      const struct rates_ask *a);

/* ---- marks.c ---- */
/* Checks one record, its items by stream. */
void marks_take(struct board *b, struct board_site *s, const struct record *r, const struct item *item);
/* After hour `hour` of a stream has changed. */
void marks_hour(struct board *b, struct board_site *s, struct stream *st, int64_t hour);
void mark_text(const struct board *b, const struct board_site *s, const struct mark *m, bool english,
               struct buf *out);

struct board_site *board_site(struct board *b, int32_t id); /* NULL: none */
int64_t board_silent_from(const struct board_site *s, const struct definitions *d,
                          int64_t now); /* 0: not silent or never heard */
const char *stream_unit(const struct board_site *s, const struct stream *st);
int stream_decimals(const struct board_site *s, const struct stream *st);

/* ---- air.c ---- */
enum { ZONE_CLASS = 2 }; /* the zone of the city's points */
/* Who an air figure is of: one station, a region with all below it, or the city. */
struct air_of {
    int32_t site, region; /* both 0: the city */
};
size_t air_stations(const struct board *b, int32_t region);
bool air_site_in(const struct board *b, const struct board_site *s,
                 int32_t region); /* an air station of the region; 0: the city */
void air_settle(struct board *b);
/* Day `day` (a day number). through < 24: of the hours so far. false when outside what is kept. */
bool air_day_of(struct board *b, struct air_of of, int64_t day, int through, struct day_state *ret);
/* Hour `hour` (an hour number); *ret_index and rules as for a day. */
void air_hour_of(struct board *b, struct air_of of, int64_t hour, struct day_state *ret);
int hours_over(int64_t day, int64_t now); /* hours of a day that are over: 0 to 24 */
const char *item_name(int item);

/* ---- episode.c: runs of trouble in a series ---- */
struct episode {
    int64_t first, last; /* slots of the first and the last period in trouble */
    int count;
    micro worst, limit, multiple;
    int64_t worst_at; /* slot */
    bool low;         /* worst is below the lower limit */
    bool over, only_stopped;
    char flags[12];
    int aqi;
    unsigned primary;
};
struct episodes {
    struct episode *e;
    size_t n, cap;
    int clean; /* periods without trouble since the last one in trouble */
};
/* A period in trouble at slot: joins the open episode or begins one. NULL: out of memory. */
struct episode *episodes_trouble(struct episodes *l, int64_t slot);
/* A valid period without trouble. */
void episodes_clean(struct episodes *l, int needs);
void episodes_release(struct episodes *l);

/* The day's value of an outlet: what its device sent for the day, else the mean of its valid hours when there are enough.
 * 1: *ret is valid; 0: nothing; -1: invalid. */
int outlet_day(const struct board_site *s, const struct stream *st, int64_t day, int min_hours, micro *ret);
/* Above upper or below lower. */
bool limit_exceeded(const struct site_limit *l, micro v);
int default_min_hours(const struct definitions *d);

/* board_target with the lock held. */
int target_progress(struct board *b, const json_t *target, int64_t now, json_t **ret, struct err *e);
json_t *micro_json(micro v, int decimals); /* a number, or null */

/* ---- write.c, write_year.c, with the lock held: what the API shows, for receipts ---- */
void write_primary(struct jw *w, unsigned primary); /* the words of its items */
void write_air_day(struct board *b, struct air_of of, int64_t day, int64_t now,
                   struct buf *out); /* AqiPoint, or null */
void write_air_year(struct board *b, int32_t site, int year, int64_t now, struct buf *out);

/* ---- receipt.c ---- */
/* What a figure is made of: the hours of some air stations, of one item or all, over a run of days (a ranking's: over two). */
struct inputs_ask {
    struct air_of of;
    int item;            /* enum air_item; -1: all */
    int64_t first, last; /* day numbers; last < first: none */
    bool river;          /* of river sections: those of the scope, or the one of `of.site` */
    bool classes;        /* as those of rivers: the table of classes and evaluation are among the rules */
    bool sampled;        /* all that one site of any kind sends and people sample there */
    struct river_scope {
        const struct board *b;
        int32_t region;   /* 0: the city */
        char name[96];    /* sections whose names begin so; "": all */
        char network[16]; /* "national" ...; "": all */
    } scope;
    bool ranked;         /* of the air stations that count for a county, or of all of them (`stations`) ... */
    bool stations;       /* ... */
    bool city;           /* and of those that count for the city */
    int64_t year_before; /* first day of the same period last year, which comes first in the inputs */
    size_t year_before_days; /* 0: none, as not all its days are kept */
    struct {
        const char *kind;
        const struct ruleset *set;
    } also[4]; /* rule sets beyond those of the days, chosen for the figure as a whole */
    size_t n_also;
};
/* What the target's figure is made of. false: it is not bound. */
bool target_inputs(struct board *b, const json_t *target, int64_t now, struct inputs_ask *ret);

/* ---- rank.c, rank_receipt.c, with the lock held ---- */
int rank_write(struct board *b, const struct ranking_ask *ask, int64_t now, struct buf *out, struct err *e);
int rank_write_money(struct board *b, const struct ranking_ask *ask, const char *rules, int64_t now,
                     struct buf *out, struct err *e);
/* What a ranking is made of, or what is paid by a rule (NULL: a ranking). -ENOENT: no data of the period are kept. */
int rank_inputs(struct board *b, const struct ranking_ask *ask, const struct money_rules *rule, int64_t now,
                struct inputs_ask *ret, struct err *e);
/* Figures of receipts: "air.ranking", "air.compensation". */
int receipt_of_ranking(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in,
                       struct buf *result, struct err *e);
int receipt_of_compensation(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in,
                            struct buf *result, struct err *e);

/* ---- odds.c ---- */
int past_keep(struct board *b, struct board *from, int year);
void past_release(struct board *b);
