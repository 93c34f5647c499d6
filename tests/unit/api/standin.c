/* Stand-ins for the modules behind the API: fixed answers in the documented shapes, and cases that are plain documents. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "ledger/case_paper.h"
#include "ledger/import.h"

static struct fixture *of(const void *handle)
{
    return (struct fixture *)(uintptr_t)handle;
}

/* ---- board ---- */

void board_write_city(struct board *b, int64_t now, struct buf *out)
{
    (void)b, (void)now;
    buf_adds(out, "{\"name\":\"碧湾市\",\"stations\":{\"all\":1,\"reporting\":1,\"silent\":0}}");
}

void board_write_site(struct board *b, int32_t site, int64_t now, struct buf *out)
{
    (void)b, (void)now;
    buf_addf(out, "{\"id\":%d,\"silent\":false,\"latest\":[{\"factor\":\"w01018\",\"exceeds\":%s}]}", site,
             site == 2 ? "true" : "false");
}

void board_slots(struct board *b, int32_t site, const char *factor, enum period period, int64_t from,
                 size_t n, uint8_t *ret)
{
    (void)b, (void)site, (void)factor, (void)period, (void)from;
    memset(ret, 255, n);
}

void board_passed(struct board *b, int32_t site, const char *factor, int64_t from, int64_t step, size_t n,
                  bool *ret)
{
    (void)b, (void)site, (void)factor, (void)from, (void)step;
    memset(ret, 0, n * sizeof *ret);
}

void board_write_quality(struct board *b, int kind, int32_t site, int64_t from, int64_t to, int64_t known,
                         int64_t now, bool factors, struct buf *out)
{
    (void)b, (void)now, (void)known, (void)factors;
    buf_addf(out, "{\"kind\":%d,\"site\":%d,\"hours\":%lld,\"sites\":[]}", kind, site,
             (long long)((to - from) / 3600000));
}

void board_write_marks(struct board *b, int32_t site, struct buf *out)
{
    (void)b;
    buf_addf(out, "{\"site\":%d,\"checks\":[],\"marks\":[]}", site);
}

int review_kind_from_word(const char *word)
{
    return strcmp(word, "excepted") == 0  ? REVIEW_EXCEPTED
           : strcmp(word, "invalid") == 0 ? REVIEW_INVALID
                                          : -1;
}

void board_write_aqi(struct board *b, int32_t site, const char *period, int64_t from, int64_t to,
                     struct buf *out)
{
    (void)b, (void)from, (void)to;
    buf_addf(out, "{\"site\":%d,\"period\":\"%s\",\"points\":[]}", site, period);
}

void board_write_year(struct board *b, int32_t site, int year, int64_t now, struct buf *out)
{
    (void)b, (void)now;
    buf_addf(out, "{\"site\":%d,\"year\":%d}", site, year);
}

int board_write_ranking(struct board *b, const struct ranking_ask *ask, int64_t now, struct buf *out,
                        struct err *e)
{
    (void)b, (void)now, (void)e;
    buf_addf(out, "{\"from\":%d,\"to\":%d,\"stations\":%s}", (int)ask->from, (int)ask->to,
             ask->stations ? "true" : "false");
    return 0;
}

int board_write_compensation(struct board *b, const struct ranking_ask *ask, const char *rules, int64_t now,
                             struct buf *out, struct err *e)
{
    (void)b, (void)now, (void)e;
    buf_addf(out, "{\"from\":%d,\"rules\":\"%.40s\"}", (int)ask->from, rules);
    return 0;
}

int board_target(struct board *b, const json_t *target, int64_t now, json_t **ret, struct err *e)
{
    (void)b, (void)now;
    *ret = json_pack("{s:b,s:s}", "bound", json_object_get(target, "bound") != NULL, "light", "green");
    return *ret ? 0 : err_set(e, -ENOMEM, "no memory");
}

int board_target_year(const json_t *target, int64_t now)
{
    (void)target;
    return cn_from_ms(now).year;
}

bool board_target_lower(const struct board *b, const json_t *target)
{
    (void)b, (void)target;
    return true;
}

int board_target_month(struct board *b, const json_t *target, int year, int month, int64_t now, micro *ret,
                       int *ret_decimals, struct err *e)
{
    (void)b, (void)target, (void)year, (void)month, (void)now, (void)e;
    *ret = MICRO_ONE;
    *ret_decimals = 0;
    return 0;
}

/* ---- plans ---- */

int plan_compare(const char *ours, size_t ours_len, const char *theirs, size_t theirs_len, json_t **ret,
                 struct err *e)
{
    (void)ours, (void)theirs, (void)theirs_len, (void)e;
    *ret = json_pack("{s:I,s:i,s:[]}", "characters", (json_int_t)ours_len, "copied", 0, "spans");
    return 0;
}

