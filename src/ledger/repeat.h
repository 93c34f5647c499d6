/* repeat.h - whether two complaints are about the same thing: by what is named, where, when and how it is told. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct complaint {
    const char *text;   /* what happened and where, UTF-8; the first 600 characters are read */
    const char *object; /* code of the site or name of the enterprise it is about; "" when not known */
    bool has_point;
    double lng, lat;
    int64_t at; /* ms */
};

enum repeat_reason {
    REPEAT_NAME,      /* both name the same enterprise or shop */
    REPEAT_OTHER,     /* each names another one */
    REPEAT_OBJECT,    /* the same site or enterprise in the fields */
    REPEAT_STREET,    /* the same road, village or estate in the text */
    REPEAT_NUMBER,    /* and the same house number */
    REPEAT_ELSEWHERE, /* another house number on the same road, or other streets altogether */
    REPEAT_KIND,      /* the same sort of nuisance */
    REPEAT_UNLIKE,    /* another sort */
    REPEAT_NEAR,
    REPEAT_FAR,
    REPEAT_SOON,
    REPEAT_WORDS, /* much of the wording is the same */
    REPEAT_REASONS
};

struct repeat {
    int score;        /* 0 to 100 */
    unsigned reasons; /* bits of enum repeat_reason */
    int words;        /* per cent of the wording in common, names and addresses weighted */
    int64_t metres;   /* -1: not known */
};

enum { REPEAT_LIKELY = 50 }; /* from this score on it is worth a person's look */

struct repeat repeat_compare(const struct complaint *a, const struct complaint *b);
