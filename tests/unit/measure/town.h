/* town.h - a small city for tests, and records made by hand. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/factor.h"
#include "measure/measure.h"

/* Sites: stations s1 ... s4 (1, 2 in region east, 3, 4 in west), water (COD w01018 <= 50, pH w01001 6 to 9), stack (SO2 <= 35),
 * daily (COD <= 50, a device that sends days). */
enum { S1 = 1, S2, S3, S4, WATER, STACK, DAILY, SITES = DAILY };

struct town {
    struct place *place;
    struct board *board;
};
void town_open(struct town *t);
void town_open_with(struct town *t, const char *text); /* another city file */
void town_close(struct town *t);

int64_t at(int year, int month, int day, int hour);
/* One record of one hour (or day); arrives an hour after its start unless told. body as the codec writes it. */
void send_at(struct board *b, int site, enum period p, int64_t time, int64_t arrival, const char *body);
void send_hour(struct board *b, int site, int64_t time, const char *body);
/* Six items of an air station. */
void send_air(struct board *b, int site, int64_t time, double pm25, double o3);
/* Whole days of all four stations, the same value each hour. */
void send_days(struct board *b, int64_t first_day, int n, double pm25, double o3);

/* What board_find gave. */
struct got {
    char key[128], rule[48], severity[12], title[512], title_en[512], facts[2048];
    int site;
    int64_t from, to;
    bool over;
};
struct gots {
    struct got g[64];
    size_t n;
};
void find_all(struct board *b, int64_t now, struct gots *ret);
/* The last one with that rule; NULL. */
const struct got *got_of(const struct gots *g, const char *rule);
json_t *read_buf(struct buf *b); /* parses and empties; fails the test when it is no JSON */
