/* platform_checks.c - what is asked of a platform. A row of a new edition is one more `.by` entry (clause.h). */
#include "base/scoped.h"
#include "conform/clause.h"
#include "conform/platform.h"

/* clang-format off */
#define ALL(...) { R25(__VA_ARGS__), S17(__VA_ARGS__), S05(__VA_ARGS__) }
#define SINCE_2017(...) { R25(__VA_ARGS__), S17(__VA_ARGS__) }
#define ONLY_2025(...) { R25(__VA_ARGS__) }
/* Said by one reader of 2025 only. */
#define HEARD_2025(...) { I25(__VA_ARGS__) }
#define FIELD(...) { F25(__VA_ARGS__), F17(__VA_ARGS__), F05(__VA_ARGS__) }
#define OURS(...) { I25(__VA_ARGS__), I17(__VA_ARGS__), I05(__VA_ARGS__) }
/* The upload exchange is in both texts; how an answer of 2005 looks is known from the field. */
#define ANSWER(...) { R25(__VA_ARGS__), S17(__VA_ARGS__), F05("", "2005 版应答形式（现场常见） answers of 2005 as the field sends them") }

#define UPLOAD "", "上传命令交互 upload exchange"
#define PACKET "6.3.1 ", "通信包 frame"
#define SEGMENT "6.3.3 ", "数据段 data segment"
#define CODES "表9 ", "命令编码 command codes"
#define RESYNC "6.3.1 ", "以长度定界 frames are found by their length"
#define HABIT "", "现场常见 seen in the field"
#define CRC16 "附录A ", "CRC 校验 CRC routine"
#define SYSTEMS "", "系统编码 system codes"
#define HISTORY_UP "", "历史数据 history uploads"
#define PARTS "", "分包 split packets"
#define EXAMPLES "", "示例 examples"
#define PASSWORD "", "PW 访问密码 access password"
#define CIPHER "", "数据区 SM4 加密 SM4 over the data area"
#define KEYS "", "密钥更换（仅一处转述） change of keys (one reader)"
#define JOINING "", "入网（仅一处转述） joining (one reader)"
#define IDENTITY "", "MN 设备唯一标识 device identity"
#define FIRST "6.7 ", "首次连接 first contact"

