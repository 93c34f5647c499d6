/* test_import.c - lists into a ledger: what opens, what changes, what is refused, and that a form prints what was entered. */
#include "support.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scoped.h"
#include "codec/document.h"
#include "ledger/batch.h"
#include "ledger/case_paper.h"
#include "ledger/import.h"

static const char *const heads[] = { "编号",     "存在问题", "整改目标", "整改措施",
                                     "责任单位", "督导单位", "整改时限", "问题来源" };
enum { COLUMNS = 8 };

/* A workbook as the exporter writes it, from rows of COLUMNS texts. */
static void book(const char *const (*row)[COLUMNS], size_t n, struct buf *out)
{
    struct paper_column columns[COLUMNS];
    struct paper p = { .title = "清单", .subtitle = "2026年" };
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i] = (struct paper_column){ heads[i], i == 6 ? PAPER_DATE : PAPER_WORDS, 12 };
    struct paper_part *t = paper_table(&p, columns, COLUMNS);
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < COLUMNS; c++)
            paper_cell(&p, t, row[i][c]);
    assert_int_equal(paper_xlsx(&p, out, NULL), 0);
    paper_release(&p);
}

static json_t *tree_of(struct buf *text)
{
    json_t *tree = NULL;
    assert_int_equal(json_read(text->data, text->len, &tree, NULL), 0);
    buf_release(text);
    return tree;
}

static json_t *put(struct world *w, const char *const (*row)[COLUMNS], size_t n)
{
    struct buf bytes = BUF_INIT, out = BUF_INIT;
    struct err e = { 0 };
    char dir[100];
    snprintf(dir, sizeof dir, "%s/imports", w->dir);
    book(row, n, &bytes);
    if (import_put(w->l, dir, "rectification", "清单.xlsx", bytes.data, bytes.len, ON_DUTY, w->now, &out,
                   &e) < 0)
        fail_msg("%s", e.text);
    buf_release(&bytes);
    return tree_of(&out);
}

static int accept(struct world *w, const json_t *preview, bool skip, const struct actor *who, struct err *e)
{
    char dir[100];
    struct buf out = BUF_INIT;
    snprintf(dir, sizeof dir, "%s/imports", w->dir);
    int r = import_accept(w->l, dir, json_int(preview, "id", 0), skip, who, w->now, &out, e);
    buf_release(&out);
    return r;
}

static int64_t count(const json_t *preview, const char *what)
{
    return json_int(json_object_get(preview, "counts"), what, -1);
}

#define ROW(number, problem, due)                                                            \
    {                                                                                        \
        number, problem, "完成整改", "1．检修；\n2．加药", "净水厂", "区分局", due, "自查" \
    }

static void opens_changes_and_keeps(void **state)
{
    struct world *w = *state;
    static const char *const first[][COLUMNS] = { ROW("", "甲", "2026-06-30"),
                                                  ROW("1", "乙", "2026年7月底") };
    json_t *p = put(w, first, 2);
    assert_int_equal(count(p, "new"), 2);
    chain_holds(w, 0);
    struct err e = { 0 };
    assert_int_equal(accept(w, p, false, DOER, &e), -ENOENT);
    assert_int_equal(accept(w, p, false, ON_DUTY, &e), 0);
    assert_int_equal(accept(w, p, false, ON_DUTY, &e), -EAGAIN);
    json_decref(p);
    chain_holds(w, 2);
    p = put(w, first, 2);
    assert_int_equal(count(p, "unchanged"), 2);
    json_decref(p);

    static const char *const second[][COLUMNS] = { ROW("ZG-2026-0001", "甲", "2026-06-30"),
                                                   ROW("ZG-2026-0002", "乙二", ""), /* blank: stays */
                                                   ROW("ZG-2026-0002", "乙三", ""),
                                                   ROW("ZG-2026-0009", "丙", "") };
    p = put(w, second, 4);
    assert_int_equal(count(p, "unchanged"), 1);
    assert_int_equal(count(p, "changed"), 1);
    assert_int_equal(count(p, "faulty"), 2);
    assert_string_equal(json_str(json_array_get(json_object_get(p, "faults"), 0), "code", ""),
                        "import.twice");
    assert_string_equal(json_str(json_array_get(json_object_get(p, "faults"), 1), "code", ""),
                        "import.number");
    assert_int_equal(accept(w, p, false, ON_DUTY, &e), -EINVAL);
    assert_string_equal(e.name, "import.faulty");
    chain_holds(w, 2);
    assert_int_equal(accept(w, p, true, ON_DUTY, &e), 0);
    chain_holds(w, 3);
    json_decref(p);
    struct doc d;
    assert_int_equal(ledger_get_doc_by_key(w->store, DOC_CASE, "ZG-2026-0002", &d, NULL), 0);
    json_t *v = view(w, d.id, ON_DUTY);
    doc_release(&d);
    assert_string_equal(json_str(v, "problem", ""), "乙二");
    assert_string_equal(json_str(v, "due", ""), "2026-07-31");
    assert_string_equal(json_str(v, "state", ""), "立案");
    assert_string_equal(json_str(event_at(v, 0), "action", ""), "edit");
    json_decref(v);
}

