/* Ways in which a problem that is still there was made to look settled, as inspections tell of them (the cases are made up): each is tried
 * on the shipped ledgers with the real engine and data that answer as the story says. None closes, and the refusal says why. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cntime.h"
#include "ledger/batch.h"

#define SHOPBOSS WHO("shopboss", ROLE_SUPERVISOR, 5)
#define CITY_SUP WHO("citysup", ROLE_SUPERVISOR, BUREAU)

static const char paper[] = "{'report':'已完成','evidence':[{'kind':'照片','text':'现场照片','files':'new'},{"
                            "'kind':'文件','text':'整改报告','files':'new'}]}";
static const char complaint[] = "{'source':'12369热线','problem':'饭店油烟直排'}";
static const char assigned[] =
    "{'owner':'plant','supervisor':'district','kind':'大气','goal':'油烟净化设施正常使用'}";
static const char answered[] =
    "{'truth':'属实','finding':'停用','measures':['责令改正'],'reply':'已改','evidence':[{'kind':'照片',"
    "'text':'现场照片','files':'new'},{'kind':'文件','text':'责令改正书','files':'new'}]}";

static int64_t opened(struct world *w, const char *ledger, const char *fields, const struct actor *who)
{
    struct err e = { 0 };
    int64_t id = 0;
    json_t *f = parse(fields);
    if (case_open(w->l, ledger, f, 0, who, w->now, &id, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(f);
    return id;
}

/* Each story sets the scene, tries to close, and leaves what the engine said in e. The case that must stay open is returned. */
typedef int64_t (*story_fn)(struct world *w, struct err *e);

static int64_t try_approve(struct world *w, const char *verdict, const char *sentence, struct err *e)
{
    int64_t id = case_in(w, measured_case, "申请验收");
    w->verdict = verdict;
    w->sentence = sentence;
    act(w, id, "approve", NULL, OVERSEER, e);
    return id;
}

/* Sent in with such a report and such evidence; the approval is what is tried. */
static int64_t submitted(struct world *w, const char *given, struct err *e)
{
    int64_t id = case_in(w, worded_case, "整改中");
    must(w, id, "submit", given, DOER);
    act(w, id, "approve", NULL, OVERSEER, e);
    return id;
}

static int64_t data_missing(struct world *w, struct err *e)
{
    return try_approve(w, "cannot_judge", "连续24小时有效均值达标，缺9小时，不能判定", e);
}

static int64_t one_good_day(struct world *w, struct err *e)
{
    return try_approve(w, "not_met", "连续24小时有效均值达标，窗口内有3小时超标", e);
}

static int64_t monitor_moved(struct world *w, struct err *e)
{
    int64_t id = case_in(w, measured_case, "申请验收");
    w->verdict = NULL; /* the question itself cannot be answered: no such indicator at that site any more */
    act(w, id, "approve", NULL, OVERSEER, e);
    return id;
}

static int64_t good_until_accepted(struct world *w, struct err *e)
{
    int64_t id = case_in(w, measured_case, "公示");
    w->verdict = "not_met";
    w->now += 20 * MS_DAY;
    act(w, id, "close", NULL, ON_DUTY, e);
    return id;
}

static int64_t file_of(struct world *w, int64_t case_id)
{
    struct err e = { 0 };
    int64_t file = 0;
    struct doc d = { .state = case_id ? "attached" : "waiting",
                     .parent = case_id,
                     .unit = PLANT,
                     .created = w->now,
                     .updated = w->now,
                     .body = "{\"uploader\":\"doer\",\"hash\":\"h\",\"picture\":true}" };
    if (ledger_put_doc(w->store, DOC_FILE, &d, &file, &e) < 0)
        fail_msg("%s", e.text);
    return file;
}

