/* finding.h - what the files that find share: how a rule is asked, and what is noted when it says yes.
 *
 * find.c goes through the groups (a site, the city, the targets) and calls a searcher for each of its rules; the searcher lays out the
 * facts of each piece of trouble it sees in a struct subject and calls note(), which asks the rule's Lua function and, on yes, writes the
 * key, the sentences and the facts into the list. A list is a function of the data and of now. Called with the board's lock held. */
#pragma once

#include "measure/internal.h"

/* One finding as it stands: owns its texts and facts. */
struct noted {
    char *key, *title, *title_en;
    const struct rule *rule;
    char severity[12];
    int32_t site; /* 0: the city or a target */
    char factor[16];
    int64_t from, to;
    bool over;
    json_t *facts;
    uint64_t hash; /* of all that is told of it: when it moves, the finding is handed out again */
};
struct noted_list {
    struct noted *n;
    size_t len, cap;
};
/* Appends *n, which the list then owns. false: out of memory, *n is released. */
bool noted_add(struct noted_list *l, struct noted *n);
void noted_list_release(struct noted_list *l);
/* A finding of its own with the same content. false: out of memory, *ret is empty. */
bool noted_copy(const struct noted *n, struct noted *ret);

/* What a rule is asked about, and what its sentence may name. */
struct subject {
    struct board *b;
    const struct rule *rule;
    const struct board_site *site; /* NULL: the city or a target */
    const struct stream *stream;   /* NULL: none */
    json_t *facts;                 /* owned until noted */
    int64_t from, to;
    bool over;
    const char *id; /* the last part of the key */
};
/* Asks the rule with the facts (and more, taken) and notes what it finds. Takes s->facts. */
void note(struct subject *s, json_t *more, struct noted_list *l);
/* What a case of this finding must reach before it may be closed, as facts.goal; nothing when the rule names no goal. */
void note_goal(struct subject *s);

/* What is seen in a run of trouble, given to note() one by one with what `facts` says of each; empties `found`. */
void note_episodes(struct subject s, struct episodes *found,
                   json_t *(*facts)(const struct subject *, const struct episode *), int64_t now,
                   struct noted_list *l);

/* ---- searchers: each takes what one rule finds into l ---- */
void find_air(struct subject s, const struct day_state *day, int64_t now, struct noted_list *l);
void find_river(struct subject s, int64_t now, struct noted_list *l);
/* One factor (s.stream) of an outlet: hours or days above its limit, hours that are invalid. */
void find_outlet(struct subject s, int64_t now, struct noted_list *l);
void find_silence(struct subject s, int64_t now, struct noted_list *l);
void find_marks(struct subject s, int64_t now, struct noted_list *l);
void find_forecast(struct subject s, int64_t now, struct noted_list *l);
void find_fence(struct subject s, int64_t now, struct noted_list *l);
void find_targets(struct subject s, int64_t now, struct noted_list *l);