static void expires_and_is_superseded(void **state)
{
    struct world *w = *state;
    static const char *const list[][COLUMNS] = { ROW("", "甲", "2026-06-30") };
    struct err e = { 0 };
    json_t *p = put(w, list, 1), *q = put(w, list, 1);
    assert_int_equal(accept(w, p, false, ON_DUTY, &e), -EAGAIN);
    w->now += 24 * 3600 * 1000;
    assert_int_equal(accept(w, q, false, ON_DUTY, &e), -EAGAIN);
    chain_holds(w, 0);
    json_decref(p);
    json_decref(q);
}

static void changed_meanwhile(void **state)
{
    struct world *w = *state;
    int64_t id = open_case(w, worded_case);
    static const char *const list[][COLUMNS] = { ROW("ZG-2026-0001", "甲", "2026-06-30"),
                                                 ROW("", "新", "2026-06-30") };
    struct err e = { 0 };
    json_t *p = put(w, list, 2);
    assert_int_equal(count(p, "changed"), 1);
    must(w, id, "accept", NULL, DOER);
    assert_int_equal(accept(w, p, false, ON_DUTY, &e), -EAGAIN);
    assert_string_equal(e.name, "conflict");
    chain_holds(w, 2);
    json_decref(p);
}

static void updates_keep_to_the_rules(void **state)
{
    struct world *w = *state;
    int64_t id = case_in(w, worded_case, "销号");
    struct err e = { 0 };
    json_t *new = parse("{'problem':'另一个'}"), *bad = parse("{'owner':'nobody'}"),
           *same = parse("{'problem':'台账缺失'}");
    assert_int_equal(case_update(w->l, id, new, NULL, ON_DUTY, w->now, &e), -EPERM);
    assert_string_equal(e.name, "case.closed");
    id = open_case(w, worded_case);
    assert_int_equal(case_update(w->l, id, new, NULL, DOER, w->now, &e), -EPERM);
    assert_int_equal(case_update(w->l, id, bad, NULL, ON_DUTY, w->now, &e), -EINVAL);
    assert_int_equal(case_update(w->l, id, same, NULL, ON_DUTY, w->now, &e), -EINVAL);
    assert_string_equal(e.name, "case.unchanged");
    assert_int_equal(case_update(w->l, id, new, NULL, ON_DUTY, w->now, &e), 0);
    json_decref(new);
    json_decref(bad);
    json_decref(same);
    chain_holds(w, -1);
}

/* What is only written otherwise is a change too. */
static void a_changed_letter_is_a_change(void **state)
{
    struct world *w = *state;
    static const char *const first[][COLUMNS] = { ROW("", "总排口 COD 超标", "2026-06-30") };
    static const char *const small[][COLUMNS] = { ROW("ZG-2026-0001", "总排口cod超标", "2026-06-30") };
    struct err e = { 0 };
    json_t *p = put(w, first, 1);
    assert_int_equal(accept(w, p, false, ON_DUTY, &e), 0);
    json_decref(p);
    p = put(w, small, 1);
    assert_int_equal(count(p, "changed"), 1);
    json_decref(p);
}

