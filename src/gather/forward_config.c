/* The file of targets (docs/forward.md): read strictly, so that a slip of the pen is said and not guessed at. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "gather/forward.h"

static const struct {
    const char *key;
    int64_t least, most, otherwise;
} numbers[] = {
    { "port", 1, 65535, 0 },          { "window", 1, 4096, 256 },
    { "device_window", 1, 64, 1 },    { "over_time", 1, 99, 10 }, /* HJ 212-2017 6.2.1, table 1 */
    { "re_count", 0, 99, 3 },         { "queue_frames", 1000, 100000000, 1000000 },
    { "queue_mb", 1, 1048576, 1024 },
};
enum { PORT, WINDOW, DEVICE_WINDOW, OVER_TIME, RE_COUNT, QUEUE_FRAMES, QUEUE_MB, NUMBERS };

static const char *const other_keys[] = { "name",  "host",    "pw",       "when_full", "sites",
                                          "kinds", "systems", "commands", "tls" };

static int check_keys(const json_t *o, struct err *e)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)o, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < COUNT_OF(numbers) && !known; i++)
            known = strcmp(numbers[i].key, key) == 0;
        for (size_t i = 0; i < COUNT_OF(other_keys) && !known; i++)
            known = strcmp(other_keys[i], key) == 0;
        if (!known)
            return err_set(e, -EINVAL, "no setting '%.40s'", key);
    }
    return 0;
}

static int read_text(const json_t *o, const char *key, char *to, size_t size, bool required, struct err *e)
{
    const json_t *v = json_object_get(o, key);
    if (!v && !required)
        return 0;
    if (!json_is_string(v) || (required && !json_string_length(v)) || json_string_length(v) >= size)
        return err_set(e, -EINVAL, "%s: a text of at most %zu characters is needed", key, size - 1);
    memcpy(to, json_string_value(v), json_string_length(v) + 1);
    return 0;
}

static int read_numbers(const json_t *o, struct forward_target_config *t, struct err *e)
{
    int64_t v[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
        const json_t *j = json_object_get(o, numbers[i].key);
        v[i] = json_is_integer(j) ? json_integer_value(j) : numbers[i].otherwise;
        if ((j && !json_is_integer(j)) || v[i] < numbers[i].least || v[i] > numbers[i].most)
            return err_set(e, -EINVAL, "%s: a whole number from %lld to %lld is needed", numbers[i].key,
                           (long long)numbers[i].least, (long long)numbers[i].most);
    }
    t->port = (int)v[PORT];
    t->window = (size_t)v[WINDOW];
    t->device_window = (size_t)v[DEVICE_WINDOW];
    t->over_time_ms = (int)v[OVER_TIME] * 1000;
    t->re_count = (int)v[RE_COUNT];
    t->queue_frames = v[QUEUE_FRAMES];
    t->queue_bytes = v[QUEUE_MB] * 1024 * 1024;
    return 0;
}

/* A list's i-th member as text; NULL when it is none. */
static const char *text_at(const json_t *list, size_t i)
{
    return json_string_value(json_array_get(list, i));
}

static int read_sites(const json_t *o, const struct place *place, struct forward_target_config *t,
                      struct err *e)
{
    const json_t *sites = json_object_get(o, "sites"), *kinds = json_object_get(o, "kinds");
    if ((sites && !json_is_array(sites)) || (kinds && !json_is_array(kinds)))
        return err_set(e, -EINVAL, "sites and kinds are lists");
    if (json_array_size(sites) && !(t->site = calloc(place->n_sites + 1, 1)))
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const struct site *s = text_at(sites, i) ? place_site_by_code(place, text_at(sites, i)) : NULL;
        if (!s)
            return err_set(e, -EINVAL, "sites: the city has no '%.40s'",
                           text_at(sites, i) ? text_at(sites, i) : "?");
        t->site[s->id - 1] = 1;
    }
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        const char *word = text_at(kinds, i);
        unsigned bit = 0;
        for (enum site_kind k = 0; word && k < SITE_KINDS; k++)
            bit |= strcmp(site_kind_word(k), word) == 0 ? 1U << k : 0;
        if (!bit)
            return err_set(e, -EINVAL, "kinds: no '%.40s'", word ? word : "?");
        t->kinds |= bit;
    }
    return 0;
}

