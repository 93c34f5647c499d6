/* Latency of a running server: bench_api BASE TOKEN [CONNECTIONS [SECONDS]], e.g.
 *   bench_api http://127.0.0.1:8080 "$TOKEN" 8 3
 * Asks for each address over kept connections, one request at a time on each, and prints a line of JSON an address. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/scoped.h"

enum { CONNECTIONS_MAX = 256, SAMPLES_MAX = 1 << 20 };

struct asker {
    const char *url;
    struct curl_slist *headers;
    int64_t until_ns;
    int64_t *sample;
    size_t n, failed, bytes;
    pthread_t thread;
};

static size_t count_bytes(char *bytes, size_t size, size_t n, void *arg)
{
    (void)bytes;
    *(size_t *)arg += size * n;
    return size * n;
}

static void *ask(void *arg)
{
    struct asker *a = arg;
    CURL *c = curl_easy_init();
    curl_easy_setopt(c, CURLOPT_URL, a->url);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, a->headers);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, count_bytes);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &a->bytes);
    while (clock_monotonic_ns() < a->until_ns && a->n < SAMPLES_MAX) {
        long status = 0;
        int64_t from = clock_monotonic_ns();
        CURLcode r = curl_easy_perform(c);
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
        a->sample[a->n++] = clock_monotonic_ns() - from;
        a->failed += r != CURLE_OK || status != 200;
    }
    curl_easy_cleanup(c);
    return NULL;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* 0 when every answer was 200. */
static int run(const char *base, const char *path, const char *token, size_t connections, int64_t seconds)
{
    static struct asker asker[CONNECTIONS_MAX];
    char url[512], bearer[256];
    snprintf(url, sizeof url, "%s%s", base, path);
    snprintf(bearer, sizeof bearer, "Authorization: Bearer %s", token);
    struct curl_slist *headers = curl_slist_append(NULL, bearer);
    int64_t began = clock_monotonic_ns();
    for (size_t i = 0; i < connections; i++) {
        asker[i] = (struct asker){ .url = url, .headers = headers, .until_ns = began + seconds * 1000000000 };
        asker[i].sample = malloc(SAMPLES_MAX * sizeof *asker[i].sample);
        if (!asker[i].sample || pthread_create(&asker[i].thread, NULL, ask, &asker[i]) != 0) {
            fprintf(stderr, "no thread or memory for connection %zu\n", i);
            exit(1);
        }
    }
    size_t n = 0, failed = 0, bytes = 0;
    for (size_t i = 0; i < connections; i++) {
        pthread_join(asker[i].thread, NULL);
        n += asker[i].n;
        failed += asker[i].failed;
        bytes += asker[i].bytes;
    }
    double took = (double)(clock_monotonic_ns() - began) / 1e9;
    int64_t *all = malloc((n + 1) * sizeof *all), *end = all;
    for (size_t i = 0; i < connections; i++) {
        if (all)
            end = (int64_t *)mempcpy(end, asker[i].sample, asker[i].n * sizeof *all);
        free(asker[i].sample);
    }
    curl_slist_free_all(headers);
    if (!all || !n)
        return 1;
    qsort(all, n, sizeof *all, compare);
    printf("{\"bench\":\"api\",\"path\":\"%s\",\"connections\":%zu,\"requests\":%zu,\"failed\":%zu,\"per_s\":"
           "%.0f,\"bytes\":%zu,"
           "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
           path, connections, n, failed, (double)n / took, bytes / n, (double)all[n / 2] / 1e6,
           (double)all[n * 99 / 100] / 1e6, (double)all[n - 1] / 1e6);
    free(all);
    return failed != 0;
}

int main(int argc, char **argv)
{
    static const char *const paths[] = {
        "/api/v1/me",
        "/api/v1/overview",
        "/api/v1/cases",
        "/api/v1/sites",
        "/api/v1/sites/1/series?factor=a34004&period=hour",
    };
    if (argc < 3) {
        fprintf(stderr, "usage: %s BASE TOKEN [CONNECTIONS [SECONDS]]\n", argv[0]);
        return 2;
    }
    long connections = argc > 3 ? strtol(argv[3], NULL, 10) : 8,
         seconds = argc > 4 ? strtol(argv[4], NULL, 10) : 3;
    if (connections < 1 || connections > CONNECTIONS_MAX || seconds < 1 || seconds > 60) {
        fprintf(stderr, "%s: CONNECTIONS is 1 to %d, SECONDS 1 to 60\n", argv[0], CONNECTIONS_MAX);
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int bad = 0;
    for (size_t i = 0; i < COUNT_OF(paths); i++)
        bad |= run(argv[1], paths[i], argv[2], (size_t)connections, seconds);
    return bad;
}
