/* api_client.h - asks a running server's API, over a plain socket: one request a connection, which the server closes behind its answer. */
#pragma once

#include <jansson.h>

#include "base/err.h"

struct api_client {
    char host[256], port[8];
    const char *token; /* of whoever asks; "" none */
};
/* "http://127.0.0.1:8080", "http://[::1]:8080"; without a port 80. -EINVAL. */
int api_client_url(struct api_client *c, const char *url, struct err *e);
/* method GET or POST, path below /api/v1; body is JSON, NULL: none. *ret: the answer's tree, which the caller decrefs. -EPERM with the
 * server's own words when it refuses; otherwise what of the connection failed. */
int api_client_ask(const struct api_client *c, const char *method, const char *path, const char *body,
                   json_t **ret, struct err *e);