static int64_t evidence_of_another(struct world *w, struct err *e)
{
    char given[256];
    int64_t other = case_in(w, worded_case, "整改中"), id = case_in(w, worded_case, "整改中"),
            file = file_of(w, other);
    snprintf(given, sizeof given,
             "{'report':'完成','evidence':[{'kind':'照片','text':'甲','files':[%lld]},{'kind':'文件','text':'"
             "乙'}]}",
             (long long)file);
    act(w, id, "submit", given, DOER, e);
    return id;
}

static int64_t one_paper_twice(struct world *w, struct err *e)
{
    char given[256];
    int64_t id = case_in(w, worded_case, "整改中"), file = file_of(w, 0);
    snprintf(given, sizeof given,
             "{'report':'完成','evidence':[{'kind':'照片','text':'甲','files':[%lld]},{'kind':'文件','text':'"
             "乙','files':[%lld]}]}",
             (long long)file, (long long)file);
    must(w, id, "submit", given, DOER);
    act(w, id, "approve", NULL, OVERSEER, e);
    return id;
}

static int64_t one_sentence_twice(struct world *w, struct err *e)
{
    return submitted(
        w, "{'report':'完成','evidence':[{'kind':'照片','text':'已完成'},{'kind':'文件','text':'已完成'}]}",
        e);
}

static int64_t accepted_by_own_shop(struct world *w, struct err *e)
{
    int64_t id = opened(
        w, "rectification",
        "{'source':'自查','problem':'台账缺失','measures':['补齐'],'owner':'plant','supervisor':'shop',"
        "'due':'2026-06-30','goal':'建立管理台账'}",
        ON_DUTY);
    must(w, id, "accept", NULL, DOER);
    must(w, id, "submit", paper, DOER);
    act(w, id, "approve", NULL, SHOPBOSS, e);
    return id;
}

static int64_t doer_changed_sides(struct world *w, struct err *e)
{
    int64_t id = case_in(w, worded_case, "申请验收");
    act(w, id, "approve", NULL, WHO("doer", ROLE_SUPERVISOR, DISTRICT), e);
    return id;
}

/* Who is not of the role that works for the unit, but worked in the case as one of its people. */
static int64_t owners_leader_changed_sides(struct world *w, struct err *e)
{
    int64_t id = case_in(w, measured_case, "公示");
    must(w, id, "objection", "{'reason':'数据有疑'}", WHO("boss", ROLE_LEADER, PLANT));
    must(w, id, "uphold", "{'reason':'重来'}", ON_DUTY);
    must(w, id, "submit", paper, DOER);
    w->verdict = "met";
    act(w, id, "approve", NULL, WHO("boss", ROLE_LEADER, DISTRICT), e);
    return id;
}

static int64_t goal_given_anew(struct world *w, struct err *e)
{
    int64_t id = case_in(w, measured_case, "整改中");
    act(w, id, "submit", "{'report':'完成','goal':'氨氮不高于 50 mg/L'}", DOER, e);
    return id;
}

static int64_t goal_by_the_doer(struct world *w, struct err *e)
{
    int64_t id = opened(w, "complaint", complaint, ON_DUTY);
    must(w, id, "accept", assigned, ON_DUTY);
    act(w, id, "accept", assigned, DOER, e); /* a second assignment would bring a second goal */
    return id;
}

static int64_t merged_into_closed(struct world *w, struct err *e)
{
    int64_t closed = case_in(w, worded_case, "销号"), id = case_in(w, worded_case, "整改中");
    case_merge(w->l, closed, id, ON_DUTY, w->now, e);
    return id;
}

static int64_t merged_into_accepted(struct world *w, struct err *e)
{
    int64_t accepted = case_in(w, worded_case, "公示"), id = case_in(w, worded_case, "整改中");
    case_merge(w->l, accepted, id, ON_DUTY, w->now, e);
    return id;
}

