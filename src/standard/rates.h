/* rates.h - how much of what should have come did come and counts: capture, validity, transmission, quality-control rates.
 *
 * Pure. The calendar is the denominator: every period that should have a value is one of five kinds, and a rate names the kinds above
 * and below its line (definitions/standards/quality). Adding a period that never came therefore never raises a rate. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/micro.h"

/* What became of a period that the calendar expects (docs/missing.md). */
enum slot_kind {
    SLOT_VALID,
    SLOT_INVALID, /* came, and may not be judged: by its flag, or by a reviewer */
    SLOT_EXCEPTED, /* taken out of the account: a reviewer's opinion with a paper, or a planned state of the plant */
    SLOT_LOST,     /* not here although the device had measured or sent it */
    SLOT_NOT_SENT, /* nothing came, and nothing shows that there was anything */
    SLOT_KINDS
};
const char *slot_kind_word(enum slot_kind k); /* "valid", "invalid", "excepted", "lost", "not_sent" */

enum { COUNT_QC_PASSED = SLOT_KINDS, COUNT_QC_FAILED, COUNT_KINDS };
struct counts {
    int64_t n[COUNT_KINDS];
};
static inline int64_t counts_expected(const struct counts *c)
{
    int64_t sum = 0;
    for (int k = 0; k < SLOT_KINDS; k++)
        sum += c->n[k];
    return sum;
}

enum { RATES_MAX = 8, RATE_WORD = 24 };
struct rate_rule {
    char id[RATE_WORD], title[64], title_en[64], clause[200], clause_en[200], certainty[40];
    unsigned over, under; /* bits of what is counted above and below the line */
    int first, second;    /* a product: indices of two rates before it; -1: none */
    micro pass;           /* in per cent; MICRO_MISSING: no mark is set */
};
/* One file of definitions/standards/quality. */
struct rate_rules {
    char id[40], title[96], title_en[96], source[120];
    unsigned kinds;   /* bits of enum site_kind it is for */
    char planned[8];  /* device flags of planned states: a period so marked is excepted, not invalid */
    int64_t from, to; /* day numbers, both inclusive */
    struct rate_rule rate[RATES_MAX];
    int n;
};
int rate_rules_read(const json_t *tree, struct rate_rules *ret, struct err *e);
/* The tests the file carries: { { counts = { valid = 84, ... }, rate = "qc", is = 84.8, passes = false } }. */
int rate_rules_test(const struct rate_rules *r, const json_t *tree, struct err *e);

struct rate {
    int64_t over, under; /* of a product: the products of both */
    micro value;         /* per cent, unrounded; MICRO_MISSING when nothing stands below the line */
    int passes;          /* 1, 0; -1: no mark is set, or no value */
};
/* Rate i of the rules. The mark is compared with the fraction itself, not with a rounded figure: 84.96 % does not pass 85 %. */
struct rate rate_of(const struct rate_rules *r, int i, const struct counts *c);

/* ---- load (排放量) ---- */

enum load_basis { LOAD_NONE, LOAD_COU, LOAD_FLOW };
/* What left an outlet in one hour, in kg: what the device summed up (Cou) where it sent it, else mean concentration × flow sum.
 * concentration in mg/L with flow in m³ (water: ÷ 1000), or mg/m³ (gas: ÷ 1,000,000). Emissions above a limit count like any
 * other (排污许可管理条例 art. 21). */
enum load_basis load_hour(bool gas, micro cou, micro concentration, micro flow_m3, micro *ret_kg);
