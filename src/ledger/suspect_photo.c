/* suspect_photo.c - one photo in two places, and photos whose time or place does not fit their case.
 *
 * The likeness of every picture is held in memory, 16 bytes each, and compared with all of them by counting bits: exact at any distance, and
 * for 100 000 pictures quicker than asking a database (measured in tests/unit/ledger/test_suspect.c). Cutting the hash into four indexed columns of
 * 16 bits would be sure to find only distances up to 3. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "codec/image.h"
#include "domain/metres.h"
#include "ledger/suspect.h"

struct photos {
    pthread_mutex_t lock; /* held while the store is asked; so nobody may come here inside a transaction */
    struct photo {
        uint64_t likeness;
        int64_t id;
    } * v;
    size_t n, cap;
    int64_t last; /* files up to this id were read */
};

struct photos *photos_new(void)
{
    struct photos *p = calloc(1, sizeof *p);
    if (p)
        pthread_mutex_init(&p->lock, NULL);
    return p;
}

struct photos *photos_free(struct photos *p)
{
    if (p) {
        pthread_mutex_destroy(&p->lock);
        free(p->v);
        free(p);
    }
    return NULL;
}

int photos_add(struct photos *p, uint64_t likeness, int64_t id)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 256;
        struct photo *grown = realloc(p->v, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        p->v = grown;
        p->cap = cap;
    }
    p->v[p->n++] = (struct photo){ likeness, id };
    return 0;
}

size_t photos_near(struct photos *p, uint64_t likeness, int64_t *ret_id, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n && n < max; i++)
        if (image_hash_distance(p->v[i].likeness, likeness) <= IMAGE_HASH_NEAR)
            ret_id[n++] = p->v[i].id;
    return n;
}

static uint64_t likeness_of(const json_t *body)
{
    return strtoull(json_str(body, "likeness", "0"), NULL, 16);
}

/* Read by the hundred thousand after a start, so without a tree: quotes within a JSON string are escaped, so this stands nowhere else. */
static uint64_t likeness_in(const char *body)
{
    static const char mark[] = "\"likeness\":\"";
    const char *at = strstr(body, mark);
    return at ? strtoull(at + sizeof mark - 1, NULL, 16) : 0;
}

static int read_photo(const struct doc *d, void *arg)
{
    struct photos *p = arg;
    uint64_t likeness = likeness_in(d->body);
    int r = likeness ? photos_add(p, likeness, d->id) : 0;
    if (r == 0)
        p->last = d->id;
    return r;
}

/* What came since the last look, a piece at a time: others use the store in between. */
static int read_new(struct look *k, struct photos *p)
{
    struct doc_query q = { .limit = 1000 };
    int r;
    do {
        q.after = p->last;
        r = ledger_each_doc(k->l->store, DOC_FILE, &q, read_photo, p, k->e);
    } while (r == 0 && p->last != q.after);
    return r;
}

enum { HITS_MAX = 20 };

static size_t search(struct look *k, uint64_t likeness, int64_t id[HITS_MAX], int *ret_fault)
{
    struct photos *p = k->l->photos;
    pthread_mutex_lock(&p->lock);
    *ret_fault = read_new(k, p);
    size_t n = *ret_fault < 0 ? 0 : photos_near(p, likeness, id, HITS_MAX);
    pthread_mutex_unlock(&p->lock);
    return n;
}

static int keep_pair(struct look *k, const json_t *mine, const struct doc *other, const json_t *body)
{
    int64_t id = json_int(mine, "id", 0), lo = id < other->id ? id : other->id,
            hi = id < other->id ? other->id : id;
    bool equal = strcmp(json_str(mine, "hash", ""), json_str(body, "hash", "?")) == 0,
         here = other->parent == k->c.id;
    int distance = image_hash_distance(likeness_of(mine), likeness_of(body));
    struct doc d = { 0 };
    if (!here && ledger_get_doc(k->l->store, DOC_CASE, other->parent, &d, k->e) < 0)
        return 0; /* the case of the file is gone: nothing to compare with */
    struct suspicion s = { .kind = "same_photo",
                           .other_case = here ? 0 : other->parent,
                           .file = { id, other->id },
                           .weight = 1 + !here + equal };
    snprintf(s.key, sizeof s.key, "same_photo:%" PRId64 ":%" PRId64, lo, hi);
    const char *with = here ? "本事项" : d.key, *with_en = here ? "this case too" : d.key;
    if (equal) {
        snprintf(s.text.zh, sizeof s.text.zh, "照片“%.60s”与%s的“%.60s”是同一个文件",
                 json_str(mine, "name", ""), with, json_str(body, "name", ""));
        snprintf(s.text.en, sizeof s.text.en, "the photo '%.60s' is the same file as '%.60s' of %s",
                 json_str(mine, "name", ""), json_str(body, "name", ""), with_en);
    } else {
        snprintf(s.text.zh, sizeof s.text.zh, "照片“%.60s”与%s的“%.60s”几乎相同（64位相似码相差%d位）",
                 json_str(mine, "name", ""), with, json_str(body, "name", ""), distance);
        snprintf(s.text.en, sizeof s.text.en,
                 "the photo '%.60s' looks like '%.60s' of %s (%d of 64 bits differ)",
                 json_str(mine, "name", ""), json_str(body, "name", ""), with_en, distance);
    }
    doc_release(&d);
    return suspicion_keep(k, &s);
}

static int look_at_hit(struct look *k, const json_t *mine, int64_t hit)
{
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    if (hit == json_int(mine, "id", 0))
        return 0;
    int r = ledger_get_doc(k->l->store, DOC_FILE, hit, &d, k->e);
    if (r == 0 && d.parent)
        r = json_read(d.body, strlen(d.body), &body, k->e);
    if (r == 0 && body)
        r = keep_pair(k, mine, &d, body);
    doc_release(&d);
    return r == -ENOENT ? 0 : r;
}

