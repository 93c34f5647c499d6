#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "app/commands.h"
#include "app/config.h"
#include "app/server.h"
#include "base/log.h"
#include "base/scoped.h"

static int log_level_of(const char *word)
{
    static const char *const words[] = { "error", "warn", "info", "debug" };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

/* Every device is a descriptor; the soft limit of 1024 is for programs that use select(2). */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int cmd_serve(int argc, char **argv)
{
    struct config config;
    struct err e = { 0 };
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            config_help();
            return 0;
        }
    }
    if (config_read(argc, argv, &config, &e) < 0) {
        fprintf(stderr, "bihuan serve: %s\n", e.text);
        return 2;
    }
    int level = log_level_of(config.log);
    if (!*config.data || level < 0) {
        fprintf(stderr, "bihuan serve: %s\n",
                level < 0 ? "log: must be error, warn, info or debug" : "--data DIR is needed");
        config_release(&config);
        return 2;
    }
    log_set_level((enum log_level)level);

    /* Blocked before any thread starts, so that only sigwait below sees them. */
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();

    struct server *s = NULL;
    if (server_start(&config, &s, &e) < 0) {
        fprintf(stderr, "bihuan serve: %s\n", e.text);
        config_release(&config);
        return e.code == -EINVAL ? 2 : 1;
    }
    /* One line that scripts read: the ports may have been chosen by the system. */
    printf("ready http=%d devices=%d", server_http_port(s), server_device_port(s));
    if (server_device_tls_port(s))
        printf(" devices-tls=%d", server_device_tls_port(s));
    printf("\n");
    fflush(stdout);
    int got = 0;
    sigwait(&ending, &got);
    log_info("server", "ending on %s", strsignal(got));
    server_stop(s);
    config_release(&config);
    return 0;
}