static int64_t merged_to_judge_oneself(struct world *w, struct err *e)
{
    int64_t id = opened(
        w, "rectification",
        "{'source':'自查','problem':'监管缺位','measures':['补齐'],'owner':'district','supervisor':'bureau',"
        "'due':'2026-06-30','goal':'建立管理台账'}",
        ON_DUTY);
    case_merge(w->l, case_in(w, worded_case, "整改中"), id, ON_DUTY, w->now,
               e); /* there the district accepts */
    return id;
}

static int64_t measured_into_worded(struct world *w, struct err *e)
{
    int64_t easy = case_in(w, worded_case, "公示"), id = case_in(w, measured_case, "整改中");
    case_merge(w->l, easy, id, ON_DUTY, w->now, e);
    return id;
}

static int64_t measured_into_looser(struct world *w, struct err *e)
{
    int64_t id = case_in(w, measured_case, "整改中");
    int64_t easy = opened(
        w, "rectification",
        "{'source':'自查','problem':'氨氮','measures':['检修'],'owner':'plant','supervisor':'district',"
        "'due':'2026-06-30','goal':{'text':'放宽','indicator':'source.hour','site':1,'factor':'w21003','op':'"
        "<=',"
        "'value':80,'unit':'mg/L','window':24,'period':'hour'}}",
        ON_DUTY);
    case_merge(w->l, easy, id, ON_DUTY, w->now, e);
    return id;
}

static int64_t into_a_ledger_without_gate(struct world *w, struct err *e)
{
    int64_t id = case_in(w, worded_case, "整改中");
    int64_t easy =
        opened(w, "accountability",
               "{'kind':'约谈','problem':'台账缺失','title':'约谈','owner':'plant','supervisor':'district',"
               "'happened':'2026-03-01','persons':[{'name':'某','post':'厂长','from':'2020-01-01'}]}",
               WHO("leader", ROLE_LEADER, BUREAU));
    case_merge(w->l, easy, id, ON_DUTY, w->now, e);
    return id;
}

static int64_t while_paused(struct world *w, struct err *e)
{
    int64_t id = opened(w, "complaint", complaint, ON_DUTY);
    must(w, id, "accept", assigned, ON_DUTY);
    must(w, id, "pause", "{'reason':'等待司法鉴定'}", OVERSEER);
    must(w, id, "answer", answered, DOER);
    act(w, id, "approve", NULL, OVERSEER, e);
    return id;
}

static int64_t worded_twin(struct world *w, struct err *e)
{
    int64_t id = case_in(w, measured_case, "申请验收"), twin = case_in(w, worded_case, "销号");
    assert_true(twin > 0); /* the twin closes on paper and says so; the measured one stays */
    w->verdict = "not_met";
    act(w, id, "approve", NULL, OVERSEER, e);
    return id;
}

static int64_t bulk_at_the_deadline(struct world *w, struct err *e)
{
    int64_t id[12];
    w->verdict = "not_met";
    for (size_t i = 0; i < 12; i++)
        id[i] = case_in(w, measured_case, "申请验收");
    w->now = at("2026-06-30 23:30");
    for (size_t i = 0; i < 12; i++) {
        *e = (struct err){ 0 };
        if (act(w, id[i], "approve", NULL, OVERSEER, e) == 0)
            break;
    }
    return id[11];
}

static const char bill[] = "{'kind':'人大建议','title':'整治油烟','by_whom':'代表','problem':'油烟','owner':'"
                           "plant','supervisor':'district',"
                           "'due':'2026-06-30'}";

static int64_t promise_open(struct world *w, struct err *e)
{
    int64_t id = opened(w, "proposal", bill, ON_DUTY);
    must(w, id, "take", NULL, DOER);
    must(w, id, "answer", "{'reply':'年内完成','promises':[{'what':'油烟净化设施改造','due':'2026-12-31'}]}",
         DOER);
    must(w, id, "visit", "{'satisfied':'满意'}", ON_DUTY);
    act(w, id, "close", NULL, ON_DUTY, e);
    return id;
}

