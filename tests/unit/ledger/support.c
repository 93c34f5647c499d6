#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cntime.h"
#include "../scratch.h"
#include "ledger/folder.h"

const char measured_case[] = "{'source':'自查','problem':'总排口氨氮超标。夜间多发','measures':['检修曝气','"
                             "加药'],'owner':'plant','supervisor':'district',"
                             "'due':'2026-06-30','goal':{'text':'连续24小时氨氮不高于8 "
                             "mg/L','indicator':'source.hour','site':1,'factor':'w21003','op':'<=',"
                             "'value':8.3,'unit':'mg/L','window':24,'period':'hour'}}";
const char worded_case[] =
    "{'source':'中央督察','problem':'台账缺失','measures':['补齐'],'owner':'plant','supervisor':'district',"
    "'due':'2026-06-30','goal':'建立管理台账'}";

static const char city[] = "{'regions':[{'code':'r'}],'units':[{'code':'plant','name':'净水厂','name_en':'"
                           "Plant'},{'code':'district','name':'区分局',"
                           "'name_en':'District bureau'},{'code':'bureau','name':'市局','name_en':'City "
                           "bureau'},{'code':'other','name':'某厂','name_en':'Other'},"
                           "{'code':'shop','name':'车间','name_en':'Shop','parent':'plant'}],"
                           "'sites':[{'code':'out1','name':'总排口','name_en':'Outlet','kind':'water_outlet',"
                           "'region':'r','unit':'plant','lng':120.5,'lat':36}]}";

json_t *parse(const char *json)
{
    char *text = strdup(json);
    for (char *p = text; *p; p++)
        if (*p == '\'')
            *p = '"';
    json_t *tree = NULL;
    struct err e;
    if (json_read(text, strlen(text), &tree, &e) < 0)
        fail_msg("%s: %s", e.text, text);
    free(text);
    return tree;
}

static int judge(void *arg, const json_t *goal, int64_t since, int64_t now, json_t **ret, struct err *e)
{
    struct world *w = arg;
    char when[CN_TEXT];
    (void)goal;
    w->asked_since = since;
    w->asked_now = now;
    if (!w->verdict)
        return err_set(e, -EINVAL, "没有这个指标 | there is no such indicator");
    if (w->silent) {
        *ret = json_pack("{s:s, s:i, s:i, s:s, s:s, s:n, s:n}", "verdict", "cannot_judge", "have", 0, "need",
                         24, "text", "须连续24小时有效小时均值达标，现有 0 小时", "text_en",
                         "24 wanted, there are 0", "last_broken", "last_value");
        return 0;
    }
    bool broken = w->last_broken > since && w->last_broken <= now;
    *ret = json_pack("{s:s, s:i, s:i, s:s, s:s, s:o, s:f, s:i, s:i}", "verdict", w->verdict, "have", 9,
                     "need", 24, "text", w->sentence ? w->sentence : "连续24小时有效均值达标，现有 9 小时",
                     "text_en", "24 valid hours in a row wanted, there are 9", "last_broken",
                     broken ? json_string(cn_format_iso(w->last_broken, when)) : json_null(), "last_value",
                     62.1, "missing", 1, "invalid", 0);
    return 0;
}

static void engine_open(struct world *w, bool create)
{
    struct err e = { 0 };
    if (ledger_store_open(w->dir, create, &w->store, &e) < 0 ||
        ledgers_open(w->store, w->place, w->definitions, judge, w, &w->l, &e) < 0)
        fail_msg("%s", e.text);
}

void world_make(struct world *w, const char *definitions)
{
    struct err e = { 0 };
    *w = (struct world){ .verdict = "met", .now = at("2026-03-02 09:00") };
    snprintf(w->definitions, sizeof w->definitions, "%s", definitions ? definitions : DEFINITIONS);
    scratch_make(w->dir, sizeof w->dir, "ledger");
    json_t *tree = parse(city);
    assert_int_equal(place_build(tree, &w->place, &e), 0);
    json_decref(tree);
    engine_open(w, true);
}

void world_reopen(struct world *w)
{
    w->l = ledgers_close(w->l);
    w->store = ledger_store_close(w->store);
    engine_open(w, false);
}

static int drop(const char *path, const char *name, void *arg, struct err *e)
{
    (void)name;
    (void)arg;
    (void)e;
    return remove(path);
}

