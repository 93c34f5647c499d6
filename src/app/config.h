/* config.h - one table of settings: `--data-dir X`, BIHUAN_DATA_DIR=X and `data-dir = X` in the file given by --config name the same
 * key; a flag wins over the environment, which wins over the file. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct config {
    const char *data, *listen, *devices, *devices_tls, *forward, *test_clock, *log;
    int64_t compact_after_days, idle_timeout, segment_max, max_connections, files_max;
    const char *tls_certificate, *tls_key, *tls_client_ca;
    bool secure_cookie, no_first_contact, https;
    const char *public_url, *mail_server, *mail_user, *mail_password_file, *mail_from, *notice_ca;
    const char *webhook_key_file, *webhook_hash, *notice_command;
    int64_t notice_tries, notice_timeout, notice_keep;
    bool mail_plain, webhook_private;
    void *owned; /* strings read from the file */
};

/* Fills *c from defaults, file, environment and flags. Faults name flag, variable or file:line. */
int config_read(int argc, char **argv, struct config *c, struct err *e);
void config_release(struct config *c);
/* Prints every key with its default and meaning. */
void config_help(void);