int plan_read(const struct words *w, const char *text, size_t len, json_t **ret, struct err *e)
{
    (void)w, (void)len;
    if (strstr(text, "unreadable"))
        return err_set(e, -EILSEQ, "byte 7 is not UTF-8");
    *ret = json_pack("[{s:s,s:s,s:s,s:s,s:i,s:s,s:s,s:i,s:i},{s:s,s:s,s:s,s:i,s:i}]", "kind", "target",
                     "quote", "PM2.5 35", "indicator", "pm25", "op", "<=", "value", 35, "unit", "µg/m³",
                     "bound", "air.pm25.mean", "start", 0, "end", 8, "kind", "doubt", "quote", "3?", "reason",
                     "damaged digits", "start", 9, "end", 11);
    return *ret ? 0 : err_set(e, -ENOMEM, "no memory");
}

/* ---- ledgers ---- */

int case_open_under(struct ledgers *l, int64_t parent, const char *ledger, const json_t *fields,
                    int64_t finding, const struct actor *who, int64_t now, int64_t *ret_id, struct err *e)
{
    (void)who, (void)parent;
    if (strcmp(ledger, "rectification") != 0)
        return err_set(e, -ENOENT, "没有台账“%s” | there is no ledger '%s'", ledger, ledger);
    if (!json_object_get(fields, "due"))
        return err_named(e, -EINVAL, "case.field_missing", "缺少：整改时限 | missing: due");
    char key[32];
    static int number;
    snprintf(key, sizeof key, "ZG-2026-%04d", ++number);
    char *body = json_dumps(fields, 0);
    struct doc d = {
        .parent = finding, .key = key, .state = "立案", .created = now, .updated = now, .body = body
    };
    int r = ledger_put_doc(of(l)->store, DOC_CASE, &d, ret_id, e);
    free(body);
    return r;
}

int case_open(struct ledgers *l, const char *ledger, const json_t *fields, int64_t finding,
              const struct actor *who, int64_t now, int64_t *ret_id, struct err *e)
{
    return case_open_under(l, 0, ledger, fields, finding, who, now, ret_id, e);
}

int case_csv(struct ledgers *l, int64_t id, const char *field, const struct actor *who, struct buf *out,
             struct err *e)
{
    (void)l, (void)id, (void)field, (void)who, (void)e;
    buf_adds(out, "item\r\n");
    return 0;
}

int case_write_tree(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
                    struct err *e)
{
    return case_write(l, id, who, now, out, e);
}

int case_open_secrets(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
                      struct err *e)
{
    (void)l, (void)who, (void)now, (void)e;
    buf_addf(out, "{\"id\":%lld,\"fields\":{}}", (long long)id);
    return 0;
}

int ledgers_write_score(struct ledgers *l, const struct score_ask *a, int64_t now, struct buf *out,
                        struct err *e)
{
    (void)l, (void)now, (void)e;
    buf_addf(out, "{\"ledger\":\"%s\",\"from\":\"%s\",\"units\":[]}", a->ledger, a->from);
    return 0;
}

int ledgers_write_crosses(struct ledgers *l, const char *ledger, int year, const struct actor *who,
                          int64_t now, struct buf *out, struct err *e)
{
    (void)l, (void)who, (void)now, (void)e;
    buf_addf(out, "{\"ledger\":\"%s\",\"year\":%d,\"tables\":[]}", ledger, year);
    return 0;
}

int case_merge(struct ledgers *l, int64_t survivor, int64_t other, const struct actor *who, int64_t now,
               struct err *e)
{
    (void)l, (void)who, (void)now;
    return survivor == other ? err_named(e, -EINVAL, "case.merge", "不能与自身合并 | not with itself") : 0;
}

int case_unmerge(struct ledgers *l, int64_t survivor, int64_t other, const struct actor *who, int64_t now,
                 struct err *e)
{
    return case_merge(l, survivor, other, who, now, e);
}

int case_move(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct err *e)
{
    (void)l, (void)id, (void)who, (void)now;
    return err_named(e, -EINVAL, "case.move", "没有这个状态 | no such state");
}

int case_write_clocks_at(struct ledgers *l, int64_t id, const struct actor *who, int64_t at, struct buf *out,
                         struct err *e)
{
    (void)l, (void)id, (void)who, (void)at, (void)e;
    buf_adds(out, "[]");
    return 0;
}

int case_repeats(struct ledgers *l, int64_t id, const char *ledger, const json_t *fields, int64_t now,
                 struct buf *out, struct err *e)
{
    (void)l, (void)id, (void)ledger, (void)fields, (void)now, (void)e;
    buf_adds(out, "{\"compared\":0,\"repeats\":[]}");
    return 0;
}

int ledgers_draw(struct ledgers *l, const struct draw_ask *a, const struct actor *who, int64_t now,
                 struct buf *out, struct err *e)
{
    (void)l, (void)a, (void)who, (void)now, (void)e;
    buf_adds(out, "{\"drawn\":[]}");
    return 0;
}

