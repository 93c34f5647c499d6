/* The language of ledger files beyond the rectification ledger: kinds of fields, who may open, what functions compute, set and open,
 * cases under cases, and the pages written from the files. */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "ledger/engine.h"

#define N(a) (sizeof(a) / sizeof *(a))

/* One ledger with every kind of field, and one whose cases stand under it. */
static const char project[] =
    "return ledger {\n"
    "  id = 'project', title = '工程', number = 'GC-{year}{month}-{field:kind}-{area:4}-{seq:3}',\n"
    "  fields = {\n"
    "    choice 'kind' { '类别', required = true, of = { 'A', 'B' } },\n"
    "    text 'title' { '名称', max = 10 },\n"
    "    unit 'owner' { '单位' }, unit 'checker' { '核查单位' }, user 'person' { '人员' }, date 'due' { "
    "'时限' },\n"
    "    number 'cost' { '投资', unit = '万元', decimals = 2, min = 0, max = 1000000 },\n"
    "    flag 'urgent' { '紧急' }, time 'seen' { '发现时间' }, point 'place' { '位置' }, area 'zone' { "
    "'范围' },\n"
    "    track 'walk' { '路线', max = 3 }, file 'photos' { '照片', kinds = { 'photo' } },\n"
    "    case 'source' { '来源事项', of = 'project' },\n"
    "    rows 'lines' { '清单', max = 2, of = { text 'name' { '名称', required = true }, number 'amount' { "
    "'数量' },\n"
    "      choice 'how' { '方式', of = { '买', '租' } }, text 'from' { '租自', required_when = { field = "
    "'how', is = { '租' } } } } },\n"
    "    text 'why' { '理由', required_when = { field = 'urgent', is = { true } } },\n"
    "    number 'total' { '合计', decimals = 2, value = function(c) return round(sum(c.fields.lines, "
    "'amount'), 2) end },\n"
    "    number 'left' { '未办结', value = function(c) return c.children.n - c.children.closed end },\n"
    "    number 'twice' { '两倍', value = function(c) return c.fields.total and c.fields.total * 2 end },\n"
    "  },\n"
    "  states = { '新', '办', '结', working = '办', closed = '结' },\n"
    "  open_by = { 'office', 'owner' },\n"
    "  guard = function(c) if c.fields.title == '不行' then return '不能立 | not this one' end end,\n"
    "  related = { same = { ledger = 'project', where = { kind = 'kind' } } },\n"
    "  tree = { children = { 'task' }, weight = 'weight', progress = 'progress', copied = 0.6 },\n"
    "  actions = {\n"
    "    action 'start' { '开工', from = '新', to = '办', by = { 'owner', 'leader' },\n"
    "      set = function(c) return { title = c.fields.kind .. '号', cost = c.given.cost } end,\n"
    "      needs = { number 'cost' { '投资' }, text 'note' { '说明', required_when = { field = 'kind', is = "
    "{ 'B' } } } },\n"
    "      open = function(c) if c.given.cost then return { { ledger = 'task', fields = { title = "
    "c.fields.title,\n"
    "        owner = c.fields.owner, weight = 3 } }, { ledger = 'task', fields = { title = '另一件', weight "
    "= 1 } } } end end },\n"
    "    action 'bad' { '坏', from = '办', by = 'owner', set = function(c) return { cost = -1 } end },\n"
    "    action 'count' { '计数', from = '办', by = 'owner', set = function(c) return { title = "
    "#c.related.same .. '' } end },\n"
    "    action 'lose' { '错', from = '办', by = 'owner', open = function(c) return { { ledger = 'task', "
    "fields = {} },\n"
    "      { ledger = 'none', fields = {} } } end },\n"
    "    action 'done' { '办结', from = '办', to = '结', by = { 'checker', 'office' }, never_by = { 'owner', "
    "'checker' },\n"
    "      gate = 'children_closed' },\n"
    "  },\n"
    "  list = { columns = { 'number', 'title', 'cost' } }, group = 'kind', about = '一句话',\n"
    "  views = { view 'late' { '逾期', filter = { light = 'red' } } },\n"
    "  forms = { form 'paper' { '表', rows = { { '名称', 'title' } }, sign = { '单位（盖章）' } } },\n"
    "}\n";