/* Hidden under another number, an open case under this one is still open. */
static int64_t promise_merged_away(struct world *w, struct err *e)
{
    struct err merged = { 0 };
    int64_t id = opened(w, "proposal", bill, ON_DUTY), other = opened(w, "proposal", bill, ON_DUTY);
    must(w, id, "take", NULL, DOER);
    must(w, id, "answer", "{'reply':'年内完成','promises':[{'what':'油烟净化设施改造','due':'2026-12-31'}]}",
         DOER);
    must(w, id, "visit", "{'satisfied':'满意'}", ON_DUTY);
    assert_int_equal(case_merge(w->l, other, id, ON_DUTY, w->now, &merged), -EINVAL);
    assert_non_null(strstr(merged.text, "下还有未办结的事项"));
    act(w, id, "close", NULL, ON_DUTY, e);
    return id;
}

static int64_t holidays_unknown(struct world *w, struct err *e)
{
    w->now = at("2026-12-10 09:00");
    int64_t id = case_in(w, worded_case, "验收");
    w->now = at("2026-12-28 09:00");
    must(w, id, "publish", NULL, ON_DUTY);
    w->now = at("2027-03-01 09:00");
    act(w, id, "close", NULL, ON_DUTY, e);
    return id;
}

static int64_t notice_cut_short(struct world *w, struct err *e)
{
    int64_t id = case_in(w, measured_case, "公示");
    w->verdict = "met";
    w->now += 5 * MS_DAY;
    act(w, id, "close", NULL, ON_DUTY, e);
    return id;
}

static int64_t objection_passed_over(struct world *w, struct err *e)
{
    int64_t id = case_in(w, measured_case, "公示");
    w->verdict = "met";
    must(w, id, "objection", "{'reason':'群众反映夜间仍排'}", ON_DUTY);
    w->now += 40 * MS_DAY;
    act(w, id, "close", NULL, ON_DUTY, e);
    return id;
}

/* After a rebound the papers of the first round prove nothing. */
static int64_t old_papers_again(struct world *w, struct err *e)
{
    int64_t id = opened(w, "complaint", complaint, ON_DUTY);
    must(w, id, "accept", assigned, ON_DUTY);
    must(w, id, "answer", answered, DOER);
    must(w, id, "approve", NULL, OVERSEER);
    must(w, id, "visit", "{'satisfied':'满意'}", ON_DUTY);
    must(w, id, "close", NULL, ON_DUTY);
    must(w, id, "found_again", "{'reason':'又直排'}", OVERSEER);
    must(w, id, "answer", "{'truth':'属实','finding':'停用','measures':['责令改正'],'reply':'已改'}", DOER);
    act(w, id, "approve", NULL, OVERSEER, e);
    return id;
}

/* A leader of the unit that does the work makes the goal an easier one, by a table. */
static int64_t changed(struct world *w, int64_t id, const char *fields, const struct actor *who,
                       struct err *e)
{
    json_t *set = parse(fields);
    case_update(w->l, id, set, NULL, who, w->now, e);
    json_decref(set);
    return id;
}

static int64_t goal_eased_by_a_table(struct world *w, struct err *e)
{
    return changed(w, case_in(w, worded_case, "整改中"), "{'goal':'尽量建立台账'}",
                   WHO("boss", ROLE_LEADER, PLANT), e);
}

static int64_t handed_to_another_unit(struct world *w, struct err *e)
{
    return changed(w, case_in(w, worded_case, "申请验收"), "{'owner':'other'}",
                   WHO("doer", ROLE_DUTY, BUREAU), e);
}

static int64_t goal_eased_after_acceptance(struct world *w, struct err *e)
{
    return changed(w, case_in(w, worded_case, "公示"), "{'goal':'尽量建立台账'}", ON_DUTY, e);
}

/* Two pictures of nothing but their names. */
static int64_t words_alone(struct world *w, struct err *e)
{
    return submitted(
        w,
        "{'report':'完成','evidence':[{'kind':'照片','text':'现场照片'},{'kind':'文件','text':'整改报告','"
        "files':"
        "'new'}]}",
        e);
}

