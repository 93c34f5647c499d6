/* device_checks.c - what is asked of a data logger. A row of a new edition is one more `.by` entry. Requests come first, so that
 * what is looked at in all frames includes the answers to them. */
#include "base/scoped.h"
#include "conform/clause.h"
#include "conform/device.h"

/* clang-format off */
#define ALL(...) { R25(__VA_ARGS__), S17(__VA_ARGS__), S05(__VA_ARGS__) }
#define SINCE_2017(...) { R25(__VA_ARGS__), S17(__VA_ARGS__) }
#define ONLY_2025(...) { R25(__VA_ARGS__) }
/* Said by one reader of 2025 only. */
#define HEARD_2025(...) { I25(__VA_ARGS__) }
#define OURS(...) { I25(__VA_ARGS__), I17(__VA_ARGS__), I05(__VA_ARGS__) }
/* How a logger of 2005 answers is known from the field only. */
#define ASKED(...) { R25(__VA_ARGS__), S17(__VA_ARGS__), F05("", "2005 版请求应答形式（现场常见） requests of 2005 as the field answers them") }

/* Whether 2025 changed the table of answers is not known. */
#define RETURNED(...) { I25(__VA_ARGS__), S17(__VA_ARGS__), F05("", "2005 版请求应答形式（现场常见） requests of 2005 as the field answers them") }

#define UPLOAD "", "上传命令交互 upload exchange"
#define PACKET "6.3.1 ", "通信包 frame"
#define SEGMENT "6.3.3 ", "数据段 data segment"
#define HABIT "", "现场常见 seen in the field"
#define CODES "表9 ", "命令编码 command codes"
#define REQUEST "表9 ", "请求命令交互 request exchange"
#define HISTORY "", "历史数据交互 history exchange"
#define RETURNS "", "请求返回表 table of request answers"
#define AREA "", "数据区 data area"
#define START "", "DataTime 定义 definition of DataTime"
#define CRC16 "附录A ", "CRC 校验 CRC routine"
#define SYSTEMS "", "系统编码 system codes"
#define CIPHER "", "数据区 SM4 加密 SM4 over the data area"
#define PARTS "", "分包 split packets"
#define MARKS "6.6.4 表8 ", "数据标记 data flags"
#define FACTORS "附录B ", "因子编码 factor codes"

