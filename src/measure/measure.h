/* measure.h - from observations to what is judged: station and city hours, days and years, targets, findings.
 *
 * The board holds, for every site, the valid hours and days of this year and the last, and what was judged from them. It is filled by
 * a scan at start and by every batch that is stored afterwards; a late hour recomputes only its day, its city day and the running
 * figures. All functions are safe to call from any thread (one lock inside); what they return is a copy. Rule sets come from
 * definitions/standards and are chosen by the date of the data. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "domain/place.h"
#include "domain/record.h"

struct board;

/* Reads DEFINITIONS/standards, indicators and rules. The board keeps a pointer to the place. */
int board_new(const struct place *place, const char *definitions, struct board **ret, struct err *e);
struct board *board_free(struct board *b);
/* Keeps so many calendar years before the one that is settled (1, unless this is called before the first settle; at most 20). */
void board_keep_years(struct board *b, int back);
/* Takes records in any order; unknown sites and factors are passed over. Cheap per record: the heavy part is board_settle. */
void board_take(struct board *b, const struct record *r, size_t n);
/* Recomputes what the records taken since the last call touched, as of now. */
void board_settle(struct board *b, int64_t now);

/* ---- what is not there, and what people say of it (docs/missing.md) ---- */

/* A dated opinion on the periods of a site that begin in from <= time < to. Nothing changes one: it is withdrawn by another. */
enum review_kind {
    REVIEW_VALID,
    REVIEW_INVALID,
    REVIEW_EXCEPTED,
    REVIEW_QC_PASSED,
    REVIEW_QC_FAILED,
    REVIEW_KINDS
};
const char *review_kind_word(
    enum review_kind k);                     /* "valid", "invalid", "excepted", "qc_passed", "qc_failed" */
int review_kind_from_word(const char *word); /* -1: none */
struct review {
    int64_t id;
    int32_t site;
    char factor[16]; /* "": all */
    enum review_kind kind;
    int level; /* of the tiered review (standard/tiers.h); 0: given before there were levels */
    int64_t from, to;
    int64_t given, withdrawn; /* when; withdrawn 0: it stands */
};
/* What an opinion would move before it is given: {"before":…,"after":…}, each the days of its span (an air station's AQI and the city's), the
 * means of its months, and the site's rates of those months. Nothing is kept. -ENOENT: no such site. */
int board_write_preview(struct board *b, const struct review *proposed, int64_t now, struct buf *out,
                        struct err *e);
/* The levels of review that hold for a day's values: {"id","title",…,"levels":[{"level","title","title_en"}],"decides"}, or null; level_of: the
 * level of a person with that role and kind of unit, 0 for none; where there are no levels, 1 for a reviewer and above. */
void board_write_tiers(struct board *b, int64_t day, struct buf *out);
int board_tier_of(struct board *b, int64_t day, const char *role, const char *unit_kind);
int board_tier_untiered(struct board *b, int64_t day); /* of an opinion given before there were levels */
/* All there are, in any order; copied. What rests on them is computed again by the next settle. */
int board_set_reviews(struct board *b, const struct review *r, size_t n, struct err *e);

/* Evidence beyond the records themselves that what is missing was on its way: app knows it from the gateway. */
enum lost_why { LOST_PART, LOST_DAMAGED };
const char *lost_why_word(
    enum lost_why
        w); /* "part": the rest of a split upload never came, "damaged": frames with a bad CRC or length */
struct lost_span {
    int32_t site;
    int64_t from, to;
    enum lost_why why;
};
int board_set_lost(struct board *b, const struct lost_span *l, size_t n, struct err *e);

/* Runs of hours, newest first and at most `most` of them, of which something is missing at a site that sends hours, from its first one
 * on: of the last weeks any factor that it sends, before that all. */
struct span {
    int64_t from, to;
};
size_t board_open_hours(struct board *b, int32_t site, int64_t now, struct span *ret, size_t most);
/* What became of n periods (PERIOD_HOUR or PERIOD_DAY) in a row, the first of which holds `from`: enum slot_kind each, 255 for one that
 * is not over or that the calendar does not expect. */
void board_slots(struct board *b, int32_t site, const char *factor, enum period period, int64_t from,
                 size_t n, uint8_t *ret);
/* Which of n spans of `step` in a row, the first of which begins at `from`, hold a quality-control comparison that was passed. */
void board_passed(struct board *b, int32_t site, const char *factor, int64_t from, int64_t step, size_t n,
                  bool *ret);
/* Rates of the sites of a kind (or of one site) over from <= time < to, with the opinions given until `known` and the values that had
 * come by then: /quality. kind -1, site 0: all. factors: each factor's besides. */
void board_write_quality(struct board *b, int kind, int32_t site, int64_t from, int64_t to, int64_t known,
                         int64_t now, bool factors, struct buf *out);