/* The same bytes sent up twice are two ids and one paper. */
static int64_t one_paper_sent_twice(struct world *w, struct err *e)
{
    char given[256];
    snprintf(given, sizeof given,
             "{'report':'完成','evidence':[{'kind':'照片','text':'甲','files':[%lld]},{'kind':'文件','text':'"
             "乙','files':[%lld]}]}",
             (long long)new_file(w, DOER, "same"), (long long)new_file(w, DOER, "same"));
    return submitted(w, given, e);
}

static int64_t a_visit_that_was_none(struct world *w, struct err *e)
{
    return submitted(
        w,
        "{'report':'完成','evidence':[{'kind':'照片','text':'现场','files':'new'},{'kind':'现场核查','text':'"
        "已核查','files':'new','ref':'XC-2026-09999'}]}",
        e);
}

static int64_t a_visit_by_word(struct world *w, struct err *e)
{
    return submitted(
        w,
        "{'report':'完成','evidence':[{'kind':'照片','text':'现场','files':'new'},{'kind':'现场核查','text':'"
        "已核查'}]}",
        e);
}

/* The papers of the first round are handed in again, and sent up anew. */
static int64_t old_papers_handed_in_again(struct world *w, struct err *e)
{
    char given[400];
    int64_t id = opened(w, "complaint", complaint, ON_DUTY), file = new_file(w, DOER, "photo");
    must(w, id, "accept", assigned, ON_DUTY);
    snprintf(
        given, sizeof given,
        "{'truth':'属实','finding':'停用','measures':['责令改正'],'reply':'已改','evidence':[{'kind':'照片',"
        "'text':'现场照片','files':[%lld]},{'kind':'文件','text':'责令改正书','files':[%lld]}]}",
        (long long)file, (long long)new_file(w, DOER, "order"));
    must(w, id, "answer", given, DOER);
    must(w, id, "approve", NULL, OVERSEER);
    must(w, id, "visit", "{'satisfied':'满意'}", ON_DUTY);
    must(w, id, "close", NULL, ON_DUTY);
    must(w, id, "found_again", "{'reason':'又直排'}", OVERSEER);
    snprintf(
        given, sizeof given,
        "{'truth':'属实','finding':'停用','measures':['责令改正'],'reply':'已改','evidence':[{'kind':'照片',"
        "'text':'现场照片','files':[%lld]},{'kind':'文件','text':'责令改正书','files':[%lld]}]}",
        (long long)file, (long long)new_file(w, DOER, "order"));
    must(w, id, "answer", given, DOER);
    act(w, id, "approve", NULL, OVERSEER, e);
    return id;
}