static const char task[] =
    "return ledger {\n"
    "  id = 'task', title = '任务', number = 'RW-{seq:3}',\n"
    "  fields = { text 'title' { '名称', required = true }, unit 'owner' { '单位' }, date 'due' { '时限' },\n"
    "    number 'weight' { '权重' }, number 'progress' { '进度' }, list 'measures' { '措施' } },\n"
    "  states = { '新', '结', working = '新', closed = '结' },\n"
    "  open_by = { 'office', 'public' }, intake = { 'title' },\n"
    "  actions = { action 'report' { '报告', from = '新', by = 'author', sets = { 'progress' },\n"
    "      needs = { number 'progress' { '进度', min = 0, max = 100 } } },\n"
    "    action 'close' { '办结', from = '新', to = '结', by = 'office', never_by = 'owner' } },\n"
    "}\n";

static const char wide[] =
    "return ledger {\n"
    "  id = 'wide', title = '宽', number = 'K-{seq:3}',\n"
    "  fields = { text 'title' { '名称' }, number 'n' { '件数', value = function(c)\n"
    "    local n = 0\n"
    "    for _, x in ipairs(c.related.all) do if contains(x.fields.measures, '乙') then n = n + "
    "x.fields.weight end end\n"
    "    return n\n"
    "  end } },\n"
    "  related = { all = { ledger = 'task' } },\n"
    "  states = { '新', '结', working = '新', closed = '结' },\n"
    "  actions = { action 'close' { '办结', from = '新', to = '结', by = 'office' } },\n"
    "}\n";

static char folder[] = "/tmp/bihuan-language-XXXXXX";

static int begin(void **state)
{
    char path[128];
    struct err e = { 0 };
    struct world *w = calloc(1, sizeof *w);
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/ledgers", folder);
    assert_int_equal(file_make_dirs(path, &e), 0);
    snprintf(path, sizeof path, "%s/ledgers/project.lua", folder);
    assert_int_equal(file_replace(path, project, strlen(project), 0644, &e), 0);
    snprintf(path, sizeof path, "%s/ledgers/task.lua", folder);
    assert_int_equal(file_replace(path, task, strlen(task), 0644, &e), 0);
    snprintf(path, sizeof path, "%s/ledgers/wide.lua", folder);
    assert_int_equal(file_replace(path, wide, strlen(wide), 0644, &e), 0);
    snprintf(path, sizeof path, "%s/calendar", folder);
    assert_int_equal(file_make_dirs(path, &e), 0);
    world_make(w, folder);
    *state = w;
    return 0;
}

static int end(void **state)
{
    char path[128];
    static const char *const files[] = {
        "ledgers/project.lua", "ledgers/task.lua", "ledgers/wide.lua", "ledgers", "calendar", "."
    };
    world_end(*state);
    free(*state);
    for (size_t i = 0; i < N(files); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        remove(path);
    }
    remove(folder);
    return 0;
}

static int open_in(struct world *w, const char *ledger, int64_t parent, const char *fields,
                   const struct actor *who, int64_t *id, struct err *e)
{
    json_t *f = parse(fields);
    *id = 0;
    *e = (struct err){ .name = "" };
    int r = case_open_under(w->l, parent, ledger, f, 0, who, w->now, id, e);
    json_decref(f);
    return r;
}

static int64_t opened(struct world *w, const char *ledger, int64_t parent, const char *fields)
{
    struct err e;
    int64_t id;
    if (open_in(w, ledger, parent, fields, ON_DUTY, &id, &e) < 0)
        fail_msg("%s: %s", fields, e.text);
    return id;
}

