/* demo_cases.c - the demo's cases (demo/cases, a file a ledger), lived through in order of time: each step is taken by a demo account through
 * the ledger's own rules, and every morning the ledgers look at their clocks, so that the history is a real one. When the official holidays
 * of a year are not among the definitions yet, closing is refused, and the case stays open.
 *
 * A file is {"ledger", "cases": [{"key"?, "at", "by"?, "fields", "steps": [STEP]}], "draws"?: [{"at", "by", "seed", "fields", "steps"}]}. A STEP is
 * {"at", "who", "do", "fields"?} and may be of a child ("child": which, from 0, or "all") or of a drawn case ("pick"); "who": "owner" is the
 * responsible account of the unit in that field. "do" is an action, or "tick", "merge" (with "other": key). at: [day, hour], the
 * day relative to the demo's first. demo_values.c tells what texts in fields stand for. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/demo.h"
#include "base/cntime.h"
#include "base/scoped.h"

enum { FILES_MAX = 128, CHILDREN_MAX = 1000 };

/* A case or a draw of the files. */
struct story {
    const char *file, *ledger;
    json_t *json;
    bool draw;
    bool stuck;    /* a gate said no: it stays where it is */
    int64_t id;    /* the case; 0 before it is opened */
    json_t *drawn; /* of a draw: ids */
};

struct step {
    int64_t at;
    struct story *story;
    size_t order; /* keeps steps of one moment as written */
    json_t *json; /* NULL: the opening */
};

struct telling {
    struct demo *d;
    struct story *story;
    struct step *step;
    size_t n_stories, n_steps;
    json_t *file[FILES_MAX];
    char name[FILES_MAX][64];
    size_t n_files;
};

/* ---- the files ---- */

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_json(const struct dirent *f)
{
    size_t n = strlen(f->d_name);
    return n > 5 && n < 64 && strcmp(f->d_name + n - 5, ".json") == 0;
}

static int read_files(struct telling *t, struct err *e)
{
    char folder[4200], path[4300];
    struct dirent **list = NULL;
    snprintf(folder, sizeof folder, "%s/cases", t->d->from);
    int n = scandir(folder, &list, is_json, by_name), r = 0;
    if (n < 0 || n > FILES_MAX)
        r = err_set(e, n < 0 ? -errno : -E2BIG, "%s: %s", folder, n < 0 ? strerror(errno) : "too many files");
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%.63s", folder, list[i]->d_name);
        if (r == 0) {
            snprintf(t->name[t->n_files], sizeof t->name[0], "%.63s", list[i]->d_name);
            r = json_read_file(path, &t->file[t->n_files], e);
            t->n_files += r == 0;
        }
        free(list[i]);
    }
    free(list);
    return r;
}

static int64_t moment(const struct demo *d, const json_t *pair)
{
    return cn_day_start(cn_day_of(d->today) + json_integer_value(json_array_get(pair, 0))) +
           (int64_t)(json_number_value(json_array_get(pair, 1)) * MS_HOUR);
}

static void add_step(struct telling *t, struct story *s, json_t *json, const json_t *at)
{
    t->step[t->n_steps] = (struct step){ moment(t->d, at), s, t->n_steps, json };
    t->n_steps++;
}

static void add_stories(struct telling *t, size_t file, const char *key, bool draw)
{
    size_t i, k;
    json_t *one, *step;
    json_array_foreach(json_object_get(t->file[file], key), i, one)
    {
        struct story *s = &t->story[t->n_stories++];
        *s =
            (struct story){ t->name[file], json_str(t->file[file], "ledger", ""), one, draw, false, 0, NULL };
        add_step(t, s, NULL, json_object_get(one, "at"));
        json_array_foreach(json_object_get(one, "steps"), k, step)
            add_step(t, s, step, json_object_get(step, "at"));
    }
}

static void count(const json_t *list, size_t *stories, size_t *steps)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        *stories += 1;
        *steps += 1 + json_array_size(json_object_get(json_array_get(list, i), "steps"));
    }
}

static int lay_out(struct telling *t, struct err *e)
{
    size_t stories = 0, steps = 0;
    for (size_t i = 0; i < t->n_files; i++) {
        count(json_object_get(t->file[i], "cases"), &stories, &steps);
        count(json_object_get(t->file[i], "draws"), &stories, &steps);
    }
    t->story = calloc(stories + 1, sizeof *t->story);
    t->step = calloc(steps + 1, sizeof *t->step);
    if (!t->story || !t->step)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < t->n_files; i++) {
        add_stories(t, i, "cases", false);
        add_stories(t, i, "draws", true);
    }
    return 0;
}

