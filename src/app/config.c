#include "app/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/scoped.h"

enum kind { TEXT, NUMBER, FLAG };

static const struct key {
    const char *name;
    enum kind kind;
    size_t at;
    const char *otherwise;
    int64_t least, most;
    const char *what;
} keys[] = {
    { "data", TEXT, offsetof(struct config, data), "", 0, 0, "data folder" },
    { "listen", TEXT, offsetof(struct config, listen), "127.0.0.1:8080", 0, 0,
      "address and port for browsers and the HTTP API" },
    { "devices", TEXT, offsetof(struct config, devices), "0.0.0.0:8212", 0, 0,
      "address and port for HJ 212 devices" },
    { "forward", TEXT, offsetof(struct config, forward), "", 0, 0,
      "JSON file of the platforms that devices' frames are passed on to; see docs/forward.md" },
    { "devices-tls", TEXT, offsetof(struct config, devices_tls), "", 0, 0,
      "a second address and port, for HJ 212 devices that speak TLS" },
    { "tls-certificate", TEXT, offsetof(struct config, tls_certificate), "", 0, 0,
      "PEM file of the server's certificate and its chain, for devices-tls and https" },
    { "tls-key", TEXT, offsetof(struct config, tls_key), "", 0, 0, "PEM file of its key" },
    { "tls-client-ca", TEXT, offsetof(struct config, tls_client_ca), "", 0, 0,
      "PEM file: devices must show a certificate of this CA with their MN as its common name" },
    { "https", FLAG, offsetof(struct config, https), "no", 0, 0,
      "browsers and the HTTP API by TLS, with the same certificate" },
    { "max-connections", NUMBER, offsetof(struct config, max_connections), "12000", 1, 100000,
      "device connections at once" },
    { "idle-timeout", NUMBER, offsetof(struct config, idle_timeout), "900", 10, 86400,
      "seconds before a silent device connection is dropped" },
    { "segment-max", NUMBER, offsetof(struct config, segment_max), "4096", 1024, 9999,
      "longest HJ 212 data segment taken; the standard's limit is 1024, real devices send more" },
    { "compact-after-days", NUMBER, offsetof(struct config, compact_after_days), "45", 1, 3650,
      "complete months older than this are packed into blocks" },
    { "files-max", NUMBER, offsetof(struct config, files_max), "51200", 0, 100000000,
      "megabytes that the attachments of cases may take together; 0: no bound" },
    { "secure-cookie", FLAG, offsetof(struct config, secure_cookie), "no", 0, 0,
      "mark the session cookie Secure (behind TLS)" },
    { "no-first-contact", FLAG, offsetof(struct config, no_first_contact), "no", 0, 0,
      "do not tell new devices time, timeout and intervals (HJ 212-2017 6.7) unless that was decided for "
      "one" },
    { "public-url", TEXT, offsetof(struct config, public_url), "", 0, 0,
      "how people reach this server (https://...), for links in notices" },
    { "mail-server", TEXT, offsetof(struct config, mail_server), "", 0, 0,
      "smtp://host:587 (STARTTLS) or smtps://host:465 for notices by mail; see docs/notices.md" },
    { "mail-user", TEXT, offsetof(struct config, mail_user), "", 0, 0, "user at the mail server" },
    { "mail-password-file", TEXT, offsetof(struct config, mail_password_file), "", 0, 0,
      "file that holds the password" },
    { "mail-from", TEXT, offsetof(struct config, mail_from), "", 0, 0, "address that notices come from" },
    { "mail-plain", FLAG, offsetof(struct config, mail_plain), "no", 0, 0,
      "smtp:// without TLS, for a relay on this machine" },
    { "webhook-key-file", TEXT, offsetof(struct config, webhook_key_file), "", 0, 0,
      "file of the key that webhooks are signed with; without it there are none" },
    { "webhook-hash", TEXT, offsetof(struct config, webhook_hash), "sha256", 0, 0,
      "hash of the signature: sha256 or sm3" },
    { "webhook-private", FLAG, offsetof(struct config, webhook_private), "no", 0, 0,
      "webhooks may go to private and local addresses" },
    { "notice-ca", TEXT, offsetof(struct config, notice_ca), "", 0, 0,
      "PEM file: who is believed of mail servers and webhooks; the system's when not given" },
    { "notice-command", TEXT, offsetof(struct config, notice_command), "", 0, 0,
      "program (whole path) and arguments that take a notice as JSON on standard input; no shell" },
    { "notice-tries", NUMBER, offsetof(struct config, notice_tries), "8", 1, 30,
      "tries before a notice is given up" },
    { "notice-timeout", NUMBER, offsetof(struct config, notice_timeout), "20", 1, 120,
      "seconds a try may take" },
    { "notice-keep", NUMBER, offsetof(struct config, notice_keep), "180", 7, 3650,
      "days after which notices that were read, and deliveries that went or were given up, are forgotten" },
    { "test-clock", TEXT, offsetof(struct config, test_clock), "", 0, 0,
      "start a clock that stands still at this time and is moved through the API (tests only)" },
    { "log", TEXT, offsetof(struct config, log), "info", 0, 0, "error, warn, info or debug" },
};

