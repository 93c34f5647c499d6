/* place.h - the city: its regions, units and sites, loaded once from the ledger store and then read by everyone.
 * A place is immutable after place_build; a change makes a new one. Ids are small and dense within a kind, from 1. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

/* From SITE_SEA on: points where people sample by season and no device stands. */
enum site_kind {
    SITE_AIR,
    SITE_RIVER,
    SITE_WATER_OUTLET,
    SITE_GAS_OUTLET,
    SITE_SEA,
    SITE_GROUNDWATER,
    SITE_SOIL,
    SITE_DRINKING,
    SITE_KINDS
};

enum { SAMPLED_MOST = 64, SAMPLED_CODE = 23 }; /* items, and letters of a code */

struct region {
    int32_t id;
    int32_t parent; /* 0: the top */
    const char *code, *name, *name_en;
};

struct unit {
    int32_t id;
    int32_t parent; /* the unit it depends on; 0: none */
    const char *code, *name, *name_en;
    const char *
        kind; /* "bureau", "department", "district", "enterprise", "operator", "province": definitions may ask (standards/review) */
};

/* A permit or standard limit on one factor at one site. */
struct site_limit {
    const char *code;  /* factor */
    micro upper;       /* MICRO_MISSING: none */
    micro lower;       /* MICRO_MISSING: none; pH */
    const char *basis; /* the permit or standard and its clause, for the screen */
    int64_t from, to;  /* day numbers, both inclusive; SITE_LIMIT_ALWAYS and SITE_LIMIT_EVER when open */
};
#define SITE_LIMIT_ALWAYS (-(INT64_C(1) << 40))
#define SITE_LIMIT_EVER   (INT64_C(1) << 40)

struct site_limits {
    size_t n;
    const struct site_limit *limit;
};

struct site {
    int32_t id;
    const char *code, *name, *name_en;
    enum site_kind kind;
    int32_t region, unit; /* unit: who answers for it */
    double lng, lat;      /* CGCS2000 */
    const char *mn;       /* its device; "" when none */
    const char *pw;       /* the device's HJ 212 password: never printed */
    const char *edition;  /* "2005", "2017" or "2025": what the device is set to speak */
    const char *origin; /* "replay" (real measurements moved in time) or "simulated": the screen says which */
    const char *origin_note, *origin_note_en;
    int interval;               /* real-time interval in seconds expected of the device; 0: none */
    const char *const *factors; /* codes it measures, NULL at the end */
    /* What is sampled here by hand: codes, or the words of the tables where there is no code ("din", "flow"); NULL at the end. */
    const char *const *sampled;
    /* Those in force, sorted by nothing; what a permit says comes before the city file (place_permit). Another thread may exchange the list:
     * take it once with site_limits. */
    const struct site_limits *limits;
    micro
        reference_o2; /* gas outlets: per cent by volume, of the emission standard; MICRO_MISSING when not given */
    const char *target_class; /* river: "Ⅲ"; "" otherwise */
    bool lake;                /* river: a lake or reservoir, judged by the lake limits of GB 3838 */
    const char *
        network; /* river: whose network the section is of, "national", "provincial" ...; "" when not given */
    /* River: the water it is on, the districts it is handed over between (0: none), and whether what passes it goes to the sea. */
    const char *river;
    int32_t upstream, downstream;
    bool to_sea;
    micro area; /* sampled points: the square kilometres it stands for; MICRO_MISSING when not given */
    const char
        *use; /* soil: "paddy", "other", "orchard" (GB 15618), "class1", "class2" (GB 36600); "" otherwise */
    int zone_class; /* air: GB 3095 zone, 1 or 2 */
    bool for_city,
        for_county; /* air: an assessment point of the city, of its county (HJ 663: other points enter no mean) */
};

/* Days left out of the deducted set of air values, kept beside the whole one: dust (环办监测〔2016〕120号), exceptional events (HJ 663). */
struct place_event {
    int64_t from, to; /* day numbers, inclusive */
    unsigned items;   /* bits of enum air_item */
    bool dust;
    const char *approver, *paper;
};

struct place {
    const char *name, *name_en;
    const char *water_scheme; /* whose rules of compensation between sections hold here; "": none is named */
    const struct place_event *events;
    size_t n_events;
    const struct region *regions; /* index is id - 1 */
    const struct unit *units;
    const struct site *sites;
    size_t n_regions, n_units, n_sites;
};

/* Builds a place from the city file (demo/city.json is the shape; docs/city.md describes it). The caller frees. */
int place_build(const json_t *city, struct place **ret, struct err *e);
struct place *place_free(struct place *p); /* takes NULL, returns NULL */

const struct site *place_site(const struct place *p, int32_t id); /* NULL when there is none */
const struct site *place_site_by_code(const struct place *p, const char *code);
const struct site_limits *site_limits(const struct site *s); /* never NULL; good until place_free */
/* Lays the limits of permits over the city file's: from the first day on which a permit limits a factor, the permit alone says what holds, each
 * entry until the day before the next one. `from` of each is a day; `to` ends it earlier where it is not SITE_LIMIT_EVER (a cancelled
 * permit). All of a site's at once: what is not given any more is gone. Readers of other threads see the old or the new list; calls
 * of this function are the caller's to keep apart. Strings are copied. */
int place_permit(struct place *p, int32_t site, const struct site_limit *permit, size_t n, struct err *e);
bool place_permitted(const struct place *p,
                     int32_t site); /* whether its limits are not the city file's alone */
/* The limit on a factor that is in force on a day (a permit may change); NULL when there is none. */
const struct site_limit *site_limit_on(const struct site *s, const char *code, int64_t day);
const struct unit *place_unit(const struct place *p, int32_t id);
const struct unit *place_unit_by_code(const struct place *p, const char *code);
/* Whether a unit is `above` or depends on it, over any number of steps. */
bool place_unit_within(const struct place *p, int32_t unit, int32_t above);
const struct region *place_region(const struct place *p, int32_t id);
/* How answers refer to one: {"id","code","name","name_en"}, a site with "lng" and "lat" besides; null for NULL. */
void region_write(struct jw *w, const struct region *r);
void unit_write(struct jw *w, const struct unit *u);
void site_write(struct jw *w, const struct site *s);
const char *site_kind_word(
    enum site_kind
        k); /* "air", "river", "water_outlet", "gas_outlet", "sea", "groundwater", "soil", "drinking" */
/* A list of such words as bits 1 << enum site_kind; none when there is no list. -EINVAL names the word that is none. */
int site_kinds_read(const json_t *list, unsigned *ret, struct err *e);
