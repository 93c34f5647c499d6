/* hj212_command.c - the commands (CN) and systems (ST) of the three editions: one table each, used by everything. */
#include "codec/hj212.h"

#include "base/scoped.h"

/* Code, way, kind, editions, what an upload carries, Chinese, English; of codes that travel both ways these say what the device means by
 * it, and two more what the platform asks for (SAME: no more is to be said). The rows of 2025 alone rest on public readers of its text
 * (docs/hj212.md); rows of no edition are extensions seen in the field. */
// clang-format off
#define SAME NULL, NULL
#define COMMANDS(X)\
    X(1000, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_ALL, HJ212_UNDATED, "设置超时时间及重发次数", "set timeout and retries", SAME)\
    X(1001, HJ212_TO_PLATFORM, HJ212_NOTICE, HJ212_IN_2025, HJ212_UNDATED, "上传数采仪硬件标识", "upload the logger's hardware identity", SAME)\
    X(1002, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2025, HJ212_UNDATED, "设置数采仪 MN", "set the logger's MN", SAME)\
    X(1011, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_ALL, HJ212_UNDATED, "上传现场机时间", "upload device time", "提取现场机时间", "get the device's time")\
    X(1012, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_ALL, HJ212_UNDATED, "设置现场机时间", "set device time", SAME)\
    X(1013, HJ212_TO_PLATFORM, HJ212_NOTICE, HJ212_IN_2017 | HJ212_IN_2025, HJ212_UNDATED, "现场机请求校时", "device asks for a time check", SAME)\
    X(1014, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2025, HJ212_UNDATED, "请求密钥", "ask for a key", "下发密钥", "send a key")\
    X(1021, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "提取污染物报警门限", "get alarm limits", SAME)\
    X(1022, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "设置污染物报警门限", "set alarm limits", SAME)\
    X(1031, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "提取上位机地址", "get platform address", SAME)\
    X(1032, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "设置上位机地址", "set platform address", SAME)\
    X(1041, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "提取日数据上报时间", "get daily report time", SAME)\
    X(1042, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "设置日数据上报时间", "set daily report time", SAME)\
    X(1061, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_ALL, HJ212_UNDATED, "上传实时数据间隔", "upload the real-time interval", "提取实时数据间隔", "get the real-time interval")\
    X(1062, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_ALL, HJ212_UNDATED, "设置实时数据间隔", "set real-time interval", SAME)\
    X(1063, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2017 | HJ212_IN_2025, HJ212_UNDATED, "上传分钟数据间隔", "upload the minute interval", "提取分钟数据间隔", "get the minute interval")\
    X(1064, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2017 | HJ212_IN_2025, HJ212_UNDATED, "设置分钟数据间隔", "set minute interval", SAME)\
    X(1072, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_ALL, HJ212_UNDATED, "设置现场机密码", "set password", SAME)\
    X(2011, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_ALL, HJ212_REALTIME, "实时数据", "real-time data", "取实时数据", "start real-time data")\
    X(2012, HJ212_TO_DEVICE, HJ212_NOTICE, HJ212_IN_ALL, HJ212_UNDATED, "停止实时数据", "stop real-time data", SAME)\
    X(2013, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2025, HJ212_DATED, "原始周期监测数据", "raw periodic measurements", "取原始周期监测数据", "get raw periodic measurements")\
    X(2021, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_ALL, HJ212_DATED, "设施运行状态", "plant run state", "取设施运行状态", "start plant run states")\
    X(2022, HJ212_TO_DEVICE, HJ212_NOTICE, HJ212_IN_ALL, HJ212_UNDATED, "停止设施运行状态", "stop plant run state", SAME)\
    X(2031, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_ALL, HJ212_DAYS, "日数据", "day data", "取日历史数据", "get day data")\
    X(2041, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_ALL, HJ212_DATED, "设施日运行时间", "plant running time of the day", "取设施日运行时间", "get plant running times")\
    X(2051, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_ALL, HJ212_MINUTES, "分钟数据", "minute data", "取分钟历史数据", "get minute data")\
    X(2052, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2025, HJ212_DATED, "单次噪声监测数据", "single noise measurement", "取单次噪声监测数据", "get single noise measurements")\
    X(2061, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_ALL, HJ212_HOURS, "小时数据", "hour data", "取小时历史数据", "get hour data")\
    X(2062, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2025, HJ212_DATED, "自动标样核查数据", "automatic standard check data", "取自动标样核查数据", "get automatic standard checks")\
    X(2071, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "报警记录", "alarm records", "取报警记录", "get alarm records")\
    X(2072, HJ212_TO_PLATFORM, HJ212_UPLOAD, HJ212_IN_2005, HJ212_UNDATED, "报警事件", "alarm event", SAME)\
    X(2076, HJ212_TO_PLATFORM, HJ212_UPLOAD, 0, HJ212_UNDATED, "站点日志", "station log", SAME)\
    X(2081, HJ212_TO_PLATFORM, HJ212_UPLOAD, HJ212_IN_2017 | HJ212_IN_2025, HJ212_UNDATED, "数采仪开机时间", "logger start time", SAME)\
    X(2111, HJ212_TO_PLATFORM, HJ212_UPLOAD, HJ212_IN_2025, HJ212_DATED, "炉膛温度五分钟均值", "furnace temperature, 5-minute means", SAME)\
    X(3011, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_ALL, HJ212_UNDATED, "零点及量程校准", "zero and span calibration", SAME)\
    X(3012, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_ALL, HJ212_UNDATED, "即时采样", "sample now", SAME)\
    X(3013, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2017 | HJ212_IN_2025, HJ212_UNDATED, "清洗/反吹", "clean / blow back", SAME)\
    X(3014, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2017, HJ212_UNDATED, "比对采样", "comparison sample", SAME)\
    X(3015, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2017, HJ212_UNDATED, "上传超标留样信息", "upload of an over-limit sample kept", "超标留样", "keep an over-limit sample")\
    X(3016, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2017, HJ212_UNDATED, "设置采样周期", "set sampling cycle", SAME)\
    X(3017, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2017, HJ212_UNDATED, "上传采样周期", "upload the sampling cycle", "提取采样周期", "get the sampling cycle")\
    X(3018, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2017 | HJ212_IN_2025, HJ212_UNDATED, "上传出样时间", "upload the sample-to-result time", "提取出样时间", "get the sample-to-result time")\
    X(3019, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2017 | HJ212_IN_2025, HJ212_UNDATED, "上传设备唯一标识", "upload the instrument's identity", "提取设备唯一标识", "get the instrument's identity")\
    X(3020, HJ212_BOTH_WAYS, HJ212_REQUEST, HJ212_IN_2017 | HJ212_IN_2025, HJ212_UNDATED, "上传现场机信息", "upload site information", "提取现场机信息", "get site information")\
    X(3021, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2017 | HJ212_IN_2025, HJ212_UNDATED, "设置现场机参数", "set a parameter", SAME)\
    X(3022, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2025, HJ212_UNDATED, "即时留样", "keep a sample now", SAME)\
    X(3024, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2025, HJ212_UNDATED, "启动标样核查", "start a standard check", SAME)\
    X(9011, HJ212_TO_PLATFORM, HJ212_ANSWER, HJ212_IN_ALL, HJ212_UNDATED, "请求应答", "request answer", SAME)\
    X(9012, HJ212_TO_PLATFORM, HJ212_ANSWER, HJ212_IN_ALL, HJ212_UNDATED, "执行结果", "execution result", SAME)\
    X(9013, HJ212_BOTH_WAYS, HJ212_ANSWER, HJ212_IN_ALL, HJ212_UNDATED, "通知应答", "notice answer", SAME)\
    X(9014, HJ212_BOTH_WAYS, HJ212_ANSWER, HJ212_IN_ALL, HJ212_UNDATED, "数据应答", "data answer", SAME)\
    X(9015, HJ212_TO_PLATFORM, HJ212_NOTICE, HJ212_IN_2025, HJ212_UNDATED, "心跳", "heartbeat", SAME)\
    X(9021, HJ212_TO_PLATFORM, HJ212_NOTICE, 0, HJ212_UNDATED, "登录", "login", SAME)\
    X(9022, HJ212_TO_DEVICE, HJ212_ANSWER, 0, HJ212_UNDATED, "登录应答", "login answer", SAME)