static int by_time(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* ---- who ---- */

struct search {
    int32_t unit;
    struct user found;
};

static int take_responsible(const struct user *u, void *arg)
{
    struct search *s = arg;
    if (u->unit != s->unit || u->role != ROLE_RESPONSIBLE)
        return 0;
    s->found = *u;
    return 1;
}

/* The account, or the responsible one of the unit that a field of the case names. */
static int actor_of(struct demo *d, int64_t id, const char *name, struct user *u, struct actor *ret,
                    struct err *e)
{
    struct doc row;
    int r = ledger_get_user(d->core.store, name, u, e);
    if (r == -ENOENT && id && ledger_get_doc(d->core.store, DOC_CASE, id, &row, e) == 0) {
        scoped(json_decrefp) json_t *doc = NULL;
        if (json_read(row.body, strlen(row.body), &doc, e) == 0) {
            const struct unit *unit =
                place_unit_by_code(d->core.place, json_str(json_object_get(doc, "fields"), name, ""));
            struct search s = { .unit = unit ? unit->id : -1 };
            if (ledger_each_user(d->core.store, take_responsible, &s, e) == 1) {
                *u = s.found;
                r = 0;
            }
        }
        doc_release(&row);
    }
    if (r < 0)
        return err_set(e, r, "no account '%s'", name);
    *ret = (struct actor){ .name = u->name, .role = u->role, .unit = u->unit };
    return 0;
}

static int64_t id_of(void *arg, const char *key)
{
    const struct telling *t = arg;
    for (size_t i = 0; i < t->n_stories; i++)
        if (strcmp(json_str(t->story[i].json, "key", ""), key) == 0)
            return t->story[i].id;
    return 0;
}

/* The fields of a step with what their texts stand for. */
static int fields_of(struct telling *t, const json_t *json, const struct actor *who, int64_t at, json_t **ret,
                     struct err *e)
{
    struct demo_values v = { t->d, who, at, id_of, t };
    json_t *fields = json_object_get(json, "fields");
    *ret = fields ? json_deep_copy(fields) : json_object();
    return *ret ? demo_settle_fields(&v, *ret, e) : err_set(e, -ENOMEM, "out of memory");
}

/* ---- telling ---- */

static int open_case(struct telling *t, struct step *s, struct err *e)
{
    struct user u;
    struct actor who;
    scoped(json_decrefp) json_t *fields = NULL;
    int r = actor_of(t->d, 0, json_str(s->story->json, "by", "duty"), &u, &who, e);
    if (r == 0)
        r = fields_of(t, s->story->json, &who, s->at, &fields, e);
    const char *parent = json_str(s->story->json, "parent", NULL);
    return r < 0 ? r
                 : case_open_under(t->d->core.ledgers, parent ? id_of(t, parent) : 0, s->story->ledger,
                                   fields, 0, &who, s->at, &s->story->id, e);
}

static int open_draw(struct telling *t, struct step *s, struct err *e)
{
    struct user u;
    struct actor who;
    struct buf out = BUF_INIT;
    scoped(json_decrefp) json_t *fields = NULL, *answer = NULL;
    int r = actor_of(t->d, 0, json_str(s->story->json, "by", "duty"), &u, &who, e);
    if (r == 0)
        r = fields_of(t, s->story->json, &who, s->at, &fields, e);
    struct draw_ask ask = { .ledger = s->story->ledger,
                            .seed = json_str(s->story->json, "seed", ""),
                            .fields = fields };
    if (r == 0)
        r = ledgers_draw(t->d->core.ledgers, &ask, &who, s->at, &out, e);
    if (r == 0)
        r = json_read(out.data, out.len, &answer, e);
    buf_release(&out);
    s->story->drawn = json_array();
    for (size_t i = 0; r == 0 && i < json_array_size(json_object_get(answer, "drawn")); i++)
        json_array_append(s->story->drawn,
                          json_object_get(json_array_get(json_object_get(answer, "drawn"), i), "case"));
    return r;
}

/* The cases that a step is of: *ret_n of them in ids. */
static int cases_of(struct telling *t, const struct step *s, int64_t *ids, size_t *ret_n, struct err *e)
{
    const json_t *child = json_object_get(s->json, "child"), *pick = json_object_get(s->json, "pick");
    scoped(json_decrefp) json_t *doc = NULL;
    struct doc row;
    *ret_n = 1;
    ids[0] = s->story->id;
    if (pick) { /* how many are drawn hangs on the tiers, and those on the calendar year */
        *ret_n = (size_t)json_integer_value(pick) < json_array_size(s->story->drawn);
        ids[0] = json_integer_value(json_array_get(s->story->drawn, (size_t)json_integer_value(pick)));
    }
    if (!child)
        return 0;
    int r = ledger_get_doc(t->d->core.store, DOC_CASE, s->story->id, &row, e);
    if (r < 0)
        return r;
    r = json_read(row.body, strlen(row.body), &doc, e);
    doc_release(&row);
    const json_t *list = json_object_get(doc, "children");
    size_t n = json_array_size(list);
    for (size_t i = 0; i < n && i < CHILDREN_MAX; i++)
        ids[i] = json_integer_value(json_array_get(list, i));
    if (json_is_integer(child)) {
        size_t k = (size_t)json_integer_value(child);
        if (k >= n)
            return err_set(e, -EINVAL, "there is no child %zu of %zu", k, n);
        ids[0] = ids[k];
    } else {
        *ret_n = n < CHILDREN_MAX ? n : CHILDREN_MAX;
    }
    return r;
}

static int act_one(struct telling *t, const struct step *s, int64_t id, struct err *e)
{
    const char *action = json_str(s->json, "do", "");
    struct user u;
    struct actor who;
    scoped(json_decrefp) json_t *fields = NULL;
    int r = actor_of(t->d, id, json_str(s->json, "who", ""), &u, &who, e);
    if (r == 0 && strcmp(action, "merge") == 0)
        return case_merge(t->d->core.ledgers, id, id_of(t, json_str(s->json, "other", "")), &who, s->at, e);
    if (r == 0)
        r = fields_of(t, s->json, &who, s->at, &fields, e);
    return r == 0 ? case_act(t->d->core.ledgers, id, action, fields, &who, s->at, e) : r;
}

static int take(struct telling *t, struct step *s, struct err *e)
{
    scoped(freep) int64_t *ids = calloc(CHILDREN_MAX, sizeof *ids);
    size_t n = 0;
    if (!ids)
        return err_set(e, -ENOMEM, "out of memory");
    if (!s->json)
        return s->story->draw ? open_draw(t, s, e) : open_case(t, s, e);
    if (strcmp(json_str(s->json, "do", ""), "tick") == 0)
        return ledgers_tick(t->d->core.ledgers, s->at, NULL, NULL, e);
    int r = cases_of(t, s, ids, &n, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = act_one(t, s, ids[i], e);
    return r;
}

/* Every morning the clocks are looked at, as a server would have. */
static int pass_days(struct telling *t, int64_t *day, int64_t until, struct err *e)
{
    int r = 0;
    for (; r == 0 && *day <= cn_day_of(until); (*day)++)
        if (cn_day_start(*day) + MS_HOUR <= until)
            r = ledgers_tick(t->d->core.ledgers, cn_day_start(*day) + MS_HOUR, NULL, NULL, e);
        else
            break;
    return r;
}

static int tell(struct telling *t, struct err *e)
{
    int r = 0;
    qsort(t->step, t->n_steps, sizeof *t->step, by_time);
    int64_t day = t->n_steps ? cn_day_of(t->step[0].at) + 1 : 0;
    for (size_t i = 0; r == 0 && i < t->n_steps; i++) {
        struct step *s = &t->step[i];
        if (s->story->stuck)
            continue;
        if ((r = pass_days(t, &day, s->at, e)) < 0 || (r = take(t, s, e)) == 0)
            continue;
        err_under(
            e, "%s: %s: %s by %s", s->story->file,
            json_str(s->story->json, "key", json_str(json_object_get(s->story->json, "fields"), "title", "")),
            s->json ? json_str(s->json, "do", "") : "open",
            s->json ? json_str(s->json, "who", "") : json_str(s->story->json, "by", "duty"));
        if (r ==
            -EAGAIN) { /* a gate said no, as gates may: the case stays where it is, with the refusal in its history */
            fprintf(stderr, "%s\n", e->text);
            s->story->stuck = true;
            r = 0;
        }
    }
    return r == 0 && t->n_steps ? pass_days(t, &day, t->d->today, e) : r;
}

int demo_write_cases(struct demo *d, struct err *e)
{
    struct telling t = { .d = d };
    int r = read_files(&t, e);
    if (r == 0)
        r = lay_out(&t, e);
    if (r == 0 && (r = ledger_begin(d->core.store, e)) ==
                      0) { /* one transaction: a demo that was cut off is made again */
        r = tell(&t, e);
        if (r < 0)
            ledger_rollback(d->core.store);
        else
            r = ledger_commit(d->core.store, e);
    }
    for (size_t i = 0; i < t.n_stories; i++)
        json_decref(t.story[i].drawn);
    for (size_t i = 0; i < t.n_files; i++)
        json_decref(t.file[i]);
    free(t.story);
    free(t.step);
    return r;
}
