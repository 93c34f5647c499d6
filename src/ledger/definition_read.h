/* definition_read.h - what the files that read a ledger's Lua file share: where a fault stands, and small checks.
 *
 * Each definition_*.c reads one part of the tree into struct definition; definition.c puts them together. */
#pragma once

#include "base/arena.h"
#include "ledger/definition.h"

struct reader {
    struct definition *d;
    struct arena *arena; /* lives as long as the definition */
    const char *name;
    struct err *e;
};

/* "file:line: kind "id": reason"; the line is where `kind "id"` (or `kind =`, id NULL) stands in the text. Returns -EINVAL. */
__attribute__((format(printf, 4, 5))) int reader_fault(struct reader *r, const char *kind, const char *id,
                                                       const char *fmt, ...);
/* A misspelt setting would be passed over in silence, so every key must be known. */
int reader_only_keys(struct reader *r, const json_t *o, const char *kind, const char *id,
                     const char *const *known, size_t n);
bool reader_is_id(const char *s);                                          /* a-z 0-9 _, at most 32 */
bool reader_all_text(const json_t *list);                                  /* a list of at least one text */
int reader_index_of(const char *const *names, size_t n, const char *word); /* -1 when none */
/* The bits of the states that a name or list of names means. */
int reader_state_set(struct reader *r, const json_t *names, const char *kind, const char *id, uint32_t *ret);

/* Characters of a sealed text: four bytes each fit what store/seal.h seals. */
enum { SECRET_MAX = 60 };

enum field_place { AS_FIELD, AS_NEED, AS_COLUMN };

int read_fields(struct reader *r, const json_t *list); /* definition_fields.c */
int read_field(struct reader *r, const json_t *o, enum field_place as, struct field *f);
/* required_when names a field of this list (or of the case, for what an action needs) that can have those values. */
int read_whens(struct reader *r, const struct field *f, size_t n, bool or_case);
int read_actions(struct reader *r, const json_t *list); /* definition_actions.c */
/* Who: a name or a list of names. setting is for messages: "by", "open_by". */
int read_parts(struct reader *r, const json_t *v, const char *kind, const char *id, const char *setting,
               struct parts *ret); /* definition_parts.c */
int read_never(struct reader *r, const json_t *v, struct action *a);
int read_opening(struct reader *r, const json_t *tree); /* open_by, intake, guard */
int read_related(struct reader *r, const json_t *o);    /* definition_shown.c */
int read_family(struct reader *r, const json_t *o);
int read_shown(struct reader *r, const json_t *tree); /* list, views, forms, group, public, excel */
int read_clock(struct reader *r, const json_t *o);    /* definition_time.c */
int read_clock(struct reader *r, const json_t *o);    /* definition_time.c */
int read_action_time(struct reader *r, const json_t *o, struct action *a);
int read_clocks(struct reader *r, const json_t *list);
int read_report(struct reader *r, const json_t *o);
int read_draw(struct reader *r, const json_t *o); /* definition_draw.c */
int read_wake(struct reader *r, const json_t *o); /* definition_program.c */
int read_follow(struct reader *r, const json_t *o);
int read_deal(struct reader *r, const json_t *o);
int read_score(struct reader *r, const json_t *o); /* definition_score.c */
int read_crosses(struct reader *r, const json_t *list);
int read_lookback(struct reader *r, const json_t *o);
int read_ladder(struct reader *r, const json_t *list);