/* A goal with an indicator is no text: another text in its cell is refused, the same one changes nothing. */
static void a_measured_goal_stays(void **state)
{
    struct world *w = *state;
    open_case(w, measured_case);
    static const char *const same[][COLUMNS] = { { "ZG-2026-0001", "", "连续24小时氨氮不高于8 mg/L", "", "",
                                                   "", "", "" } };
    static const char *const other[][COLUMNS] = { { "ZG-2026-0001", "", "少一点", "", "", "", "", "" } };
    json_t *p = put(w, same, 1), *q = put(w, other, 1);
    assert_int_equal(count(p, "unchanged"), 1);
    assert_string_equal(json_str(json_array_get(json_object_get(q, "faults"), 0), "code", ""), "import.goal");
    json_decref(p);
    json_decref(q);
}

static void papers_say_what_was_entered(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    int64_t id = case_in(w, worded_case, "销号");
    struct buf bytes = BUF_INIT, again = BUF_INIT, text = BUF_INIT;
    struct paper p;
    if (case_paper_form(w->l, id, "case", ON_DUTY, w->now, NULL, NULL, &p, &e) < 0 ||
        paper_docx(&p, &bytes, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(paper_docx(&p, &again, &e), 0);
    assert_int_equal(bytes.len, again.len);
    assert_memory_equal(bytes.data, again.data, bytes.len);
    assert_int_equal(docx_text(bytes.data, bytes.len, &text, &e), 0);
    static const char *const said[] = { "ZG-2026-0001", "台账缺失", "净水厂",       "办理经过",
                                        "申请验收",     "佐证材料", "2026年6月30日" };
    for (size_t i = 0; i < COUNT_OF(said); i++)
        if (!strstr(text.data, said[i]))
            fail_msg("'%s' is not in: %s", said[i], text.data);
    paper_release(&p);
    assert_int_equal(case_paper_form(w->l, id, "none", ON_DUTY, w->now, NULL, NULL, &p, &e), -ENOENT);
    assert_int_equal(
        case_paper_list(w->l, &(struct case_filter){ .ledger = "rectification" }, 0, ON_DUTY, w->now, &p, &e),
        -EFBIG);
    buf_release(&bytes);
    buf_release(&again);
    buf_release(&text);
}

/* A ledger with columns and a form of its own. */
static const char patrol[] =
    "return ledger { id = 'patrol', title = '巡查', en = 'Patrol', number = 'XC-{year}-{seq:4}',\n"
    "  fields = { text 'problem' { '问题', required = true }, number 'length' { '长度' }, unit 'owner' { "
    "'责任单位' },\n"
    "             date 'due' { '时限' }, list 'steps' { '措施' }, text 'remark' { '备注' } },\n"
    "  states = { '新', '办', '结', working = '办', closed = '结' },\n"
    "  actions = { action 'take' { '接', from = '新', to = '办', by = 'owner',\n"
    "                needs = { text 'report' { '完成情况', required = true }, evidence 'evidence' { '佐证' } "
    "} },\n"
    "              action 'close' { '结', from = '办', to = '结', by = 'office', never_by = 'owner' } },\n"
    "  clock = { due = 'due' },\n"
    "  excel = { length = { '管网长度', '长度（公里）' } },\n"
    "  list = { columns = { 'problem', 'owner', 'due', 'length', 'steps', 'state' } },\n"
    "  forms = { form 'closing' { '巡查办结表', rows = { { '事由', 'problem' }, { '长度', 'length' }, { "
    "'办了什么', 'report' },\n"
    "                { '编号', 'number' }, { '空着', 'remark' } }, sign = { '巡查单位（盖章）' } },\n"
    "            form 'short' { '便条', rows = { { '事由', 'problem' } }, history = false, evidence = false "
    "} } }\n";

static void docx_of(struct world *w, int64_t id, const char *form, struct buf *text)
{
    struct err e = { 0 };
    struct paper p;
    struct buf bytes = BUF_INIT;
    if (case_paper_form(w->l, id, form, ON_DUTY, w->now, NULL, NULL, &p, &e) < 0 ||
        paper_docx(&p, &bytes, &e) < 0 || docx_text(bytes.data, bytes.len, text, &e) < 0)
        fail_msg("%s", e.text);
    paper_release(&p);
    buf_release(&bytes);
}

static void a_ledger_with_its_own_columns_and_forms(void **state)
{
    char dir[] = "/tmp/bihuan-definitions-XXXXXX", path[128];
    struct world w;
    struct err e = { 0 };
    struct paper p;
    struct buf text = BUF_INIT, book_bytes = BUF_INIT, out = BUF_INIT;
    int64_t id = 0;
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/ledgers", dir);
    assert_int_equal(file_make_dirs(path, &e), 0);
    snprintf(path, sizeof path, "%s/ledgers/patrol.lua", dir);
    assert_int_equal(file_replace(path, patrol, sizeof patrol - 1, 0644, &e), 0);
    world_make(&w, dir);
    json_t *f = parse(
        "{'problem':'井盖缺失','length':12.5,'owner':'plant','due':'2026-06-30','steps':['甲','1.5公里']}");
    assert_int_equal(case_open(w.l, "patrol", f, 0, ON_DUTY, w.now, &id, &e), 0);
    json_decref(f);
    must(&w, id, "take", "{'report':'已补齐','evidence':[{'kind':'照片','text':'现场'}]}", DOER);

    docx_of(&w, id, "closing", &text);
    static const char *const said[] = { "巡查办结表",       "事由\t井盖缺失",     "长度\t12.5",
                                        "办了什么\t已补齐", "编号\tXC-2026-0001", "空着",
                                        "佐证材料",         "照片\t现场",         "办理经过",
                                        "巡查单位（盖章）" };
    for (size_t i = 0; i < COUNT_OF(said); i++)
        if (!strstr(text.data, said[i]))
            fail_msg("'%s' is not in: %s", said[i], text.data);
    buf_clear(&text);
    docx_of(&w, id, "short", &text);
    assert_null(strstr(text.data, "办理经过"));
    assert_null(strstr(text.data, "佐证材料"));

    assert_int_equal(
        case_paper_list(w.l, &(struct case_filter){ .ledger = "patrol" }, 10, ON_DUTY, w.now, &p, &e), 0);
    assert_int_equal(p.part[0].n_columns, 7);
    assert_string_equal(p.part[0].column[0].label, "编号");
    assert_string_equal(p.part[0].cell[4], "12.5");
    assert_string_equal(p.part[0].cell[5], "1．甲\n2．1.5公里");
    assert_int_equal(paper_xlsx(&p, &book_bytes, &e), 0);
    assert_int_equal(import_preview(w.l, "patrol", book_bytes.data, book_bytes.len, ON_DUTY, w.now, &out, &e),
                     0);
    json_t *preview = tree_of(&out);
    assert_int_equal(count(preview, "unchanged"), 1);
    json_decref(preview);
    paper_release(&p);
    buf_release(&text);
    buf_release(&book_bytes);
    world_end(&w);
    remove(path);
    snprintf(path, sizeof path, "%s/ledgers", dir);
    remove(path);
    remove(dir);
}

static int make(void **state)
{
    static struct world w;
    world_make(&w, NULL);
    *state = &w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;
    char command[120];
    snprintf(command, sizeof command, "rm -r %s/imports 2>/dev/null", w->dir);
    (void)!system(command);
    world_end(w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(opens_changes_and_keeps, make, end),
        cmocka_unit_test_setup_teardown(expires_and_is_superseded, make, end),
        cmocka_unit_test_setup_teardown(changed_meanwhile, make, end),
        cmocka_unit_test_setup_teardown(updates_keep_to_the_rules, make, end),
        cmocka_unit_test_setup_teardown(a_changed_letter_is_a_change, make, end),
        cmocka_unit_test_setup_teardown(a_measured_goal_stays, make, end),
        cmocka_unit_test_setup_teardown(papers_say_what_was_entered, make, end),
        cmocka_unit_test(a_ledger_with_its_own_columns_and_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
