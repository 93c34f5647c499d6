/* demo_people.c - the demo's accounts and its confirmed plan. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/password.h"
#include "app/demo.h"
#include "base/file.h"
#include "base/scoped.h"

static const struct {
    const char *name, *display, *unit;
    enum role role;
} accounts[] = {
    { "admin", "系统管理员", "bureau", ROLE_ADMIN },
    { "leader", "林局长", "bureau", ROLE_LEADER },
    { "duty", "值班员 沈岚", "bureau", ROLE_DUTY },
    { "reviewer", "数据审核员 郑昀", "bureau", ROLE_REVIEWER },
    { "supervisor", "督察科 秦川", "bureau", ROLE_SUPERVISOR },
    { "water", "市水务局 罗溪", "water", ROLE_SUPERVISOR },
    { "housing", "市住建局 宋安", "housing", ROLE_SUPERVISOR },
    { "lingang", "临港区 许峰", "gov-lingang", ROLE_RESPONSIBLE },
    { "yunxi", "云溪区 高远", "gov-yunxi", ROLE_RESPONSIBLE },
    { "wanghai", "望海区 梁波", "gov-wanghai", ROLE_RESPONSIBLE },
    { "qingyu", "青屿区 程岛", "gov-qingyu", ROLE_RESPONSIBLE },
    { "dongzhou", "东洲县 田禾", "gov-dongzhou", ROLE_RESPONSIBLE },
    { "beiping", "北屏县 石岩", "gov-beiping", ROLE_RESPONSIBLE },
    { "agri", "市农业农村局 苗青", "agri", ROLE_SUPERVISOR },
    { "industry", "市工信局 方正", "industry", ROLE_RESPONSIBLE },
    { "transport", "市交通局 路平", "transport", ROLE_RESPONSIBLE },
    { "chem", "海湾化工 陈工", "chem", ROLE_RESPONSIBLE },
    { "power", "碧湾热电 韩工", "power", ROLE_RESPONSIBLE },
    { "paper", "云溪纸业 吴工", "paper", ROLE_RESPONSIBLE },
    { "wwtp", "污水处理厂 何工", "wwtp", ROLE_RESPONSIBLE },
    { "law1", "执法支队 顾铭", "brigade", ROLE_SUPERVISOR },
    { "law2", "执法支队 夏青", "brigade", ROLE_SUPERVISOR },
    { "law3", "执法支队 白桦", "brigade", ROLE_SUPERVISOR },
    { "law4", "执法支队 汤沐", "brigade", ROLE_SUPERVISOR },
    { "brigade", "执法支队办案组 钱坤", "brigade", ROLE_RESPONSIBLE },
    { "monitoring", "监测中心 水清", "monitoring", ROLE_RESPONSIBLE },
    { "carrier", "危货运输 马师傅", "carrier", ROLE_RESPONSIBLE },
    { "disposer", "固废处置 周工", "disposer", ROLE_RESPONSIBLE },
    { "plating", "表面处理 邱工", "plating", ROLE_RESPONSIBLE },
    { "brewery", "望海酿造 曲工", "brewery", ROLE_RESPONSIBLE },
    { "cement", "东洲水泥 石工", "cement", ROLE_RESPONSIBLE },
    { "auditor", "环安咨询 审核员 何静", "auditor", ROLE_RESPONSIBLE },
    { "operator", "站点运维 罗技", "station-ops", ROLE_RESPONSIBLE },
    { "province", "省站审核 顾凡", "province", ROLE_REVIEWER },
    { "ndt", "无损检测 丁工", "ndt", ROLE_RESPONSIBLE },
};

int demo_write_people(struct demo *d, struct err *e)
{
    int r = password_make(d->password, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *shown = json_pack("{s:s, s:[]}", "password", d->password, "accounts");
    char hash[PASSWORD_HASH];
    /* The accounts share the password, so they may share its salted hash; it takes 64 MiB and a tenth of a second to make. */
    r = password_hash(d->password, hash, e);
    for (size_t i = 0; r == 0 && i < COUNT_OF(accounts); i++) {
        const struct unit *unit = place_unit_by_code(d->core.place, accounts[i].unit);
        struct user u = { .role = accounts[i].role, .unit = unit ? unit->id : 0 };
        snprintf(u.name, sizeof u.name, "%s", accounts[i].name);
        snprintf(u.display, sizeof u.display, "%s", accounts[i].display);
        snprintf(u.hash, sizeof u.hash, "%s", hash);
        r = ledger_put_user(d->core.store, &u, NULL, e);
        json_array_append_new(json_object_get(shown, "accounts"),
                              json_pack("{s:s, s:s, s:s, s:s}", "name", u.name, "display", u.display, "role",
                                        role_name(u.role), "unit", unit ? unit->name : ""));
    }
    char path[4200];
    scoped(freep) char *text = json_dumps(shown, JSON_INDENT(1));
    snprintf(path, sizeof path, "%s/demo-accounts.json", d->dir);
    if (r == 0)
        r = text ? file_replace(path, text, strlen(text), 0600, e) : err_set(e, -ENOMEM, "out of memory");
    return r;
}