int ledgers_write_draw(struct ledgers *l, const char *ledger, const char *seed, struct buf *out,
                       struct err *e)
{
    (void)l, (void)ledger, (void)seed, (void)e;
    buf_adds(out, "{\"draws\":[]}");
    return 0;
}

void ledgers_on_fill(struct ledgers *l, ledger_fill_fn fn, void *arg)
{
    (void)l, (void)fn, (void)arg;
}

int ledgers_deal(struct ledgers *l, const struct deal_ask *a, const struct actor *who, int64_t now,
                 struct buf *out, struct err *e)
{
    (void)l, (void)a, (void)who, (void)now, (void)e;
    buf_adds(out, "{\"people\":[]}");
    return 0;
}

int case_capture(struct ledgers *l, const json_t *given, const char *ledger, const char *action, int64_t id,
                 const json_t *fields, json_t **ret, struct err *e)
{
    (void)l, (void)given, (void)ledger, (void)action, (void)id, (void)fields, (void)e;
    *ret = NULL;
    return 0;
}

int case_once(struct ledgers *l, const struct actor *who, int64_t now, int64_t *ret_id, struct err *e)
{
    (void)l, (void)who, (void)now, (void)e;
    *ret_id = 0;
    return 0;
}

int case_write_published(struct ledgers *l, int64_t id, int64_t now, struct buf *out, struct err *e)
{
    return case_write(l, id, NULL, now, out, e);
}

int case_act(struct ledgers *l, int64_t id, const char *action, const json_t *fields, const struct actor *who,
             int64_t now, struct err *e)
{
    (void)l, (void)id, (void)fields, (void)now;
    if (strcmp(action, "accept") == 0 && who->role < ROLE_SUPERVISOR)
        return err_named(e, -EPERM, "case.forbidden",
                         "整改单位不能自己验收 | the unit that does the work cannot accept it");
    if (strcmp(action, "close") == 0)
        return err_named(e, -EAGAIN, "case.gate_unmet",
                         "需连续24小时达标，现有9小时 | 24 valid hours in a row, 9 so far");
    if (strcmp(action, "accept") != 0)
        return err_named(e, -EINVAL, "case.no_such_action", "没有此操作 | no such action");
    return 0;
}

int case_write(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
               struct err *e)
{
    (void)now;
    struct doc d;
    int r = ledger_get_doc(of(l)->store, DOC_CASE, id, &d, e);
    if (r < 0)
        return r;
    buf_addf(out, "{\"id\":%d,\"number\":\"%s\",\"fields\":%s,\"public\":%s}", (int)id, d.key, d.body,
             who ? "false" : "true");
    doc_release(&d);
    return 0;
}

int case_write_list(struct ledgers *l, const struct case_filter *f, const struct actor *who, int64_t now,
                    struct buf *out, struct err *e)
{
    (void)l, (void)f, (void)now, (void)e;
    buf_addf(out, "{\"total\":1,\"cases\":[{\"id\":1,\"public\":%s}]}", who ? "false" : "true");
    return 0;
}

int case_file_get(struct ledgers *l, int64_t file, const struct actor *who, struct doc *ret, struct err *e)
{
    int r = who ? ledger_get_doc(of(l)->store, DOC_FILE, file, ret, e) : -ENOENT;
    return r < 0 ? err_named(e, -ENOENT, "not_found", "no such file") : 0;
}

int case_files_write(struct ledgers *l, int64_t case_id, const struct actor *who, struct buf *out,
                     struct err *e)
{
    (void)l, (void)case_id, (void)who, (void)e;
    buf_adds(out, "{\"files\":[]}");
    return 0;
}

void case_file_write(struct jw *w, const struct doc *d)
{
    jw_object(w);
    jw_kint(w, "id", d->id);
    jw_end_object(w);
}

int suspect_case(struct ledgers *l, int64_t id, int64_t now, struct err *e)
{
    (void)l, (void)id, (void)now, (void)e;
    return 0;
}

int suspicions_write(struct ledgers *l, const struct suspicion_filter *f, struct buf *out, struct err *e)
{
    (void)l, (void)f, (void)e;
    buf_adds(out, "{\"suspicions\":[],\"total\":0}");
    return 0;
}

int suspicion_decide(struct ledgers *l, int64_t id, const char *decision, const char *reason,
                     const struct actor *who, int64_t now, struct err *e)
{
    (void)l, (void)id, (void)decision, (void)reason, (void)who, (void)now, (void)e;
    return 0;
}

const char *ledgers_title(struct ledgers *l, const char *id, bool english)
{
    (void)l, (void)id;
    return english ? "Inspection rectification" : "督察整改";
}

