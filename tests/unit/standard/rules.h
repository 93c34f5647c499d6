/* rules.h - the shipped rule sets, for tests. */
#pragma once

#include "standard/air.h"
#include "standard/ordinance.h"

/* Loaded once, with each file's own tests run; aborts with the reason when a file is wrong. */
const struct air_rulebook *shipped_rules(void);
/* The same for rankings, warnings, compensation and the other items. */
const struct ordinances *shipped_ordinances(void);
/* The folder of shared data, or NULL. */
const char *shared_folder(void);
