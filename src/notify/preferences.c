/* preferences.c - how each person wants to be told, a setting "notices:USER" of the ledger store:
 * {"email":ADDRESS,"webhook":URL,"command":ADDRESS,"quiet":{"from":"22:00","to":"07:00"},"off":{"email":["rung"]}}. In the browser everybody is
 * told of everything; `off` names the kinds that do not go by a channel. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "notify/own.h"

static const char *const names[CHANNELS] = { "email", "webhook", "command" };

const char *channel_name(enum channel c)
{
    return names[c];
}

int channel_from_name(const char *name)
{
    for (int i = 0; i < CHANNELS; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

bool channel_ready(const struct notify *n, enum channel c)
{
    const char *needs[CHANNELS] = { n->config.mail_server, n->config.webhook_key_file, n->config.command };
    return needs[c] && *needs[c];
}

static int minute_of(const char *s)
{
    int h, m;
    char end;
    if (strlen(s) != 5 || sscanf(s, "%2d:%2d%c", &h, &m, &end) != 2 || h < 0 || h > 23 || m < 0 || m > 59)
        return -1;
    return h * 60 + m;
}

static int read_tree(struct notify *n, int64_t user, json_t **ret, struct err *e)
{
    char name[48];
    scoped(freep) char *text = NULL;
    snprintf(name, sizeof name, "notices:%" PRId64, user);
    int r = ledger_get_setting(n->config.store, name, &text, NULL);
    if (r < 0 && r != -ENOENT)
        return err_set(e, r, "what %s holds cannot be read", name);
    *ret = NULL;
    if (r == 0 && json_read(text, strlen(text), ret, NULL) < 0)
        *ret = NULL;
    if (!*ret)
        *ret = json_object();
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}

int preferences_read(struct notify *n, int64_t user, struct preferences *ret, struct err *e)
{
    scoped(json_decrefp) json_t *tree = NULL;
    *ret = (struct preferences){ 0 };
    int r = read_tree(n, user, &tree, e);
    if (r < 0)
        return r;
    for (int i = 0; i < CHANNELS; i++)
        snprintf(ret->address[i], sizeof ret->address[i], "%s", json_str(tree, names[i], ""));
    for (int i = 0; i < CHANNELS; i++) {
        const json_t *off = json_object_get(json_object_get(tree, "off"), names[i]);
        for (size_t k = 0; k < json_array_size(off); k++) {
            const char *kind = json_string_value(json_array_get(off, k));
            int bit = kind ? notice_kind(kind) : -1;
            if (bit >= 0)
                ret->off[i] |= UINT32_C(1) << bit;
        }
    }
    const json_t *quiet = json_object_get(tree, "quiet");
    int from = minute_of(json_str(quiet, "from", "")), to = minute_of(json_str(quiet, "to", ""));
    if (from >= 0 && to >= 0) {
        ret->quiet_from = from;
        ret->quiet_to = to;
    }
    return 0;
}

bool preferences_want(const struct preferences *p, enum channel c, const char *kind)
{
    int bit = notice_kind(kind);
    return *p->address[c] && (bit < 0 || !(p->off[c] >> bit & 1u));
}

int64_t preferences_awake(const struct preferences *p, int64_t at)
{
    int64_t day = cn_day_start(cn_day_of(at)), minute = (at - day) / MS_MINUTE;
    int from = p->quiet_from, to = p->quiet_to;
    if (from == to)
        return at;
    if (from < to)
        return minute >= from && minute < to ? day + to * MS_MINUTE : at;
    if (minute >= from)
        return day + MS_DAY + to * MS_MINUTE;
    return minute < to ? day + to * MS_MINUTE : at;
}

int notify_write_preferences(struct notify *n, int64_t user, struct buf *out, struct err *e)
{
    scoped(json_decrefp) json_t *tree = NULL;
    int r = read_tree(n, user, &tree, e);
    if (r < 0)
        return r;
    struct jw w = JW(out);
    jw_object(&w);
    for (int i = 0; i < CHANNELS; i++)
        jw_kstr(&w, names[i], json_str(tree, names[i], ""));
    jw_key(&w, "quiet");
    jw_tree(&w, json_object_get(tree, "quiet"));
    jw_key(&w, "off");
    jw_object(&w);
    for (int i = 0; i < CHANNELS; i++) {
        const json_t *off = json_object_get(json_object_get(tree, "off"), names[i]);
        if (!json_array_size(off))
            continue;
        jw_key(&w, names[i]);
        jw_tree(&w, off);
    }
    jw_end_object(&w);
    jw_key(&w, "kinds");
    jw_array(&w);
    for (size_t i = 0; i < n_notice_kinds; i++)
        jw_str(&w, notice_kinds[i]);
    jw_end_array(&w);
    jw_key(&w, "offered");
    jw_array(&w);
    for (int i = 0; i < CHANNELS; i++)
        if (channel_ready(n, (enum channel)i))
            jw_str(&w, names[i]);
    jw_end_array(&w);
    jw_end_object(&w);
    return 0;
}

/* What a command gets as an address is a number or a name: nothing a program could take for an option, no line ends. */
static bool command_address_ok(const char *s)
{
    if (*s == '-')
        return false;
    for (; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == 0x7f)
            return false;
    return true;
}

