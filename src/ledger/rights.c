/* rights.c - who may open a case or take an action: role and unit together. */
#include <errno.h>
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

/* Those who act for a unit: its responsible people; for the supervising unit those who supervise. */
static bool acts_for(const struct ledgers *l, const char *field, const json_t *fields,
                     const struct actor *who)
{
    enum role r = who->role;
    if (!in_unit(who, fields_unit(l, fields, field)))
        return false;
    if (strcmp(field, "supervisor") == 0)
        return r == ROLE_SUPERVISOR || r == ROLE_LEADER || r == ROLE_DUTY || r == ROLE_ADMIN;
    return r == ROLE_RESPONSIBLE || r == ROLE_ADMIN;
}

static bool has_one(const struct ledgers *l, const struct part *p, const json_t *fields, const char *author,
                    const struct actor *who)
{
    enum role r = who->role;
    switch (p->by) {
    case BY_OFFICE:
        return is_office(who);
    case BY_LEADER:
        return r == ROLE_LEADER || r == ROLE_ADMIN;
    case BY_REVIEWER:
        return r == ROLE_REVIEWER || r == ROLE_ADMIN;
    case BY_SUPERVISOR:
        return r == ROLE_SUPERVISOR || r == ROLE_ADMIN;
    case BY_RESPONSIBLE:
        return r == ROLE_RESPONSIBLE || r == ROLE_ADMIN;
    case BY_PUBLIC:
        return true;
    case BY_AUTHOR:
        return r != ROLE_PUBLIC && author && strcmp(author, who->name) == 0;
    case BY_REPORTER:
        return r == ROLE_PUBLIC && who->holder;
    case BY_UNIT:
        return acts_for(l, p->field, fields, who);
    case BY_USER:
        return r != ROLE_PUBLIC && strcmp(json_str(fields, p->field, ""), who->name) == 0;
    case BY_COUNT:
        break;
    }
    return false;
}

bool has_part(const struct ledgers *l, const struct parts *p, const json_t *fields, const char *author,
              const struct actor *who)
{
    for (size_t i = 0; i < p->n; i++)
        if (has_one(l, &p->part[i], fields, author, who))
            return true;
    return false;
}

const struct actor *reader_of(const struct ledgers *l, const struct loaded *c, const struct actor *who)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    bool may = who && (!c->def->read_by.n ||
                       has_part(l, &c->def->read_by, fields, json_str(c->doc, "author", NULL), who));
    return may ? who : NULL;
}

int reader_check(const struct ledgers *l, const struct loaded *c, const struct actor *who, struct err *e)
{
    struct said parts;
    if (reader_of(l, c, who) == who)
        return 0;
    parts_say(l, c->def, &c->def->read_by, NULL, &parts);
    return err_named(e, -EPERM, "case.forbidden",
                     "这个台账的事项只由%.200s查看 | cases of this ledger are read by %.200s", parts.zh,
                     parts.en);
}

static bool is_named(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_string_value(json_array_get(list, i)), name) == 0)
            return true;
    return false;
}

/* The people of a unit field's unit and of units that depend on it, also of the units that cases merged into this one named there. */
static bool is_of_unit(const struct ledgers *l, const struct loaded *c, const char *field,
                       const struct actor *who)
{
    const struct unit *u = fields_unit(l, json_object_get(c->doc, "fields"), field);
    const json_t *sources = json_object_get(c->doc, "sources");
    bool is = u && place_unit_within(l->place, who->unit, u->id);
    for (size_t i = 0; !is && i < json_array_size(sources); i++) {
        const json_t *people = json_object_get(json_array_get(sources, i), "people"),
                     *codes = json_object_get(json_object_get(people, "units"), field);
        for (size_t k = 0; !is && k < json_array_size(codes); k++) {
            u = place_unit_by_code(l->place, json_string_value(json_array_get(codes, k)));
            is = u && place_unit_within(l->place, who->unit, u->id);
        }
    }
    return is;
}

json_t *parts_acted(const struct ledgers *l, const struct loaded *c, const struct actor *who)
{
    json_t *all = json_array();
    for (size_t i = 0; i < c->def->n_fields; i++) {
        const struct field *f = &c->def->field[i];
        if (f->type == FIELD_UNIT && is_of_unit(l, c, f->id, who))
            json_array_append_new(all, json_string(f->id));
    }
    return all;
}

/* ---- in words ---- */

static const struct said roles_said[BY_COUNT] = {
    [BY_OFFICE] = { "值班、领导或管理员", "duty, leader or admin" },
    [BY_LEADER] = { "领导或管理员", "a leader or admin" },
    [BY_REVIEWER] = { "复核人员", "a reviewer" },
    [BY_SUPERVISOR] = { "督导人员", "a supervisor" },
    [BY_RESPONSIBLE] = { "各单位责任人员", "a responsible person" },
    [BY_PUBLIC] = { "公众", "anyone" },
    [BY_AUTHOR] = { "立案人", "who opened it" },
    [BY_REPORTER] = { "持查询号的本人", "whoever holds its query number" }
};