/* Consistency marks of a site, newest first, and the checks that give them: /sites/{id}/marks. */
void board_write_marks(struct board *b, int32_t site, struct buf *out);

/* ---- findings: the rules of definitions/rules, run over what settled and over silence ---- */
struct finding {
    const char *key;      /* one per rule, site, factor and episode: the same trouble is one finding */
    const char *rule;     /* rule id */
    const char *severity; /* "high", "medium", "low" */
    int32_t site;         /* 0: the city */
    const char *factor;   /* code or "" */
    const char *title;    /* 中文 sentence: what, where, how much against what */
    const char *title_en;
    const char *ledger; /* of the case that is made of it */
    int react_hours;    /* within which it is sent on or dismissed */
    bool drafts;        /* the program opens the case at once, with the fields of facts.case */
    const json_t *
        opens; /* {"after_hours","due_days","fresh_days","measures"?,"goal"?,"order"?}: a case of it opens by itself; NULL: people open it */
    int64_t from, to; /* the episode so far */
    bool over;        /* the trouble has ended in the data */
    const json_t
        *facts; /* value, limit, multiple, basis, indicator goal proposed for a case ...; see rules.md */
};
/* Calls found() for every finding that is new or changed since the last call. Lent for the call. */
void board_find(struct board *b, int64_t now, void (*found)(const struct finding *, void *), void *arg);

/* What the last calls of board_find handed out could not be kept: the next call hands out everything again. */
void board_find_again(struct board *b);

/* ---- goals: what a case or a target asks of the data ---- */
enum verdict { VERDICT_MET, VERDICT_NOT_MET, VERDICT_CANNOT_JUDGE };
struct goal {
    const char *
        indicator; /* "source.hour" (value of a factor at an outlet), "source.day", "air.day" (item), "air.aqi", "site.online" */
    int32_t site;       /* 0: the city */
    const char *factor; /* code, or "" */
    const char *op;     /* "<=", "<", ">=", ">", "in" (both limits) */
    micro value, lower;
    const char *unit;
    int window;         /* this many periods in a row that are valid and meet it ... */
    const char *period; /* "hour" or "day" */
    int64_t since;      /* ... all after this time */
};
struct goal_answer {
    enum verdict verdict;
    int have, need; /* valid periods in a row that meet it, counted back from now; and how many are wanted */
    /* Of the calendar periods since `since` (at most the last 2 × window): with no value; of these lost on the way; with an invalid
     * one; excepted. */
    int missing, lost, invalid, excepted;
    int64_t last_broken; /* time of the last period that broke it, 0: none since `since` */
    micro last_value;    /* the newest valid value */
    char text[256],
        text_en[256]; /* one sentence: "连续24小时有效均值达标，现有 9 小时；10-03 14:00 为 62.1 mg/L" */
};
int board_judge(struct board *b, const struct goal *g, int64_t now, struct goal_answer *ret, struct err *e);

/* ---- targets of a plan, bound to measures ---- */
/* What the ledgers of these ids (a JSON list) count for a year: cases that were open at some time in from <= time < to, and those of them
 * that were closed in it. -ENOENT: none of the ledgers is known. app fills it in; called without the board's lock. */
struct case_counts {
    int64_t all, closed;
};
typedef int (*board_cases_fn)(void *arg, const json_t *ledgers, int64_t from, int64_t to,
                              struct case_counts *ret, struct err *e);
void board_set_cases(struct board *b, board_cases_fn count, void *arg);
/* What people report and what verified projects cut, asked of app as board_cases_fn is. -ENOENT: there is nothing of the kind. */
struct board_reports {
    /* The newest adopted figure for a target's indicator and place in `year`, known up to `at`; month 0: one from the beginning of the year,
     * else that month's own. *ret: {"value","unit","on","case","number","source","method","by"}. */
    int (*figure)(void *arg, const json_t *target, int year, int month, int64_t at, json_t **ret,
                  struct err *e);
    /* The settled inventory of a pollutant and what was verified after the base year up to `at`, t: {"base","base_year","added","cut",
     * "case","number","source","waiting","projects":[{"case","number","title","cut","closed"}]}. */
    int (*emission)(void *arg, const char *pollutant, int base_year, int year, int64_t at, json_t **ret,
                    struct err *e);
    void *arg;
};
void board_set_reports(struct board *b, const struct board_reports *r);
/* `target` is the JSON of a plan target (docs/api, Target). *ret: {"bound":true,"value":..,"unit":..,"as_of":..,"days":{"valid":..,
 * "elapsed":..,"year":..},"gap":..,"remaining_mean":..,"allowed_bad_days":..,"light":"green|yellow|red|grey","verdict":"on_track|behind|
 * impossible|met|cannot_judge","text":"…","text_en":"…","receipt":{…}}. Not bound: {"bound":false,"reason":..}. What no instrument
 * measures is judged by the figure that people reported ("reported": the figure, with where it is from) or by verified projects
 * ("emission"). Caller decrefs. */