bool ledgers_has_field(struct ledgers *l, const char *id, const char *field)
{
    (void)l, (void)id, (void)field;
    return false;
}

int ledgers_write_definitions(struct ledgers *l, const struct actor *who, struct buf *out, struct err *e)
{
    (void)l, (void)who, (void)e;
    buf_adds(out, "[{\"id\":\"rectification\"}]");
    return 0;
}

int case_write_at(struct ledgers *l, int64_t id, const struct actor *who, int64_t at, struct buf *out,
                  struct err *e)
{
    return case_write(l, id, who, at, out, e);
}

int ledgers_write_statistics(struct ledgers *l, const char *ledger, const char *by,
                             const struct case_filter *f, int64_t now, struct buf *out, struct err *e)
{
    (void)l, (void)f, (void)now, (void)e;
    buf_addf(out, "{\"by\":\"%s\",\"ledger\":\"%s\",\"rows\":[]}", by, ledger ? ledger : "");
    return 0;
}

int ledgers_write_flow(struct ledgers *l, const char *ledger, const char *from, const char *to,
                       struct buf *out, struct err *e)
{
    (void)l, (void)e;
    buf_addf(out, "{\"ledger\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"}", ledger, from, to);
    return 0;
}

int ledgers_write_workdays(struct ledgers *l, const char *from, const char *to, struct buf *out,
                           struct err *e)
{
    (void)l, (void)from, (void)to, (void)e;
    buf_adds(out, "{}");
    return 0;
}

int ledgers_write_leader(struct ledgers *l, const struct actor *who, int quiet, int64_t now, struct buf *out,
                         struct err *e)
{
    (void)l, (void)who, (void)now, (void)e;
    buf_addf(out, "{\"quiet\":%d}", quiet);
    return 0;
}

int ledgers_write_counts(struct ledgers *l, int64_t now, struct buf *out, struct err *e)
{
    (void)l, (void)now, (void)e;
    buf_adds(out, "{\"open\":1}");
    return 0;
}

/* ---- paper ---- */

static int paper_of(const char *title, struct paper *ret)
{
    static const struct paper_column columns[] = { { "编号", PAPER_WORDS, 16 } };
    *ret = (struct paper){ .title = title };
    struct paper_part *t = paper_table(ret, columns, 1);
    paper_cell(ret, t, "ZG-2026-0001");
    return 0;
}

int case_paper_list(struct ledgers *l, const struct case_filter *f, size_t max, const struct actor *who,
                    int64_t now, struct paper *ret, struct err *e)
{
    (void)l, (void)f, (void)max, (void)who, (void)now, (void)e;
    return paper_of("台账", ret);
}

int case_paper_form(struct ledgers *l, int64_t id, const char *form, const struct actor *who, int64_t now,
                    case_photo_fn photo, void *photo_arg, struct paper *ret, struct err *e)
{
    (void)photo, (void)photo_arg, (void)l, (void)id, (void)form, (void)who, (void)now, (void)e;
    return paper_of("事项", ret);
}

int import_put(struct ledgers *l, const char *dir, const char *ledger, const char *name, const void *bytes,
               size_t len, const struct actor *who, int64_t now, struct buf *out, struct err *e)
{
    (void)l, (void)dir, (void)ledger, (void)name, (void)bytes, (void)len, (void)who, (void)now, (void)e;
    buf_adds(out, "{}");
    return 0;
}

int import_get(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
               struct err *e)
{
    (void)l, (void)id, (void)who, (void)now, (void)e;
    buf_adds(out, "{}");
    return 0;
}

int import_accept(struct ledgers *l, const char *dir, int64_t id, bool skip_faulty, const struct actor *who,
                  int64_t now, struct buf *out, struct err *e)
{
    (void)l, (void)dir, (void)id, (void)skip_faulty, (void)who, (void)now, (void)e;
    buf_adds(out, "{}");
    return 0;
}

const char *review_kind_word(enum review_kind k)
{
    static const char *const words[REVIEW_KINDS] = { "valid", "invalid", "excepted", "qc_passed",
                                                     "qc_failed" };
    return words[k];
}

void board_write_tiers(struct board *b, int64_t day, struct buf *out)
{
    (void)b;
    (void)day;
    buf_adds(out, "null");
}

int board_tier_of(struct board *b, int64_t day, const char *role, const char *unit_kind)
{
    (void)b;
    (void)day;
    (void)unit_kind;
    return role_from_name(role) >= ROLE_REVIEWER ? 2 : 0;
}

int board_tier_untiered(struct board *b, int64_t day)
{
    (void)b;
    (void)day;
    return 2;
}

int board_write_preview(struct board *b, const struct review *proposed, int64_t now, struct buf *out,
                        struct err *e)
{
    (void)b;
    (void)proposed;
    (void)now;
    (void)e;
    buf_adds(out, "{}");
    return 0;
}
