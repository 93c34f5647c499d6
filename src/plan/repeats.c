/* repeats.c - sentences said twice, word for word or nearly, and passages of them: a plan whose heading was lost in the middle of
 * another. They are shown with both places, to be counted once; nothing is dropped.
 *
 * A sentence is known by a sample of its six-character pieces (a fixed quarter of them, by their hash). Time and memory are bounded:
 * one table of a fixed size, and one vote a piece. */
#include "plan/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 6,
    SLOTS_MIN = 1 << 9,
    SLOTS_MAX = 1 << 17,
    SHORT = 24,       /* characters; shorter sentences repeat by nature */
    NEARLY_MIN = 60,  /* characters that a sentence needs to be "nearly" another */
    VOTERS_MAX = 32,  /* earlier sentences compared with one */
    PASSAGE_MIN = 3,  /* sentences in a row */
    PASSAGE_GAP = 400 /* characters that may lie between them in the earlier place */
};

struct repeats {
    size_t filled, mask;
    struct { /* the passage that may be growing */
        size_t here, here_end, there, there_end, sentences;
        const char *quote;
        size_t quote_len, quote_end;
    } run;
    struct {
        uint32_t tag, first, end;
        uint16_t digits;
    } slot[];
};

/* A quarter of the characters begins a piece that is kept; a character has about three bytes; half of the slots stay empty. */
struct repeats *repeats_new(size_t text_bytes)
{
    size_t slots = SLOTS_MIN;
    while (slots < text_bytes / 6 && slots < SLOTS_MAX)
        slots *= 2;
    struct repeats *s = calloc(1, sizeof *s + slots * sizeof s->slot[0]);
    if (s)
        s->mask = slots - 1;
    return s;
}

struct repeats *repeats_free(struct repeats *s)
{
    free(s);
    return NULL;
}

static void passage_end(struct reader *r, struct repeats *s)
{
    char reason[160];
    if (s->run.sentences >= PASSAGE_MIN && !r->failed) {
        snprintf(reason, sizeof reason, "第 %zu–%zu 字与第 %zu–%zu 字整段重复(%zu 句),只应计一次",
                 s->run.here, s->run.here_end, s->run.there, s->run.there_end, s->run.sentences);
        json_t *o =
            json_pack("{s:s,s:s%,s:I,s:I,s:s,s:s}", "kind", "doubt", "quote", s->run.quote, s->run.quote_len,
                      "start", (json_int_t)s->run.here, "end", (json_int_t)s->run.quote_end, "rule",
                      "doubt.repeated_passage", "reason", reason);
        size_t at = json_array_size(r->out);
        while (at && json_int(json_array_get(r->out, at - 1), "start", 0) > (int64_t)s->run.here)
            at--;
        /* the passage's first sentence gave a result of its own: the heading is the same */
        json_t *path = json_object_get(at ? json_array_get(r->out, at - 1) : NULL, "path");
        if (o && path && json_object_set_nocheck(o, "path", path) < 0)
            r->failed = -12;
        if (!o || json_array_insert_new(r->out, at, o) < 0)
            r->failed = -12;
    }
    s->run.sentences = 0;
}

static void passage_grow(struct reader *r, struct repeats *s, size_t there, size_t there_end)
{
    if (s->run.sentences && there >= s->run.there_end && there <= s->run.there_end + PASSAGE_GAP) {
        s->run.sentences++;
        s->run.here_end = r->first + r->n;
        s->run.there_end = there_end;
        return;
    }
    passage_end(r, s);
    s->run.here = r->first;
    s->run.here_end = s->run.quote_end = r->first + r->n;
    s->run.there = there;
    s->run.there_end = there_end;
    s->run.sentences = 1;
    s->run.quote = r->bytes;
    s->run.quote_len = r->off[r->n];
}

struct voters {
    struct {
        uint32_t first, end, votes;
    } of[VOTERS_MAX];
    size_t n;
};

static void vote(struct voters *v, uint32_t first, uint32_t end)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->of[i].first == first) {
            v->of[i].votes++;
            return;
        }
    if (v->n < VOTERS_MAX) {
        v->of[v->n].first = first;
        v->of[v->n].end = end;
        v->of[v->n++].votes = 1;
    }
}

/* Looks the piece up; a new one is entered for this sentence. */
static void piece_see(struct repeats *s, struct voters *v, const struct reader *r, uint64_t hash,
                      uint16_t digits)
{
    uint32_t tag = (uint32_t)(hash >> 32) | 1;
    size_t i = (size_t)(hash & s->mask);
    while (s->slot[i].tag && s->slot[i].tag != tag)
        i = (i + 1) & s->mask;
    if (s->slot[i].tag) {
        if (s->slot[i].first != (uint32_t)r->first && s->slot[i].digits == digits)
            vote(v, s->slot[i].first, s->slot[i].end);
        return;
    }
    if (s->filled > s->mask / 4 * 3)
        return;
    s->filled++;
    s->slot[i].tag = tag;
    s->slot[i].first = (uint32_t)r->first;
    s->slot[i].end = (uint32_t)(r->first + r->n);
    s->slot[i].digits = digits;
}

static uint64_t mix(uint64_t h)
{
    h = (h ^ (h >> 31)) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ (h >> 29);
}

void repeats_see(struct reader *r, struct repeats *s)
{
    uint32_t dense[SENTENCE_MAX];
    size_t n = 0, pieces = 0, best = 0;
    uint32_t digits = 2166136261u;
    for (size_t i = 0; i < r->n; i++) {
        if (r->cp[i] == ' ')
            continue;
        if (r->cp[i] >= '0' && r->cp[i] <= '9')
            digits = (digits ^ r->cp[i]) * 16777619u;
        dense[n++] = r->cp[i];
    }
    if (n < SHORT)
        return;
    struct voters v = { .n = 0 };
    for (size_t i = 0; i + PIECE <= n; i++) {
        uint64_t h = 0;
        for (size_t k = 0; k < PIECE; k++)
            h = (h << 10 | h >> 54) ^ dense[i + k];
        h = mix(h);
        if (h >> 62) /* a quarter of them, chosen by the piece alone */
            continue;
        pieces++;
        piece_see(s, &v, r, mix(h), (uint16_t)digits);
    }
    for (size_t i = 1; i < v.n; i++)
        if (v.of[i].votes > v.of[best].votes)
            best = i;
    size_t votes = v.n ? v.of[best].votes : 0;
    bool same = pieces >= 3 && votes == pieces,
         nearly = n >= NEARLY_MIN && pieces >= 6 && votes * 10 >= pieces * 8;
    if (!same && !nearly) {
        passage_end(r, s);
        return;
    }
    char reason[128];
    snprintf(reason, sizeof reason,
             same ? "与第 %zu 字起的内容重复,只应计一次"
                  : "与第 %zu 字起的内容几乎相同(措辞有改动),只应计一次",
             (size_t)v.of[best].first);
    result_doubt(r, same ? "doubt.repeated" : "doubt.repeated_nearly", 0, r->n, reason);
    passage_grow(r, s, v.of[best].first, v.of[best].end);
}

void repeats_end(struct reader *r, struct repeats *s)
{
    passage_end(r, s);
}
