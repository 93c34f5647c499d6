/* rights.c - who may take an action: role and unit together. */
#include <stdio.h>
#include <string.h>

#include "ledger/engine.h"

bool is_office(const struct actor *who)
{
    return who->role == ROLE_DUTY || who->role == ROLE_LEADER || who->role == ROLE_ADMIN;
}

static bool in_unit(const struct actor *who, const struct unit *u)
{
    return u && who->unit == u->id;
}

static bool has_part(enum by by, const struct actor *who, const struct unit *owner,
                     const struct unit *supervisor)
{
    enum role r = who->role;
    switch (by) {
    case BY_OWNER:
        return in_unit(who, owner) && (r == ROLE_RESPONSIBLE || r == ROLE_ADMIN);
    case BY_SUPERVISOR:
        return in_unit(who, supervisor) &&
               (r == ROLE_SUPERVISOR || r == ROLE_LEADER || r == ROLE_DUTY || r == ROLE_ADMIN);
    case BY_OFFICE:
        return is_office(who);
    case BY_COUNT:
        break;
    }
    return false;
}

static bool did_work(const json_t *doc, const char *name)
{
    const json_t *doers = json_object_get(doc, "doers");
    for (size_t i = 0; i < json_array_size(doers); i++)
        if (strcmp(json_string_value(json_array_get(doers, i)), name) == 0)
            return true;
    return false;
}

bool may_act(const struct ledgers *l, const struct loaded *c, const struct action *a, const struct actor *who,
             struct said *why)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    const struct unit *owner = fields_unit(l, fields, "owner"),
                      *supervisor = fields_unit(l, fields, "supervisor");
    if (!who) {
        *why = (struct said){ "须先登录", "log in first" };
        return false;
    }
    /* Whatever the role: a unit does not judge its own work, and neither does a person who did it and has since moved. */
    if (a->never_by_owner && (in_unit(who, owner) || did_work(c->doc, who->name))) {
        snprintf(why->zh, sizeof why->zh, "“%s”不能由承担整改的单位或人员自己办理", a->label);
        snprintf(why->en, sizeof why->en, "'%s' is never for the unit or person that did the work",
                 a->label_en);
        return false;
    }
    if (has_part(a->by, who, owner, supervisor))
        return true;
    const struct unit *u = a->by == BY_OWNER ? owner : supervisor;
    if (a->by == BY_OFFICE) {
        snprintf(why->zh, sizeof why->zh, "“%s”由值班、领导或管理员办理", a->label);
        snprintf(why->en, sizeof why->en, "'%s' is for duty, leader or admin", a->label_en);
    } else {
        bool own = a->by == BY_OWNER;
        snprintf(why->zh, sizeof why->zh, "“%s”由%s（%s）的%s人员办理", a->label,
                 own ? "责任单位" : "督导单位", u ? u->name : "？", own ? "责任" : "督导");
        snprintf(why->en, sizeof why->en, "'%s' is for the %s unit (%s)", a->label_en,
                 own ? "responsible" : "supervising", u ? u->name_en : "?");
    }
    return false;
}