static int read_codes(const json_t *o, struct forward_target_config *t, struct err *e)
{
    const json_t *systems = json_object_get(o, "systems"), *commands = json_object_get(o, "commands");
    if ((systems && !json_is_array(systems)) || (commands && !json_is_array(commands)) ||
        json_array_size(systems) > FORWARD_FILTER || json_array_size(commands) > FORWARD_FILTER)
        return err_set(e, -EINVAL, "systems and commands are lists of at most %d", FORWARD_FILTER);
    for (size_t i = 0; i < json_array_size(systems); i++) {
        const char *st = text_at(systems, i);
        if (!st || strlen(st) != 2)
            return err_set(e, -EINVAL, "systems: two characters each, like \"31\"");
        memcpy(t->st[t->n_st++], st, 3);
    }
    for (size_t i = 0; i < json_array_size(commands); i++) {
        const json_t *cn = json_array_get(commands, i);
        if (!json_is_integer(cn) || json_integer_value(cn) < 1000 || json_integer_value(cn) > 9999)
            return err_set(e, -EINVAL, "commands: codes like 2011");
        t->cn[t->n_cn++] = (int)json_integer_value(cn);
    }
    return 0;
}

static int read_tls(const json_t *o, struct forward_target_config *t, struct err *e)
{
    const json_t *tls = json_object_get(o, "tls");
    if (!tls)
        return 0;
    if (!json_is_object(tls))
        return err_set(e, -EINVAL, "tls: an object is needed");
    t->tls = true;
    int r = read_text(tls, "ca", t->ca, sizeof t->ca, true, e);
    if (r == 0)
        r = read_text(tls, "certificate", t->cert, sizeof t->cert, false, e);
    if (r == 0)
        r = read_text(tls, "key", t->key, sizeof t->key, *t->cert != 0, e);
    if (r == 0)
        r = read_text(tls, "name", t->tls_name, sizeof t->tls_name, false, e);
    return r < 0 ? err_under(e, "tls") : 0;
}

static int read_target(const json_t *o, const struct place *place, struct forward_target_config *t,
                       struct err *e)
{
    char full[32] = "drop_oldest";
    if (!json_is_object(o))
        return err_set(e, -EINVAL, "an object is needed");
    int r = read_text(o, "name", t->name, sizeof t->name, true, e);
    if (r == 0)
        r = check_keys(o, e);
    if (r == 0)
        r = read_text(o, "host", t->host, sizeof t->host, true, e);
    if (r == 0)
        r = read_text(o, "pw", t->pw, sizeof t->pw, false, e);
    if (r == 0)
        r = read_text(o, "when_full", full, sizeof full, false, e);
    if (r == 0)
        r = read_numbers(o, t, e);
    if (r == 0)
        r = read_sites(o, place, t, e);
    if (r == 0)
        r = read_codes(o, t, e);
    if (r == 0)
        r = read_tls(o, t, e);
    if (r == 0 && strcspn(t->pw, ";,=&") != strlen(t->pw))
        r = err_set(e, -EINVAL, "pw: ';', ',', '=' and '&' mean something in a frame");
    t->hold = strcmp(full, "hold") == 0;
    if (r == 0 && !t->hold && strcmp(full, "drop_oldest") != 0)
        r = err_set(e, -EINVAL, "when_full: drop_oldest or hold");
    return r;
}

int forward_config_read(const json_t *tree, const struct place *place, struct forward_config *ret,
                        struct err *e)
{
    const json_t *list = json_object_get(tree, "targets");
    size_t n = json_array_size(list);
    *ret = (struct forward_config){
        .reconnect_ms = 1000, .reconnect_max_ms = 60000, .hold_ms = 60000, .hold_max_ms = 3600 * 1000
    };
    if (!json_is_array(list) || n > FORWARD_TARGETS_MAX)
        return err_set(e, -EINVAL, "\"targets\" is a list of at most %d", FORWARD_TARGETS_MAX);
    ret->target = calloc(n ? n : 1, sizeof *ret->target);
    if (!ret->target)
        return err_set(e, -ENOMEM, "out of memory");
    ret->n = n;
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = read_target(json_array_get(list, i), place, &ret->target[i], e);
        for (size_t k = 0; r == 0 && k < i; k++)
            if (strcmp(ret->target[k].name, ret->target[i].name) == 0)
                r = err_set(e, -EINVAL, "another target has this name");
        if (r < 0)
            err_under(e, "target %zu%s%s", i + 1, *ret->target[i].name ? " " : "", ret->target[i].name);
    }
    if (r < 0)
        forward_config_release(ret);
    return r;
}

void forward_config_release(struct forward_config *c)
{
    for (size_t i = 0; i < c->n; i++)
        free(c->target[i].site);
    free(c->target);
    *c = (struct forward_config){ 0 };
}
