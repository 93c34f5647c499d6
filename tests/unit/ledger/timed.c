#include "timed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char petition[] =
    "return ledger {\n"
    "  id = 'petition', title = '信访', number = 'XF-{seq:3}',\n"
    "  fields = { text 'problem' { '问题', required = true }, text 'source' { '来源' },\n"
    "    unit 'owner' { '单位', required = true }, unit 'supervisor' { '督导' } },\n"
    "  states = { '新', '办', '审', '结', en = { 'New', 'Working', 'Review', 'Done' }, working = '办', "
    "closed = '结' },\n"
    "  actions = {\n"
    "    action 'accept' { '受理', en = 'Accepted', from = '新', to = '办', by = 'office' },\n"
    "    action 'report' { '报告', from = '办', by = 'owner' },\n"
    "    action 'pause' { '暂停', from = { '办', '审' }, by = 'office', pauses = true },\n"
    "    action 'resume' { '恢复', from = { '办', '审' }, by = 'office', resumes = true },\n"
    "    action 'extend' { '延期', from = { '办', '审' }, by = 'office', extends = { 'finish', days = 30 }, "
    "max = 3 },\n"
    "    action 'submit' { '送审', from = '办', to = '审', by = 'owner' },\n"
    "    action 'give_back' { '退回', from = '审', to = '办', by = 'office' },\n"
    "    action 'done' { '办结', from = '审', to = '结', by = 'office', never_by = 'owner' },\n"
    "    action 'visit' { '复查不实', from = '结', by = 'supervisor', reopens = true,\n"
    "                     needs = { text 'reason' { '理由', required = true } } },\n"
    "  },\n"
    "  clocks = {\n"
    "    clock 'reply' { '受理期限', en = 'Reply', from = 'open', days = 15, counts = 'workdays', stops = "
    "'accept' },\n"
    "    clock 'finish' { '办结期限', en = 'Finish', from = 'accept', days = 60, source = "
    "'信访工作条例第三十四条', certainty = 'memory' },\n"
    "    clock 'review' { '审核期限', from = '审', days = 5, counts = 'workdays', stops = { 'give_back', "
    "'done' } },\n"
    "    clock 'work' { '办理用时', from = '办', days = 40, counts = 'workdays', once = true, stops = '审' "
    "},\n"
    "  },\n"
    "  report = { every = 'month', on_day = 25, by = 'owner', states = '办' },\n"
    "  lookback = { for_days = 365, reopen_to = '办', recheck = { after_days = { 30, 180 }, share = 0.25, by "
    "= 'supervisor' } },\n"
    "  tests = { { '期限', case = { problem = '臭', owner = 'owner' }, clocks = { reply = '2026-03-23' }, "
    "steps = {\n"
    "    { 'accept', by = 'office', clocks = { finish = '2026-05-01', review = '' } },\n"
    "    { 'tick', days = 24, events = { missed = 1 } } } } },\n"
    "}\n";

static const char duties[] =
    "return ledger {\n"
    "  id = 'task', title = '任务', number = 'RW-{seq:3}',\n"
    "  fields = { text 'problem' { '问题', required = true }, unit 'owner' { '单位' }, date 'due' { '时限' } "
    "},\n"
    "  states = { '办', '验', '结', working = '办', met = '验', closed = '结' },\n"
    "  actions = {\n"
    "    action 'pause' { '暂停', from = '办', by = 'office', pauses = true },\n"
    "    action 'resume' { '恢复', from = '办', by = 'office', resumes = true },\n"
    "    action 'later' { '延期', from = '办', by = 'office', extends = { 'due', days = 10 } },\n"
    "    action 'set' { '改时限', from = '办', by = 'office', needs = { date 'due' { '时限', required = true "
    "} }, sets = { 'due' } },\n"
    "    action 'pass' { '通过', from = '办', to = '验', by = 'office' },\n"
    "    action 'done' { '办结', from = '验', to = '结', by = 'office', never_by = 'owner' },\n"
    "  },\n"
    "  ladder = { { -30, '调度', to = { 'owner' } }, { -7, '预警' }, { 1, '通报', en = 'Bulletin', rule = "
    "'逾期即通报' },\n"
    "             { workdays(10), '督办' }, { workdays(30), '约谈' } },\n"
    "  tests = { { '一', case = { problem = '臭' }, steps = {} } },\n"
    "}\n";