int find_same_photos(struct look *k)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < json_array_size(k->files); i++) {
        const json_t *mine = json_array_get(k->files, i);
        int64_t hit[HITS_MAX];
        uint64_t likeness = likeness_of(mine);
        size_t n = likeness ? search(k, likeness, hit, &r) : 0;
        for (size_t j = 0; r == 0 && j < n; j++)
            r = look_at_hit(k, mine, hit[j]);
    }
    return r;
}

/* ---- time and place ---- */

bool case_place(const struct ledgers *l, const struct loaded *c, double *ret_lng, double *ret_lat)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    for (size_t i = 0; i < c->def->n_fields; i++) {
        const json_t *v = json_object_get(fields, c->def->field[i].id);
        const json_t *lon = json_object_get(v, "lon"), *lat = json_object_get(v, "lat");
        if (json_is_number(lon) && json_is_number(lat)) {
            *ret_lng = json_number_value(lon);
            *ret_lat = json_number_value(lat);
            return true;
        }
    }
    const struct site *s = place_site_by_code(l->place, json_str(fields, "site", ""));
    if (s) {
        *ret_lng = s->lng;
        *ret_lat = s->lat;
    }
    return s != NULL;
}

static int place_far(struct look *k, const json_t *f)
{
    double lng, lat;
    const json_t *x = json_object_get(f, "lng"), *y = json_object_get(f, "lat");
    if (!json_is_number(x) || !json_is_number(y) || !case_place(k->l, &k->c, &lng, &lat))
        return 0;
    double m = metres_between(lng, lat, json_number_value(x), json_number_value(y));
    if (m <= SUSPECT_PLACE_M)
        return 0;
    struct suspicion s = { .kind = "photo_place", .file = { json_int(f, "id", 0) }, .weight = 2 };
    snprintf(s.key, sizeof s.key, "photo_place:%" PRId64, s.file[0]);
    snprintf(s.text.zh, sizeof s.text.zh, "照片“%.60s”的拍摄位置距%s的点位%.1f公里", json_str(f, "name", ""),
             number_of(&k->c), m / 1000);
    snprintf(s.text.en, sizeof s.text.en, "the photo '%.60s' was taken %.1f km from the place of %s",
             json_str(f, "name", ""), m / 1000, number_of(&k->c));
    return suspicion_keep(k, &s);
}

/* Photos of the work are given as evidence; a photo in a field of the case may well show the trouble before it. */
static int time_odd(struct look *k, const json_t *f)
{
    int64_t taken = json_int(f, "taken", 0), since = json_int(k->c.doc, "since", 0);
    char when[CN_TEXT], other[CN_TEXT];
    struct suspicion s = { .kind = "photo_time", .file = { json_int(f, "id", 0) }, .weight = 2 };
    snprintf(s.key, sizeof s.key, "photo_time:%" PRId64, s.file[0]);
    since = since ? since : json_int(k->c.doc, "opened", 0);
    if (!taken)
        return 0;
    cn_format_date(taken, when);
    if (taken > json_int(f, "created", 0) + SUSPECT_AHEAD_MS) {
        cn_format_date(json_int(f, "created", 0), other);
        snprintf(s.text.zh, sizeof s.text.zh, "照片“%.60s”记录的拍摄时间%s晚于上传时间%s",
                 json_str(f, "name", ""), when, other);
        snprintf(s.text.en, sizeof s.text.en, "the photo '%.60s' says %s, after it was uploaded (%s)",
                 json_str(f, "name", ""), when, other);
        return suspicion_keep(k, &s);
    }
    if (strcmp(json_str(f, "field", ""), "evidence") != 0 || cn_day_of(taken) >= cn_day_of(since))
        return 0;
    cn_format_date(since, other);
    snprintf(s.text.zh, sizeof s.text.zh, "佐证照片“%.60s”拍摄于%s，早于整改开始的%s",
             json_str(f, "name", ""), when, other);
    snprintf(s.text.en, sizeof s.text.en,
             "the photo '%.60s' given as evidence was taken on %s, before the work began on %s",
             json_str(f, "name", ""), when, other);
    return suspicion_keep(k, &s);
}

/* Only beside others: many programs take EXIF out of every photo they send. */
static int without_exif(struct look *k, const json_t *f, size_t with)
{
    if (json_int(f, "taken", 0) || with == 0)
        return 0;
    struct suspicion s = { .kind = "photo_bare", .file = { json_int(f, "id", 0) }, .weight = 1 };
    snprintf(s.key, sizeof s.key, "photo_bare:%" PRId64, s.file[0]);
    snprintf(s.text.zh, sizeof s.text.zh, "照片“%.60s”没有拍摄时间，同一事项另有%zu张照片有",
             json_str(f, "name", ""), with);
    snprintf(s.text.en, sizeof s.text.en,
             "the photo '%.60s' has no time, %zu other photo(s) of the case have one",
             json_str(f, "name", ""), with);
    return suspicion_keep(k, &s);
}

int find_photo_facts(struct look *k)
{
    size_t with = 0, n = json_array_size(k->files);
    int r = 0;
    for (size_t i = 0; i < n; i++)
        with += json_int(json_array_get(k->files, i), "taken", 0) != 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        const json_t *f = json_array_get(k->files, i);
        r = place_far(k, f);
        if (r == 0)
            r = time_odd(k, f);
        if (r == 0)
            r = without_exif(k, f, with);
    }
    return r;
}