// clang-format on

/* What a code meant in 2005 only. */
enum { OLDER = 3 };

/* By code, the older meanings behind. */
static const struct hj212_command commands[] = {
#define X(...) { __VA_ARGS__ },
    COMMANDS(X)
#undef X
        { 1001, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "设置超限报警时间",
          "set over-limit alarm time", SAME },
    { 3013, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "设备操作", "operate device",
      SAME },
    { 3014, HJ212_TO_DEVICE, HJ212_REQUEST, HJ212_IN_2005, HJ212_UNDATED, "设置采样时间",
      "set sampling times", SAME },
};

enum row {
#define X(cn, ...) ROW_##cn,
    COMMANDS(X)
#undef X
        ROWS
};
_Static_assert(COUNT_OF(commands) == ROWS + OLDER, "the older meanings are counted");

/* The row of a code, from 1. */
static const uint8_t row_of[10000] = {
#define X(cn, ...) [cn] = ROW_##cn + 1,
    COMMANDS(X)
#undef X
};

const struct hj212_command *hj212_command(int cn, enum hj212_edition e)
{
    if (cn < 0 || cn > 9999)
        return NULL;
    for (size_t i = e == HJ212_2005 ? ROWS : COUNT_OF(commands); i < COUNT_OF(commands); i++)
        if (commands[i].cn == cn)
            return &commands[i];
    return row_of[cn] ? &commands[row_of[cn] - 1] : NULL;
}