/* What is given for one field: refused with a word of the sentence, or kept as `kept` (NULL: left out). */
static void test_values(void **state)
{
    static const struct {
        const char *given, *field, *kept, *says;
    } cases[] = {
        { "'title':'一二三四五六七八九十'", "title", "'一二三四五六七八九十'", NULL },
        { "'title':'一二三四五六七八九十一'", NULL, NULL, "10字" },
        { "'cost':12.5", "cost", "12.5", NULL },
        { "'cost':12.0", "cost", "12", NULL },
        { "'cost':12.505", NULL, NULL, "小数不超过2位" },
        { "'cost':-0.01", NULL, NULL, "不能小于0" },
        { "'cost':1000000.01", NULL, NULL, "不能大于1000000" },
        { "'cost':1e300", NULL, NULL, "数字过大" },
        { "'cost':'12'", NULL, NULL, "须为数字" },
        { "'urgent':false", "urgent", "false", NULL },
        { "'urgent':1", NULL, NULL, "是或否" },
        { "'urgent':true", NULL, NULL, "缺少必填项：理由" },
        { "'urgent':true,'why':'漏水'", "urgent", "true", NULL },
        { "'seen':'2026-03-01T08:30'", "seen", "'2026-03-01T08:30'", NULL },
        { "'seen':'2026-03-01T08:30:59+08:00'", "seen", "'2026-03-01T08:30'", NULL },
        { "'seen':'yesterday'", NULL, NULL, "须为时间" },
        { "'place':{'lon':120.123456789,'lat':36}", "place", "{'lon':120.1234568,'lat':36.0}", NULL },
        { "'place':{'lon':181,'lat':36}", NULL, NULL, "经纬度" },
        { "'place':{'lat':36}", NULL, NULL, "经纬度" },
        { "'place':[1,2]", NULL, NULL, "经纬度" },
        { "'place':{}", "place", NULL, NULL },
        { "'zone':[[0,0],[1,0],[1,1],[0,0]]", "zone", "[[0.0,0.0],[1.0,0.0],[1.0,1.0]]", NULL },
        { "'zone':[[0,0],[1,0]]", NULL, NULL, "3个以上" },
        { "'zone':[[0,0],[1,0],[1,91]]", NULL, NULL, "[经度, 纬度]" },
        { "'zone':[]", "zone", NULL, NULL },
        { "'walk':[{'at':'2026-03-01T08:00','lon':1,'lat':2}]", "walk",
          "[{'at':'2026-03-01T08:00:00+08:00','lon':1.0,'lat':2.0}]", NULL },
        { "'walk':[{'at':'2026-03-01T08:00','lon':1,'lat':2},{'at':'2026-03-01T07:00','lon':1,'lat':2}]",
          NULL, NULL, "按时间先后" },
        { "'walk':[1,2,3,4]", NULL, NULL, "不超过上限" },
        { "'photos':[3,1]", "photos", "[3,1]", NULL },
        { "'photos':[3,3]", NULL, NULL, "重复" },
        { "'photos':['a']", NULL, NULL, "正整数" },
        { "'source':'GC-none'", NULL, NULL, "没有这个编号" },
        { "'lines':[{'name':'泵','amount':1.005},{'name':'管','how':'租','from':'厂'}]", "total", "1", NULL },
        { "'lines':[{'name':'泵','amount':1.015},{}]", "lines", "[{'name':'泵','amount':1.015}]", NULL },
        { "'lines':[{'name':'泵','amount':1.015},{}]", "total", "1.02", NULL },
        { "'lines':[{'name':'泵'},{'amount':1}]", NULL, NULL, "第2行：缺少必填项：名称" },
        { "'lines':[{'name':'管','how':'租'}]", NULL, NULL, "第1行：缺少必填项：租自" },
        { "'lines':[{'colour':1}]", NULL, NULL, "第1行" },
        { "'lines':[{'name':'1'},{'name':'2'},{'name':'3'}]", NULL, NULL, "不超过上限" },
        { "'lines':'x'", NULL, NULL, "须为行的列表" },
        { "'total':1", NULL, NULL, "由系统计算" },
        { "'person':'nobody'", NULL, NULL, "没有这个账号" },
    };
    struct world *w = *state;
    char given[512];
    w->l->no_files = true; /* that an attachment is there is asked elsewhere (test_suspect.c) */
    for (size_t i = 0; i < N(cases); i++) {
        struct err e;
        int64_t id;
        snprintf(given, sizeof given, "{'kind':'A','owner':'plant',%s}", cases[i].given);
        int r = open_in(w, "project", 0, given, ON_DUTY, &id, &e);
        if (cases[i].says) {
            if (r >= 0 || !strstr(e.text, cases[i].says))
                fail_msg("%s: %d %s", cases[i].given, r, e.text);
            continue;
        }
        if (r < 0)
            fail_msg("%s: %s", cases[i].given, e.text);
        json_t *v = view(w, id, ON_DUTY), *kept = NULL;
        const json_t *is = json_object_get(json_object_get(v, "fields"), cases[i].field);
        if (cases[i].kept) {
            char wrapped[256];
            snprintf(wrapped, sizeof wrapped, "{'v':%s}", cases[i].kept);
            kept = parse(wrapped);
        }
        if (kept ? !json_equal(is, json_object_get(kept, "v")) : !json_is_null(is))
            fail_msg("%s: %s", cases[i].given, json_dumps(is, JSON_ENCODE_ANY));
        json_decref(kept);
        json_decref(v);
    }
    chain_holds(w, -1);
}

