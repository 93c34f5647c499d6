/* suspect.h - what the files that look for oddities share (docs/files.md).
 *
 * A suspicion says what was seen, with figures; it decides nothing and blocks nothing. Each has a key made of what it is about, so it is
 * kept once however often a case is looked at. */
#pragma once

#include "ledger/engine.h"

enum {
    SUSPECT_PLACE_M =
        1000, /* a photo farther from the object: receivers and shifted maps of phones err by several hundred metres */
    SUSPECT_NEAR_M = 500,     /* another case's place counts as the same object */
    SUSPECT_AFTER_DAYS = 90,  /* trouble so soon after closure */
    SUSPECT_COPY_CHARS = 40,  /* shorter texts are alike by nature */
    SUSPECT_COPY_SHARE = 80,  /* per cent of the bigrams */
    SUSPECT_LOOK = 500,       /* newest cases that texts and places are compared with */
    SUSPECT_BURST_DAYS = 3,   /* before the limit, and */
    SUSPECT_BURST_LEAST = 5,  /* events of work in them, at least, and */
    SUSPECT_BURST_TIMES = 4,  /* so many times the unit's usual number */
    SUSPECT_USUAL_DAYS = 180, /* over which that is counted */
    SUSPECT_AHEAD_MS = 600000 /* a camera's clock may be ahead of ours by so much */
};

struct suspicion {
    const char *kind;
    int64_t other_case; /* 0: only the case looked at */
    int64_t file[2];    /* 0: none */
    int weight;         /* 1 to 3 */
    struct said text;
    char key[120];
};

/* One look at one case. */
struct look {
    struct ledgers *l;
    struct loaded c;
    int64_t now;
    json_t *files; /* of the case: bodies of DOC_FILE with "id", "created" and "likeness_bits" */
    struct err *e;
};

int suspicion_keep(struct look *k, const struct suspicion *s);

/* suspect_photo.c */
struct photos; /* every picture's likeness, read once and then added to */
struct photos *photos_new(void);
struct photos *photos_free(struct photos *p);
int find_same_photos(struct look *k);
int find_photo_facts(struct look *k); /* place and time that do not fit */
/* For tests and measuring: how many of the n pictures are near. */
size_t photos_near(struct photos *p, uint64_t likeness, int64_t *ret_id, size_t max);
int photos_add(struct photos *p, uint64_t likeness, int64_t id);

/* suspect_case.c */
int find_among_cases(struct look *k); /* copied text, trouble after closure */
int find_burst(struct look *k);

/* suspect_text.c: per cent of a's pairs of characters that b has too; -1 when a is too short. Blanks and punctuation do not count. */
int text_share(const char *a, const char *b);

/* Where the case's object is: a field of kind point, or its site. */
bool case_place(const struct ledgers *l, const struct loaded *c, double *ret_lng, double *ret_lat);