int board_target(struct board *b, const json_t *target, int64_t now, json_t **ret, struct err *e);
/* The year a target is for, as its "by" says; this year when it says none. */
int board_target_year(const json_t *target, int64_t now);
/* Whether less of it is better: what may at most be, against what must at least be or is to fall or rise by so much. */
bool board_target_lower(const struct board *b, const json_t *target);
/* The indicator's own figure of one month, as far as it is over at `now`: MICRO_MISSING where it has none or nothing is known. */
int board_target_month(struct board *b, const json_t *target, int year, int month, int64_t now, micro *ret,
                       int *ret_decimals, struct err *e);

/* ---- for the screen: JSON as docs/api describes it, appended to out ---- */
void board_write_city(struct board *b, int64_t now, struct buf *out);               /* CityNow */
void board_write_site(struct board *b, int32_t site, int64_t now, struct buf *out); /* SiteNow */
/* Series of one site; the API's /sites/{id}/aqi. period "hour" or "day". */
void board_write_aqi(struct board *b, int32_t site, const char *period, int64_t from, int64_t to,
                     struct buf *out);
/* Year table of a site (0: city): /air/year */
void board_write_year(struct board *b, int32_t site, int year, int64_t now, struct buf *out);
/* Counties (or stations) ranked by the composite index over [from, to) (day numbers; days not over yet are left out), beside the same
 * period last year and beside another rule set: /air/ranking. -EINVAL when no rule is in force or `other` is not one. */
struct ranking_ask {
    int64_t from, to;
    bool stations;     /* rank stations, else counties */
    const char *other; /* a ranking rule's id; NULL or "": the edition beside the one in force */
};
int board_write_ranking(struct board *b, const struct ranking_ask *ask, int64_t now, struct buf *out,
                        struct err *e);
/* What each place would receive or pay by each of the rules (ids apart by commas) on the same data: /air/compensation. */
int board_write_compensation(struct board *b, const struct ranking_ask *ask, const char *rules, int64_t now,
                             struct buf *out, struct err *e);
/* The rule sets in use: [{"id","kind","title","title_en","from","to","source","clause","certainty","practice"}]. */
void board_write_rules(struct board *b, struct buf *out);

/* One part of a bulletin as a JSON object (null when the city has nothing of it): "air", "rivers", "handover" (of a month), "money" (what sections
 * are paid for), "loads" (to the sea, of a year), "points" (sampled by season, of a year), "versions" (a year of the air by the rules of two
 * days). docs/bulletin.md says what is in each. */
struct figures_ask {
    const char *part;
    int year, month;   /* month 0: the year */
    const char *rules; /* money: ids of rules; versions: two dates; apart by commas. "": the usual */
};
int board_figures(struct board *b, const struct figures_ask *ask, int64_t now, struct buf *out,
                  struct err *e);
/* The receipt of a figure as it stands now: `ask` is {"what":"air.day","site":3,"day":"2026-03-01"}, {"what":"air.year","site":0,
 * "year":2026}, the same of "river.day", "river.month" ("month":"2026-03") and "river.year", {"what":"target","target":{…}},
 * {"what":"air.ranking","from":"2026-06-01","to":"2026-06-30","level":"county|station","other":""}, or "air.compensation" of the same
 * with "rules": one rule's id; site 0 is the city. *ret: {"measure":ask,"rules":[{"id","kind"}],"inputs":{"stations":
 * [codes],"from","to","values","sm3","parts":[{"day","rows","sm3"}]},"missing":{…},"result":…}; who knows the files adds their hashes.
 * The canonical form of an input is "site,factor,hour,flag,value" a line (docs/evaluate.md). -ENOENT: no such figure. */
int board_receipt(struct board *b, const json_t *ask, int64_t now, json_t **ret, struct err *e);

/* Takes the day values of a complete past year from another board of the same place, which holds it: for the odds of meeting a target
 * ("odds" of board_target: null, or {"met","years","from","to","brier","text","text_en"}; nothing is said from fewer than three). */
int board_keep_past(struct board *b, struct board *from, int year, struct err *e);

/* The place has other limits at a site than before (place_permit): its findings are judged anew, each period by the limit of its day. A limit on
 * something that the site neither measures nor was limited in when the board was made comes with the next board. */
void board_limits_changed(struct board *b, int32_t site);
/* The confirmed targets (an array of plan targets, copied; NULL: none), for the rule that finds what can no longer be met. */
int board_set_targets(struct board *b, const json_t *targets, struct err *e);

/* `bihuan check`: loads every rule set, indicator and rule of a definitions folder and runs the tests they carry. */
int definitions_check(const char *folder, struct err *e);
