/* hj212_command.c - the commands (CN) and systems (ST) of the three editions: one table each, used by everything. */
#include "codec/hj212.h"

#include "base/scoped.h"

/* Code, way, editions, whether uploads carry DataTime, Chinese, English. The rows of 2025 alone rest on public readers of its text
 * (docs/hj212.md); rows of no edition are extensions seen in the field. */
// clang-format off
#define COMMANDS(X)\
    X(1000, HJ212_TO_DEVICE, HJ212_IN_ALL, false, "设置超时时间及重发次数", "set timeout and retries")\
    X(1001, HJ212_TO_PLATFORM, HJ212_IN_2025, false, "上传数采仪硬件标识", "upload the logger's hardware identity")\
    X(1002, HJ212_TO_DEVICE, HJ212_IN_2025, false, "设置数采仪 MN", "set the logger's MN")\
    X(1011, HJ212_BOTH_WAYS, HJ212_IN_ALL, false, "提取/上传现场机时间", "get / upload device time")\
    X(1012, HJ212_TO_DEVICE, HJ212_IN_ALL, false, "设置现场机时间", "set device time")\
    X(1013, HJ212_TO_PLATFORM, HJ212_IN_2017 | HJ212_IN_2025, false, "现场机请求校时", "device asks for a time check")\
    X(1014, HJ212_BOTH_WAYS, HJ212_IN_2025, false, "请求/下发密钥", "device asks for a key / platform sends one")\
    X(1021, HJ212_TO_DEVICE, HJ212_IN_2005, false, "提取污染物报警门限", "get alarm limits")\
    X(1022, HJ212_TO_DEVICE, HJ212_IN_2005, false, "设置污染物报警门限", "set alarm limits")\
    X(1031, HJ212_TO_DEVICE, HJ212_IN_2005, false, "提取上位机地址", "get platform address")\
    X(1032, HJ212_TO_DEVICE, HJ212_IN_2005, false, "设置上位机地址", "set platform address")\
    X(1041, HJ212_TO_DEVICE, HJ212_IN_2005, false, "提取日数据上报时间", "get daily report time")\
    X(1042, HJ212_TO_DEVICE, HJ212_IN_2005, false, "设置日数据上报时间", "set daily report time")\
    X(1061, HJ212_BOTH_WAYS, HJ212_IN_ALL, false, "提取/上传实时数据间隔", "get / upload real-time interval")\
    X(1062, HJ212_TO_DEVICE, HJ212_IN_ALL, false, "设置实时数据间隔", "set real-time interval")\
    X(1063, HJ212_BOTH_WAYS, HJ212_IN_2017 | HJ212_IN_2025, false, "提取/上传分钟数据间隔", "get / upload minute interval")\
    X(1064, HJ212_TO_DEVICE, HJ212_IN_2017 | HJ212_IN_2025, false, "设置分钟数据间隔", "set minute interval")\
    X(1072, HJ212_TO_DEVICE, HJ212_IN_ALL, false, "设置现场机密码", "set password")\
    X(2011, HJ212_BOTH_WAYS, HJ212_IN_ALL, true, "实时数据", "real-time data")\
    X(2012, HJ212_TO_DEVICE, HJ212_IN_ALL, false, "停止实时数据", "stop real-time data")\
    X(2013, HJ212_BOTH_WAYS, HJ212_IN_2025, true, "原始周期监测数据", "raw periodic measurements")\
    X(2021, HJ212_BOTH_WAYS, HJ212_IN_ALL, true, "设施运行状态", "plant run state")\
    X(2022, HJ212_TO_DEVICE, HJ212_IN_ALL, false, "停止设施运行状态", "stop plant run state")\
    X(2031, HJ212_BOTH_WAYS, HJ212_IN_ALL, true, "日数据", "day data")\
    X(2041, HJ212_BOTH_WAYS, HJ212_IN_ALL, true, "设施日运行时间", "plant running time of the day")\
    X(2051, HJ212_BOTH_WAYS, HJ212_IN_ALL, true, "分钟数据", "minute data")\
    X(2052, HJ212_BOTH_WAYS, HJ212_IN_2025, true, "单次噪声监测数据", "single noise measurement")\
    X(2061, HJ212_BOTH_WAYS, HJ212_IN_ALL, true, "小时数据", "hour data")\
    X(2062, HJ212_BOTH_WAYS, HJ212_IN_2025, true, "自动标样核查数据", "automatic standard check data")\
    X(2071, HJ212_BOTH_WAYS, HJ212_IN_2005, false, "报警记录", "alarm records")\
    X(2072, HJ212_TO_PLATFORM, HJ212_IN_2005, false, "报警事件", "alarm event")\
    X(2076, HJ212_TO_PLATFORM, 0, false, "站点日志", "station log")\
    X(2081, HJ212_TO_PLATFORM, HJ212_IN_2017 | HJ212_IN_2025, false, "数采仪开机时间", "logger start time")\
    X(2111, HJ212_TO_PLATFORM, HJ212_IN_2025, true, "炉膛温度五分钟均值", "furnace temperature, 5-minute means")\
    X(3011, HJ212_TO_DEVICE, HJ212_IN_ALL, false, "零点及量程校准", "zero and span calibration")\
    X(3012, HJ212_TO_DEVICE, HJ212_IN_ALL, false, "即时采样", "sample now")\
    X(3013, HJ212_TO_DEVICE, HJ212_IN_2017 | HJ212_IN_2025, false, "清洗/反吹", "clean / blow back")\
    X(3014, HJ212_TO_DEVICE, HJ212_IN_2017, false, "比对采样", "comparison sample")\
    X(3015, HJ212_BOTH_WAYS, HJ212_IN_2017, false, "超标留样", "keep an over-limit sample")\
    X(3016, HJ212_TO_DEVICE, HJ212_IN_2017, false, "设置采样周期", "set sampling cycle")\
    X(3017, HJ212_BOTH_WAYS, HJ212_IN_2017, false, "提取/上传采样周期", "get / upload sampling cycle")\
    X(3018, HJ212_BOTH_WAYS, HJ212_IN_2017 | HJ212_IN_2025, false, "提取/上传出样时间", "get / upload sample-to-result time")\
    X(3019, HJ212_BOTH_WAYS, HJ212_IN_2017 | HJ212_IN_2025, false, "提取/上传设备唯一标识", "get / upload instrument identity")\
    X(3020, HJ212_BOTH_WAYS, HJ212_IN_2017 | HJ212_IN_2025, false, "提取/上传现场机信息", "get / upload site information")\
    X(3021, HJ212_TO_DEVICE, HJ212_IN_2017 | HJ212_IN_2025, false, "设置现场机参数", "set a parameter")\
    X(3022, HJ212_TO_DEVICE, HJ212_IN_2025, false, "即时留样", "keep a sample now")\
    X(3024, HJ212_TO_DEVICE, HJ212_IN_2025, false, "启动标样核查", "start a standard check")\
    X(9011, HJ212_TO_PLATFORM, HJ212_IN_ALL, false, "请求应答", "request answer")\
    X(9012, HJ212_TO_PLATFORM, HJ212_IN_ALL, false, "执行结果", "execution result")\
    X(9013, HJ212_BOTH_WAYS, HJ212_IN_ALL, false, "通知应答", "notice answer")\
    X(9014, HJ212_BOTH_WAYS, HJ212_IN_ALL, false, "数据应答", "data answer")\
    X(9015, HJ212_TO_PLATFORM, HJ212_IN_2025, false, "心跳", "heartbeat")\
    X(9021, HJ212_TO_PLATFORM, 0, false, "登录", "login")\
    X(9022, HJ212_TO_DEVICE, 0, false, "登录应答", "login answer")
// clang-format on

/* What a code meant in 2005 only. */
enum { OLDER = 3 };

/* By code, the older meanings behind. */
static const struct hj212_command commands[] = {
#define X(...) { __VA_ARGS__ },
    COMMANDS(X)
#undef X
        { 1001, HJ212_TO_DEVICE, HJ212_IN_2005, false, "设置超限报警时间", "set over-limit alarm time" },
    { 3013, HJ212_TO_DEVICE, HJ212_IN_2005, false, "设备操作", "operate device" },
    { 3014, HJ212_TO_DEVICE, HJ212_IN_2005, false, "设置采样时间", "set sampling times" },
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