static void add(struct said *s, const char *zh, const char *en)
{
    size_t a = strlen(s->zh), b = strlen(s->en);
    snprintf(s->zh + a, sizeof s->zh - a, "%s%s", a ? "，或" : "", zh);
    snprintf(s->en + b, sizeof s->en - b, "%s%s", b ? "; or " : "", en);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static void say_unit(const struct ledgers *l, const struct field *f, const json_t *fields, struct said *ret)
{
    const struct unit *u = fields ? fields_unit(l, fields, f->id) : NULL;
    const char *part = strcmp(f->id, "supervisor") == 0 ? "督导" : "责任";
    struct said s;
    if (fields) {
        snprintf(s.zh, sizeof s.zh, "%s（%s）的%s人员", f->label, u ? u->name : "？", part);
        snprintf(s.en, sizeof s.en, "the %c%s (%s)", lower(*f->label_en), *f->label_en ? f->label_en + 1 : "",
                 u ? u->name_en : "?");
    } else {
        snprintf(s.zh, sizeof s.zh, "%s的%s人员", f->label, part);
        snprintf(s.en, sizeof s.en, "the %c%s", lower(*f->label_en), *f->label_en ? f->label_en + 1 : "");
    }
    add(ret, s.zh, s.en);
}

void parts_say(const struct ledgers *l, const struct definition *def, const struct parts *p,
               const json_t *fields, struct said *ret)
{
    *ret = (struct said){ 0 };
    for (size_t i = 0; i < p->n; i++) {
        const struct part *one = &p->part[i];
        const struct field *f = one->field ? definition_field(def, one->field) : NULL;
        if (f && one->by == BY_UNIT)
            say_unit(l, f, fields, ret);
        else if (f)
            add(ret, f->label, f->label_en);
        else
            add(ret, roles_said[one->by].zh, roles_said[one->by].en);
    }
    *ret = said_whole(ret);
}

/* ---- acting ---- */

static bool acted(const json_t *people, const char *field, const char *name)
{
    bool owner = strcmp(field, "owner") == 0;
    return is_named(owner ? json_object_get(people, "doers")
                          : json_object_get(json_object_get(people, "workers"), field),
                    name);
}

/* Those of the unit, and whoever acted for it, here or in what was merged into it, and has since moved. */
bool is_of(const struct ledgers *l, const struct loaded *c, const char *field, const struct actor *who)
{
    const json_t *sources = json_object_get(c->doc, "sources");
    bool is = is_of_unit(l, c, field, who) || acted(c->doc, field, who->name);
    for (size_t i = 0; !is && i < json_array_size(sources); i++)
        is = acted(json_object_get(json_array_get(sources, i), "people"), field, who->name);
    return is;
}

bool may_act(const struct ledgers *l, const struct loaded *c, const struct action *a, const struct actor *who,
             struct said *why)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    if (!who) {
        *why = (struct said){ "须先登录", "log in first" };
        return false;
    }
    /* Whatever the role: a unit does not judge its own work, and neither does a person who did it. */
    for (size_t i = 0; i < a->n_never; i++) {
        const struct field *f = definition_field(c->def, a->never[i]);
        if (!is_of(l, c, a->never[i], who))
            continue;
        bool owner = strcmp(a->never[i], "owner") == 0;
        snprintf(why->zh, sizeof why->zh, "“%s”不能由%s的单位或人员自己办理", a->label,
                 owner ? "承担整改" : f->label);
        snprintf(why->en, sizeof why->en, "'%s' is never for the unit or person that %s%s", a->label_en,
                 owner ? "did the work" : "acted as ", owner ? "" : f->label_en);
        *why = said_whole(why);
        return false;
    }
    if (has_part(l, &a->by, fields, json_str(c->doc, "author", NULL), who))
        return true;
    struct said parts;
    parts_say(l, c->def, &a->by, fields, &parts);
    snprintf(why->zh, sizeof why->zh, "“%s”由%.240s办理", a->label, parts.zh);
    snprintf(why->en, sizeof why->en, "'%s' is for %.240s", a->label_en, parts.en);
    *why = said_whole(why);
    return false;
}

/* Without fields, whether it could be with the right ones: the person's own unit in the unit field that opens. */
static bool could_open(const struct definition *def, const struct actor *who)
{
    for (size_t i = 0; i < def->open_by.n; i++) {
        const struct part *p = &def->open_by.part[i];
        bool supervises = p->field && strcmp(p->field, "supervisor") == 0;
        if (p->by == BY_USER && who->role != ROLE_PUBLIC)
            return true;
        if (p->by == BY_UNIT && who->unit &&
            (supervises ? who->role == ROLE_SUPERVISOR || is_office(who)
                        : who->role == ROLE_RESPONSIBLE || who->role == ROLE_ADMIN))
            return true;
    }
    return false;
}

bool may_open(const struct ledgers *l, const struct definition *def, const json_t *fields,
              const struct actor *who, bool *ret_public, struct said *why)
{
    static const struct actor nobody = { .name = "", .role = ROLE_PUBLIC };
    struct parts people = { 0 };
    bool anyone = false;
    for (size_t i = 0; i < def->open_by.n; i++)
        if (def->open_by.part[i].by == BY_PUBLIC)
            anyone = true;
        else
            people.part[people.n++] = def->open_by.part[i];
    if (!who)
        who = &nobody;
    *ret_public = false;
    if (strcmp(who->name, "system") == 0 || has_part(l, &people, fields, NULL, who) ||
        (!fields && could_open(def, who)))
        return true;
    *ret_public = anyone;
    if (anyone)
        return true;
    struct said parts;
    parts_say(l, def, &def->open_by, NULL, &parts);
    snprintf(why->zh, sizeof why->zh, "立案由%.280s办理", parts.zh);
    snprintf(why->en, sizeof why->en, "opening a case is for %.280s", parts.en);
    *why = said_whole(why);
    return false;
}
