/* bihuan device: asks a device something through the running server's API, over a plain socket. */
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "api/api.h"
#include "app/commands.h"
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

enum { ANSWER_MAX = 16 * 1024 * 1024 };

struct options {
    char host[256], port[8];
    const char *accept; /* a site's number */
    const char *ignore; /* "true", "false": whether an MN is to be refused */
    bool remove;        /* a site's device is taken from it */
    const char *token;
    long wait_s;
};

/* ---- one HTTP request; the server closes the connection behind its answer ---- */

static int connect_to(const struct options *o, struct err *e)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
    int fd = -1, r = getaddrinfo(o->host, o->port, &hints, &list);
    if (r)
        return err_set(e, -EHOSTUNREACH, "%s: %s", o->host, gai_strerror(r));
    for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) < 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    struct timeval patience = { .tv_sec = 30 };
    if (fd < 0)
        return err_set(e, -ECONNREFUSED, "%s port %s: no server answers there", o->host, o->port);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static int send_whole(int fd, const struct buf *b, struct err *e)
{
    for (size_t at = 0; at < b->len;) {
        ssize_t n = send(fd, b->data + at, b->len - at, MSG_NOSIGNAL);
        if (n <= 0)
            return err_set(e, -EPIPE, "the server closed the connection");
        at += (size_t)n;
    }
    return 0;
}

static int read_whole(int fd, struct buf *b, struct err *e)
{
    for (char piece[16384];;) {
        ssize_t n = recv(fd, piece, sizeof piece, 0);
        if (n < 0)
            return err_set(e, -errno, "the server's answer: %s", strerror(errno));
        if (n == 0)
            return b->failed ? err_set(e, -ENOMEM, "no memory for the server's answer") : 0;
        buf_add(b, piece, (size_t)n);
        if (b->len > ANSWER_MAX)
            return err_set(e, -EFBIG, "the server's answer is too long");
    }
}

/* HTTP/1.0 asks for no chunks and an end by closing. *ret_status, and the body's tree. */
static int ask(const struct options *o, const char *method, const char *path, const char *body,
               int *ret_status, json_t **ret, struct err *e)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    buf_addf(
        &b,
        "%s /api/v1%s HTTP/1.0\r\nHost: %s:%s\r\nAuthorization: Bearer %s\r\nAccept: application/json\r\n",
        method, path, o->host, o->port, o->token);
    if (body)
        buf_addf(&b, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
    buf_addf(&b, "\r\n%s", body ? body : "");
    if (b.failed)
        return err_set(e, -ENOMEM, "out of memory");
    int fd = connect_to(o, e);
    if (fd < 0)
        return fd;
    int r = send_whole(fd, &b, e);
    buf_clear(&b);
    if (r == 0)
        r = read_whole(fd, &b, e);
    close(fd);
    if (r < 0)
        return r;
    const char *text = b.len ? strstr(b.data, "\r\n\r\n") : NULL;
    /* "HTTP/1.1 200 OK" */
    char *end = text && strncmp(b.data, "HTTP/1.", 7) == 0 ? b.data + 8 : NULL;
    *ret_status = end ? (int)strtol(end, &end, 10) : 0;
    if (*ret_status < 100 || *ret_status > 999)
        return err_set(e, -EPROTO, "%s port %s: the answer is no HTTP", o->host, o->port);
    text += 4;
    return json_read(text, b.len - (size_t)(text - b.data), ret, e);
}

static int ask_well(const struct options *o, const char *method, const char *path, const char *body,
                    json_t **ret, struct err *e)
{
    int status = 0, r = ask(o, method, path, body, &status, ret, e);
    if (r == 0 && status != 200) {
        const json_t *why = json_object_get(*ret, "error");
        r = err_set(e, -EPERM, "%s (%d)", json_str(why, "message_en", "the server refused"), status);
    }
    return r;
}

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
    int r = ask_well(o, "GET", "/devices", NULL, &tree, e);
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
    if (n < 1 || (o->ignore && n > 1))
        return err_set(e, -EINVAL, "one MN is needed");
    jw_object(&w);
    jw_kstr(&w, "mn", word[0]);
    if (o->ignore)
        jw_kbool(&w, "ignored", strcmp(o->ignore, "true") == 0);
    for (int i = 1; i < n; i++) {
        char *eq = strchr(word[i], '=');
        if (!eq || eq == word[i])
            return err_set(e, -EINVAL, "'%s' is not KEY=VALUE", word[i]);
        *eq = 0;
        put_member(&w, word[i], eq + 1);
    }
    jw_end_object(&w);
    if (o->ignore)
        snprintf(path, sizeof path, "/devices/ignored");
    else
        snprintf(path, sizeof path, "/devices/%.20s/registration", o->accept);
    int r =
        body.failed ? err_set(e, -ENOMEM, "out of memory") : ask_well(o, "POST", path, body.data, &tree, e);
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
        r = ask_well(o, "POST", path, body.data, &tree, e);
    if (r == 0)
        print(tree);
    return r;
}

