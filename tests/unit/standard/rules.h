/* rules.h - the shipped rule sets, for tests. */
#pragma once

#include "standard/air.h"
#include "standard/ordinance.h"
#include "standard/standards.h"

/* Loaded once, with each file's own tests run; aborts with the reason when a file is wrong. */
const struct air_rulebook *shipped_rules(void);
/* The same for rankings, warnings, compensation and the other items of air. */
const struct ordinances *shipped_ordinances(void);
/* The same of every other medium. They live as long as the program. */
const struct standards *shipped_standards(void);
const struct grade_table *shipped_table(const char *id); /* aborts when there is none */
/* The folder of shared data, or NULL. */
const char *shared_folder(void);
