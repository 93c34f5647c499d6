/* report.c - the report as text for a terminal and as JSON for programs. */
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/json.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "conform/report.h"

void report_excerpt(const char *bytes, size_t len, struct buf *out)
{
    for (size_t i = 0; i < len;) {
        size_t n = utf8_len(bytes + i, len - i);
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\r')
            buf_adds(out, "\\r");
        else if (c == '\n')
            buf_adds(out, "\\n");
        else if (n == 0 || c < 0x20 || c == 0x7f)
            buf_addf(out, "\\x%02X", c);
        else
            buf_add(out, bytes + i, n);
        i += n ? n : 1;
    }
}

const char *report_sure(enum conform_sure s, bool english)
{
    static const char *const names[][2] = { { "标准条文（强制）", "text of the standard: mandatory" },
                                            { "两处以上转述的条文（强制）",
                                              "the text as two or more readers report it: mandatory" },
                                            { "现场常见（建议）", "seen in the field: advice" },
                                            { "由条文推得（建议）", "follows from the text: advice" } };
    return (size_t)s < COUNT_OF(names) ? names[s][english] : "?";
}

const char *report_outcome_zh(enum conform_outcome o)
{
    static const char *const names[CONFORM_OUTCOMES] = { "未执行", "通过", "不通过", "不适用" };
    return (size_t)o < COUNT_OF(names) ? names[o] : "?";
}

bool report_next_group(const struct conform_report *r, size_t i)
{
    return i == 0 || r->result[i - 1].edition != r->result[i].edition ||
           conform_group(r->result[i - 1].check, true) != conform_group(r->result[i].check, true);
}

static void text_result(const struct conform_result *r, struct buf *out)
{
    static const char *const marks[CONFORM_OUTCOMES] = { "----", "pass", "FAIL", "n/a " };
    const struct conform_rule *rule = conform_rule_of(r);
    bool advice = !conform_mandatory(rule->sure);
    const char *mark = r->outcome == CONFORM_FAIL && advice ? "hint" : marks[r->outcome];
    buf_addf(out, "  %s  %-22s %s  %s\n", mark, r->check->id, r->check->title_zh, r->check->title);
    if (r->outcome == CONFORM_PASS)
        return;
    buf_addf(out, "        %s\n        %s\n        [%s] %s\n", r->zh, r->en, rule->clause,
             report_sure(rule->sure, true));
    for (size_t i = 0; i < r->n_proofs; i++) {
        const struct conform_proof *p = &r->proof[i];
        buf_adds(out, p->sent ? "        -> " : "        <- ");
        report_excerpt(p->bytes, p->len, out);
        buf_adds(out, p->whole > p->len ? " …\n" : "\n");
    }
}

void conform_text(const struct conform_report *r, struct buf *out)
{
    char from[CN_TEXT];
    buf_addf(out, "HJ 212 %s  conformance of a %s\n%s  MN %s  ST %s  %s\n",
             r->subject == CONFORM_PLATFORM ? "平台符合性检测" : "数采仪符合性检测",
             r->subject == CONFORM_PLATFORM ? "platform" : "data logger", r->peer, r->mn, r->st,
             cn_format_iso(r->began_ms, from));
    for (size_t i = 0; i < r->n; i++) {
        const struct conform_result *x = &r->result[i];
        if (report_next_group(r, i))
            buf_addf(out, "\n%s  %s  %s\n", conform_edition_name(x->edition), conform_group(x->check, false),
                     conform_group(x->check, true));
        text_result(x, out);
    }
    buf_addf(out, "\n强制 mandatory: %zu 通过 pass, %zu 不通过 fail, %zu 不适用 n/a, %zu 未执行 not run\n",
             r->mandatory[CONFORM_PASS], r->mandatory[CONFORM_FAIL], r->mandatory[CONFORM_NOT_APPLICABLE],
             r->mandatory[CONFORM_NOT_RUN]);
    buf_addf(out, "建议 advice: %zu 通过 pass, %zu 提示 hint, %zu 不适用 n/a, %zu 未执行 not run\n",
             r->advice[CONFORM_PASS], r->advice[CONFORM_FAIL], r->advice[CONFORM_NOT_APPLICABLE],
             r->advice[CONFORM_NOT_RUN]);
    buf_addf(out, "%s\n", conform_passed(r) ? "结论：符合  conforms" : "结论：不符合  does not conform");
}

/* ---- JSON ---- */

static void json_proof(struct jw *w, const struct conform_proof *p)
{
    enum { HEX_MAX = 200 };
    scoped(buf_release) struct buf text = BUF_INIT, hex = BUF_INIT;
    report_excerpt(p->bytes, p->len, &text);
    for (size_t i = 0; i < p->len && i < HEX_MAX; i++)
        buf_addf(&hex, "%02X", (unsigned char)p->bytes[i]);
    jw_object(w);
    jw_kstr(w, "way", p->sent ? "sent" : "received");
    jw_kint(w, "bytes", (int64_t)p->whole);
    jw_kstr(w, "text", text.data ? text.data : "");
    jw_kstr(w, "hex", hex.data ? hex.data : "");
    jw_end_object(w);
}

static void json_result(struct jw *w, const struct conform_result *r)
{
    static const char *const sure[] = { "standard", "reported", "field", "inferred" };
    const struct conform_rule *rule = conform_rule_of(r);
    jw_object(w);
    jw_kstr(w, "id", r->check->id);
    jw_kstr(w, "edition", conform_edition_name(r->edition));
    jw_kstr(w, "command", r->check->command);
    jw_kstr(w, "clause", rule->clause);
    jw_kstr(w, "certainty", sure[rule->sure]);
    jw_kbool(w, "mandatory", conform_mandatory(rule->sure));
    jw_kstr(w, "title_zh", r->check->title_zh);
    jw_kstr(w, "title", r->check->title);
    jw_kstr(w, "result", conform_outcome_name(r->outcome));
    jw_kstr(w, "why_zh", r->zh);
    jw_kstr(w, "why", r->en);
    jw_key(w, "evidence");
    jw_array(w);
    for (size_t i = 0; i < r->n_proofs; i++)
        json_proof(w, &r->proof[i]);
    jw_end_array(w);
    jw_end_object(w);
}

static void json_counts(struct jw *w, const char *key, const size_t *n)
{
    jw_key(w, key);
    jw_object(w);
    for (int i = 0; i < CONFORM_OUTCOMES; i++)
        jw_kint(w, conform_outcome_name((enum conform_outcome)i), (int64_t)n[i]);
    jw_end_object(w);
}

void conform_json(const struct conform_report *r, struct buf *out)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_kstr(&w, "subject", r->subject == CONFORM_PLATFORM ? "platform" : "device");
    jw_kstr(&w, "peer", r->peer);
    jw_kstr(&w, "mn", r->mn);
    jw_kstr(&w, "st", r->st);
    jw_ktime(&w, "began", r->began_ms);
    jw_ktime(&w, "ended", r->ended_ms);
    jw_kstr(&w, "program", "bihuan " BIHUAN_VERSION);
    jw_kbool(&w, "conforms", conform_passed(r));
    json_counts(&w, "mandatory", r->mandatory);
    json_counts(&w, "advice", r->advice);
    jw_key(&w, "results");
    jw_array(&w);
    for (size_t i = 0; i < r->n; i++)
        json_result(&w, &r->result[i]);
    jw_end_array(&w);
    jw_end_object(&w);
    buf_addc(out, '\n');
}