static void test_numbers(void **state)
{
    static const struct {
        const char *when, *kind, *number;
    } cases[] = { { "2026-03-02 09:00", "A", "GC-202603-A-0000-001" },
                  { "2026-03-31 23:59", "A", "GC-202603-A-0000-002" },
                  { "2026-03-31 23:59", "B", "GC-202603-B-0000-001" },
                  { "2026-04-01 00:00", "A", "GC-202604-A-0000-001" } };
    struct world *w = *state;
    for (size_t i = 0; i < N(cases); i++) {
        char given[64];
        w->now = at(cases[i].when);
        snprintf(given, sizeof given, "{'kind':'%s'}", cases[i].kind);
        json_t *v = view(w, opened(w, "project", 0, given), ON_DUTY);
        assert_string_equal(json_str(v, "number", ""), cases[i].number);
        json_decref(v);
    }
}

static void test_opening(void **state)
{
    static const struct {
        const char *ledger, *fields;
        struct actor who;
        const char *name, *says;
    } cases[] = {
        { "project",
          "{'kind':'A','owner':'plant'}",
          { .name = "doer", .role = ROLE_RESPONSIBLE, .unit = PLANT },
          NULL,
          NULL },
        { "project",
          "{'kind':'A','owner':'plant'}",
          { .name = "x", .role = ROLE_RESPONSIBLE, .unit = OTHER },
          "case.forbidden",
          "立案由" },
        { "project",
          "{'kind':'A'}",
          { .name = "doer", .role = ROLE_RESPONSIBLE, .unit = PLANT },
          "case.forbidden",
          "立案由" },
        { "project",
          "{'kind':'A'}",
          { .name = "x", .role = ROLE_SUPERVISOR, .unit = PLANT },
          "case.forbidden",
          "立案由" },
        { "project",
          "{'kind':'A','title':'不行'}",
          { .name = "duty", .role = ROLE_DUTY, .unit = BUREAU },
          "case.gate_unmet",
          "不能立" },
        { "task", "{'title':'烟'}", { .name = "public", .role = ROLE_PUBLIC, .unit = 0 }, NULL, NULL },
        { "task",
          "{'title':'烟','weight':3}",
          { .name = "public", .role = ROLE_PUBLIC, .unit = 0 },
          "case.field_unknown",
          "weight" },
        { "task",
          "{'title':'烟','weight':3}",
          { .name = "duty", .role = ROLE_DUTY, .unit = BUREAU },
          NULL,
          NULL },
        { "project",
          "{'kind':'A'}",
          { .name = "public", .role = ROLE_PUBLIC, .unit = 0 },
          "case.forbidden",
          "立案由" },
    };
    struct world *w = *state;
    struct err e;
    int64_t id;
    for (size_t i = 0; i < N(cases); i++) {
        int r = open_in(w, cases[i].ledger, 0, cases[i].fields, &cases[i].who, &id, &e);
        if (cases[i].name ? r >= 0 || strcmp(e.name, cases[i].name) != 0 || !strstr(e.text, cases[i].says)
                          : r < 0)
            fail_msg("%zu: %d %s %s", i, r, e.name, e.text);
    }
    assert_int_equal(open_in(w, "project", 0, "{'kind':'A'}", NULL, &id, &e), -EPERM);
}

