/* Repeat complaints: pairs written for this test. The same thing told in other words is found; another plant on the same street is not. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "ledger/repeat.h"

#define N(a) (sizeof(a) / sizeof *(a))

static const struct {
    bool same;
    const char *a, *b;
    int metres; /* -1: no points */
} pairs[] = {
    /* Repeats in other words. */
    { true, "解放路88号宏达化工厂夜间排放刺鼻气味", "宏达化工半夜偷排废气，臭得睡不着觉，地址解放路88号",
      -1 },
    { true, "新华街金源塑料有限公司白天晚上都有塑料臭味", "金源塑料厂气味难闻，请环保局来查", -1 },
    { true, "幸福小区楼下老刘烧烤店油烟扰民", "幸福小区门口老刘烧烤摊油烟太大，窗户不敢开", -1 },
    { true, "东风路12号工地夜间施工噪声大，无法入睡", "东风路12号的工地凌晨还在施工，轰鸣声吵得全楼睡不着",
      -1 },
    { true, "李家村东头养猪场粪水直排河里，河水发黑", "李家村的养猪场把污水排到村边小河，水体黑臭", 150 },
    { true, "江滨大道旁鑫盛混凝土搅拌站扬尘严重", "鑫盛搅拌站车辆不盖布，江滨大道上全是灰", -1 },
    { true, "投诉天和印染公司往柳河偷排红色废水", "天和印染厂的暗管夜里往柳河排污水", -1 },
    { true, "建设路5号楼下洗车店污水横流", "建设路5号洗车店把废水排到马路上，污水到处都是", -1 },
    { true, "阳光花园3栋旁空压机噪音扰民", "阳光花园旁边的机器声昼夜不停，吵死了", 80 },
    { true, "王庄村西侧焚烧垃圾，黑烟滚滚", "王庄村有人天天烧垃圾冒烟呛人", 200 },
    { true, "华美家具喷漆房没有处理设施，油漆味刺鼻", "举报华美家具厂喷漆异味很大，熏得头疼", -1 },
    { true, "北环路恒通汽修店喷漆味大", "恒通汽修喷漆，整条北环路都是刺鼻的气味", -1 },
    { true, "海韵家园旁边的海鲜酒楼油烟直排", "海韵家园业主反映：楼边酒楼炒菜油烟没有净化，直接排到小区",
      60 },
    { true, "大成铸造有限责任公司冲天炉冒黑烟", "大成铸造厂每天凌晨冒浓烟", -1 },
    { true, "反映永丰路垃圾中转站臭味，夏天尤其严重", "永丰路垃圾站又臭了，居民不敢开窗，气味难闻", 30 },
    { true, "张村南侧砖厂粉尘落满庄稼", "张村砖厂灰尘太大，地里庄稼全是灰", 300 },
    { true, "绿源养殖场臭气熏天", "绿源养鸡场的恶臭飘到学校", -1 },
    { true, "南湖路101号酒吧每晚音乐声太大", "南湖路101号的酒吧半夜还放音乐，吵得无法入睡", -1 },
    { true, "顺达石材加工厂切割石材粉尘飞扬", "顺达石材切石头不洒水，扬尘污染", -1 },
    { true, "瑞丰电镀有限公司废水流入农田", "瑞丰电镀厂的污水把农田淹了", -1 },
    /* Harder: nicknames, other words for a smell, a shop renamed, coordinates a little apart, officialese beside street talk. */
    { true, "老王烧烤店夜间油烟扰民", "王记烧烤（原老王烧烤店）换了招牌，油烟照样往楼上灌", -1 },
    { true, "海晏路18号烧烤店油烟直排", "海晏路18号现改名小李串吧，炭火油烟一点没少", -1 },
    { true, "海晏路18号老王烧烤店夜间油烟直排", "楼下撸串的天天半夜冒烟，熏得人头疼，老王家的", 80 },
    { true, "宏达化工厂夜间排放刺鼻气味", "一到后半夜就有股烂鸡蛋味飘过来，宏达化工那边的", -1 },
    { true, "幸福小区附近化工厂排放刺激性气味，影响居民正常生活", "幸福小区这边又是那股农药味，睡都睡不着",
      80 },
    { true, "尊敬的领导：现反映李家村养猪场违法排放养殖废水，严重影响群众生产生活，恳请贵局依法查处",
      "李家村养猪的又往河里放粪水了，臭死人", 80 },
    { true, "东风路12号建筑工地未采取降噪措施，夜间违规施工",
      "东风路12号那个工地，大半夜还咣咣咣砸，还让不让人睡了", -1 },
    { true, "阳光花园3栋旁空压机噪音扰民", "咱们阳光花园后头那台机器嗡嗡嗡一整夜", 80 },
    { true, "绿源养殖场臭气熏天", "绿源那个养鸡的，鸡粪味儿大得没法开窗", -1 },
    { true, "天和印染公司往柳河偷排红色废水", "柳河又红了，上头天和染布厂放的水", -1 },
    { true, "北环路恒通汽修店喷漆味大", "北环路修车那家（恒通）香蕉水味呛鼻子", -1 },
    { true, "鑫盛混凝土搅拌站扬尘严重", "鑫盛商砼的罐车把路上弄得尘土飞扬", -1 },
    /* Not repeats. */
    { false, "海晏路18号老王烧烤店夜间油烟直排", "海晏路26号小李烧烤店夜间油烟直排", 80 },
    { false, "老王烧烤店夜间油烟扰民", "老张烧烤店夜间油烟扰民", 80 },
    { false, "宏达化工厂有烂鸡蛋味", "永兴化工厂有烂鸡蛋味", 80 },
    { false, "幸福小区楼下洗车店污水横流", "幸福小区楼下广场舞音响太吵", 20 },
    { false, "尊敬的领导：现反映李家村养猪场违法排放养殖废水，恳请贵局依法查处",
      "尊敬的领导：现反映赵家村砖厂违法排放粉尘，恳请贵局依法查处", -1 },
    { false, "海晏路油烟大", "海晏路扬尘大", -1 },
    { false, "鑫盛搅拌站扬尘严重", "鑫达家具厂扬尘严重", 80 },
    { false, "解放路88号宏达化工厂夜间排放刺鼻气味", "解放路90号永兴化工厂夜间排放刺鼻气味", -1 },
    { false, "新华街金源塑料有限公司有塑料臭味", "新华街银海塑料有限公司有塑料臭味", 100 },
    { false, "工业大道东方印染公司偷排废水", "工业大道西海印染公司偷排废水", 200 },
    { false, "东风路12号工地夜间施工噪声大", "东风路158号工地夜间施工噪声大", -1 },
    { false, "幸福小区楼下烧烤店油烟扰民", "平安小区楼下烧烤店油烟扰民", -1 },
    { false, "李家村养猪场粪水直排", "赵家村养猪场粪水直排", 5000 },
    { false, "建设路5号洗车店污水横流", "建设路5号酒吧夜间噪音扰民", -1 },
    { false, "人民路富贵饭店油烟大", "人民路如意饭店油烟大", 50 },
    { false, "张村砖厂粉尘落满庄稼", "李村砖厂粉尘落满庄稼", -1 },
    { false, "天和印染公司往柳河偷排废水", "天和印染公司招工不给签合同", -1 },
    { false, "阳光花园旁空压机噪音扰民", "阳光花园垃圾房臭味大", -1 },
    { false, "反映某工地夜间施工噪声", "反映某工地扬尘", -1 },
    { false, "永丰路大成铸造厂黑烟", "永丰路瑞丰电镀厂黑烟", 120 },
    { false, "有人焚烧秸秆，浓烟滚滚", "有人焚烧秸秆，浓烟滚滚", 9000 },
    { false, "河水发黑发臭，请处理", "小区旁高架桥车辆噪声", -1 },
    { false, "绿源养殖场臭气熏天", "绿地家园旁养殖场臭气熏天，名叫福旺养殖场", -1 },
    { false, "顺达石材加工厂粉尘", "顺达路安康石材加工厂粉尘", -1 },
    { false, "您好，我要投诉，请尽快处理，谢谢", "您好，我要投诉，请尽快处理，十分感谢", -1 },
};