static const struct {
    const char *title;
    story_fn tell;
    const char *name, *says;
} stories[] = {
    { "窗口内缺数据", data_missing, "case.gate_unmet", "尚不能判定" },
    { "挑一个达标日", one_good_day, "case.gate_unmet", "3小时超标" },
    { "监测点迁走或停用", monitor_moved, "case.gate_unmet", "尚不能判定" },
    { "验收后又超标，仍要销号", good_until_accepted, "case.gate_unmet", "尚未达到" },
    { "借用别的事项的佐证", evidence_of_another, "file.unknown", "附件" },
    { "一张照片充两类佐证", one_paper_twice, "case.gate_unmet", "现有1类" },
    { "同一句话充两类佐证", one_sentence_twice, "case.gate_unmet", "现有0类" },
    { "由下属单位验收", accepted_by_own_shop, "case.forbidden", "不能由承担整改" },
    { "承办人调岗后自己验收", doer_changed_sides, "case.forbidden", "不能由承担整改" },
    { "责任单位领导调岗后验收", owners_leader_changed_sides, "case.forbidden", "不能由承担整改" },
    { "事后改整改目标", goal_given_anew, "case.field_unknown", "goal" },
    { "承办单位自定目标", goal_by_the_doer, "case.no_such_action", "不能" },
    { "并入已销号的事项", merged_into_closed, "case.merge", "已销号" },
    { "并入已验收、只等公示期满的事项", merged_into_accepted, "case.merge", "已验收" },
    { "并入自己督导的事项", merged_to_judge_oneself, "case.merge", "督导单位" },
    { "数据目标并入文字目标", measured_into_worded, "case.merge", "监测数据判定" },
    { "并入限值更宽的事项", measured_into_looser, "case.merge", "监测数据判定" },
    { "并入不过目标关的台账", into_a_ledger_without_gate, "case.merge", "没有这一关" },
    { "中止期间办结", while_paused, "case.gate_unmet", "须先恢复计时" },
    { "另立文字目标的事项销号充数", worded_twin, "case.gate_unmet", "尚未达到" },
    { "期限当晚批量验收", bulk_at_the_deadline, "case.gate_unmet", "尚未达到" },
    { "承诺的任务未办结", promise_open, "case.gate_unmet", "下属事项" },
    { "把任务藏进别的事项", promise_merged_away, "case.gate_unmet", "下属事项" },
    { "放假安排未公布，公示期无从计算", holidays_unknown, "case.gate_unmet", "未公布" },
    { "公示期未满", notice_cut_short, "case.gate_unmet", "届满" },
    { "异议未了结", objection_passed_over, "case.gate_unmet", "未了结" },
    { "责任单位领导用表格放宽目标", goal_eased_by_a_table, "case.forbidden", "不能由承担整改的单位" },
    { "承办人调岗后把事项改到别的单位名下", handed_to_another_unit, "case.forbidden",
      "不能由承担整改的单位" },
    { "验收以后再改目标", goal_eased_after_acceptance, "case.accepted", "已验收" },
    { "反弹后把旧材料再交一遍", old_papers_handed_in_again, "case.gate_unmet", "附件是本次整改之前的" },
    { "有名无实的佐证", words_alone, "case.gate_unmet", "照片“现场照片”没有附文件" },
    { "同一份材料上传两次", one_paper_sent_twice, "case.gate_unmet", "同一份材料" },
    { "查无此次的现场核查", a_visit_that_was_none, "case.gate_unmet", "引用的记录不存在" },
    { "口说的现场核查", a_visit_by_word, "case.gate_unmet", "须引用系统中的记录" },
    { "反弹后沿用旧佐证", old_papers_again, "case.gate_unmet", "现有0类" },
};

static void test_none_closes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
        struct world w;
        struct err e = { 0 };
        world_make(&w, NULL);
        int64_t id = stories[i].tell(&w, &e);
        print_message("# %s：%s\n", stories[i].title, e.text);
        if (strcmp(e.name, stories[i].name) != 0 || !strstr(e.text, stories[i].says))
            fail_msg("%s: %s (%s)", stories[i].title, e.name, e.text);
        json_t *v = view(&w, id, ON_DUTY);
        assert_true(json_is_null(json_object_get(v, "closed")));
        assert_true(json_is_null(json_object_get(v, "closed_how")));
        assert_true(json_is_null(json_object_get(v, "merged_into")));
        json_decref(v);
        chain_holds(&w, -1);
        world_end(&w);
    }
}

/* ---- the definition changed ---- */

static void write_ledger(const char *dir, const char *close)
{
    char path[128];
    snprintf(path, sizeof path, "%s/ledgers/plain.lua", dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f,
            "return ledger { id = \"plain\", title = \"平常\", en = \"Plain\", family = \"x\", number = "
            "\"P-{year}-{seq:3}\",\n"
            "fields = { text \"problem\" { \"问题\", required = true }, unit \"owner\" { \"责任单位\", "
            "required = true }, goal \"goal\" { \"目标\", "
            "required = true } },\n"
            "states = { \"办\", \"结\", working = \"办\", closed = \"结\" },\n"
            "actions = { action \"report\" { \"报\", from = \"办\", by = \"owner\" },\n%s },\ntests = {} }\n",
            close);
    fclose(f);
}

