/* clause.h - how the tables of checks write their clauses. A clause is two words: its number in HJ 212-2017 with a blank behind it ("" when
 * only its subject is known to us) and its subject, which stands for it in the other editions. Not for others.
 *
 * ALL: the text of each edition; SINCE_2017: 2005 says nothing of it; FIELD and OURS are never mandatory: the one is how devices and
 * platforms in the field behave, the other follows from the text without standing there. */
#pragma once

#include "conform/conform.h"

#define NUMBERED(number, subject) "HJ 212-2017 " number subject
#define NAMED(number, subject)    "HJ/T 212-2005 " subject
#define REPORTED(number, subject) "HJ 212-2025 " subject
#define BARE(number, subject)     subject

#define S17(...) [HJ212_2017] = { NUMBERED(__VA_ARGS__), CONFORM_STANDARD }
#define S05(...) [HJ212_2005] = { NAMED(__VA_ARGS__), CONFORM_STANDARD }
#define R25(...) [HJ212_2025] = { REPORTED(__VA_ARGS__), CONFORM_REPORTED }
#define F17(...) [HJ212_2017] = { BARE(__VA_ARGS__), CONFORM_FIELD }
#define F05(...) [HJ212_2005] = { BARE(__VA_ARGS__), CONFORM_FIELD }
#define F25(...) [HJ212_2025] = { BARE(__VA_ARGS__), CONFORM_FIELD }
#define I17(...) [HJ212_2017] = { BARE(__VA_ARGS__), CONFORM_INFERRED }
#define I05(...) [HJ212_2005] = { BARE(__VA_ARGS__), CONFORM_INFERRED }
#define I25(...) [HJ212_2025] = { BARE(__VA_ARGS__), CONFORM_INFERRED }
