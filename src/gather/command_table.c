/* What a platform asks of devices, a row each: the word, whom it is for, its arguments and what it does there, in Chinese and English.
 * What the code means, in which editions, and whether it is a request or a notice stands in the codec's table (hj212_command). */
#include "base/scoped.h"
#include "gather/command.h"

// clang-format off
#define ARGS(...) { __VA_ARGS__ }
#define NO_ARGS   { { .name = NULL } }
/* PolId (C6) addresses an instrument; without it the logger itself is meant. */
#define POL_ID        { .name = "PolId", .type = ARG_TEXT, .least = 3, .most = 6, .factor = true, .zh = "仪器（因子）", .en = "instrument (factor)" }
#define NEEDED_POL_ID { .name = "PolId", .type = ARG_TEXT, .least = 3, .most = 6, .factor = true, .required = true, .zh = "仪器（因子）", .en = "instrument (factor)" }
#define INFO_ID       { .name = "InfoId", .type = ARG_TEXT, .least = 6, .most = 6, .required = true, .zh = "信息编码", .en = "information code" }
#define NUMBER(N, LEAST, MOST, ZH, EN) { .name = (N), .type = ARG_NUMBER, .least = (LEAST), .most = (MOST), .required = true, .zh = (ZH), .en = (EN) }
#define TEXT(N, LEAST, MOST, NEEDED, ZH, EN) { .name = (N), .type = ARG_TEXT, .least = (LEAST), .most = (MOST), .required = (NEEDED), .zh = (ZH), .en = (EN) }
#define TIME(N, NEEDED, ZH, EN) { .name = (N), .type = ARG_TIME, .required = (NEEDED), .zh = (ZH), .en = (EN) }
#define SPAN          TIME("BeginTime", true, "开始时间", "from"), TIME("EndTime", true, "结束时间", "to")
#define MINUTES       { .name = "MinInterval", .type = ARG_MINUTES, .required = true, .zh = "分钟数据间隔", .en = "minute interval" }
#define START_TIME    TEXT("CstartTime", 6, 6, true, "首次采样时刻（hhmmss）", "first sample at (hhmmss)")
#define CYCLE         NUMBER("Ctime", 1, 24, "采样周期（小时）", "cycle (hours)")
#define SECRET        { .name = "NewPW", .type = ARG_TEXT, .least = 6, .most = 6, .required = true, .secret = true, .zh = "新密码", .en = "new password" }
/* 2025 alone: 0 zero, 1 span (one reader of its text). */
#define CALIBRATION_TYPE { .name = "CalibrationType", .type = ARG_NUMBER, .least = 0, .most = 1, .editions = HJ212_IN_2025, .zh = "校准类型（0 零点，1 量程）", .en = "calibration type (0 zero, 1 span)" }

