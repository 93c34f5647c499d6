/* judge.h - everything that may be asked of rule sets, asked with one value in every place: as the server and `bihuan evaluate` do. */
#pragma once

#include "standard/air.h"
#include "standard/ordinance.h"
#include "standard/rates.h"
#include "standard/standards.h"

struct rule_books {
    struct standards standards;
    struct air_rulebook air;
    struct ordinances ordinances;
    struct rate_rules rates;
    bool has_rates;
};

/* Aborts when an answer is outside its range. `value` is one that the readers of data let through (domain/record.h). */
void judge_by(const struct rule_books *b, micro value);