/* An action sets, computes and opens in one transaction, or does none of it. */
static void test_effects(void **state)
{
    struct world *w = *state;
    struct err e = { .name = "" };
    int64_t id = opened(w, "project", 0, "{'kind':'B','owner':'plant','lines':[{'name':'泵','amount':2.5}]}");
    assert_int_equal(act(w, id, "start", "{'cost':7}", DOER, &e), -EINVAL);
    assert_non_null(strstr(e.text, "说明")); /* wanted because of a field of the case */
    assert_int_equal(act(w, id, "start", "{'cost':7,'note':'好'}", OVERSEER, &e), -EPERM);
    assert_non_null(strstr(e.text, "单位（净水厂）的责任人员，或领导或管理员"));
    must(w, id, "start", "{'cost':7,'note':'好'}", WHO("boss", ROLE_LEADER, BUREAU));
    json_t *v = view(w, id, DOER);
    const json_t *f = json_object_get(v, "fields"), *kids = json_object_get(v, "children");
    assert_string_equal(json_str(f, "title", ""), "B号");
    assert_true(json_number_value(json_object_get(f, "cost")) == 7);
    assert_true(json_number_value(json_object_get(f, "twice")) == 5);
    assert_int_equal(json_int(kids, "n", 0), 2);
    assert_int_equal(json_int(kids, "closed", 9), 0);
    const json_t *ids = json_object_get(event_at(v, 0), "children");
    int64_t first = json_integer_value(json_array_get(ids, 0)),
            second = json_integer_value(json_array_get(ids, 1));
    json_decref(v);

    v = view(w, first, DOER);
    assert_int_equal(json_int(json_object_get(v, "parent"), "id", 0), id);
    assert_string_equal(json_str(json_object_get(v, "fields"), "title", ""), "B号");
    json_decref(v);

    /* What cannot be kept, or cannot be opened, leaves the case and the chain as they were. */
    assert_int_equal(act(w, id, "bad", NULL, DOER, &e), -EINVAL);
    assert_int_equal(act(w, id, "lose", NULL, DOER, &e), -EINVAL);
    v = view(w, id, DOER);
    assert_int_equal(json_int(json_object_get(v, "children"), "n", 0), 2);
    assert_string_equal(json_str(event_at(v, 0), "action", ""), "child");
    json_decref(v);

    assert_int_equal(act(w, id, "done", NULL, ON_DUTY, &e), -EAGAIN);
    assert_non_null(strstr(e.text, "下属事项2件，已办结0件"));
    must(w, first, "close", NULL, ON_DUTY);
    must(w, second, "close", NULL, ON_DUTY);
    opened(w, "project", 0, "{'kind':'B'}");
    opened(w, "project", 0, "{'kind':'A'}");
    must(w, id, "count", NULL, DOER);
    v = view(w, id, DOER);
    assert_string_equal(json_str(json_object_get(v, "fields"), "title", ""), "1"); /* one other of kind B */
    assert_int_equal(json_int(json_object_get(v, "fields"), "left", 9), 0);
    assert_true(json_number_value(json_object_get(v, "progress")) == 100);
    json_decref(v);
    must(w, id, "done", NULL, ON_DUTY);
    chain_holds(w, -1);
}