const struct conform_check device_checks[] = {
    { "cmd.1011", "1011", "提取现场机时间", "get the device's time", ASKED(REQUEST), d_command, 1011 },
    { "cmd.1012", "1012", "设置现场机时间", "set the device's time", ASKED(REQUEST), d_command, 1012 },
    { "cmd.1000", "1000", "设置超时与重发次数", "set timeout and retries", ASKED(REQUEST), d_command, 1000 },
    { "cmd.1061", "1061", "提取实时数据间隔", "get the real-time interval", ASKED(REQUEST), d_command, 1061 },
    { "cmd.1062", "1062", "设置实时数据间隔（原值）", "set the real-time interval (to what it is)", ASKED(REQUEST), d_command, 1062 },
    { "cmd.1063", "1063", "提取分钟数据间隔", "get the minute interval", SINCE_2017(REQUEST), d_command, 1063 },
    { "cmd.1064", "1064", "设置分钟数据间隔（原值）", "set the minute interval (to what it is)", SINCE_2017(REQUEST), d_command, 1064 },
    { "cmd.1072", "1072", "设置密码（原值）", "set the password (to what it is)", SINCE_2017(REQUEST), d_command, 1072 },
    { "cmd.2012", "2012", "停止实时数据", "stop real-time data", ASKED(REQUEST), d_command, 2012 },
    { "cmd.2011", "2011", "取实时数据", "start real-time data", ASKED(REQUEST), d_command, 2011 },
    { "cmd.2051", "2051", "取分钟历史数据", "minute history", ASKED(HISTORY), d_history, 2051 },
    { "cmd.2061", "2061", "取小时历史数据", "hour history", ASKED(HISTORY), d_history, 2061 },
    { "cmd.2031", "2031", "取日历史数据", "day history", ASKED(HISTORY), d_history, 2031 },
    { "cmd.2061-one", "2061", "BeginTime = EndTime 只取一个时段", "BeginTime = EndTime asks for one period", ASKED(HISTORY), d_one_period, 0 },
    { "cmd.3011", "3011", "零点量程校准", "zero and span calibration", ASKED(REQUEST), d_command, 3011 },
    { "cmd.3012", "3012", "即时采样", "sample now", ASKED(REQUEST), d_command, 3012 },

    { "refuse.pw", "9011", "密码错误：QnRtn=3", "a wrong PW: QnRtn=3", RETURNED(RETURNS), d_refuse, REFUSE_PW },
    { "refuse.cn", "9011", "未知命令：QnRtn=8", "an unknown CN: QnRtn=8", { I25(RETURNS), S17(RETURNS) }, d_refuse, REFUSE_CN },
    { "refuse.mn", "9011", "MN 错误：QnRtn=4 或不理会", "a wrong MN: QnRtn=4, or let pass", { I25(RETURNS), I17(RETURNS) }, d_refuse, REFUSE_MN },
    { "refuse.st", "9011", "ST 错误：QnRtn=5", "a wrong ST: QnRtn=5", { I25(RETURNS), I17(RETURNS) }, d_refuse, REFUSE_ST },
    { "refuse.crc", "9011", "CRC 错误的请求不执行", "a request with a wrong CRC is not carried out", ASKED(CRC16), d_survive, SURVIVE_CRC },
    { "refuse.torn", "*", "请求逐字节到达", "a request that comes byte by byte", ASKED(PACKET), d_survive, SURVIVE_TORN },
    { "refuse.glued", "*", "两个请求连在一起", "two requests in one write", OURS(PACKET), d_survive, SURVIVE_GLUED },
    { "refuse.rubbish", "*", "请求前有乱码", "rubbish before a request", ASKED(PACKET), d_survive, SURVIVE_RUBBISH },
    { "refuse.repeat", "*", "重发的请求再次应答", "a repeated request is answered again", OURS(REQUEST), d_survive, SURVIVE_REPEAT },

    { "send.again", "*", "没有 9014 时超时重发同一报文", "without a 9014 the same frame is sent again after OverTime", ALL(UPLOAD), d_again, 0 },
    { "send.count", "*", "重发次数不超过 ReCount", "no more than ReCount times", OURS(UPLOAD), d_again_count, 0 },
    { "send.stops", "*", "得到应答后不再重发", "not again once answered", ALL(UPLOAD), d_again_stops, 0 },

    { "frame.length", "*", "数据段长度", "length digits", ALL(PACKET), d_each, EACH_LENGTH },
    { "frame.crc", "*", "CRC 校验", "CRC", ALL(CRC16), d_each, EACH_CRC },
    { "frame.case", "*", "CRC 大写", "upper-case CRC", OURS(CRC16), d_each, EACH_CASE },
    { "frame.tail", "*", "包尾", "tail", ALL(PACKET), d_each, EACH_TAIL },
    { "frame.size", "*", "数据段不超过 1024", "segment of at most 1024", ALL(PACKET), d_each, EACH_SIZE },

    { "head.order", "*", "字段次序", "order of the fields", ALL(SEGMENT), d_each, EACH_ORDER },
    { "head.qn", "*", "QN 格式", "form of QN", ALL(SEGMENT), d_each, EACH_QN },
    { "head.no-qn", "*", "上传不带 QN", "uploads without QN", { S05(SEGMENT) }, d_each, EACH_NO_QN },
    { "head.qn-once", "*", "QN 不重复", "a QN is never used twice", SINCE_2017(SEGMENT), d_qn_once, 0 },
    { "head.flag", "*", "Flag 版本位", "Flag's version bits", ALL(SEGMENT), d_each, EACH_FLAG },
    { "head.packet", "*", "分包标志与 PNUM、PNO", "packet bit, PNUM and PNO", ALL(SEGMENT), d_each, EACH_PACKET },
    { "head.st", "*", "系统编码", "system code", ALL(SYSTEMS), d_each, EACH_ST },
    { "head.st91", "9011", "应答的系统编码 91", "system code 91 in answers", ALL(SYSTEMS), d_each, EACH_ANSWER_ST },
    { "head.cn", "*", "命令编码", "command code", ALL(CODES), d_each, EACH_CN },
    { "head.pw", "*", "访问密码", "password", ALL(SEGMENT), d_each, EACH_PW },
    { "head.mn", "*", "设备唯一标识", "device identity", ALL(SEGMENT), d_each, EACH_MN },
    { "head.cp", "*", "数据区定界 && &&", "the data area's && &&", ALL(SEGMENT), d_each, EACH_CP },

    { "item.syntax", "*", "数据项书写", "how items are written", ALL(AREA), d_each, EACH_SYNTAX },
    { "item.time", "*", "DataTime 格式", "form of DataTime", ALL(AREA), d_each, EACH_TIME },
    { "item.start-2051", "2051", "分钟数据的 DataTime 为时段开始", "minute data: DataTime is the period's start", ALL(START), d_each, EACH_START_2051 },
    { "item.start-2061", "2061", "小时数据的 DataTime 为时段开始", "hour data: DataTime is the period's start", ALL(START), d_each, EACH_START_2061 },
    { "item.start-2031", "2031", "日数据的 DataTime 为时段开始", "day data: DataTime is the period's start", ALL(START), d_each, EACH_START_2031 },
    { "item.now-2011", "2011", "实时数据的 DataTime 为读数时刻", "real-time data: DataTime is the moment of the reading", OURS(START), d_each, EACH_NOW_2011 },
    { "item.mark", "*", "数据标记", "data flags", { I25(MARKS), S17(MARKS), F05(HABIT) }, d_each, EACH_MARK },
    { "item.suffix", "*", "数据项后缀", "suffixes", { I25(AREA), S17(AREA), I05(AREA) }, d_each, EACH_SUFFIX },
    { "item.code", "*", "因子编码", "factor codes", { I25(FACTORS), I17(FACTORS) }, d_each, EACH_CODE },
    { "item.number", "*", "数值", "numbers", ALL(AREA), d_each, EACH_NUMBER },
    { "item.spread", "*", "最小 ≤ 平均 ≤ 最大", "Min ≤ Avg ≤ Max", OURS(AREA), d_each, EACH_SPREAD },
    { "head.rf", "*", "RF 只能为 1，且只用于数据上传", "RF is 1 or absent, and in uploads only", ONLY_2025(SEGMENT), d_each, EACH_RF },
    { "cipher.uploads", "*", "数据上传加密（经互联网时必须）", "uploads are enciphered (a must over the internet)", HEARD_2025(CIPHER), d_each, EACH_CIPHER },
    { "split.parts", "*", "分包齐全且各带 DataTime", "split uploads are complete, each part with DataTime", { I25(PARTS), S17(PARTS), I05(PARTS) }, d_split, 0 },
};
/* clang-format on */
const size_t n_device_checks = COUNT_OF(device_checks);