static const char strict[] = "action \"close\" { \"结\", from = \"办\", to = \"结\", by = \"office\", "
                             "never_by = \"owner\", gate = \"goal_met\" }";
static const char loose[] =
    "action \"close\" { \"结\", from = \"办\", to = \"结\", by = \"office\", never_by = \"owner\" }";

/* A looser file put in its place, moving to it, and a file that lets the doer set the goal. */
static void test_a_looser_file(void **state)
{
    struct world w;
    struct err e = { 0 };
    char dir[] = "/tmp/bihuan-loose-XXXXXX", path[128];
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/ledgers", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    write_ledger(dir, strict);
    world_make(&w, dir);
    int64_t id = opened(&w, "plain", "{'problem':'氨氮超标','owner':'plant','goal':'达标'}", ON_DUTY);
    write_ledger(dir, loose);
    world_reopen(&w);
    assert_int_equal(act(&w, id, "close", NULL, ON_DUTY, &e), -EAGAIN);
    assert_non_null(strstr(e.text, "佐证"));
    assert_int_equal(case_move(w.l, id, ON_DUTY, w.now, &e), -EINVAL);
    assert_string_equal(e.name, "case.move");
    assert_non_null(strstr(e.text, "不再核验整改目标"));
    int64_t easy = opened(&w, "plain", "{'problem':'氨氮超标','owner':'plant','goal':'达标'}", ON_DUTY);
    assert_int_equal(case_merge(w.l, easy, id, ON_DUTY, w.now, &e), -EINVAL);
    assert_non_null(strstr(e.text, "没有这一关"));
    chain_holds(&w, -1);
    write_ledger(dir, "action \"relax\" { \"改目标\", from = \"办\", by = \"owner\", needs = { goal \"goal\" "
                      "{ \"目标\" } }, sets = { \"goal\" } },\n"
                      "action \"close\" { \"结\", from = \"办\", to = \"结\", by = \"office\", never_by = "
                      "\"owner\", gate = \"goal_met\" }");
    assert_true(ledgers_check(dir, NULL, NULL, &e) < 0);
    assert_non_null(strstr(e.text, "sets the goal"));
    world_end(&w);
    snprintf(path, sizeof path, "%s/ledgers/plain.lua", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/ledgers", dir);
    rmdir(path);
    rmdir(dir);
}

/* ---- the site moved ---- */

/* A closed case watches what its goal names. That the case's own site, or the units, were written otherwise since changes nothing. */
static void test_watch_follows_the_goal(void **state)
{
    struct world w;
    struct err e = { 0 };
    (void)state;
    world_make(&w, NULL);
    int64_t id = case_in(&w, measured_case, "销号");
    int64_t closed = w.now;
    w.now += 30 * MS_DAY;
    w.verdict = NULL; /* the site is gone: nobody can say */
    ledgers_tick(w.l, w.now, NULL, NULL, &e);
    json_t *v = view(&w, id, ON_DUTY);
    assert_string_equal(json_str(v, "state", ""), "销号");
    json_decref(v);
    w.verdict = "not_met"; /* it is back, and the break in between is found with its own day */
    w.last_broken = closed + 10 * MS_DAY;
    w.now += MS_DAY;
    assert_int_equal(ledgers_tick(w.l, w.now, NULL, NULL, &e), 0);
    v = view(&w, id, ON_DUTY);
    assert_string_equal(json_str(v, "state", ""), "整改中");
    assert_int_equal(json_int(v, "rebounds", 0), 1);
    json_decref(v);
    chain_holds(&w, -1);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_none_closes),
                                        cmocka_unit_test(test_a_looser_file),
                                        cmocka_unit_test(test_watch_follows_the_goal) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
