#include "app/sim_keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"
#include "gather/gateway.h"

int sim_key_find(const json_t *keys, const char *mn, struct sim_key *ret, struct err *e)
{
    const json_t *row = json_object_get(keys, mn);
    const char *created = json_str(row, "created", ""), *cipher = json_str(row, "cipher", "raw");
    if (!row)
        return 0;
    *ret = (struct sim_key){ .printed = strcmp(cipher, "printed") == 0 };
    if (!cn_parse_iso(created, strlen(created), &ret->created))
        return err_set(e, -EINVAL, "device %s: created: '%.40s' is no time", mn, created);
    if (!ret->printed && strcmp(cipher, "raw") != 0)
        return err_set(e, -EINVAL, "device %s: cipher: neither \"raw\" nor \"printed\"", mn);
    int r = gateway_key_read(json_str(row, "key", ""), ret->bytes, e);
    return r < 0 ? err_under(e, "device %s", mn) : 1;
}

int sim_key_put(json_t *keys, const char *mn, const struct sim_key *k, struct err *e)
{
    char hex[2 * HJ212_KEY_BYTES + 1], at[CN_TEXT];
    for (size_t i = 0; i < HJ212_KEY_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", k->bytes[i]);
    json_t *row = json_pack("{s:s, s:s, s:s}", "key", hex, "created", cn_format_iso(k->created, at), "cipher",
                            k->printed ? "printed" : "raw");
    return row && json_object_set_new(keys, mn, row) == 0 ? 0 : err_set(e, -ENOMEM, "out of memory");
}

int sim_keys_save(const json_t *keys, const char *path, struct err *e)
{
    scoped(freep) char *text = json_dumps(keys, JSON_INDENT(1));
    return text ? file_replace(path, text, strlen(text), 0600, e) : err_set(e, -ENOMEM, "out of memory");
}
