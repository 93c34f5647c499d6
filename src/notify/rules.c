/* rules.c - kind of event → who is told and in which words. A table: a new rule is a row. */
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"
#include "notify/own.h"

struct rule {
    const char *action, *kind;
    const char *to[NOTIFY_TO_MAX];
    const char *zh, *en; /* what happened, before the case's number */
};

/* First the words of the engine itself, then the actions that ledgers share by habit (docs/ledger.md). */
static const struct rule rules[] = {
    { "open", "assigned", { "owner" }, "新事项待接收", "New case to accept" },
    { "refused", "gate", { "actor" }, "办理未通过", "Refused" },
    { "reopen",
      "rebound",
      { "owner", "supervisor", "leader" },
      "数据反弹，重新打开",
      "Reopened: the data broke the goal" },
    { "reopened",
      "reopened",
      { "owner", "supervisor" },
      "下属事项重开，随之重新打开",
      "Reopened with a case under it" },
    { "child_reopened", "reopened", { "supervisor" }, "下属事项重新打开", "A case under it was reopened" },
    { "rung", "rung", { "owner", "supervisor" }, "到期提醒", "Time limit" },
    { "missed", "missed", { "owner", "supervisor" }, "未按期报告", "Report missed" },
    { "recheck_due", "recheck", { "supervisor" }, "应当复查", "To be visited again" },
    { "watch_blind",
      "blind",
      { "supervisor" },
      "回头看无法判断，须核实",
      "The watch cannot judge: to be looked into" },
    { "merged", "merged", { "owner", "supervisor" }, "已并案", "Merged" },
    { "suspicion", "suspicion", { "supervisor", "leader" }, "疑点已有结论", "Suspicion decided" },
    { "accept", "", { NULL }, "", "" },
    { "report", "", { NULL }, "", "" },
    { "submit", "submitted", { "supervisor" }, "申请验收", "Acceptance requested" },
    { "return", "returned", { "owner" }, "已退回", "Returned" },
    { "uphold", "returned", { "owner", "supervisor" }, "异议成立，退回整改", "Objection upheld, returned" },
    { "objection", "objection", { "owner", "supervisor" }, "收到异议", "Objection received" },
    { "extend", "extended", { "owner" }, "时限已调整", "Time limit changed" },
    { "approve", "approved", { "owner", "office" }, "已验收", "Work accepted" },
    { "publish", "published", { "owner" }, "已公示", "Published" },
    { "feedback",
      "acted",
      { "who", "unit" },
      "考核结果已反馈，可以申诉",
      "The result is fed back; it may be appealed" },
    { "close", "closed", { "owner", "supervisor", "author" }, "已销号", "Closed" },
};

/* What preferences can be told apart by; "gave_up" goes by no channel. */
const char *const notice_kinds[] = { "assigned",  "submitted", "returned", "approved", "objection",
                                     "published", "closed",    "extended", "merged",   "rung",
                                     "missed",    "recheck",   "rebound",  "reopened", "blind",
                                     "gate",      "suspicion", "import",   "silent",   "acted" };
const size_t n_notice_kinds = COUNT_OF(notice_kinds);
_Static_assert(COUNT_OF(notice_kinds) <= KINDS_MAX, "a bit a kind");

int notice_kind(const char *kind)
{
    for (size_t i = 0; i < n_notice_kinds; i++)
        if (strcmp(notice_kinds[i], kind) == 0)
            return (int)i;
    return -1;
}

/* Another ledger's own action: it concerns the side that did not take it. */
static const struct rule by_owner = { "", "acted", { "supervisor" }, NULL, NULL },
                         by_others = { "", "acted", { "owner" }, NULL, NULL };

static const json_t *action_of(const json_t *definition, const char *id)
{
    const json_t *all = json_object_get(definition, "actions");
    for (size_t i = 0; i < json_array_size(all); i++)
        if (strcmp(json_str(json_array_get(all, i), "id", ""), id) == 0)
            return json_array_get(all, i);
    return NULL;
}

static bool says_owner(const json_t *by)
{
    if (json_is_string(by))
        return strcmp(json_string_value(by), "owner") == 0;
    return json_array_size(by) == 1 && says_owner(json_array_get(by, 0));
}

static const struct rule *find_rule(const char *action, const json_t *known)
{
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        if (strcmp(rules[i].action, action) == 0)
            return &rules[i];
    return !known ? NULL : says_owner(json_object_get(known, "by")) ? &by_owner : &by_others;
}

/* ---- words ---- */

static void whole(char *s)
{
    size_t bad;
    if (!utf8_valid(s, strlen(s), &bad))
        s[bad] = '\0';
}

__attribute__((format(printf, 3, 4))) static void add(char *out, size_t cap, const char *fmt, ...)
{
    size_t used = strlen(out);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(out + used, cap - used, fmt, ap);
    va_end(ap);
    whole(out);
}

static const char *first_of(const json_t *o, const char *a, const char *b)
{
    const char *s = json_str(o, a, "");
    return *s ? s : json_str(o, b, "");
}