/* ---- a folder of definitions ---- */

char folder[64];

void put_ledger(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/ledgers/%s.lua", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

int timed_set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char path[128];
    snprintf(folder, sizeof folder, "/tmp/bihuan-time-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/ledgers", folder);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/calendar", folder);
    assert_int_equal(symlink(DEFINITIONS "/calendar", path), 0);
    put_ledger("petition", petition);
    put_ledger("task", duties);
    world_make(w, folder);
    *state = w;
    return 0;
}

int timed_tear_down(void **state)
{
    static const char *const files[] = { "/ledgers/petition.lua", "/ledgers/task.lua", "/calendar" };
    char path[128];
    world_end(*state);
    free(*state);
    for (size_t i = 0; i < N(files); i++) {
        snprintf(path, sizeof path, "%s%s", folder, files[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/ledgers", folder);
    rmdir(path);
    rmdir(folder);
    return 0;
}

int64_t open_in(struct world *w, const char *ledger, const char *fields)
{
    struct err e = { 0 };
    int64_t id = 0;
    json_t *given = parse(fields);
    if (case_open(w->l, ledger, given, 0, ON_DUTY, w->now, &id, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(given);
    return id;
}

void tick(struct world *w, const char *now)
{
    struct err e = { 0 };
    if (now)
        w->now = at(now);
    if (ledgers_tick(w->l, w->now, NULL, NULL, &e) < 0)
        fail_msg("%s", e.text);
}

const struct clock_state *state_of(struct world *w, int64_t id, const char *clock, int64_t past)
{
    static struct clock_state s[CLOCKS_MAX + 1];
    struct loaded c = { 0 };
    struct err e = { 0 };
    int r = past ? case_load_past(w->l, id, past, &c, &e) : case_load(w->l, id, &c, &e);
    if (r < 0)
        fail_msg("%s", e.text);
    size_t n = clock_states(&w->l->calendar, c.def, c.doc, past ? past : w->now, s), i;
    case_release(&c);
    for (i = 0; i < n && strcmp(s[i].rule ? s[i].rule->id : "due", clock) != 0; i++)
        ;
    assert_true(i < n);
    return &s[i];
}

void day_text(int64_t day, char out[CN_TEXT])
{
    if (day == NEVER)
        snprintf(out, CN_TEXT, "-");
    else
        cn_format_date(cn_day_start(day), out);
}

void deadline_is(struct world *w, int64_t id, const char *clock, const char *want)
{
    char got[CN_TEXT];
    day_text(state_of(w, id, clock, 0)->deadline, got);
    if (strcmp(got, want) != 0)
        fail_msg("%s ends %s, wanted %s", clock, got, want);
}

char *changed(const char *text, const char *from, const char *to)
{
    const char *p = strstr(text, from);
    char *out = NULL;
    assert_non_null(p);
    assert_true(asprintf(&out, "%.*s%s%s", (int)(p - text), text, to, p + strlen(from)) > 0);
    return out;
}

void rungs_are(struct world *w, int64_t id, const char *want)
{
    json_t *v = view(w, id, ON_DUTY);
    const json_t *events = json_object_get(v, "events");
    char got[1000] = "";
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *ev = json_array_get(events, i);
        if (strcmp(json_str(ev, "action", ""), "rung") != 0)
            continue;
        size_t n = strlen(got);
        snprintf(got + n, sizeof got - n, "%s%.10s %s", n ? ", " : "", json_str(ev, "at", ""),
                 json_str(ev, "label", ""));
    }
    json_decref(v);
    if (strcmp(got, want) != 0)
        fail_msg("rungs are: %s\nwanted: %s", got, want);
}
