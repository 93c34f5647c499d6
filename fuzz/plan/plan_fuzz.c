/* plan_fuzz.c - two readings of the same bytes: as they are (broken UTF-8 is refused), and as a choice of words that the grammar knows,
 * so that the mutations reach the patterns and not only the decoder. */
#include <stdint.h>
#include <stdlib.h>

#include "app/lexicon.h"
#include "base/scoped.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const piece[] = { "全市",
                                     "PM2.5",
                                     "细颗粒物(PM2.5)",
                                     "年均浓度",
                                     "水质",
                                     "受污染耕地安全利用率",
                                     "、",
                                     "和",
                                     "及",
                                     ",",
                                     "。",
                                     ";",
                                     ":",
                                     "\n",
                                     "控制在",
                                     "不高于",
                                     "达到",
                                     "以上",
                                     "以内",
                                     "35",
                                     "92%",
                                     "3.0%",
                                     "微克/立方米",
                                     "家",
                                     "个",
                                     "力争",
                                     "确保",
                                     "分别",
                                     "比2018年",
                                     "下降",
                                     "到2025年",
                                     "20_年",
                                     "6月底前",
                                     "完成",
                                     "建成",
                                     "新建",
                                     "推进",
                                     "实现",
                                     "全覆盖",
                                     "达标",
                                     "“",
                                     "”",
                                     "《",
                                     "》",
                                     "(",
                                     ")",
                                     "的",
                                     "等",
                                     "Ⅲ类",
                                     "每立方米29.5微克",
                                     "低于",
                                     "水平",
                                     "下达",
                                     "任务指标",
                                     "考核目标",
                                     "由",
                                     "对",
                                     "14个问题",
                                     "逐一",
                                     "建档立案",
                                     "各",
                                     "2座",
                                     "每年",
                                     "报告",
                                     "围绕",
                                     "企业",
                                     "整治",
                                     "东港区",
                                     "已",
                                     "1++63",
                                     "保持%",
                                     "1.",
                                     "(一)",
                                     "一、",
                                     "\t",
                                     " ",
                                     "在",
                                     "为核心" };

static void check(const struct words *w, const char *text, size_t len)
{
    json_t *list = NULL, *item;
    size_t i, chars = utf8_valid(text, len, NULL) ? utf8_count(text, len) : 0;
    int64_t before = 0;
    if (plan_read(w, text, len, &list, NULL) < 0)
        return;
    json_array_foreach(list, i, item)
    {
        int64_t start = json_int(item, "start", -1), end = json_int(item, "end", -1);
        if (start < before || end <= start || (size_t)end > chars)
            abort();
        const json_t *quote = json_object_get(item, "quote"); /* may hold NUL characters */
        if (utf8_count(json_string_value(quote), json_string_length(quote)) != (size_t)(end - start))
            abort();
        before = start;
    }
    json_decref(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct words *w;
    struct err e;
    if (!w && lexicon_load(SOURCE_ROOT "/definitions/words", &w, &e) < 0)
        abort();
    check(w, (const char *)data, size);
    scoped(buf_release) struct buf text = BUF_INIT;
    for (size_t i = 0; i < size; i++)
        buf_adds(&text, piece[data[i] % COUNT_OF(piece)]);
    if (text.data)
        check(w, text.data, text.len);
    return 0;
}