static void test_rights(void **state)
{
    struct world *w = *state;
    struct err e = { .name = "" };
    int64_t id = opened(w, "project", 0, "{'kind':'A','owner':'plant','checker':'other'}");
    must(w, id, "start", "{}", DOER);
    static const struct {
        struct actor who;
        int want;
    } cases[] = {
        { { .name = "doer", .role = ROLE_DUTY, .unit = BUREAU },
          -EPERM },                                                     /* did the work and has since moved */
        { { .name = "x", .role = ROLE_ADMIN, .unit = PLANT }, -EPERM }, /* of the owner */
        { { .name = "x", .role = ROLE_DUTY, .unit = 5 }, -EPERM }, /* of a unit that depends on the owner */
        { { .name = "x", .role = ROLE_RESPONSIBLE, .unit = OTHER },
          -EPERM }, /* never_by names the checker too */
        { { .name = "x", .role = ROLE_SUPERVISOR, .unit = DISTRICT }, -EPERM },
        { { .name = "duty", .role = ROLE_DUTY, .unit = BUREAU }, 0 },
    };
    for (size_t i = 0; i < N(cases); i++)
        if (act(w, id, "done", NULL, &cases[i].who, &e) != cases[i].want)
            fail_msg("%zu: %s", i, e.text);
    int64_t task_id = 0;
    assert_int_equal(open_in(w, "task", 0, "{'title':'烟'}", ON_DUTY, &task_id, &e), 0);
    assert_int_equal(act(w, task_id, "report", "{'progress':3}", DOER, &e), -EPERM);
    must(w, task_id, "report", "{'progress':3}", ON_DUTY); /* who opened it */
}

static void test_tree(void **state)
{
    struct world *w = *state;
    struct err e;
    int64_t id;
    int64_t top =
        opened(w, "project", 0, "{'kind':'A','owner':'plant','due':'2026-12-31','title':'治理黑臭水体'}");
    opened(w, "task", top, "{'title':'治理，黑臭水体','weight':3,'progress':50}");
    int64_t own =
        opened(w, "task", top, "{'title':'新建管网12公里','owner':'other','due':'2026-06-30','weight':1}");
    assert_int_equal(open_in(w, "project", top, "{'kind':'A'}", ON_DUTY, &id, &e), -EINVAL);
    assert_string_equal(e.name, "case.parent");
    assert_int_equal(open_in(w, "task", 999, "{'title':'x'}", ON_DUTY, &id, &e), -ENOENT);
    must(w, own, "close", NULL, ON_DUTY);
    struct buf out = BUF_INIT;
    json_t *t = NULL;
    assert_int_equal(case_write_tree(w->l, top, ON_DUTY, w->now, &out, &e), 0);
    assert_int_equal(json_read(out.data, out.len, &t, &e), 0);
    assert_true(json_number_value(json_object_get(t, "progress")) == 62.5); /* (3 * 50 + 1 * 100) / 4 */
    const json_t *kids = json_object_get(t, "children"), *a = json_array_get(kids, 0),
                 *b = json_array_get(kids, 1);
    assert_int_equal(json_array_size(kids), 2);
    static const char *const lacks[] = { "owner", "due", "figure", "copied" };
    const json_t *flags = json_object_get(a, "flags");
    assert_int_equal(json_array_size(flags), 4);
    for (size_t i = 0; i < N(lacks); i++)
        assert_string_equal(json_str(json_array_get(flags, i), "flag", ""), lacks[i]);
    assert_true(json_number_value(json_object_get(a, "copied")) == 1); /* the comma is nothing new */
    assert_int_equal(json_array_size(json_object_get(b, "flags")), 0);
    json_decref(t);
    buf_clear(&out);
    assert_int_equal(case_write_tree(w->l, top, NULL, w->now, &out, &e), 0);
    assert_null(strstr(out.data, "flags"));
    buf_release(&out);
    chain_holds(w, -1);
}