enum hj212_kind hj212_kind_of(const struct hj212_command *c, enum hj212_way way)
{
    if (!(c->way & way))
        return HJ212_NOTHING;
    return c->kind == HJ212_REQUEST && way == HJ212_TO_PLATFORM ? HJ212_UPLOAD : (enum hj212_kind)c->kind;
}

const char *hj212_asked(const struct hj212_command *c, bool zh)
{
    const char *asked = zh ? c->asked_zh : c->asked_en;
    return asked ? asked : zh ? c->zh : c->en;
}

const struct hj212_command *hj212_commands(size_t *ret_n)
{
    *ret_n = COUNT_OF(commands);
    return commands;
}

bool hj212_to_encipher(int cn)
{
    return (cn >= 2000 && cn <= 2999) || cn == 1014 || cn == 3020;
}

// clang-format off
#define SYSTEMS(X)\
    X(21, HJ212_IN_ALL, "地表水质量", "surface water quality")\
    X(22, HJ212_IN_ALL, "空气质量", "air quality")\
    X(23, HJ212_IN_ALL, "声环境质量", "noise, environment")\
    X(24, HJ212_IN_ALL, "地下水质量", "ground water quality")\
    X(25, HJ212_IN_ALL, "土壤质量", "soil quality")\
    X(26, HJ212_IN_ALL, "海水质量", "sea water quality")\
    X(27, HJ212_IN_2017 | HJ212_IN_2025, "挥发性有机物", "volatile organics")\
    X(31, HJ212_IN_ALL, "大气环境污染源", "air pollution source (flue gas)")\
    X(32, HJ212_IN_ALL, "地表水体环境污染源", "waste water source")\
    X(33, HJ212_IN_ALL, "地下水体环境污染源", "ground water source")\
    X(34, HJ212_IN_ALL, "海洋环境污染源", "sea source")\
    X(35, HJ212_IN_ALL, "土壤环境污染源", "soil source")\
    X(36, HJ212_IN_ALL, "声环境污染源", "noise source")\
    X(37, HJ212_IN_ALL, "振动环境污染源", "vibration source")\
    X(38, HJ212_IN_ALL, "放射性环境污染源", "radioactive source")\
    X(39, HJ212_IN_2017 | HJ212_IN_2025, "工地扬尘污染源", "construction dust")\
    X(41, HJ212_IN_ALL, "电磁环境污染源", "electromagnetic source")\
    X(44, HJ212_IN_2025, "用电监控", "electricity use")\
    X(45, HJ212_IN_2025, "关键生产状态", "key production state")\
    X(51, HJ212_IN_2017 | HJ212_IN_2025, "烟气排放过程", "process: flue gas")\
    X(52, HJ212_IN_2017 | HJ212_IN_2025, "污水排放过程", "process: waste water")\
    X(91, HJ212_IN_ALL, "系统交互", "system interaction")
// clang-format on

static const struct hj212_system systems[] = {
#define X(st, ...) { #st, __VA_ARGS__ },
    SYSTEMS(X)
#undef X
};

enum system_row {
#define X(st, ...) SYSTEM_##st,
    SYSTEMS(X)
#undef X
};

/* The row of a system, from 1. */
static const uint8_t system_of[100] = {
#define X(st, ...) [st] = SYSTEM_##st + 1,
    SYSTEMS(X)
#undef X
};

const struct hj212_system *hj212_system(const char *st, size_t len)
{
    if (len != 2 || st[0] < '0' || st[0] > '9' || st[1] < '0' || st[1] > '9')
        return NULL;
    unsigned row = system_of[(st[0] - '0') * 10 + (st[1] - '0')];
    return row ? &systems[row - 1] : NULL;
}

const struct hj212_system *hj212_systems(size_t *ret_n)
{
    *ret_n = COUNT_OF(systems);
    return systems;
}