static struct complaint told(const char *text, int metres)
{
    return (struct complaint){ .text = text,
                               .object = "",
                               .has_point = metres >= 0,
                               .lng = 120,
                               .lat = 36 + (metres > 0 ? metres / 111320.0 : 0),
                               .at = at("2026-03-02") };
}

static void test_pairs(void **state)
{
    (void)state;
    int wrong = 0;
    assert_true(N(pairs) >= 30);
    for (size_t i = 0; i < N(pairs); i++) {
        struct complaint a = told(pairs[i].a, pairs[i].metres < 0 ? -1 : 0),
                         b = told(pairs[i].b, pairs[i].metres);
        struct repeat r = repeat_compare(&a, &b), back = repeat_compare(&b, &a);
        assert_int_equal(r.score, back.score); /* the order does not matter */
        if ((r.score >= REPEAT_LIKELY) == pairs[i].same)
            continue;
        print_message("# %s %d (words %d, reasons %x): %s / %s\n", pairs[i].same ? "missed" : "false",
                      r.score, r.words, r.reasons, pairs[i].a, pairs[i].b);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void test_objects(void **state)
{
    (void)state;
    struct complaint a = told("气味刺鼻", -1), b = told("又有异味", -1);
    assert_true(repeat_compare(&a, &b).score < REPEAT_LIKELY);
    a.object = b.object = "E001";
    assert_true(repeat_compare(&a, &b).score >= REPEAT_LIKELY);
    b.object = "E002";
    assert_true(repeat_compare(&a, &b).score < REPEAT_LIKELY);
    static const struct {
        const char *a, *b;
        bool same, other;
    } called[] = { { "老王烧烤店", "老王烧烤", true, false },
                   { "老王烧烤店", "小李烧烤店", false, true },
                   { "金源塑料有限公司", "金源塑料厂", true, false },
                   { "金源塑料有限公司", "银海塑料有限公司", false, true },
                   { "烧烤店", "老王烧烤店", false, false } /* a trade alone says nothing */ };
    for (size_t i = 0; i < N(called); i++) {
        a.object = called[i].a;
        b.object = called[i].b;
        unsigned reasons = repeat_compare(&a, &b).reasons;
        assert_int_equal(!!(reasons & 1u << REPEAT_OBJECT), called[i].same);
        assert_int_equal(!!(reasons & 1u << REPEAT_OTHER), called[i].other);
    }
    a = told("", -1);
    assert_int_equal(repeat_compare(&a, &a).words, 0);
    a.text = "\xff\xfe路厂\xe8";
    b.text = "路";
    (void)repeat_compare(&a, &b); /* bytes that are no text do no harm */
    static char giant[200000];
    memset(giant, 'x', sizeof giant - 1);
    a.text = b.text = giant;
    assert_int_equal(repeat_compare(&a, &b).words, 100);
}

/* Through the engine: the planted repeat is found among others, with its reasons. */
static void test_engine(void **state)
{
    struct world w;
    (void)state;
    world_make(&w, NULL);
    static const char *const told_of[] = { "解放路88号宏达化工厂夜间排放刺鼻气味",
                                           "解放路90号永兴化工厂夜间排放刺鼻气味",
                                           "幸福小区楼下老刘烧烤店油烟扰民",
                                           "宏达化工半夜偷排废气，臭得睡不着觉，地址解放路88号" };
    int64_t id[N(told_of)];
    for (size_t i = 0; i < N(told_of); i++) {
        char fields[1000];
        snprintf(fields, sizeof fields,
                 "{'source':'群众信访','problem':'%s','measures':['查'],'owner':'plant','supervisor':'"
                 "district','due':'2026-06-30',"
                 "'goal':'办结'}",
                 told_of[i]);
        w.now += MS_DAY;
        id[i] = open_case(&w, fields);
    }
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    assert_int_equal(case_repeats(w.l, id[3], NULL, NULL, w.now, &out, &e), 0);
    json_t *found = parse(out.data);
    const json_t *list = json_object_get(found, "repeats");
    assert_int_equal(json_array_size(list), 1);
    assert_int_equal(json_int(json_array_get(list, 0), "id", 0), id[0]);
    assert_int_equal(json_int(found, "compared", 0), 3);
    assert_non_null(strstr(out.data, "提到同一单位"));
    json_decref(found);
    buf_clear(&out);
    json_t *draft = parse("{'problem':'幸福小区门口老刘烧烤摊油烟太大，窗户不敢开'}");
    assert_int_equal(case_repeats(w.l, 0, "rectification", draft, w.now, &out, &e), 0);
    assert_non_null(strstr(out.data, "ZG-2026-0003"));
    buf_clear(&out);
    assert_int_equal(case_repeats(w.l, 0, "rectification", draft, w.now + 200 * MS_DAY, &out, &e),
                     0); /* too long ago */
    assert_non_null(strstr(out.data, "\"repeats\":[]"));
    json_decref(draft);
    buf_release(&out);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_pairs), cmocka_unit_test(test_objects),
                                        cmocka_unit_test(test_engine) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