static void test_definitions_json(void **state)
{
    struct world *w = *state;
    struct buf out = BUF_INIT;
    struct err e;
    json_t *t = NULL;
    assert_int_equal(ledgers_write_definitions(w->l, NULL, &out, &e), 0);
    assert_int_equal(json_read(out.data, out.len, &t, &e), 0);
    const json_t *project_ = json_array_get(json_object_get(t, "ledgers"), 0),
                 *task_ = json_array_get(json_object_get(t, "ledgers"), 1);
    assert_false(json_flag(project_, "may_open", true));
    assert_true(json_flag(task_, "may_open", false));
    assert_string_equal(json_str(project_, "group", ""), "kind");
    assert_string_equal(json_str(json_array_get(json_object_get(project_, "views"), 0), "label", ""), "逾期");
    assert_int_equal(json_array_size(json_object_get(project_, "children")), 1);
    json_decref(t);
    buf_release(&out);
}

/* A function can look at as many related cases as it is given. */
static void test_many_related(void **state)
{
    struct world *w = *state;
    enum { MANY = 2500 };
    struct err e;
    assert_int_equal(ledger_begin(w->store, &e), 0);
    for (int i = 0; i < MANY; i++)
        opened(w, "task", 0, "{'title':'同一件','owner':'plant','measures':['甲','乙'],'weight':1}");
    assert_int_equal(ledger_commit(w->store, &e), 0);
    int64_t id = opened(w, "wide", 0, "{'title':'看全部'}");
    json_t *v = view(w, id, ON_DUTY);
    assert_int_equal(json_int(json_object_get(v, "fields"), "n", 0), MANY);
    json_decref(v);
}

/* Definitions broken at a place that a fixed seed chooses are read or refused with a sentence that names the file. */
static void test_broken_definitions(void **state)
{
    enum { ROUNDS = 400 };
    uint32_t seed = 20260302;
    size_t n = sizeof project - 1;
    char *text = malloc(n);
    (void)state;
    print_message("# seed %u\n", seed);
    for (int i = 0; i < ROUNDS; i++) {
        struct definition *d = NULL;
        struct err e = { .name = "" };
        memcpy(text, project, n);
        for (int k = 0; k < 1 + i % 3; k++) {
            seed = seed * 1664525u + 1013904223u;
            size_t at_ = (seed >> 8) % n;
            seed = seed * 1664525u + 1013904223u;
            text[at_] = " {}'=,.0a-"[(seed >> 8) % 10];
        }
        int r = definition_read("t.lua", text, n, &d, &e);
        if (r == 0 ? !d : d || (!strstr(e.text, "t.lua") && r != -ETIME && r != -ENOMEM))
            fail_msg("round %d: %d %s", i, r, e.text);
        definition_free(d);
    }
    free(text);
}

static int same_page(const char *id, const struct buf *page, void *arg, struct err *e)
{
    char path[256];
    struct buf kept = BUF_INIT;
    int *n = arg;
    snprintf(path, sizeof path, "%s/%s.md", LEDGER_PAGES, id);
    if (file_read(path, 1 << 20, &kept, e) < 0 || strcmp(kept.data, page->data) != 0)
        fail_msg("%s is not what `bihuan ledger describe %s` prints: run it with --write docs/ledgers", path,
                 id);
    buf_release(&kept);
    (*n)++;
    return 0;
}

static void test_pages(void **state)
{
    struct err e = { 0 };
    int n = 0;
    (void)state;
    assert_int_equal(ledgers_describe(DEFINITIONS, NULL, same_page, &n, &e), 0);
    assert_true(n > 0);
    assert_int_equal(ledgers_describe(DEFINITIONS, "nothing", same_page, &n, &e), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, begin, end),
        cmocka_unit_test_setup_teardown(test_numbers, begin, end),
        cmocka_unit_test_setup_teardown(test_opening, begin, end),
        cmocka_unit_test_setup_teardown(test_effects, begin, end),
        cmocka_unit_test_setup_teardown(test_rights, begin, end),
        cmocka_unit_test_setup_teardown(test_tree, begin, end),
        cmocka_unit_test_setup_teardown(test_definitions_json, begin, end),
        cmocka_unit_test_setup_teardown(test_many_related, begin, end),
        cmocka_unit_test(test_broken_definitions),
        cmocka_unit_test(test_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