void world_end(struct world *w)
{
    ledgers_close(w->l);
    ledger_store_close(w->store);
    place_free(w->place);
    folder_each(w->dir, ".", "", drop, NULL, NULL);
    remove(w->dir);
}

int64_t at(const char *iso)
{
    int64_t ms = 0;
    assert_true(cn_parse_iso(iso, strlen(iso), &ms));
    return ms;
}

int64_t open_case(struct world *w, const char *fields)
{
    struct err e = { 0 };
    int64_t id = 0;
    json_t *f = parse(fields);
    if (case_open(w->l, "rectification", f, 0, ON_DUTY, w->now, &id, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(f);
    return id;
}

int64_t new_file(struct world *w, const struct actor *who, const char *hash)
{
    struct err e = { 0 };
    int64_t file = 0;
    char own[32];
    snprintf(own, sizeof own, "content-%d", ++w->files);
    json_t *body = json_pack("{s:s, s:s, s:s, s:b}", "uploader", who->name, "hash", hash ? hash : own, "name",
                             "a.jpg", "picture", 1);
    char *text = json_dumps(body, JSON_COMPACT);
    struct doc d = {
        .state = "waiting", .unit = who->unit, .created = w->now, .updated = w->now, .body = text
    };
    if (ledger_put_doc(w->store, DOC_FILE, &d, &file, &e) < 0)
        fail_msg("%s", e.text);
    free(text);
    json_decref(body);
    return file;
}

/* 'files': 'new' in evidence: a file of its own, just sent up. */
static void send_up(struct world *w, json_t *fields, const struct actor *who)
{
    const json_t *list = json_object_get(fields, "evidence");
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        if (strcmp(json_str(item, "files", ""), "new") == 0)
            json_object_set_new(item, "files", json_pack("[I]", (json_int_t)new_file(w, who, NULL)));
    }
}

int act(struct world *w, int64_t id, const char *action, const char *fields, const struct actor *who,
        struct err *e)
{
    json_t *f = fields ? parse(fields) : NULL;
    send_up(w, f, who);
    w->now += MS_MINUTE;
    int r = case_act(w->l, id, action, f, who, w->now, e);
    json_decref(f);
    return r;
}

void must(struct world *w, int64_t id, const char *action, const char *fields, const struct actor *who)
{
    struct err e = { 0 };
    if (act(w, id, action, fields, who, &e) < 0)
        fail_msg("%s: %s", action, e.text);
}

int64_t case_in(struct world *w, const char *fields, const char *state)
{
    static const struct {
        const char *state, *action, *fields;
        bool doer, overseer;
    } path[] = {
        { "整改中", "accept", NULL, true, false },
        { "申请验收", "submit",
          "{'report':'已完成','evidence':[{'kind':'照片','text':'现场','files':'new'},{'kind':'文件','text':'"
          "台账',"
          "'files':'new'}]}",
          true, false },
        { "验收", "approve", NULL, false, true },
        { "公示", "publish", NULL, false, false },
        { "销号", "close", NULL, false, false },
    };
    const char *was = w->verdict;
    int64_t id = open_case(w, fields);
    w->verdict = "met";
    for (size_t i = 0; strcmp(state, "立案") != 0 && i < sizeof path / sizeof *path; i++) {
        if (strcmp(path[i].action, "close") == 0)
            w->now += 20 * MS_DAY;
        must(w, id, path[i].action, path[i].fields,
             path[i].doer       ? DOER
             : path[i].overseer ? OVERSEER
                                : ON_DUTY);
        if (strcmp(path[i].state, state) == 0)
            break;
    }
    w->verdict = was;
    return id;
}

json_t *view(struct world *w, int64_t id, const struct actor *who)
{
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    json_t *tree = NULL;
    if (case_write(w->l, id, who, w->now, &out, &e) < 0 || json_read(out.data, out.len, &tree, &e) < 0)
        fail_msg("%s: %s", e.text, out.data ? out.data : "");
    buf_release(&out);
    return tree;
}

const json_t *event_at(const json_t *v, int from_end)
{
    const json_t *events = json_object_get(v, "events");
    size_t n = json_array_size(events);
    assert_true((size_t)from_end < n);
    return json_array_get(events, n - 1 - (size_t)from_end);
}

void chain_holds(struct world *w, int64_t events)
{
    struct err e = { 0 };
    int64_t n = 0;
    if (ledgers_check_chain(w->store, &n, &e) < 0)
        fail_msg("%s", e.text);
    if (events >= 0)
        assert_int_equal(n, events);
}