static void write_title(const struct notify_event *ev, const json_t *doc, const struct rule *r,
                        const json_t *known, struct notify_words *w)
{
    const char *number = json_str(doc, "number", ""), *rung = json_str(ev->body, "name", "");
    bool is_rung = strcmp(r->action, "rung") == 0 && *rung;
    const char *zh = is_rung ? rung : r->zh ? r->zh : json_str(known, "label", ev->action);
    const char *en = is_rung ? first_of(ev->body, "name_en", "name")
                     : r->en ? r->en
                             : json_str(known, "label_en", ev->action);
    add(w->title, sizeof w->title, "%s：%s", zh, number);
    add(w->title_en, sizeof w->title_en, "%s: %s", en, number);
}

static void write_text(const struct notify_event *ev, const json_t *doc, const struct place *place,
                       struct notify_words *w)
{
    const json_t *fields = json_object_get(doc, "fields"), *given = json_object_get(ev->body, "fields");
    const char *what = first_of(fields, "title", "problem"), *due = json_str(fields, "due", "");
    const struct unit *owner = place ? place_unit_by_code(place, json_str(fields, "owner", "")) : NULL;
    const char *said = json_str(ev->body, "text", ""), *reason = first_of(given, "reason", "opinion");
    const char *decision = json_str(ev->body, "decision", "");
    if (*decision) {
        static const struct {
            const char *word, *zh, *en;
        } decisions[] = { { "confirmed", "属实", "Confirmed" },
                          { "dismissed", "排除", "Dismissed" },
                          { "open", "重新核查", "Open again" } };
        for (size_t i = 0; i < COUNT_OF(decisions); i++)
            if (strcmp(decisions[i].word, decision) == 0) {
                add(w->text, sizeof w->text, "%s：%.300s\n", decisions[i].zh,
                    json_str(ev->body, "reason", ""));
                add(w->text_en, sizeof w->text_en, "%s: %.300s\n", decisions[i].en,
                    json_str(ev->body, "reason", ""));
            }
    }
    if (*said) {
        add(w->text, sizeof w->text, "%.600s\n", said);
        add(w->text_en, sizeof w->text_en, "%.600s\n", first_of(ev->body, "text_en", "text"));
    } else if (*reason) {
        add(w->text, sizeof w->text, "%s：%.600s\n", *json_str(given, "reason", "") ? "理由" : "意见",
            reason);
        add(w->text_en, sizeof w->text_en, "%s: %.600s\n",
            *json_str(given, "reason", "") ? "Reason" : "Opinion", reason);
    }
    add(w->text, sizeof w->text, "%.240s", what);
    add(w->text_en, sizeof w->text_en, "%.240s", what);
    if (owner) {
        add(w->text, sizeof w->text, "\n责任单位：%s", owner->name);
        add(w->text_en, sizeof w->text_en, "\nResponsible unit: %s",
            owner->name_en && *owner->name_en ? owner->name_en : owner->name);
    }
    if (*due) {
        add(w->text, sizeof w->text, "\n时限：%s", due);
        add(w->text_en, sizeof w->text_en, "\nTime limit: %s", due);
    }
}

void words_whole(struct notify_words *w)
{
    whole(w->title);
    whole(w->title_en);
    whole(w->text);
    whole(w->text_en);
}

/* ---- the answer ---- */

/* A rung says itself who hears of it: in its event, else in its ledger's ladder. */
static const json_t *rung_people(const struct notify_event *ev, const json_t *definition)
{
    const json_t *to = json_object_get(ev->body, "to"), *ladder = json_object_get(definition, "ladder");
    if (json_is_array(to))
        return to;
    const char *name = json_str(ev->body, "name", "");
    for (size_t i = 0; i < json_array_size(ladder); i++) {
        const json_t *g = json_array_get(ladder, i);
        if (*name &&
            (strcmp(json_str(g, "name", ""), name) == 0 || strcmp(json_str(g, "label", ""), name) == 0))
            return json_object_get(g, "to");
    }
    return NULL;
}

bool notify_for_event(const struct notify_event *ev, const json_t *doc, const json_t *definition,
                      const struct place *place, struct notify_verdict *ret)
{
    const json_t *known = action_of(definition, ev->action);
    const struct rule *r = find_rule(ev->action, known);
    *ret = (struct notify_verdict){ 0 };
    if (!r || !*r->kind)
        return false;
    ret->kind = r->kind;
    const json_t *own = strcmp(ev->action, "rung") == 0 ? rung_people(ev, definition) : NULL;
    for (size_t i = 0; i < json_array_size(own) && ret->n_to < NOTIFY_TO_MAX; i++)
        if (json_is_string(json_array_get(own, i)))
            ret->to[ret->n_to++] = json_string_value(json_array_get(own, i));
    for (size_t i = 0; !ret->n_to && !json_is_array(own) && i < NOTIFY_TO_MAX && r->to[i]; i++)
        ret->to[i] = r->to[i];
    while (ret->n_to < NOTIFY_TO_MAX && ret->to[ret->n_to])
        ret->n_to++;
    write_title(ev, doc, r, known, &ret->words);
    write_text(ev, doc, place, &ret->words);
    return ret->n_to > 0;
}