static int wait_for(const struct options *o, const char *path, int64_t id, json_t **ret, struct err *e)
{
    int64_t until = clock_monotonic_ns() + o->wait_s * INT64_C(1000000000);
    do {
        scoped(json_decrefp) json_t *tree = NULL;
        int r = ask_well(o, "GET", path, NULL, &tree, e);
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
    return err_set(e, -ETIMEDOUT, "it has not ended after %ld s; GET %s tells how it goes on", o->wait_s,
                   path);
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
        r = ask_well(o, "POST", path, body.data, &tree, e);
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
        int r = ask_well(o, "GET", "/devices", NULL, &tree, e);
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
        r = ask_well(o, n > 1 ? "POST" : "GET", path, n > 1 ? body.data : NULL, &tree, e);
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

/* "http://127.0.0.1:8080" */
static int read_url(struct options *o, const char *url)
{
    const char *at = strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;
    size_t len = at ? strcspn(at, "/") : 0;
    const char *colon = at ? memchr(at, ':', len) : NULL;
    if (at && *at == '[') { /* http://[::1]:8080 */
        const char *close = memchr(at, ']', len);
        colon = close && close[1] == ':' ? close + 1 : NULL;
    }
    size_t host = colon ? (size_t)(colon - at) : len;
    size_t port = colon ? len - host - 1 : 0;
    if (!host || host >= sizeof o->host || port >= sizeof o->port || (colon && !port)) {
        fprintf(stderr, "bihuan device: --url: '%s' is not http://HOST:PORT (TLS ends at the proxy)\n", url);
        return -EINVAL;
    }
    bool brackets = *at == '[';
    snprintf(o->host, sizeof o->host, "%.*s", (int)(host - (brackets ? 2 : 0)), at + brackets);
    snprintf(o->port, sizeof o->port, "%.*s", colon ? (int)port : 2, colon ? colon + 1 : "80");
    return 0;
}

int cmd_device(int argc, char **argv)
{
    static const struct option long_options[] = { { "url", 1, NULL, 'u' },    { "token", 1, NULL, 't' },
                                                  { "wait", 1, NULL, 'w' },   { "commands", 0, NULL, 'c' },
                                                  { "json", 0, NULL, 'j' },   { "accept", 1, NULL, 'a' },
                                                  { "ignore", 0, NULL, 'i' }, { "unignore", 0, NULL, 'x' },
                                                  { "remove", 0, NULL, 'r' }, { "help", 0, NULL, 'h' },
                                                  { NULL, 0, NULL, 0 } };
    const char *token = getenv("BIHUAN_TOKEN");
    struct options o = { .host = "127.0.0.1", .port = "8080", .token = token ? token : "", .wait_s = 600 };
    bool commands = false, json = false;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "+h", long_options, NULL)) != -1;) {
        char *end = NULL;
        if (c == 'h') {
            fputs(usage, stdout);
            return 0;
        }
        if (c == 'c')
            commands = true;
        if (c == 'j')
            json = true;
        if (c == 'c' || c == 'j')
            continue;
        if (c == 'a')
            o.accept = optarg;
        else if (c == 'i' || c == 'x')
            o.ignore = c == 'i' ? "true" : "false";
        else if (c == 'r')
            o.remove = true;
        if (c == 'a' || c == 'i' || c == 'x' || c == 'r')
            continue;
        if (c == 't')
            o.token = optarg;
        else if (c == 'w')
            o.wait_s = strtol(optarg, &end, 10);
        else if (c != 'u' || read_url(&o, optarg) < 0)
            return 2;
        if (end && (end == optarg || *end || o.wait_s < 1 || o.wait_s > 86400)) {
            fprintf(stderr, "bihuan device: --wait: '%s' is not a number of seconds from 1 to 86400\n",
                    optarg);
            return 2;
        }
    }
    if (commands)
        return list_commands(json);
    if (strpbrk(o.token, "\r\n")) {
        fprintf(stderr, "bihuan device: --token: a token is one line\n");
        return 2;
    }
    struct err e = { 0 };
    int r = o.remove               ? take_away(&o, argv + optind, argc - optind, &e)
            : o.accept || o.ignore ? decide(&o, argv + optind, argc - optind, &e)
                                   : carry_out(&o, argv + optind, argc - optind, &e);
    if (r < 0)
        fprintf(stderr, "bihuan device: %s\n", e.text);
    return r == -EINVAL ? 2 : r < 0 ? 1 : r;
}