/* The argument names of 2005's 1001, 1022, 1032, 1042 and 3014 are those seen in the field; its text could not be compared. */
static const struct command_spec table[] = {
    { "get_time", 1011, HJ212_2017, "time", ROLE_DUTY, ARGS(POL_ID), .harmless = true, .data = true,
      .effect_zh = "设备报告它的时钟，什么也不改变。",
      .effect_en = "The device tells its clock; nothing changes." },
    { "set_time", 1012, HJ212_2017, "time", ROLE_DUTY, ARGS(POL_ID, TIME("SystemTime", false, "设备时间", "device time")),
      .effect_zh = "设备的时钟改为所填时间；不填则为发送那一刻的服务器时间。之后数据的时间都按新时钟。",
      .effect_en = "The device's clock is set to the time given, or to the server's at the moment of sending. All later data carry the new clock." },
    { "get_realtime_interval", 1061, HJ212_2017, "interval", ROLE_DUTY, NO_ARGS, .harmless = true, .data = true,
      .effect_zh = "设备报告它的实时数据间隔，什么也不改变。",
      .effect_en = "The device tells its real-time interval; nothing changes." },
    { "set_realtime_interval", 1062, HJ212_2017, "interval", ROLE_DUTY, ARGS(NUMBER("RtdInterval", 30, 3600, "实时数据间隔（秒）", "real-time interval (s)")),
      .effect_zh = "设备从此按新的间隔上报实时数据。",
      .effect_en = "From now on the device sends real-time data at the new interval." },
    { "get_minute_interval", 1063, HJ212_2017, "interval", ROLE_DUTY, NO_ARGS, .harmless = true, .data = true,
      .effect_zh = "设备报告它的分钟数据间隔，什么也不改变。",
      .effect_en = "The device tells its minute interval; nothing changes." },
    { "set_minute_interval", 1064, HJ212_2017, "interval", ROLE_DUTY, ARGS(MINUTES),
      .effect_zh = "设备从此按新的间隔统计并上报分钟数据；数据的疏密随之改变。",
      .effect_en = "From now on the device forms and sends minute data at the new step; the data become denser or sparser." },
    { "get_report_time", 1041, HJ212_2005, "interval", ROLE_DUTY, NO_ARGS, .harmless = true, .data = true,
      .effect_zh = "设备报告上报日数据的时刻，什么也不改变。",
      .effect_en = "The device tells when it sends its day data; nothing is changed." },
    { "set_report_time", 1042, HJ212_2005, "interval", ROLE_DUTY, ARGS(TEXT("ReportTime", 4, 4, true, "日数据上报时间（hhmm）", "time of the day report (hhmm)")),
      .effect_zh = "设备从此在这个时刻上报日数据。",
      .effect_en = "The device sends its day data at this time of day from now on." },
    { "start_realtime", 2011, HJ212_2017, "data", ROLE_DUTY, NO_ARGS,
      .effect_zh = "设备开始上报实时数据。",
      .effect_en = "The device begins to send real-time data." },
    { "stop_realtime", 2012, HJ212_2017, "data", ROLE_DUTY, NO_ARGS,
      .effect_zh = "设备停止上报实时数据，直到再次开始；小时和日数据不受影响。",
      .effect_en = "The device stops sending real-time data until it is started again; hours and days go on." },
    { "start_states", 2021, HJ212_2017, "data", ROLE_DUTY, NO_ARGS,
      .effect_zh = "设备开始上报治理设施的运行状态。",
      .effect_en = "The device begins to send the run states of the treatment plant." },
    { "stop_states", 2022, HJ212_2017, "data", ROLE_DUTY, NO_ARGS,
      .effect_zh = "设备停止上报治理设施的运行状态，直到再次开始。",
      .effect_en = "The device stops sending the run states of the treatment plant until they are started again." },
    { "get_hours", 2061, HJ212_2017, "data", ROLE_DUTY, ARGS(SPAN), .harmless = true, .history = true,
      .effect_zh = "设备补发所填起止之间的小时数据；已有的不重复保存。",
      .effect_en = "The device sends its hour data of the span; what is here already is not stored twice." },
    { "get_days", 2031, HJ212_2017, "data", ROLE_DUTY, ARGS(SPAN), .harmless = true, .history = true,
      .effect_zh = "设备补发所填起止之间的日数据；已有的不重复保存。",
      .effect_en = "The device sends its day data of the span; what is here already is not stored twice." },
    { "get_minutes", 2051, HJ212_2017, "data", ROLE_DUTY, ARGS(SPAN), .harmless = true, .history = true,
      .effect_zh = "设备补发所填起止之间的分钟数据；已有的不重复保存。",
      .effect_en = "The device sends its minute data of the span; what is here already is not stored twice." },
    { "get_running_times", 2041, HJ212_2017, "data", ROLE_DUTY, ARGS(SPAN), .harmless = true, .history = true,
      .effect_zh = "设备补发所填起止之间设施的日运行时间；已有的不重复保存。",
      .effect_en = "The device sends the plant's daily running times between the two times; what is stored already is not stored twice." },
    { "get_alarms", 2071, HJ212_2005, "data", ROLE_DUTY, ARGS(SPAN), .harmless = true, .history = true,
      .effect_zh = "设备补发所填起止之间的报警记录。",
      .effect_en = "The device sends its alarm records between the two times." },
    { "get_raw", 2013, HJ212_2025, "data", ROLE_DUTY, ARGS(SPAN), .harmless = true, .history = true,
      .effect_zh = "设备补发所填起止之间的原始周期监测数据。",
      .effect_en = "The device sends the raw periodic measurements between the two times." },
    { "get_noise", 2052, HJ212_2025, "data", ROLE_DUTY, ARGS(SPAN), .harmless = true, .history = true,
      .effect_zh = "设备补发所填起止之间的单次噪声监测数据。",
      .effect_en = "The device sends the single noise measurements between the two times." },
    { "get_checks", 2062, HJ212_2025, "data", ROLE_DUTY, ARGS(SPAN), .harmless = true, .history = true,
      .effect_zh = "设备补发所填起止之间的标样核查数据。",
      .effect_en = "The device sends the standard checks between the two times." },
    { "calibrate", 3011, HJ212_2017, "control", ROLE_DUTY, ARGS(NEEDED_POL_ID, CALIBRATION_TYPE),
      .effect_zh = "仪器立即校准，校准期间没有有效的监测值。",
      .effect_en = "The instrument calibrates at once; meanwhile there are no valid values." },
    { "sample", 3012, HJ212_2017, "control", ROLE_DUTY, ARGS(NEEDED_POL_ID),
      .effect_zh = "采样器立即采样一次。",
      .effect_en = "The sampler takes a sample at once." },
    { "clean", 3013, HJ212_2017, "control", ROLE_DUTY, ARGS(NEEDED_POL_ID),
      .effect_zh = "仪器立即清洗或反吹，期间没有有效的监测值。",
      .effect_en = "The instrument cleans itself or blows back now; there are no valid values meanwhile." },
    { "operate", 3013, HJ212_2005, "control", ROLE_DUTY, ARGS(POL_ID),
      .effect_zh = "设备执行一次操作；做什么由设备决定（HJ/T 212-2005）。",
      .effect_en = "The device operates once; what that is the device decides (HJ/T 212-2005)." },
    { "compare_sample", 3014, HJ212_2017, "control", ROLE_DUTY, ARGS(NEEDED_POL_ID),
      .effect_zh = "仪器立即做一次比对采样。",
      .effect_en = "The instrument takes a comparison sample now." },
    { "set_sampling_times", 3014, HJ212_2005, "control", ROLE_DUTY, ARGS(POL_ID, START_TIME, CYCLE),
      .effect_zh = "设备从此按所填的时间采样（HJ/T 212-2005）。",
      .effect_en = "The device samples at the given times from now on (HJ/T 212-2005)." },
    { "keep_sample", 3015, HJ212_2017, "control", ROLE_DUTY, NO_ARGS, .data = true,
      .effect_zh = "采样器留存一个超标样品，占用一个样瓶。",
      .effect_en = "The sampler keeps an over-limit sample; it uses one bottle." },
    { "keep_sample_now", 3022, HJ212_2025, "control", ROLE_DUTY, NO_ARGS, .data = true,
      .effect_zh = "采样器立即留存一个样品，占用一个样瓶。",
      .effect_en = "The sampler keeps a sample now and uses up a bottle." },
    { "check_standard", 3024, HJ212_2025, "control", ROLE_DUTY, ARGS(NEEDED_POL_ID),
      .effect_zh = "仪器立即做一次标样核查，期间没有有效的监测值。",
      .effect_en = "The instrument checks itself against a standard now; there are no valid values meanwhile." },
    { "get_sampling_cycle", 3017, HJ212_2017, "control", ROLE_DUTY, ARGS(NEEDED_POL_ID), .harmless = true, .data = true,
      .effect_zh = "设备报告采样周期，什么也不改变。",
      .effect_en = "The device tells its sampling cycle; nothing is changed." },
    { "set_sampling_cycle", 3016, HJ212_2017, "control", ROLE_DUTY, ARGS(NEEDED_POL_ID, START_TIME, CYCLE),
      .effect_zh = "仪器从此按所填的时刻和周期采样。",
      .effect_en = "The instrument samples by this start time and cycle from now on." },
    { "get_result_time", 3018, HJ212_2017, "info", ROLE_DUTY, ARGS(NEEDED_POL_ID), .harmless = true, .data = true,
      .effect_zh = "设备报告从采样到出数的分钟数，什么也不改变。",
      .effect_en = "The device tells how many minutes pass from sample to result; nothing is changed." },
    { "get_identity", 3019, HJ212_2017, "info", ROLE_DUTY, ARGS(NEEDED_POL_ID), .harmless = true, .data = true,
      .effect_zh = "设备报告仪器的唯一标识，什么也不改变。",
      .effect_en = "The device tells the instrument's identity; nothing is changed." },
    { "get_info", 3020, HJ212_2017, "info", ROLE_DUTY, ARGS(POL_ID, INFO_ID, TIME("BeginTime", false, "开始时间", "from"), TIME("EndTime", false, "结束时间", "to")), .harmless = true, .data = true,
      .effect_zh = "设备报告所选的信息，什么也不改变。",
      .effect_en = "The device tells the information chosen; nothing changes." },
    { "set_parameter", 3021, HJ212_2017, "info", ROLE_DUTY, ARGS(POL_ID, INFO_ID, TEXT("Info", 1, 100, true, "参数值", "value")),
      .effect_zh = "设备的这个参数改为所填的值，可能影响之后的监测值。",
      .effect_en = "This parameter of the device is set to the value given, which may affect later values." },
    { "get_alarm_limits", 1021, HJ212_2005, "info", ROLE_DUTY, ARGS(NEEDED_POL_ID), .harmless = true, .data = true,
      .effect_zh = "设备报告污染物的报警门限，什么也不改变。",
      .effect_en = "The device tells its alarm limits; nothing is changed." },
    { "set_alarm_limits", 1022, HJ212_2005, "info", ROLE_DUTY, ARGS(NEEDED_POL_ID, TEXT("LowValue", 1, 14, false, "报警下限", "lower limit"), TEXT("UpValue", 1, 14, true, "报警上限", "upper limit")),
      .effect_zh = "设备从此按新的门限报警。",
      .effect_en = "The device raises alarms by these limits from now on." },
    { "set_alarm_time", 1001, HJ212_2005, "info", ROLE_DUTY, ARGS(TEXT("WarnTime", 1, 14, true, "超限报警时间", "over-limit alarm time")),
      .effect_zh = "设备从此按新的超限报警时间报警（HJ/T 212-2005）。",
      .effect_en = "The device raises over-limit alarms by this time from now on (HJ/T 212-2005)." },
    { "get_platform_address", 1031, HJ212_2005, "safety", ROLE_DUTY, NO_ARGS, .harmless = true, .data = true,
      .effect_zh = "设备报告它所连平台的地址，什么也不改变。",
      .effect_en = "The device tells the platform address it has; nothing is changed." },
    { "set_platform_address", 1032, HJ212_2005, "safety", ROLE_ADMIN, ARGS(TEXT("AlarmTarget", 1, 40, true, "上位机地址", "platform address")),
      .effect_zh = "设备从此连接另一个平台：地址填错，设备就不再回来。",
      .effect_en = "The device connects to another platform from now on: with a wrong address it does not come back." },
    { "set_timeout", 1000, HJ212_2017, "safety", ROLE_DUTY, ARGS(NUMBER("OverTime", 1, 99, "超时时间（秒）", "timeout (s)"), NUMBER("ReCount", 1, 99, "重发次数", "retries")),
      .effect_zh = "设备等待应答的时间和重发次数改为所填的值。",
      .effect_en = "How long the device waits for answers, and how often it sends again, are set to what is given." },
    { "set_password", 1072, HJ212_2017, "safety", ROLE_ADMIN, ARGS(SECRET),
      .effect_zh = "设备与平台从此用新密码通信。请妥善记下：密码不再显示。",
      .effect_en = "Device and platform use the new password from now on. Keep a note of it: it is never shown again." },
    /* Who is on duty may: nobody chooses or sees the key. The platform makes it and sends it enciphered with the one in use. */
    { "new_key", 1014, HJ212_2025, "safety", ROLE_DUTY, NO_ARGS,
      .effect_zh = "平台生成一个新密钥，用现有密钥加密后下发；设备用上新密钥之前，新旧密钥都接受。密钥不显示给任何人。",
      .effect_en = "The platform makes a new key and sends it enciphered with the one in use; both are taken until the device uses the new one. The key is shown to nobody." },
};
// clang-format on

size_t command_count(void)
{
    return COUNT_OF(table);
}

const struct command_spec *command_at(size_t i)
{
    return i < COUNT_OF(table) ? &table[i] : NULL;
}