static const struct key *find_key(const char *name, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (strlen(keys[i].name) == len && memcmp(keys[i].name, name, len) == 0)
            return &keys[i];
    return NULL;
}

static int set(struct config *c, const struct key *k, const char *value, const char *where, struct err *e)
{
    char *field = (char *)c + k->at;
    if (k->kind == TEXT) {
        *(const char **)field = value;
        return 0;
    }
    if (k->kind == FLAG) {
        bool yes = strcmp(value, "yes") == 0 || strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
        if (!yes && strcmp(value, "no") != 0 && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
            return err_set(e, -EINVAL, "%s: '%s' is neither yes nor no", where, value);
        *(bool *)field = yes;
        return 0;
    }
    char *end;
    errno = 0;
    long long v = strtoll(value, &end, 10);
    if (errno || end == value || *end)
        return err_set(e, -EINVAL, "%s: '%s' is not a whole number", where, value);
    if (v < k->least || v > k->most)
        return err_set(e, -ERANGE, "%s: %lld is outside %lld to %lld", where, v, (long long)k->least,
                       (long long)k->most);
    *(int64_t *)field = v;
    return 0;
}

static char *trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t n = strlen(s);
    while (n && isspace((unsigned char)s[n - 1]))
        s[--n] = '\0';
    return s;
}

static int read_file(struct config *c, const char *path, struct err *e)
{
    struct buf text = BUF_INIT;
    int r = file_read(path, 65536, &text, e);
    if (r < 0) {
        buf_release(&text);
        return r;
    }
    free(c->owned);
    c->owned = buf_take(&text);
    int line = 0;
    char *rest = c->owned, *row;
    while (rest && (row = strsep(&rest, "\n"))) {
        line++;
        row = trim(row);
        if (!*row || *row == '#')
            continue;
        char *eq = strchr(row, '='), where[512];
        snprintf(where, sizeof where, "%s:%d", path, line);
        if (!eq)
            return err_set(e, -EINVAL, "%s: expected `key = value`", where);
        *eq = '\0';
        char *name = trim(row);
        const struct key *k = find_key(name, strlen(name));
        if (!k)
            return err_set(e, -EINVAL, "%s: no setting '%s'", where, name);
        if ((r = set(c, k, trim(eq + 1), where, e)) < 0)
            return r;
    }
    return 0;
}

static int read_environment(struct config *c, struct err *e)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        char name[64] = "BIHUAN_";
        for (size_t j = 0; keys[i].name[j] && j < 40; j++)
            name[7 + j] = keys[i].name[j] == '-' ? '_' : (char)toupper((unsigned char)keys[i].name[j]);
        const char *value = getenv(name);
        int r = value && *value ? set(c, &keys[i], value, name, e) : 0;
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_flags(struct config *c, int argc, char **argv, struct err *e)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        if (strncmp(name, "--", 2) != 0)
            return err_set(e, -EINVAL, "'%s' is not an option", name);
        const char *eq = strchr(name, '=');
        size_t len = eq ? (size_t)(eq - name) - 2 : strlen(name) - 2;
        const char *value = eq ? eq + 1 : NULL;
        bool is_config = len == 6 && memcmp(name + 2, "config", 6) == 0;
        const struct key *k = find_key(name + 2, len);
        if (!k && !is_config)
            return err_set(e, -EINVAL, "no option '%s'", name);
        if (!value && k && k->kind == FLAG)
            value = "yes";
        else if (!value && i + 1 < argc)
            value = argv[++i];
        if (!value)
            return err_set(e, -EINVAL, "%s needs a value", name);
        int r = is_config ? 0 : set(c, k, value, name, e);
        if (r < 0)
            return r;
    }
    return 0;
}

static const char *config_file(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--config=", 9) == 0)
            return argv[i] + 9;
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            return argv[i + 1];
    }
    return getenv("BIHUAN_CONFIG");
}

int config_read(int argc, char **argv, struct config *c, struct err *e)
{
    *c = (struct config){ 0 };
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        set(c, &keys[i], keys[i].otherwise, keys[i].name, NULL);
    const char *file = config_file(argc, argv);
    int r = file ? read_file(c, file, e) : 0;
    if (r == 0)
        r = read_environment(c, e);
    if (r == 0)
        r = read_flags(c, argc, argv, e);
    if (r < 0)
        config_release(c);
    return r;
}

void config_release(struct config *c)
{
    free(c->owned);
    c->owned = NULL;
}

void config_help(void)
{
    printf("usage: bihuan serve --data DIR [OPTIONS]\n\n"
           "Each setting is a flag (--listen ADDRESS), a variable (BIHUAN_LISTEN) or a line `listen = "
           "ADDRESS` of the file given by\n"
           "--config FILE; a flag wins over the environment, which wins over the file.\n\n");
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        printf("  --%-19s %s%s%s%s\n", keys[i].name, keys[i].what, *keys[i].otherwise ? " [" : "",
               keys[i].otherwise, *keys[i].otherwise ? "]" : "");
}
