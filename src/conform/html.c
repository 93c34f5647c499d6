/* html.c - the report as one page to print or to mail: no script, no outside file. Chinese with English below it. */
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "conform/report.h"

static const char head[] =
    "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>HJ 212 "
    "符合性检测报告</title><style>\n"
    "body{font:14px/1.5 \"Noto Sans CJK SC\",\"Microsoft "
    "YaHei\",sans-serif;color:#1c2b2a;max-width:60em;margin:2em auto;padding:0 1em}\n"
    "h1{font-size:1.6em;margin:0}h2{font-size:1.15em;margin:1.8em 0 .4em;border-bottom:2px solid #0f766e}\n"
    ".en{color:#5c6b6a;font-size:.86em;font-weight:normal}table{border-collapse:collapse;width:100%}\n"
    "th,td{border:1px solid #cbd5d4;padding:.35em "
    ".5em;text-align:left;vertical-align:top}th{background:#f0f5f4}\n"
    "td.o{white-space:nowrap;font-weight:bold}.pass{color:#15803d}.fail{color:#b91c1c}.hint{color:#b45309}."
    "other{color:#6b7280}\n"
    "pre{white-space:pre-wrap;word-break:break-all;background:#f6f8f8;margin:.3em 0 "
    "0;padding:.4em;font-size:.82em}\n"
    ".verdict{font-size:1.3em;font-weight:bold;padding:.5em .8em;border-left:6px solid;margin:1em "
    "0;background:#f6f8f8}\n"
    "thead{display:table-header-group}tr{break-inside:avoid}\n"
    "@media "
    "print{body{margin:0;max-width:none;font-size:11px}h2{break-after:avoid}@page{size:A4;margin:15mm}}\n"
    "</style></head><body>\n";

static void esc(struct buf *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '<')
            buf_adds(out, "&lt;");
        else if (*s == '>')
            buf_adds(out, "&gt;");
        else if (*s == '&')
            buf_adds(out, "&amp;");
        else if (*s == '"')
            buf_adds(out, "&quot;");
        else
            buf_addc(out, *s);
    }
}

static void pair(struct buf *out, const char *zh, const char *en)
{
    esc(out, zh);
    buf_adds(out, "<br><span class=\"en\">");
    esc(out, en);
    buf_adds(out, "</span>");
}

static void fact(struct buf *out, const char *zh, const char *en, const char *value)
{
    buf_adds(out, "<tr><th>");
    pair(out, zh, en);
    buf_adds(out, "</th><td>");
    esc(out, value);
    buf_adds(out, "</td></tr>\n");
}

static void counts(struct buf *out, const char *zh, const char *en, const size_t *n)
{
    buf_adds(out, "<tr><th>");
    pair(out, zh, en);
    buf_addf(out, "</th><td>%zu</td><td>%zu</td><td>%zu</td><td>%zu</td></tr>\n", n[CONFORM_PASS],
             n[CONFORM_FAIL], n[CONFORM_NOT_APPLICABLE], n[CONFORM_NOT_RUN]);
}

static void summary(struct buf *out, const struct conform_report *r)
{
    char from[CN_TEXT], to[CN_TEXT];
    bool good = conform_passed(r), platform = r->subject == CONFORM_PLATFORM;
    buf_addf(out, "<h1>HJ 212 %s符合性检测报告</h1><div class=\"en\">HJ 212 conformance report: %s</div>\n",
             platform ? "平台" : "数采仪", platform ? "platform" : "data logger");
    buf_addf(out, "<div class=\"verdict %s\">%s <span class=\"en\">%s</span></div>\n<table>",
             good ? "pass" : "fail", good ? "结论：符合" : "结论：不符合",
             good ? "No mandatory check failed." : "Mandatory checks failed, or none could be made.");
    fact(out, "对象", "peer", r->peer);
    fact(out, "设备标识 MN", "device", r->mn);
    fact(out, "系统编码 ST", "system", r->st);
    fact(out, "开始", "began", cn_format_iso(r->began_ms, from));
    fact(out, "结束", "ended", cn_format_iso(r->ended_ms, to));
    fact(out, "程序", "program", "bihuan " BIHUAN_VERSION);
    buf_adds(out,
             "</table>\n<h2>汇总 <span "
             "class=\"en\">Summary</span></h2><table><thead><tr><th></th><th>通过<br><span class=\"en\">pass"
             "</span></th><th>不通过<br><span class=\"en\">fail</span></th><th>不适用<br><span "
             "class=\"en\">n/a</span></th><th>"
             "未执行<br><span class=\"en\">not run</span></th></tr></thead>\n");
    counts(out, "强制", "mandatory: the standard's text", r->mandatory);
    counts(out, "建议", "advice: the field's habits, or our reading", r->advice);
    buf_adds(out, "</table>\n");
}

static void result(struct buf *out, const struct conform_result *r)
{
    const struct conform_rule *rule = conform_rule_of(r);
    bool hint = r->outcome == CONFORM_FAIL && !conform_mandatory(rule->sure);
    const char *class = hint                         ? "hint"
                        : r->outcome == CONFORM_PASS ? "pass"
                        : r->outcome == CONFORM_FAIL ? "fail"
                                                     : "other";
    buf_addf(out, "<tr><td><code>%s</code></td><td>%s</td><td>", r->check->id, r->check->command);
    pair(out, r->check->title_zh, r->check->title);
    buf_adds(out, "</td><td>");
    esc(out, rule->clause);
    buf_adds(out, "<br><span class=\"en\">");
    esc(out, report_sure(rule->sure, false));
    buf_adds(out, "<br>");
    esc(out, report_sure(rule->sure, true));
    buf_addf(out, "</span></td><td class=\"o %s\">%s</td><td>", class,
             hint ? "提示" : report_outcome_zh(r->outcome));
    pair(out, r->zh, r->en);
    for (size_t i = 0; i < r->n_proofs; i++) {
        scoped(buf_release) struct buf text = BUF_INIT;
        report_excerpt(r->proof[i].bytes, r->proof[i].len, &text);
        buf_adds(out, r->proof[i].sent ? "<pre>→ " : "<pre>← ");
        esc(out, text.data ? text.data : "");
        buf_adds(out, r->proof[i].whole > r->proof[i].len ? " …</pre>" : "</pre>");
    }
    buf_adds(out, "</td></tr>\n");
}

void conform_html(const struct conform_report *r, struct buf *out)
{
    buf_adds(out, head);
    summary(out, r);
    for (size_t i = 0; i < r->n; i++) {
        if (report_next_group(r, i)) {
            const struct conform_check *c = r->result[i].check;
            buf_addf(out, "%s<h2>%s · %s <span class=\"en\">%s</span></h2>\n", i ? "</table>\n" : "",
                     conform_edition_name(r->result[i].edition), conform_group(c, false),
                     conform_group(c, true));
            buf_adds(out, "<table><thead><tr><th>编号</th><th>命令</th><th>检测项</th><th>依据</th><th>结果</"
                          "th><th>说明</th></tr></thead>\n");
        }
        result(out, &r->result[i]);
    }
    buf_adds(out, r->n ? "</table>\n</body></html>\n" : "</body></html>\n");
}
