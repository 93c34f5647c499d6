/* A gateway over a real store and nothing else: for the bench and for tests/system/kill9.py.
 *   gateway-server DIR [--port N] [--devices N | --city FILE] [--queue FRAMES] [--linger US]
 *                                                                      serves until SIGTERM, then prints its figures
 *   gateway-server --dump DIR                                            prints what is stored: MN, period, time, tag, part, body */
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/scoped.h"
#include "gather/gateway.h"
#include "gather/load.h"
#include "store/store.h"

struct options {
    const char *dir, *city;
    bool dump;
    long port, devices, queue, linger;
};

static volatile sig_atomic_t ended;

static void on_signal(int sig)
{
    (void)sig;
    ended = 1;
}

static int fail(const struct err *e)
{
    fprintf(stderr, "gateway-server: %s\n", e->text);
    return 1;
}

static int place_make(const char *city, size_t n, struct place **ret, struct err *e)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    char mn[LOAD_MN];
    buf_adds(&b, "{\"name\":\"bench\",\"name_en\":\"bench\",\"bounds\":[119,36,121,38],\"centre\":[120,37],"
                 "\"regions\":[{\"code\":\"city\","
                 "\"name\":\"city\",\"name_en\":\"city\"}],\"units\":[{\"code\":\"u\",\"name\":\"u\",\"name_"
                 "en\":\"u\",\"kind\":"
                 "\"enterprise\"}],\"sites\":[");
    for (size_t i = 0; i < n; i++)
        buf_addf(&b,
                 "%s{\"code\":\"s%zu\",\"name\":\"s%zu\",\"name_en\":\"s%zu\",\"kind\":\"water_outlet\","
                 "\"region\":\"city\",\"unit\":\"u\","
                 "\"lng\":120,\"lat\":37,\"mn\":\"%s\",\"pw\":\"" LOAD_PW
                 "\",\"edition\":\"2017\",\"interval\":60,\"origin\":\"simulated\",\"origin_note\":\"\","
                 "\"origin_note_en\":\"\","
                 "\"factors\":[\"w01018\"],\"limits\":[]}",
                 i ? "," : "", i, i, i, load_mn(i, mn));
    buf_adds(&b, "]}");
    json_t *tree = NULL;
    int r = city ? json_read_file(city, &tree, e) : json_read(b.data, b.len, &tree, e);
    if (r == 0)
        r = place_build(tree, ret, e);
    json_decref(tree);
    return r;
}

static int append(void *arg, const struct record *r, size_t n, bool *new_flags, struct err *e)
{
    return obs_append(arg, r, n, new_flags, e);
}

static int print_record(const struct record *r, void *arg)
{
    (void)arg;
    char mn[LOAD_MN];
    printf("%s %s %" PRId64 " %" PRIu64 " %u %.*s\n", load_mn((size_t)r->site - 1, mn),
           period_name(r->period), r->time, r->tag, (unsigned)r->part, (int)r->body_len, r->body);
    return 0;
}

static int dump(const char *dir)
{
    struct err e = { 0 };
    struct obs_reader *r;
    if (obs_reader_open(dir, &r, &e) < 0)
        return fail(&e);
    struct obs_query q = { .period = -1, .from = INT64_MIN, .to = INT64_MAX };
    int n = obs_scan(r, &q, print_record, NULL, &e);
    obs_reader_close(r);
    return n < 0 ? fail(&e) : 0;
}

static void print_figures(struct gateway *g, const struct options *o)
{
    struct gateway_stats s;
    struct rusage u;
    gateway_stats(g, &s);
    getrusage(RUSAGE_SELF, &u);
    printf("{\"bench\":\"gateway-server\",\"linger_us\":%ld,\"queue_frames\":%ld,\"frames\":%" PRIu64
           ",\"stored\":%" PRIu64 ",\"repeats\":%" PRIu64 ",\"answers\":%" PRIu64 ",\"commits\":%" PRIu64
           ",\"frames_per_commit\":%.1f,\"stalls\":%" PRIu64
           ",\"store\":\"%s\",\"user_s\":%.2f,\"system_s\":%.2f,\"max_rss_mb\":%ld}\n",
           o->linger, o->queue, s.frames, s.stored, s.repeats, s.answers, s.commits,
           s.commits ? (double)(s.stored + s.repeats) / (double)s.commits : 0.0, s.stalls,
           gateway_store_name(s.store), (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec / 1e6,
           (double)u.ru_stime.tv_sec + (double)u.ru_stime.tv_usec / 1e6, u.ru_maxrss / 1024);
}

static int serve(const struct options *o, struct obs_writer *w, const struct place *place)
{
    struct err e = { 0 };
    struct clock clock;
    clock_init_real(&clock);
    struct gateway_config c;
    gateway_config_init(&c);
    c.address = "127.0.0.1";
    c.port = (int)o->port;
    c.place = place;
    c.clock = &clock;
    c.append = append;
    c.append_arg = w;
    c.linger_us = (int)o->linger;
    c.queue_frames = (size_t)o->queue;
    struct gateway *g;
    if (gateway_start(&c, &g, &e) < 0)
        return fail(&e);
    malloc_trim(0); /* the city's tree */
    printf("listening %d\n", gateway_port(g));
    fflush(stdout);
    while (!ended)
        poll(NULL, 0, 200);
    print_figures(g, o);
    gateway_stop(g);
    return 0;
}

static int read_options(struct options *o, int argc, char **argv)
{
    *o = (struct options){ .devices = 100, .queue = 4096 };
    const struct {
        const char *name;
        long *value;
    } numbers[] = { { "--port", &o->port },
                    { "--devices", &o->devices },
                    { "--queue", &o->queue },
                    { "--linger", &o->linger } };
    for (int i = 1; i < argc; i++) {
        size_t k = 0;
        while (k < COUNT_OF(numbers) && strcmp(argv[i], numbers[k].name) != 0)
            k++;
        if (strcmp(argv[i], "--dump") == 0)
            o->dump = true;
        else if (strcmp(argv[i], "--city") == 0 && i + 1 < argc)
            o->city = argv[++i];
        else if (k < COUNT_OF(numbers) && i + 1 < argc)
            *numbers[k].value = strtol(argv[++i], NULL, 10);
        else if (argv[i][0] != '-' && !o->dir)
            o->dir = argv[i];
        else
            return -EINVAL;
    }
    return o->dir && o->devices > 0 && o->queue > 0 ? 0 : -EINVAL;
}

int main(int argc, char **argv)
{
    struct options o;
    struct err e = { 0 };
    if (read_options(&o, argc, argv) < 0) {
        fprintf(stderr,
                "usage: gateway-server [--dump] DIR [--port N] [--devices N | --city FILE] [--queue FRAMES] "
                "[--linger US]\n");
        return 2;
    }
    if (o.dump)
        return dump(o.dir);
    struct sigaction sa = { .sa_handler = on_signal };
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
    struct place *place;
    struct obs_writer *w;
    if (place_make(o.city, (size_t)o.devices, &place, &e) < 0)
        return fail(&e);
    int r = file_make_dirs(o.dir, &e) < 0 || obs_writer_open(o.dir, true, &w, &e) < 0 ? fail(&e)
                                                                                      : serve(&o, w, place);
    if (r == 0)
        obs_writer_close(w);
    place_free(place);
    return r;
}
