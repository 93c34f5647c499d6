/* certainty.c - how sure a rule set's figures are, in the words of the screens (web/src/i18n/zh, "certainty."): a paper is read by people. */
#include <string.h>

#include "base/scoped.h"
#include "bulletin/bulletin_own.h"

static const struct {
    const char *word, *zh;
} said[] = {
    { "confirmed", "已核实" },
    { "confirmed as a city rule", "已核实（一市做法）" },
    { "derived", "推导" },
    { "single source", "单一来源" },
    { "from memory", "未核实" },
    { "memory", "未核实" },
    { "partly from memory", "部分未核实" },
    { "arrangement from memory", "算式未核实" },
    { "own choice", "本系统取值" },
    { "not found", "未查到" },
    { "price not found", "单价未查到" },
    { "prices not found", "单价未查到" },
    { "amounts not found", "金额未查到" },
    { "base derived", "基数为推导" },
    { "cap derived", "上限为推导" },
    { "rounding inferred", "修约顺序由数据推断" },
    { "inferred from published tables", "由公布数据推断" },
    { "measured on published values", "以公布值实测" },
    { "made up for the demo city", "演示用虚构" },
};

void add_certainty(const char *words, struct buf *out)
{
    for (const char *p = words; *p;) {
        size_t n = strcspn(p, ";"), i = 0;
        while (i < COUNT_OF(said) && (strlen(said[i].word) != n || memcmp(said[i].word, p, n) != 0))
            i++;
        if (p != words)
            buf_adds(out, "；");
        if (i < COUNT_OF(said))
            buf_adds(out, said[i].zh);
        else
            buf_add(out, p, n); /* a city's own word */
        p += n;
        p += strspn(p, "; ");
    }
}
