#include <errno.h>
#include <string.h>

#include "api/http.h"
#include "base/utf8.h"

/* The stable codes (docs/api/openapi.yaml) with their status and a sentence in each language for where the error itself speaks only
 * one of them. */
static const struct code {
    const char *name;
    int status;
    const char *zh, *en;
} codes[] = {
    { "bad_input", 400, "输入有误", "bad input" },
    { "json.syntax", 400, "JSON 格式有误", "the body is not JSON" },
    { "json.range", 400, "JSON 中的整数过大", "a whole number of the body is too large" },
    { "auth.required", 401, "请先登录", "sign in first" },
    { "auth.wrong", 401, "用户名或密码不正确", "wrong user name or password" },
    { "auth.forbidden", 403, "当前角色无权进行此操作", "this role may not do that" },
    { "auth.too_many", 429, "登录失败次数过多，请稍后再试", "too many failed logins, try again later" },
    { "case.forbidden", 403, "无权对该事项进行此操作", "not allowed on this case" },
    { "case.gate_unmet", 409, "监测数据尚未满足销号条件",
      "the measured data do not meet the closure gate yet" },
    { "case.no_such_action", 409, "该事项当前状态没有此操作",
      "the case has no such action in its present state" },
    { "case.merged", 409, "该事项已并入另一事项", "the case is merged into another" },
    { "case.merge", 409, "这两个事项不能这样合并", "these cases cannot be merged like that" },
    { "case.move", 409, "该事项不符合现行定义", "the case does not fit the current definition" },
    { "case.field_missing", 400, "缺少必填项", "a required field is missing" },
    { "case.closed", 409, "该事项已销号", "the case is closed" },
    { "draw.seed_used", 409, "这个种子已经抽取过", "this seed has been drawn with" },
    { "conflict", 409, "与当前状态冲突", "conflicts with the present state" },
    { "import.faulty", 409, "有问题行，没有导入", "rows have faults, nothing was entered" },
    { "paper.no_font", 503, "服务器没有中文字体", "no font for Chinese is installed" },
    { "device.offline", 409, "设备未连接", "the device is not connected" },
    { "device.busy", 409, "该设备已有多条命令在等待", "commands are waiting for this device already" },
    { "device.taken", 409, "该点位已有设备，或该设备已属于另一点位",
      "the site has a device already, or the device belongs to another site" },
    { "device.edition", 400, "设备的协议版本不支持该命令", "the device's edition has no such command" },
    { "device.weak_key", 400, "密钥固定或有规律，标准不允许", "a fixed or patterned key is forbidden" },
    { "device.no_key", 409, "该设备还没有密钥，请先设置首个密钥", "the device has no key yet" },
    { "device.key_change", 409, "该设备的密钥正在更换", "a change of this device's key is under way" },
    { "case.moved_on", 409, "该事项已由他人办理", "somebody else moved the case on" },
    { "capture.changed", 409, "现场记录与封存时不符", "the record is not what was sealed" },
    { "file.changed", 409, "附件与拍摄时不符", "the file is not the one that was recorded" },
    { "once.other", 409, "该标识已用于另一请求", "the key stands for another request" },
    { "file.type", 400, "不接收这种文件", "this kind of file is not taken" },
    { "upload.too_many", 429, "上传过于频繁，请稍后再试", "too many uploads, try again later" },
    { "report.too_many", 429, "提交过于频繁，请稍后再试", "too many reports, try again later" },
    { "not_found", 404, "没有找到", "not found" },
    { "method", 405, "此地址不支持该方法", "the address does not take this method" },
    { "too_large", 413, "提交的内容过大", "the body is too large" },
    { "media_type", 415, "请求须为 application/json", "the request must be application/json" },
    { "disk_full", 507, "磁盘已满，未保存", "the disk is full, nothing was stored" },
    { "busy", 503, "服务繁忙，请稍后再试", "the server is busy, try again later" },
    { "internal", 500, "服务器内部错误", "internal error" },
};

static const struct {
    int code;
    const char *name;
} by_errno[] = {
    { -EINVAL, "bad_input" },     { -EILSEQ, "bad_input" },      { -ERANGE, "bad_input" },
    { -EBADMSG, "bad_input" },    { -EDOM, "bad_input" },        { -ENOENT, "not_found" },
    { -EPERM, "auth.forbidden" }, { -EACCES, "auth.forbidden" }, { -EAGAIN, "conflict" },
    { -EEXIST, "conflict" },      { -EBUSY, "conflict" },        { -EFBIG, "too_large" },
    { -EMSGSIZE, "too_large" },   { -ENOSPC, "disk_full" },      { -EOPNOTSUPP, "method" },
};

static const struct code *code_named(const char *name)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(codes[i].name, name) == 0)
            return &codes[i];
    return NULL;
}

static const struct code *code_of(int code)
{
    const char *name = "internal";
    for (size_t i = 0; i < sizeof by_errno / sizeof *by_errno; i++)
        if (by_errno[i].code == code)
            name = by_errno[i].name;
    return code_named(name);
}

/* Whether the sentence has a Chinese character in it. */
static bool is_chinese(const char *s)
{
    for (size_t n = strlen(s), len; n; s += len, n -= len) {
        uint32_t cp = utf8_decode(s, n, &len);
        if (cp >= 0x4e00 && cp <= 0x9fff)
            return true;
    }
    return false;
}

int error_write(const struct err *e, struct buf *out)
{
    const struct code *known = e->name && *e->name ? code_named(e->name) : NULL;
    /* A name this table does not know keeps its word and takes its status from the number. */
    const struct code *code = known ? known : code_of(e->code);
    const char *name = e->name && *e->name ? e->name : code->name;
    const char *text =
        code->status == 500 ? "" : e->text; /* what broke inside is for the log, not for the client */

    struct buf own = BUF_INIT, own_en = BUF_INIT;
    const char *bar = strstr(text, " | ");
    if (bar) { /* "中文 | English", as the ledgers speak */
        buf_add(&own, text, (size_t)(bar - text));
        buf_adds(&own_en, bar + 3);
    } else if (!*text) {
        buf_adds(&own, code->zh);
        buf_adds(&own_en, code->en);
    } else if (is_chinese(text)) {
        buf_adds(&own, text);
        buf_addf(&own_en, "%s: %s", code->en, text);
    } else {
        buf_addf(&own, "%s：%s", code->zh, text);
        buf_adds(&own_en, text);
    }

    struct jw w = JW(out);
    jw_object(&w);
    jw_key(&w, "error");
    jw_object(&w);
    jw_kstr(&w, "code", name);
    jw_kstr(&w, "message", own.data);
    jw_kstr(&w, "message_en", own_en.data);
    jw_end_object(&w);
    jw_end_object(&w);
    buf_release(&own);
    buf_release(&own_en);
    return code->status;
}
