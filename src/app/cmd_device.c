/* bihuan device: asks a device something through the running server's API, over a plain socket. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/api.h"
#include "app/api_client.h"
#include "app/commands.h"
#include "app/options.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/scoped.h"
#include "gather/command.h"

static const char usage[] =
    "usage: bihuan device [--url http://127.0.0.1:8080] [--token TOKEN] [--wait SECONDS] MN COMMAND "
    "[ARG=VALUE]...\n"
    "       bihuan device [--url URL] [--token TOKEN] [MN]\n"
    "       bihuan device [--url URL] [--token TOKEN] --accept SITE MN [pw=TEXT] [edition=2017] [st=32,31]\n"
    "           [rtd_interval=SECONDS] [min_interval=MINUTES] [over_time=SECONDS] [re_count=N] [greet=no] "
    "[replace=yes]\n"
    "       bihuan device [--url URL] [--token TOKEN] --ignore MN | --unignore MN | --remove MN\n"
    "       bihuan device [...] MN set-key <FILE | MN encryption [must=yes|no] [test=yes|no] | MN "
    "accept-join ID\n"
    "       bihuan device --commands [--json]\n"
    "Asks a device something and waits until it has ended; prints what came of it as JSON. Without COMMAND: "
    "the device, without MN: all\n"
    "devices. --accept gives a site (its number) the device, --ignore refuses an unknown one by rule, "
    "--remove takes a site's device "
    "from it. The "
    "token is that of a person on duty (POST /api/v1/login), or $BIHUAN_TOKEN.\n"
    "set-key reads the SM4 key of a device of HJ 212-2025 from standard input (16 characters or 32 "
    "hexadecimal digits), so that it "
    "stands in no\n"
    "list of processes; new-key lets the platform make one and send it. accept-join gives a logger that asks "
    "to join the MN of that "
    "device.\n"
    "Exit: 0 done, 1 the device refused, failed or did not answer, 2 misuse.\n";

struct options {
    struct api_client client;
    int64_t accept, wait_s; /* accept: a site's number, 0: not given */
    bool ignore, unignore;  /* whether an MN is to be refused */
    bool remove;            /* a site's device is taken from it */
    bool commands, json;
};

/* ---- what is asked ---- */

static void print(const json_t *tree)
{
    char *text = json_dumps(tree, JSON_ENCODE_ANY | JSON_COMPACT);
    puts(text ? text : "null");
    free(text);
}

/* The site of a device, by its MN or the MN's end; whole: the MN as the server tells it. */
static int find_device(const struct options *o, const char *mn, int64_t *ret, char *whole, size_t cap,
                       struct err *e)
{
    scoped(json_decrefp) json_t *tree = NULL;
    int r = api_client_ask(&o->client, "GET", "/devices", NULL, &tree, e);
    size_t i, n = strlen(mn), found = 0;
    json_t *d;
    json_array_foreach(json_object_get(tree, "devices"), i, d)
    {
        const char *name = json_str(d, "mn", "");
        size_t len = strlen(name);
        if (len < n || strcmp(name + len - n, mn) != 0)
            continue;
        *ret = json_int(json_object_get(d, "site"), "id", 0);
        snprintf(whole, cap, "%s", name);
        found++;
    }
    if (r == 0 && found != 1)
        r = err_set(e, -ENOENT, "%s: %s", mn, found ? "several devices end like that" : "no such device");
    return r;
}

static int find_site(const struct options *o, const char *mn, int64_t *ret, struct err *e)
{
    char whole[40];
    return find_device(o, mn, ret, whole, sizeof whole, e);
}