const struct conform_check platform_checks[] = {
    { "ack.answered", "9014", "上传在 OverTime 内得到应答", "an upload is answered within OverTime", ALL(UPLOAD), p_ack_answered, 0 },
    { "ack.length", "9014", "应答的数据段长度", "the answer's length digits", ALL(PACKET), p_ack_field, ACK_LENGTH },
    { "ack.crc", "9014", "应答的 CRC", "the answer's CRC", ALL(CRC16), p_ack_field, ACK_CRC },
    { "ack.tail", "9014", "应答的结尾", "the answer's tail", ALL(PACKET), p_ack_field, ACK_TAIL },
    { "ack.qn", "9014", "应答使用上传的 QN", "the answer has the upload's QN", SINCE_2017(UPLOAD), p_ack_field, ACK_QN },
    { "ack.st", "9014", "应答 ST=91", "the answer has ST=91", ALL(SYSTEMS), p_ack_field, ACK_ST },
    { "ack.flag", "9014", "应答的 Flag", "the answer's Flag", ANSWER(SEGMENT), p_ack_field, ACK_FLAG },
    { "ack.identity", "9014", "应答重复 PW 与 MN", "the answer repeats PW and MN", ANSWER(UPLOAD), p_ack_field, ACK_ID },
    { "ack.cp", "9014", "应答的 CP 为空", "the answer's CP is empty", SINCE_2017(UPLOAD), p_ack_field, ACK_CP },
    { "ack.form2005", "9014", "2005 版应答形式：CP 内写明所应答的命令", "an answer of 2005 names the command inside CP", { F05(HABIT) }, p_ack_field, ACK_FORM_2005 },
    { "ack.quiet", "9014", "应答位为 0 时不应答", "no answer when the answer bit is clear", ALL(SEGMENT), p_ack_quiet, 0 },
    { "ack.repeat", "9014", "重发的报文再次应答", "a repeated upload is answered again", ALL(UPLOAD), p_ack_repeat, 0 },
    { "ack.early", "9014", "收完报文才应答", "no answer before the frame is complete", ALL(UPLOAD), p_ack_early, 0 },
    { "ack.once", "9014", "一个报文只应答一次", "one answer for one frame", OURS(UPLOAD), p_ack_once, 0 },

    { "up.2051", "2051", "分钟数据", "minute data", ALL(CODES), p_up, 2051 },
    { "up.2061", "2061", "小时数据", "hour data", ALL(CODES), p_up, 2061 },
    { "up.2031", "2031", "日数据", "day data", ALL(CODES), p_up, 2031 },
    { "up.2021", "2021", "设备运行状态", "plant run states", OURS(CODES), p_up, 2021 },
    { "up.2041", "2041", "设备运行时间日历史", "plant running time", OURS(CODES), p_up, 2041 },
    { "up.2081", "2081", "数采仪开机时间", "logger start time", { I25(CODES), I17(CODES) }, p_up, 2081 },

    { "up.2013", "2013", "周期测量原始数据", "raw periodic measurements", HEARD_2025(CODES), p_up, 2013 },
    { "up.2052", "2052", "噪声单次测量数据", "a single noise measurement", HEARD_2025(CODES), p_up, 2052 },
    { "up.2062", "2062", "自动标样核查数据", "automatic standard check data", HEARD_2025(CODES), p_up, 2062 },
    { "up.2111", "2111", "炉膛温度五分钟均值", "furnace temperature, 5-minute means", HEARD_2025(CODES), p_up, 2111 },
    { "up.rf", "2061", "补传数据 RF=1", "a re-sent report, RF=1", ONLY_2025(SEGMENT), p_resent, 0 },

    { "cipher.raw", "2011", "SM4 密文上传", "an enciphered upload", ONLY_2025(CIPHER), p_cipher, CIPHER_RAW },
    { "cipher.printed", "2011", "密文以 {0x..} 文本发送", "the cipher sent as {0x..} text", { F25(HABIT) }, p_cipher, CIPHER_PRINTED },
    { "cipher.damaged", "2011", "损坏的密文不得应答为成功", "a damaged cipher is not acknowledged as good", ONLY_2025(CIPHER), p_cipher, CIPHER_DAMAGED },
    { "cipher.key", "1014", "设备申请新密钥，平台下发", "a device asks for a new key and gets one", HEARD_2025(KEYS), p_key, 0 },
    { "id.join", "1001", "入网：上传硬件标识得到 9013", "joining: the hardware ids are answered 9013", HEARD_2025(JOINING), p_join, 0 },

    { "notice.1013", "1013", "校时请求得到 9013", "a device asking for the time is answered 9013", SINCE_2017(CODES), p_notice, 1013 },
    { "notice.1012", "1012", "校时请求后平台下发 1012", "then the platform sets the time with 1012", SINCE_2017(CODES), p_notice, 1012 },
    { "notice.9015", "9015", "心跳得到 9013（2025 前为私有扩展）", "a heartbeat is answered 9013 (private before 2025)", { R25(CODES), F17(HABIT) }, p_notice, 9015 },

    { "stream.torn", "*", "在每个字节处断开", "torn at every byte", ALL(RESYNC), p_torn, 0 },
    { "stream.slow", "*", "逐字节慢速发送", "sent byte by byte", ALL(RESYNC), p_slow, 0 },
    { "stream.glued", "*", "两个报文连在一起", "two frames in one write", ALL(RESYNC), p_glued, 2 },
    { "stream.hundred", "*", "一次写入 100 个报文", "100 frames in one write", ALL(RESYNC), p_glued, 100 },
    { "stream.rubbish", "*", "报文前有乱码", "rubbish before a frame", ALL(RESYNC), p_damage, DAMAGE_RUBBISH },
    { "stream.hashes", "*", "报文前有假包头", "false heads before a frame", ALL(RESYNC), p_damage, DAMAGE_HASHES },
    { "stream.crc", "*", "CRC 错误的报文被丢弃，连接保持", "a frame with a wrong CRC is dropped, the line lives on", ALL(CRC16), p_damage, DAMAGE_CRC },
    { "stream.long", "*", "长度偏大的报文", "length digits too large", ALL(RESYNC), p_damage, DAMAGE_LONG },
    { "stream.short", "*", "长度偏小的报文", "length digits too small", ALL(RESYNC), p_damage, DAMAGE_SHORT },
    { "stream.digits", "*", "长度不是数字的报文", "a length that is no number", ALL(RESYNC), p_damage, DAMAGE_DIGITS },
    { "stream.garbage", "*", "256 KB 乱码后恢复", "recovers after 256 KB of garbage", ALL(RESYNC), p_garbage, 0 },
    { "stream.cut", "*", "报文中途断线，重连后重发", "cut in the middle, sent again on a new line", ALL(UPLOAD), p_cut, 0 },
    { "stream.1024", "*", "数据段 1024 字节", "a segment of 1024 bytes", ALL(PACKET), p_size, 1024 },
    { "stream.1623", "*", "数据段 1623 字节", "a segment of 1623 bytes", FIELD(HABIT), p_size, 1623 },
    { "stream.lf", "*", "只以 LF 结尾", "a tail of LF only", FIELD(HABIT), p_variant, VARIANT_LF },
    { "stream.bare", "*", "没有结尾", "no tail at all", FIELD(HABIT), p_variant, VARIANT_BARE },
    { "stream.lower", "*", "CRC 用小写十六进制", "a CRC in lower case", FIELD(HABIT), p_variant, VARIANT_LOWER },
    { "stream.modbus", "*", "CRC-16/Modbus 方言", "the CRC-16/Modbus dialect", FIELD(HABIT), p_variant, VARIANT_MODBUS },
    { "stream.modbus-swapped", "*", "CRC-16/Modbus 低字节在前", "the same, low byte first", FIELD(HABIT), p_variant, VARIANT_MODBUS_SWAPPED },
    { "stream.serial", "*", "串口变体：长度前有四位地址", "the serial variant: four address digits before the length", FIELD(HABIT), p_variant, VARIANT_SERIAL },

    { "text.blanks", "*", "分号后有空格（标准示例如此）", "blanks after ';' (as in the standard's examples)", ALL(EXAMPLES), p_text, TEXT_BLANKS },
    { "text.semicolon", "*", "CP 前缺分号（标准示例如此）", "no ';' before CP (as in the standard's examples)", ALL(EXAMPLES), p_text, TEXT_SEMICOLON },
    { "text.empty", "*", "空项、结尾多余分号", "empty items and a ';' too many", FIELD(HABIT), p_text, TEXT_EMPTY },
    { "text.flag-last", "*", "Flag 写在 CP 之后", "Flag behind CP", FIELD(HABIT), p_text, TEXT_FLAG_LAST },
    { "text.unknown", "*", "编码表以外的因子与后缀", "factors and suffixes outside the tables", FIELD(HABIT), p_text, TEXT_UNKNOWN },

    { "split.each", "2051", "分包各用各的 QN，逐包应答", "parts with QNs of their own, each answered", { I25(PARTS), S17(PARTS), I05(PARTS) }, p_split, SPLIT_EACH },
    { "split.one-qn", "2051", "各分包使用同一 QN", "one QN for all parts", { F25(HABIT), F17(HABIT) }, p_split, SPLIT_ONE_QN },
    { "split.reverse", "2051", "分包倒序到达", "parts in reverse order", OURS(PARTS), p_split, SPLIT_REVERSE },

    { "time.late", "2061", "七天前的数据", "data of seven days ago", ALL(HISTORY_UP), p_time, TIME_LATE },
    { "time.back", "2061", "数据时间倒退", "data times going backwards", OURS(HISTORY_UP), p_time, TIME_BACK },

    { "id.pw", "*", "密码错误的上传不得应答为成功", "an upload with a wrong PW is not acknowledged as good", OURS(PASSWORD), p_id, ID_PW },
    { "id.mn", "*", "未登记的 MN 不得应答为成功", "an upload of an unknown MN is not acknowledged as good", OURS(IDENTITY), p_id, ID_MN },

    { "req.form", "*", "平台主动请求的格式", "the form of the platform's own requests", ALL(SEGMENT), p_req_form, 0 },
    { "req.first", "*", "首次连接：下发时间、超时、间隔", "first contact: time, timeouts and intervals are set", { I25(FIRST), I17(FIRST) }, p_req_first, 0 },
};
/* clang-format on */
const size_t n_platform_checks = COUNT_OF(platform_checks);