static int check_address(struct notify *n, enum channel c, const char *s, struct err *e)
{
    bool ok = c == CHANNEL_EMAIL     ? mail_address_ok(s)
              : c == CHANNEL_WEBHOOK ? webhook_url_ok(s)
                                     : command_address_ok(s);
    if (!channel_ready(n, c))
        return err_named(e, -EINVAL, "bad_input", "%s: 没有开通这种方式 | %s: this channel is not set up",
                         names[c], names[c]);
    if (!ok || strlen(s) > 250)
        return err_named(e, -EINVAL, "bad_input", "%s: 地址不对 | %s: no such address can be", names[c],
                         names[c]);
    return 0;
}

/* {"email": [kinds]}: each once, in the order given. */
static int take_off(const json_t *given, json_t *keep, struct err *e)
{
    const char *channel;
    json_t *list, *kind;
    size_t i;
    scoped(json_decrefp) json_t *off = json_object();
    if (given && !json_is_null(given) && !json_is_object(given))
        return err_named(e, -EINVAL, "bad_input", "off: {channel: [kinds]}");
    json_object_foreach((json_t *)(uintptr_t)given, channel, list)
    {
        uint32_t seen = 0;
        scoped(json_decrefp) json_t *kinds = json_array();
        if (channel_from_name(channel) < 0 || !json_is_array(list))
            return err_named(e, -EINVAL, "bad_input", "off: {channel: [kinds]}");
        json_array_foreach(list, i, kind)
        {
            int bit = json_is_string(kind) ? notice_kind(json_string_value(kind)) : -1;
            if (bit < 0)
                return err_named(e, -EINVAL, "bad_input", "off: 没有这类提醒 | off: there is no such kind");
            if (!(seen >> bit & 1u))
                json_array_append(kinds, kind);
            seen |= UINT32_C(1) << bit;
        }
        if (json_array_size(kinds))
            json_object_set(off, channel, kinds);
    }
    if (json_object_size(off))
        json_object_set(keep, "off", off);
    return 0;
}

int notify_set_preferences(struct notify *n, int64_t user, const json_t *set, struct err *e)
{
    scoped(json_decrefp) json_t *keep = json_object();
    if (!keep)
        return err_set(e, -ENOMEM, "out of memory");
    for (int i = 0; i < CHANNELS; i++) {
        const json_t *v = json_object_get(set, names[i]);
        if (v && !json_is_string(v) && !json_is_null(v))
            return err_named(e, -EINVAL, "bad_input", "%s: not a text", names[i]);
        const char *s = json_str(set, names[i], "");
        int r = *s ? check_address(n, (enum channel)i, s, e) : 0;
        if (r < 0)
            return r;
        if (*s)
            json_object_set_new(keep, names[i], json_string(s));
    }
    const json_t *quiet = json_object_get(set, "quiet");
    if (quiet && !json_is_null(quiet)) {
        const char *from = json_str(quiet, "from", ""), *to = json_str(quiet, "to", "");
        if (minute_of(from) < 0 || minute_of(to) < 0)
            return err_named(e, -EINVAL, "bad_input", "quiet: from and to are times like 22:00");
        json_object_set_new(keep, "quiet", json_pack("{s:s, s:s}", "from", from, "to", to));
    }
    int taken = take_off(json_object_get(set, "off"), keep, e);
    if (taken < 0)
        return taken;
    scoped(freep) char *text = json_dumps(keep, JSON_COMPACT | JSON_SORT_KEYS);
    char name[48];
    snprintf(name, sizeof name, "notices:%" PRId64, user);
    return text ? ledger_put_setting(n->config.store, name, text, e) : err_set(e, -ENOMEM, "out of memory");
}