static int make_body(const char *command, char **arg, int n, struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_kstr(&w, "command", command);
    jw_key(&w, "args");
    jw_object(&w);
    for (int i = 0; i < n; i++) {
        char *eq = strchr(arg[i], '=');
        if (!eq || eq == arg[i])
            return err_set(e, -EINVAL, "'%s' is not ARG=VALUE", arg[i]);
        *eq = 0;
        jw_kstr(&w, arg[i], eq + 1);
    }
    jw_end_object(&w);
    jw_end_object(&w);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

static void put_member(struct jw *w, const char *name, char *value)
{
    static const char *const numbers[] = { "rtd_interval", "min_interval", "over_time", "re_count" };
    static const char *const flags[] = { "greet", "replace" };
    char *end;
    long n = strtol(value, &end, 10);
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (strcmp(name, numbers[i]) == 0 && *value && !*end) {
            jw_kint(w, name, n);
            return;
        }
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        if (strcmp(name, flags[i]) == 0) {
            jw_kbool(w, name, strcmp(value, "yes") == 0 || strcmp(value, "true") == 0);
            return;
        }
    if (strcmp(name, "st") != 0) {
        jw_kstr(w, name, value); /* the server says what is wrong with it */
        return;
    }
    jw_key(w, "st");
    jw_array(w);
    char *save = NULL;
    for (char *st = strtok_r(value, ",", &save); st; st = strtok_r(NULL, ",", &save))
        jw_str(w, st);
    jw_end_array(w);
}

/* --accept, --ignore: one MN, then KEY=VALUE. */
static int decide(const struct options *o, char **word, int n, struct err *e)
{
    scoped(json_decrefp) json_t *tree = NULL;
    scoped(buf_release) struct buf body = BUF_INIT;
    char path[80];
    struct jw w = JW(&body);
    bool rule = o->ignore || o->unignore;
    if (n < 1 || (rule && n > 1))
        return err_set(e, -EINVAL, "one MN is needed");
    jw_object(&w);
    jw_kstr(&w, "mn", word[0]);
    if (rule)
        jw_kbool(&w, "ignored", o->ignore);
    for (int i = 1; i < n; i++) {
        char *eq = strchr(word[i], '=');
        if (!eq || eq == word[i])
            return err_set(e, -EINVAL, "'%s' is not KEY=VALUE", word[i]);
        *eq = 0;
        put_member(&w, word[i], eq + 1);
    }
    jw_end_object(&w);
    if (rule)
        snprintf(path, sizeof path, "/devices/ignored");
    else
        snprintf(path, sizeof path, "/devices/%lld/registration", (long long)o->accept);
    int r = body.failed ? err_set(e, -ENOMEM, "out of memory")
                        : api_client_ask(&o->client, "POST", path, body.data, &tree, e);
    if (r == 0)
        print(tree);
    return r;
}

/* --remove: one MN, or the end of it. */
static int take_away(const struct options *o, char **word, int n, struct err *e)
{
    scoped(json_decrefp) json_t *tree = NULL;
    scoped(buf_release) struct buf body = BUF_INIT;
    char path[80], mn[40] = "";
    int64_t site = 0;
    if (n != 1)
        return err_set(e, -EINVAL, "one MN is needed");
    int r = find_device(o, word[0], &site, mn, sizeof mn, e);
    struct jw w = JW(&body);
    jw_object(&w);
    jw_kstr(&w, "mn", mn);
    jw_end_object(&w);
    snprintf(path, sizeof path, "/devices/%lld/removal", (long long)site);
    if (r == 0)
        r = api_client_ask(&o->client, "POST", path, body.data, &tree, e);
    if (r == 0)
        print(tree);
    return r;
}

static int wait_for(const struct options *o, const char *path, int64_t id, json_t **ret, struct err *e)
{
    int64_t until = clock_monotonic_ns() + o->wait_s * INT64_C(1000000000);
    do {
        scoped(json_decrefp) json_t *tree = NULL;
        int r = api_client_ask(&o->client, "GET", path, NULL, &tree, e);
        size_t i;
        json_t *c;
        if (r < 0)
            return r;
        json_array_foreach(json_object_get(tree, "last_commands"), i,
                           c) if (json_int(c, "id", 0) == id && json_is_string(json_object_get(c, "ended")))
        {
            *ret = json_incref(c);
            return 0;
        }
        nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
    } while (clock_monotonic_ns() < until);
    return err_set(e, -ETIMEDOUT, "it has not ended after %lld s; GET %s tells how it goes on",
                   (long long)o->wait_s, path);
}

/* ---- encryption and joining: no requests to a device that is waited for ---- */

static int read_key(struct buf *out, struct err *e)
{
    char line[80] = "";
    size_t n = fgets(line, sizeof line, stdin) ? strcspn(line, "\r\n") : 0;
    line[n] = 0;
    struct jw w = JW(out);
    jw_object(&w);
    jw_kstr(&w, "key", line);
    jw_end_object(&w);
    explicit_bzero(line, sizeof line);
    return n ? 0 : err_set(e, -EINVAL, "set-key: no key on standard input");
}

static int read_flags(char **arg, int n, struct buf *out, struct err *e)
{
    static const struct {
        const char *arg, *member;
        bool value;
    } words[] = { { "must=yes", "must_encrypt", true },
                  { "must=no", "must_encrypt", false },
                  { "test=yes", "test_device", true },
                  { "test=no", "test_device", false } };
    struct jw w = JW(out);
    jw_object(&w);
    for (int i = 0; i < n; i++) {
        size_t k = 0;
        while (k < COUNT_OF(words) && strcmp(words[k].arg, arg[i]) != 0)
            k++;
        if (k == COUNT_OF(words))
            return err_set(e, -EINVAL, "'%s' is none of must=yes must=no test=yes test=no", arg[i]);
        jw_kbool(&w, words[k].member, words[k].value);
    }
    jw_end_object(&w);
    return 0;
}

/* 1: it was one of these words; 0: it was not. */
static int set_up(const struct options *o, char **word, int n, struct err *e)
{
    scoped(json_decrefp) json_t *tree = NULL;
    scoped(buf_release) struct buf body = BUF_INIT;
    char path[80] = "";
    int64_t site = 0;
    const char *verb = n > 1 && word[1] ? word[1] : "";
    bool key = n == 2 && strcmp(verb, "set_key") == 0, flags = strcmp(verb, "encryption") == 0;
    bool join = n == 3 && strcmp(verb, "accept_join") == 0;
    if (!key && !flags && !join)
        return 0;
    int r = key ? read_key(&body, e) : flags ? read_flags(word + 2, n - 2, &body, e) : 0;
    if (r == 0)
        r = find_site(o, word[0], &site, e);
    if (join) {
        snprintf(path, sizeof path, "/joins/%.20s/accept", word[2]);
        buf_addf(&body, "{\"site\":%lld}", (long long)site);
    } else {
        snprintf(path, sizeof path, "/devices/%lld/encryption", (long long)site);
    }
    if (r == 0)
        r = api_client_ask(&o->client, "POST", path, body.data, &tree, e);
    if (body.data)
        explicit_bzero(body.data, body.len);
    if (r == 0)
        print(tree);
    return r < 0 ? r : 1;
}

/* 0 done, 1 not done. */
static int carry_out(const struct options *o, char **word, int n, struct err *e)
{
    scoped(json_decrefp) json_t *tree = NULL, *end = NULL;
    scoped(buf_release) struct buf body = BUF_INIT;
    char path[80];
    int64_t site = 0;
    if (n == 0) {
        int r = api_client_ask(&o->client, "GET", "/devices", NULL, &tree, e);
        if (r == 0)
            print(tree);
        return r;
    }
    for (char *c = n > 1 ? word[1] : NULL; c && *c; c++) /* new-key is new_key */
        *c = *c == '-' ? '_' : *c;
    int r = set_up(o, word, n, e);
    if (r != 0)
        return r < 0 ? r : 0;
    r = n > 1 ? make_body(word[1], word + 2, n - 2, &body, e) : 0;
    if (r == 0)
        r = find_site(o, word[0], &site, e);
    snprintf(path, sizeof path, "/devices/%lld%s", (long long)site, n > 1 ? "/commands" : "");
    if (r == 0)
        r = api_client_ask(&o->client, n > 1 ? "POST" : "GET", path, n > 1 ? body.data : NULL, &tree, e);
    if (r < 0 || n == 1) {
        if (r == 0)
            print(tree);
        return r;
    }
    *strrchr(path, '/') = 0;
    r = wait_for(o, path, json_int(tree, "id", 0), &end, e);
    if (r < 0)
        return r;
    print(end);
    return strcmp(json_str(end, "state", ""), "done") == 0 ? 0 : 1;
}

static int list_commands(bool json)
{
    if (json) {
        scoped(buf_release) struct buf out = BUF_INIT;
        api_write_device_commands(ROLE_ADMIN, &out);
        puts(out.failed ? "out of memory" : out.data);
        return out.failed;
    }
    for (size_t i = 0; i < command_count(); i++) {
        const struct command_spec *c = command_at(i);
        const struct hj212_command *code = command_code(c);
        printf("%-22s %04d  %s %s (", c->word, c->cn, hj212_asked(code, false), hj212_asked(code, true));
        for (enum hj212_edition ed = HJ212_2005; ed <= HJ212_2025; ed++)
            if (command_in(c, ed))
                printf("%s%s", (code->editions & ((1U << ed) - 1)) ? " " : "", hj212_edition_name(ed));
        puts(")");
        for (const struct command_arg *a = c->arg; a < c->arg + COMMAND_ARGS && a->name; a++)
            printf("    %s%s\n", a->name, a->required ? "" : " (may be left out)");
    }
    return 0;
}

static int read_url(void *into, const char *s, struct err *e)
{
    return api_client_url(&((struct options *)into)->client, s, e);
}

static int read_token(void *into, const char *s, struct err *e)
{
    if (strpbrk(s, "\r\n"))
        return err_set(e, -EINVAL, "a token is one line");
    ((struct options *)into)->client.token = s;
    return 0;
}

static const struct option_row rows[] = {
    OPT_READ("url", read_url),
    OPT_READ("token", read_token),
    OPT_NUMBER(struct options, "wait", wait_s, 1, 86400),
    OPT_NUMBER(struct options, "accept", accept, 1, INT32_MAX),
    OPT_FLAG(struct options, "ignore", ignore),
    OPT_FLAG(struct options, "unignore", unignore),
    OPT_FLAG(struct options, "remove", remove),
    OPT_FLAG(struct options, "commands", commands),
    OPT_FLAG(struct options, "json", json),
};

int cmd_device(int argc, char **argv)
{
    struct options o = { .client = { .host = "127.0.0.1", .port = "8080", .token = "" }, .wait_s = 600 };
    struct options_found found;
    struct err e = { 0 };
    const char *token = getenv("BIHUAN_TOKEN");
    if (token && read_token(&o, token, &e) < 0) {
        fprintf(stderr, "bihuan device: BIHUAN_TOKEN: %s\n", e.text);
        return 2;
    }
    int r = options_read("device", rows, COUNT_OF(rows), argc, argv, 1, true, &o, &found);
    if (r > 0)
        fputs(usage, stdout);
    if (r)
        return r > 0 ? 0 : 2;
    if (o.commands)
        return list_commands(o.json);
    char **word = argv + found.first;
    int n = argc - found.first;
    r = o.remove                             ? take_away(&o, word, n, &e)
        : o.accept || o.ignore || o.unignore ? decide(&o, word, n, &e)
                                             : carry_out(&o, word, n, &e);
    if (r < 0)
        fprintf(stderr, "bihuan device: %s\n", e.text);
    return r == -EINVAL ? 2 : r < 0 ? 1 : r;
}
